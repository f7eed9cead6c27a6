// Mappings over HTTP: saved ones in their versions, samples, suggestions and previews (packages/api/src/mappings.ts).
import {
  changeMapping,
  getMapping,
  listMappings,
  pageSizeDefault,
  previewMapping as previewRoute,
  readSample,
  removeMapping,
  renameMapping,
  saveMapping,
  suggestMappingRoute,
} from '@suyuan/api';
import { attachmentDigests, isMembers, parseMapping, recordKind, suggestMapping } from '@suyuan/battery';
import type { Mapping } from '@suyuan/battery';
import { digestsNotHere } from '../../attachment/missing-files.ts';
import { civilDateOf } from '../../clock.ts';
import type { ImportDeps } from '../../import/import-deps.ts';
import { receiveUpload } from '../../import/upload.ts';
import { removeSavedMapping, renameSavedMapping } from '../../mapping/change-mappings.ts';
import { previewMapping } from '../../mapping/preview-mapping.ts';
import type { SampleTask } from '../../mapping/read-sample.ts';
import { readSampleInThread } from '../../mapping/sample-thread.ts';
import {
  addSavedMapping,
  changeSavedMapping,
  listSavedMappings,
  showSavedMapping,
} from '../../mapping/saved-mappings.ts';
import { createLimiter } from '../../replication/limiter.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem } from '../problem.ts';
import type { Problem } from '../problem.ts';

/** What these routes need. */
export interface MappingRouteDeps extends Pick<ImportDeps, 'database' | 'clock' | 'codeMode' | 'master'> {
  /** Where samples lie while they are read. */
  readonly uploadFolder: string;
}

/** Samples that are read at the same time; others wait with their file on disk. */
const samplesAtOnceMax = 1;

/** Problems that the sentence of a refusal names; all are in its facts. */
const problemsSaidMax = 5;

/** The routes of mappings. */
export function mappingBindings(deps: MappingRouteDeps): readonly Binding[] {
  return [...savingBindings(deps), ...tryingBindings(deps)];
}

function accepted(value: unknown): Mapping | Problem<'mapping_invalid'> {
  const parsed = parseMapping(value);
  if (parsed.ok) return parsed.value;
  const { problems } = parsed.error;
  const detail = problems
    .slice(0, problemsSaidMax)
    .map(({ path, message }) => `${path === '' ? 'mapping' : path}: ${message.en}`);
  return problem('mapping_invalid', { detail: detail.join('; '), problems });
}

function savingBindings({ database }: MappingRouteDeps): readonly Binding[] {
  return [
    handle(listMappings, async ({ query }) => {
      const { limit = pageSizeDefault, ...rest } = query;
      return await listSavedMappings(database, { ...rest, limit });
    }),
    handle(getMapping, async ({ params, query }) => {
      return (await showSavedMapping(database, params.id, query.version)) ?? problem('mapping_not_found');
    }),
    handle(saveMapping, async ({ body, caller }) => {
      const mapping = accepted(body.mapping);
      if ('code' in mapping) return mapping;
      const added = await addSavedMapping(database, { name: body.name, mapping, createdBy: caller.name });
      if (!added.ok) return problem(added.error.code);
      const saved = await showSavedMapping(database, added.value);
      return saved ?? problem('internal_fault');
    }),
    handle(changeMapping, async ({ params, body, caller }) => {
      const mapping = accepted(body.mapping);
      if ('code' in mapping) return mapping;
      const { id } = params;
      const { version } = body;
      const changed = await changeSavedMapping(database, { id, version, mapping, createdBy: caller.name });
      if (!changed.ok) return problem(changed.error.code);
      return (await showSavedMapping(database, id)) ?? problem('mapping_not_found');
    }),
    handle(renameMapping, async ({ params, body }) => {
      const renamed = await renameSavedMapping(database, params.id, body.name);
      if (!renamed.ok) return problem(renamed.error.code);
      return (await showSavedMapping(database, params.id)) ?? problem('mapping_not_found');
    }),
    handle(removeMapping, async ({ params }) => {
      const removed = await removeSavedMapping(database, params.id);
      if (removed.ok) return undefined;
      if (removed.error.code === 'mapping_not_found') return problem(removed.error.code);
      const { code, sources } = removed.error;
      return problem(code, { sources, detail: sources.map((source) => source.name).join(', ') });
    }),
  ];
}

function tryingBindings(deps: MappingRouteDeps): readonly Binding[] {
  const atOnce = createLimiter(samplesAtOnceMax);
  return [
    handle(readSample, async ({ query, body, header, signal }) => {
      await using upload = await receiveUpload(body, deps.uploadFolder, signal);
      const form = sampleForm(header('content-type') ?? '');
      const { path } = upload;
      const task: SampleTask = { path, form, sheet: query.sheet, headings: query.headings };
      const result = await atOnce(async () => await readSampleInThread(task, signal), signal);
      if (result === undefined) throw new Error('the client went away before its sample was read');
      if (result.ok) return result.value;
      const { code, ...facts } = result.error;
      return problem(code, facts);
    }),
    handle(suggestMappingRoute, async ({ body }) => {
      const kind = recordKind(body.kind);
      if (kind === undefined) return problem('kind_unknown');
      const { mapping, guesses, unused } = suggestMapping(kind, body.columns ?? [], body.rows ?? []);
      return { mapping, guesses: [...guesses], unused: [...unused] };
    }),
    handle(previewRoute, async ({ body }) => {
      const mapping = accepted(body.mapping);
      if ('code' in mapping) return mapping;
      const judging = await deps.master.context();
      const today = civilDateOf(deps.clock.now());
      const context = { today, codes: deps.codeMode(), ...judging };
      const preview = previewMapping(mapping, body.rows, context);
      const named = preview.rows.flatMap(({ record }) =>
        isMembers(record) ? attachmentDigests(record['attachments']) : [],
      );
      const missing = await deps.database.read(async (db) => await digestsNotHere(db, named));
      return missing.size === 0 ? preview : previewMapping(mapping, body.rows, context, missing);
    }),
  ];
}

function sampleForm(contentType: string): SampleTask['form'] {
  if (/^text\/csv\s*(?:;|$)/i.test(contentType))
    return { type: 'csv', charset: /;\s*charset="?([\w.:-]{1,40})/i.exec(contentType)?.[1] };
  return /^application\/x-ndjson\s*(?:;|$)/i.test(contentType) ? { type: 'lines' } : { type: 'workbook' };
}

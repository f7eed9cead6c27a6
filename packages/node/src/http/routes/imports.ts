// Imports over HTTP: workbooks and pushed records in, findings, corrections and the marked workbook out.
import { Readable } from 'node:stream';
import {
  correctImportRow,
  createImport,
  discardImport as discardImportRoute,
  discardImportRow,
  getImport,
  getImportWorkbook,
  getKindTemplate,
  listImportFindings,
  listImportRows as listImportRowsRoute,
  listImports as listImportsRoute,
  pageSizeDefault,
  pushRecords,
  watchImport,
} from '@suyuan/api';
import { recordKind } from '@suyuan/battery';
import type { RecordKind } from '@suyuan/battery';
import { correctRow, discardRow } from '../../import/correct-row.ts';
import { discardImport } from '../../import/discard-import.ts';
import {
  findImport,
  listFindings,
  listImportRows,
  listImports,
  showRunning,
} from '../../import/find-imports.ts';
import type { ImportDeps } from '../../import/import-deps.ts';
import { parseDefaults } from '../../import/four-sheet/defaults.ts';
import { fourSheetKind, fourSheetRecordKinds } from '../../import/four-sheet/layout.ts';
import { importRecords } from '../../import/import-records.ts';
import type { ImportFinding } from '../../import/import-finding.ts';
import type { ImportOutcome } from '../../import/import-outcome.ts';
import { importWorkbook } from '../../import/import-workbook.ts';
import type { WorkbookImport } from '../../import/import-workbook.ts';
import { markWorkbook } from '../../import/marking/mark-workbook.ts';
import { knownRecordsOf } from '../../import/known-records.ts';
import { receiveUpload } from '../../import/upload.ts';
import type { FileForm } from '../../import/workbook-messages.ts';
import type { WorkbookRejection } from '../../import/workbook-rejection.ts';
import { writeTemplate } from '../../import/write-workbook.ts';
import { createLimiter } from '../../replication/limiter.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem, ProblemError } from '../problem.ts';
import type { Problem } from '../problem.ts';

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Workbooks that are read at the same time; others wait with their file on disk. */
const workbooksAtOnceMax = 2;

/** What these routes need. */
export interface ImportRouteDeps extends ImportDeps {
  /** Record kinds that this organisation may report now. */
  readonly modules: () => readonly string[];
  /** Where uploads lie while they are read. */
  readonly uploadFolder: string;
}

/** The routes of imports, of pushed records and of templates. */
export function importBindings(deps: ImportRouteDeps): readonly Binding[] {
  return [...receivingBindings(deps), ...readingBindings(deps), ...changingBindings(deps)];
}

function permittedKind(
  deps: ImportRouteDeps,
  id: string,
): RecordKind | Problem<'kind_unknown' | 'kind_not_permitted'> {
  const kind = recordKind(id);
  if (kind === undefined) return problem('kind_unknown');
  return deps.modules().includes(id) ? kind : problem('kind_not_permitted');
}

/** The form that kind and media type name; a workbook unless they say otherwise. */
function formOf(
  kind: string,
  contentType: string,
  defaults: string | undefined,
): FileForm | Problem<'request_invalid'> {
  const isCsv = /^text\/csv\s*(?:;|$)/i.test(contentType);
  const invalid = (path: string, message: string): Problem<'request_invalid'> =>
    problem('request_invalid', { errors: [{ path, message }] });
  if (kind === fourSheetKind) {
    if (isCsv) return invalid('query/kind', 'the four-sheet layout is a workbook');
    const read = parseDefaults(defaults ?? '{}');
    if (!read.ok) return invalid(read.error.path, read.error.message);
    return { type: 'four_sheet', defaults: read.value };
  }
  if (defaults !== undefined) return invalid('query/defaults', 'only the four-sheet layout takes defaults');
  if (!isCsv) return { type: 'workbook' };
  return { type: 'csv', charset: /;\s*charset="?([\w.:-]{1,40})/i.exec(contentType)?.[1] };
}

type Outcome = Omit<ImportOutcome, 'findings'> & { findings: ImportFinding[] };

/** Takes a file to disk and imports it; two at a time, others wait with their file on disk. */
function fileReceiver(
  deps: ImportRouteDeps,
): (
  body: Readable,
  request: Omit<WorkbookImport, 'upload'>,
) => Promise<Outcome | Problem<WorkbookRejection['code']>> {
  const atOnce = createLimiter(workbooksAtOnceMax);
  return async (body, request) => {
    await using upload = await receiveUpload(body, deps.uploadFolder, request.signal);
    await deps.reach('import.received');
    const run = async (): ReturnType<typeof importWorkbook> =>
      await importWorkbook(deps, { ...request, upload });
    const result = await atOnce(run, request.signal);
    if (result === undefined) throw new Error('the client went away before its import began');
    if (result.ok) return { ...result.value, findings: [...result.value.findings] };
    const { code, ...facts } = result.error;
    return problem(code, facts);
  };
}

function receivingBindings(deps: ImportRouteDeps): readonly Binding[] {
  const receiveFile = fileReceiver(deps);
  return [
    handle(createImport, async ({ query, body, caller, signal, header, idempotencyKey, remember }) => {
      const { kind, fileName, dryRun = false } = query;
      const kinds: readonly string[] = kind === fourSheetKind ? fourSheetRecordKinds : [kind];
      for (const id of kinds) {
        const permitted = permittedKind(deps, id);
        if (!('fields' in permitted)) return permitted;
      }
      const form = formOf(kind, header('content-type') ?? '', query.defaults);
      if ('code' in form) return form;
      const sent = { kind, form, fileName, dryRun, createdBy: caller.name, signal, idempotencyKey };
      return await receiveFile(body, {
        ...sent,
        remember: async (tx, outcome) => await remember(tx, { ...outcome, findings: [...outcome.findings] }),
      });
    }),
    handle(pushRecords, async ({ params, body, caller, signal, idempotencyKey, remember }) => {
      const kind = permittedKind(deps, params.kind);
      if (!('fields' in kind)) return kind;
      if (body instanceof Readable)
        return await receiveFile(body, {
          kind: kind.id,
          form: { type: 'lines' },
          fileName: undefined,
          dryRun: false,
          createdBy: caller.name,
          signal,
          idempotencyKey,
          remember: async (tx, done) => await remember(tx, { ...done, findings: [...done.findings] }),
        });
      const outcome = await importRecords(deps, {
        kind,
        records: body.records,
        createdBy: caller.name,
        idempotencyKey,
        remember: async (tx, done) => {
          const known = knownRecordsOf(done);
          // Thrown within the transaction, so that nothing of the push is kept.
          if (known !== undefined) throw new ProblemError(known.code, { records: known.records });
          await remember(tx, { ...done, findings: [...done.findings] });
        },
      });
      return { ...outcome, findings: [...outcome.findings] };
    }),
    handle(getKindTemplate, async ({ params }) => {
      const kind = recordKind(params.kind);
      if (kind === undefined) return problem('kind_unknown');
      return { mediaType: xlsx, fileName: `${kind.id}.xlsx`, content: await writeTemplate(kind) };
    }),
  ];
}

function readingBindings(deps: ImportRouteDeps): readonly Binding[] {
  const { database, progress } = deps;
  return [
    handle(listImportsRoute, async ({ query }) => {
      const { limit = pageSizeDefault, ...rest } = query;
      return await listImports(database, progress, { ...rest, limit });
    }),
    handle(getImport, async ({ params }) => {
      return (await findImport(database, progress, params.id)) ?? problem('import_not_found');
    }),
    handle(watchImport, async ({ params, signal }) => {
      const found = await findImport(database, progress, params.id);
      if (found === undefined) return problem('import_not_found');
      return watch(deps, params.id, signal);
    }),
    handle(listImportFindings, async ({ params, query }) => {
      const { limit = pageSizeDefault, ...rest } = query;
      const found = await findImport(database, progress, params.id);
      if (found === undefined) return problem('import_not_found');
      return await listFindings(database, params.id, { ...rest, limit });
    }),
    handle(listImportRowsRoute, async ({ params, query }) => {
      const { limit = pageSizeDefault, ...rest } = query;
      const found = await findImport(database, progress, params.id);
      if (found === undefined) return problem('import_not_found');
      return await listImportRows(database, params.id, { ...rest, limit });
    }),
    handle(getImportWorkbook, async ({ params }) => {
      const marked = await markWorkbook(deps, params.id);
      if (!marked.ok) return problem(marked.error.code);
      const { fileName, content } = marked.value;
      return { mediaType: xlsx, fileName, content };
    }),
  ];
}

async function* watch(
  deps: ImportRouteDeps,
  id: number,
  signal: AbortSignal,
): AsyncGenerator<NonNullable<Awaited<ReturnType<typeof findImport>>>> {
  for await (const running of deps.progress.watch(id, signal)) yield showRunning(running);
  const done = await findImport(deps.database, deps.progress, id);
  if (done !== undefined) yield done;
}

function changingBindings(deps: ImportRouteDeps): readonly Binding[] {
  return [
    handle(correctImportRow, async ({ params, body }) => {
      const result = await correctRow(deps, params.id, params.row, body.cells);
      return result.ok ? result.value : problem(result.error.code);
    }),
    handle(discardImportRow, async ({ params }) => {
      const result = await discardRow(deps, params.id, params.row);
      return result.ok ? undefined : problem(result.error.code);
    }),
    handle(discardImportRoute, async ({ params }) => {
      const result = await discardImport(deps, params.id);
      return result.ok ? result.value : problem(result.error.code);
    }),
  ];
}

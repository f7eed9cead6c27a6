// Imports over HTTP: workbooks and pushed records in, findings, corrections and the marked workbook out.
import { Readable } from 'node:stream';
import {
  cancelImport,
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
import { civilDateOf } from '../../clock.ts';
import type { Transaction } from '../../database/database.ts';
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
import { fourSheetKind, fourSheetRecordKinds, placeOfRow } from '../../import/four-sheet/layout.ts';
import { importRecords } from '../../import/import-records.ts';
import type { RecordsImport } from '../../import/import-records.ts';
import type { ImportFinding } from '../../import/import-finding.ts';
import type { ImportOutcome } from '../../import/import-outcome.ts';
import { importWorkbook } from '../../import/import-workbook.ts';
import type { WorkbookImport } from '../../import/import-workbook.ts';
import type { AcceptedJob, ImportJobs, JobRejection } from '../../import/jobs/import-jobs.ts';
import { listAllRows } from '../../import/list-all-rows.ts';
import { markWorkbook } from '../../import/marking/mark-workbook.ts';
import { knownRecordsOf } from '../../import/known-records.ts';
import { receiveUpload } from '../../import/upload.ts';
import type { FileForm } from '../../import/workbook-messages.ts';
import { writeTemplate } from '../../import/write-workbook.ts';
import { mappedForm, mappedRecords, namedMapping } from '../../mapping/named-mapping.ts';
import type { Limiter } from '../../replication/limiter.ts';
import { accepted, handle } from '../handle.ts';
import type { Accepted, Binding } from '../handle.ts';
import { problem, ProblemError } from '../problem.ts';
import type { Problem } from '../problem.ts';

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** What these routes need. */
export interface ImportRouteDeps extends ImportDeps {
  /** Record kinds that this organisation may report now. */
  readonly modules: () => readonly string[];
  /** Where uploads lie while they are read. */
  readonly uploadFolder: string;
  readonly jobs: ImportJobs;
  /** Bounds the files that are read at the same time; others wait with their file on disk. */
  readonly atOnce: Limiter;
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

function invalid(path: string, message: string): Problem<'request_invalid'> {
  return problem('request_invalid', { errors: [{ path, message }] });
}

/** The form that kind and media type name; a workbook unless they say otherwise. */
function formOf(
  kind: string,
  contentType: string,
  defaults: string | undefined,
): FileForm | Problem<'request_invalid'> {
  const isCsv = /^text\/csv\s*(?:;|$)/i.test(contentType);
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
type Later = AcceptedJob & { readonly status: 'waiting'; readonly location: string };

function outcomeOf(outcome: ImportOutcome): Outcome {
  return { ...outcome, findings: [...outcome.findings] };
}

function later(job: AcceptedJob): Accepted<Later> {
  return accepted({ ...job, status: 'waiting', location: `/api/v1/imports/${job.id}` });
}

/** A file with whether its sender waits for the outcome. */
interface ReceivedFile extends Omit<WorkbookImport, 'upload' | 'remember'> {
  readonly isAsync: boolean;
  readonly remember: (tx: Transaction, answer: Outcome | Accepted<Later>) => Promise<void>;
}

/** Takes a file to disk and imports it, or stores it as a job. */
async function receiveFile(
  deps: ImportRouteDeps,
  body: Readable,
  { isAsync, remember, ...request }: ReceivedFile,
): Promise<Outcome | Accepted<Later> | Problem<JobRejection['code']>> {
  await using upload = await receiveUpload(body, deps.uploadFolder, request.signal);
  await deps.reach('import.received');
  if (isAsync) {
    const taken = await deps.jobs.accept({
      ...request,
      upload,
      remember: async (tx, job) => await remember(tx, later(job)),
    });
    return taken.ok ? later(taken.value) : problemOf(taken.error);
  }
  const result = await deps.atOnce(
    async () =>
      await importWorkbook(deps, {
        ...request,
        upload,
        remember: async (tx, outcome) => await remember(tx, outcomeOf(outcome)),
      }),
    request.signal,
  );
  if (result === undefined) throw new Error('the client went away before its import began');
  return result.ok ? outcomeOf(result.value) : problemOf(result.error);
}

function problemOf<C extends JobRejection['code']>({
  code,
  ...facts
}: Extract<JobRejection, { readonly code: C }>): Problem<JobRejection['code']> {
  return problem(code, facts);
}

function receivingBindings(deps: ImportRouteDeps): readonly Binding[] {
  return [
    handle(createImport, async ({ query, body, caller, signal, header, idempotencyKey, remember }) => {
      const { kind, fileName, dryRun = false, async: isAsync = false, again = false } = query;
      const kinds: readonly string[] = kind === fourSheetKind ? fourSheetRecordKinds : [kind];
      for (const id of kinds) {
        const permitted = permittedKind(deps, id);
        if (!('fields' in permitted)) return permitted;
      }
      const form = formOf(kind, header('content-type') ?? '', query.defaults);
      if ('code' in form) return form;
      const mapping = await namedMapping(deps.database, query.mapping, kind);
      if (!mapping.ok) return problem(mapping.error.code);
      if (dryRun && isAsync) return invalid('query/async', 'a dry run keeps nothing to come back to');
      const refuseRepeated = !again && !dryRun;
      const sent = {
        kind,
        form: mappedForm(form, mapping.value),
        fileName,
        dryRun,
        createdBy: caller.name,
        signal,
        idempotencyKey,
      };
      return await receiveFile(deps, body, { ...sent, isAsync, refuseRepeated, remember });
    }),
    handle(pushRecords, async ({ params, query, body, caller, signal, idempotencyKey, remember }) => {
      const kind = permittedKind(deps, params.kind);
      if (!('fields' in kind)) return kind;
      const { async: isAsync = false } = query;
      const mapping = await namedMapping(deps.database, query.mapping, kind.id);
      if (!mapping.ok) return problem(mapping.error.code);
      if (body instanceof Readable) {
        const form = mappedForm({ type: 'lines' }, mapping.value);
        const sent = { kind: kind.id, form, fileName: undefined, dryRun: false, createdBy: caller.name };
        return await receiveFile(deps, body, { ...sent, signal, idempotencyKey, isAsync, remember });
      }
      if (isAsync) return invalid('query/async', 'only lines of JSON go on after the answer');
      const request = { kind, records: body.records, createdBy: caller.name, idempotencyKey };
      return await pushList(deps, mappedRecords(request, mapping.value), remember);
    }),
    handle(getKindTemplate, async ({ params }) => {
      const kind = recordKind(params.kind);
      if (kind === undefined) return problem('kind_unknown');
      const { tables } = await deps.master.context();
      const today = tables && { tables, today: civilDateOf(deps.clock.now()) };
      return { mediaType: xlsx, fileName: `${kind.id}.xlsx`, content: await writeTemplate(kind, [], today) };
    }),
  ];
}

/** Imports a list of records, or refuses it when nothing in it is new. */
async function pushList(
  deps: ImportRouteDeps,
  request: Omit<RecordsImport, 'remember'>,
  remember: (tx: Transaction, answer: Outcome) => Promise<void>,
): Promise<Outcome> {
  const outcome = await importRecords(deps, {
    ...request,
    remember: async (tx, done) => {
      const known = knownRecordsOf(done);
      // Thrown within the transaction, so that nothing of the push is kept.
      if (known !== undefined) throw new ProblemError(known.code, { records: known.records });
      await remember(tx, outcomeOf(done));
    },
  });
  return outcomeOf(outcome);
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
      const { state, ...page } = rest;
      const { items, ...rows } =
        state === 'all'
          ? await listAllRows(database, params.id, { ...page, limit })
          : await listImportRows(database, params.id, {
              ...page,
              ...(state === undefined ? {} : { state }),
              limit,
            });
      return { items: items.map((row) => ({ ...placeOfRow(found.kind, row.row), ...row })), ...rows };
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
    handle(cancelImport, async ({ params }) => {
      const { database, progress, jobs } = deps;
      if ((await findImport(database, progress, params.id)) === undefined) return problem('import_not_found');
      const result = await jobs.cancel(params.id);
      if (!result.ok) return problem(result.error.code);
      return (await findImport(database, progress, params.id)) ?? problem('import_not_found');
    }),
    handle(discardImportRoute, async ({ params }) => {
      const result = await discardImport(deps, params.id);
      return result.ok ? result.value : problem(result.error.code);
    }),
  ];
}

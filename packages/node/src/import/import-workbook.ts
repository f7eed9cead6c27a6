// Imports a workbook: a thread reads and encodes it, this thread copies what arrives into the database, all in
// one transaction, so that whatever cuts it off leaves nothing behind (spec/import.md).
import type { Result } from '@suyuan/log';
import { sql } from 'kysely';
import { settleArrived } from '../attachment/missing-files.ts';
import { civilDateOf } from '../clock.ts';
import type { Transaction } from '../database/database.ts';
import { preparePartitions } from '../database/partitions.ts';
import { Fault } from '../fault.ts';
import { codeFieldOf } from './code-field.ts';
import { fourSheetRecordKinds } from './four-sheet/layout.ts';
import type { ImportDeps } from './import-deps.ts';
import { countFindings } from './import-finding.ts';
import type { ImportFinding } from './import-finding.ts';
import type { ImportOutcome } from './import-outcome.ts';
import type { MergedRange } from './sheet-rows.ts';
import { endJob, takeJob } from './jobs/job-store.ts';
import type { ImportSource } from './import-progress.ts';
import { findRecordIds } from './record-ids.ts';
import { refuseRepeated } from './repeated-import.ts';
import { duplicateFindings, fileWarnings, stagePiece } from './stage-piece.ts';
import type { StagedCount, StagingPurpose } from './stage-piece.ts';
import { findStagedCodes } from './staged-codes.ts';
import { storeFile } from './store-file.ts';
import type { Upload } from './upload.ts';
import { findingsShownMax } from './workbook-messages.ts';
import type { FileForm, PieceMessage, ReadingTask } from './workbook-messages.ts';
import { refusalOf, WorkbookRefusal } from './workbook-rejection.ts';
import type { WorkbookRejection } from './workbook-rejection.ts';
import { startReading } from './workbook-thread.ts';
import type { WorkbookThread } from './workbook-thread.ts';

/** A workbook to import. */
export interface WorkbookImport {
  readonly upload: Upload;
  readonly form: FileForm;
  readonly kind: string;
  readonly fileName: string | undefined;
  readonly dryRun: boolean;
  /** Name of the caller, as people see it. */
  readonly createdBy: string;
  readonly idempotencyKey: string | undefined;
  readonly signal: AbortSignal;
  /** The import that waits with this file, where the file came before (jobs/). */
  readonly job?: number;
  /** Refuse the file when its bytes were imported before as this kind. */
  readonly refuseRepeated?: boolean;
  /** Keeps the answer within the import's own transaction. */
  readonly remember: (tx: Transaction, outcome: ImportOutcome) => Promise<void>;
}

/** Batches that may be on their way from the reading thread at once. */
const creditsMax = 3;

/** Imports the good rows and keeps the bad ones for correction; or refuses the file and keeps nothing. */
export async function importWorkbook(
  deps: ImportDeps,
  request: WorkbookImport,
): Promise<Result<ImportOutcome, WorkbookRejection>> {
  const now = deps.clock.now();
  const id = request.job ?? (await deps.importIds.take());
  const { kind, fileName, createdBy } = request;
  deps.progress.begin({
    id,
    kind,
    source: sourceOf(request.form),
    fileName,
    createdBy,
    startedAt: now,
    rows: 0,
    isStored: request.job !== undefined,
  });
  try {
    return await refusalOf(async () => await importOnceOrTwice(deps, request, id, civilDateOf(now)));
  } finally {
    // Who runs a job tells of its end, once that is stored.
    if (request.job === undefined) deps.progress.end(id);
  }
}

/** Merged ranges are known only at the end of a sheet; when rows lie in them, the file is read once more. */
async function importOnceOrTwice(
  deps: ImportDeps,
  request: WorkbookImport,
  id: number,
  today: string,
): Promise<ImportOutcome> {
  const task: ReadingTask = {
    path: request.upload.path,
    form: request.form,
    kind: request.kind,
    today,
    storedOn: today,
    codes: deps.codeMode(),
    master: await deps.master.message(
      request.form.type === 'four_sheet' ? fourSheetRecordKinds : [request.kind],
    ),
    rowsMax: deps.rowsMax,
    importId: id,
    dryRun: request.dryRun,
    merged: [],
  };
  try {
    return await importOnce(deps, request, task);
  } catch (error) {
    if (!(error instanceof MergedRows)) throw error;
    return await importOnce(deps, request, { ...task, merged: error.ranges });
  }
}

/** Ends a first reading whose rows cannot be used. */
class MergedRows extends Error {
  readonly ranges: readonly MergedRange[];
  constructor(ranges: readonly MergedRange[]) {
    super('rows lie in merged cells');
    this.ranges = ranges;
  }
}

async function importOnce(
  deps: ImportDeps,
  request: WorkbookImport,
  task: ReadingTask,
): Promise<ImportOutcome> {
  await using thread = startReading(task, request.signal);
  if (request.dryRun) {
    const totals = await consume(deps, task, thread, async (piece) => {
      const purpose = purposeOf(deps, task, piece.kind);
      return await deps.database.read(async (db) => {
        const ids = await findRecordIds(db, piece, purpose, false);
        const codes = await findStagedCodes(db, piece.kind, piece.codes, task.importId);
        const duplicates = [...duplicateFindings(piece, purpose, codes)];
        const kept = duplicates.filter(([leaf]) => !ids.replacing.has(leaf));
        const refused = new Map([...kept, ...ids.refused]);
        const warnings = await fileWarnings(db, piece, refused);
        const staged = piece.count - refused.size;
        return { staged, findings: [...refused.values(), ...warnings.map(({ finding }) => finding)] };
      });
    });
    return { id: null, kind: task.kind, dryRun: true, ...totals };
  }
  await preparePartitions(deps.database, [task.storedOn]);
  const outcome = await deps.database.transact(async (tx) => {
    await beginImport(tx, request, task, new Date(deps.clock.now()));
    const totals = await consume(deps, task, thread, async (piece) => {
      await deps.reach('import.copying');
      return await stagePiece(tx, piece, purposeOf(deps, task, piece.kind));
    });
    await keepFile(tx, request, task);
    const result: ImportOutcome = { id: task.importId, kind: task.kind, dryRun: false, ...totals };
    await finishImport(tx, result, task.form, new Date(deps.clock.now()));
    await request.remember(tx, result);
    request.signal.throwIfAborted();
    await deps.reach('import.before_commit');
    return result;
  });
  await deps.reach('import.committed');
  await settleArrived(deps.database, outcome.findings);
  return outcome;
}

type Totals = Pick<ImportOutcome, 'rows' | 'staged' | 'errors' | 'warnings' | 'skipped' | 'findings'>;

/** Listens to the thread to its end; `stage` handles each batch before the next credit is given. */
async function consume(
  deps: ImportDeps,
  task: ReadingTask,
  thread: WorkbookThread,
  stage: (piece: PieceMessage) => Promise<StagedCount>,
): Promise<Totals> {
  let staged = 0;
  const late: ImportFinding[] = [];
  let errors = 0;
  let warnings = 0;
  for (let credit = 0; credit < creditsMax; credit += 1) thread.grant(await deps.batchIds.take());
  for await (const message of thread.messages) {
    switch (message.type) {
      case 'piece': {
        const count = await stage(message);
        staged += count.staged;
        const counts = countFindings(count.findings);
        errors += counts.errors;
        warnings += counts.warnings;
        if (late.length < findingsShownMax) late.push(...count.findings);
        thread.grant(await deps.batchIds.take());
        break;
      }
      case 'progress':
        deps.progress.advance(task.importId, message.rows);
        break;
      case 'refused':
        throw new WorkbookRefusal(message.rejection);
      case 'end':
        if (message.merged.length > 0) throw new MergedRows(message.merged);
        return {
          rows: message.rows,
          staged,
          errors: message.errors + errors,
          warnings: message.warnings + warnings,
          ...(message.skipped === undefined ? {} : { skipped: message.skipped }),
          findings: [...message.findings, ...late].slice(0, findingsShownMax),
        };
    }
  }
  throw new Fault('reading_thread_died', 'the thread that reads workbooks ended without an answer');
}

function purposeOf(deps: ImportDeps, task: ReadingTask, kind: string): StagingPurpose {
  return {
    importId: task.importId,
    kind,
    codeField: codeFieldOf(kind),
    reporter: deps.organization,
    storedOn: task.storedOn,
  };
}

/** What a file of this form is shown as. */
export function sourceOf({ type }: FileForm): ImportSource {
  if (type === 'lines') return 'ndjson';
  return type === 'csv' ? 'csv' : 'excel';
}

/** Inserts the import, or takes the one that waits; the lock on it keeps everyone else away to the end. */
async function beginImport(
  tx: Transaction,
  request: WorkbookImport,
  task: ReadingTask,
  at: Date,
): Promise<void> {
  const { upload, fileName, createdBy, idempotencyKey } = request;
  if (request.job !== undefined) return await takeJob(tx, request.job);
  if (request.refuseRepeated === true) await refuseRepeated(tx, task.kind, upload.digest);
  await sql`insert into import
      (id, kind, source, file_name, file_digest, status, created_by, created_at, idempotency_key)
    overriding system value values (${task.importId}, ${task.kind}, ${sourceOf(task.form)}, ${fileName ?? null},
      ${upload.digest}, 'reading', ${createdBy}, ${at}, ${idempotencyKey ?? null})`.execute(tx.sql);
}

/** What a push sends is all in its records and rows; a table is kept, to be given back marked. */
async function keepFile(tx: Transaction, request: WorkbookImport, task: ReadingTask): Promise<void> {
  const isKept = task.form.type !== 'lines';
  if (request.job === undefined && isKept) await storeFile(tx, task.importId, request.upload.path);
  if (request.job !== undefined) await endJob(tx, request.job, isKept);
}

async function finishImport(
  tx: Transaction,
  outcome: ImportOutcome,
  form: FileForm,
  at: Date,
): Promise<void> {
  const { id, rows, staged, errors, warnings } = outcome;
  const mappedBy = form.type === 'four_sheet' ? undefined : form.mappedBy;
  const charset = (form.type === 'csv' ? form.charset : undefined) ?? null;
  const mapping = { mapping_id: mappedBy?.id ?? null, mapping_version: mappedBy?.version ?? null };
  await tx.sql
    .updateTable('import')
    .set({ status: 'done', rows, staged, errors, warnings, finished_at: at, charset, ...mapping })
    .where('id', '=', id)
    .execute();
}

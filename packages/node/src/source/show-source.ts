// Sources and runs as the contract shows them; no secret is in reach here.
import { isSourceFailureCode, sourceFailures } from '@suyuan/api';
import type { AnswerOf, getSource, runSource } from '@suyuan/api';
import type { RawBuilder, Selectable } from 'kysely';
import { sql } from 'kysely';

import { lacksFile } from '../attachment/missing-files.ts';
import type { Database } from '../database/database.ts';
import type { SourceRunTable, SourceTable } from '../database/tables.ts';
import type { ColumnDifference } from './check-columns.ts';
import { readSource } from './source-store.ts';

/** A source as it is shown. */
export type ShownSource = AnswerOf<typeof getSource>;
/** A run as it is shown. */
export type ShownRun = AnswerOf<typeof runSource>;

/** A run that is so long overdue makes its source late. */
const graceMs = 300_000;

/** All sources, or one. */
export async function showSources(database: Database, nowMs: number, id?: number): Promise<ShownSource[]> {
  const { rows, streams, runs, waiting } = await database.read(async (db) => {
    const sources = db.selectFrom('source').selectAll().orderBy('id');
    return {
      rows: await (id === undefined ? sources : sources.where('id', '=', id)).execute(),
      streams: await db.selectFrom('source_stream').selectAll().execute(),
      runs: await latestRuns(db),
      waiting: await countExceptions(db),
    };
  });
  return rows.map((row) => {
    const own = runs.filter((run) => run.source_id === row.id);
    const running = own.find(({ status }) => status === 'running');
    const last = own.find(({ status }) => status !== 'running');
    const { settings, schedule } = readSource(row);
    return {
      id: row.id,
      name: row.name,
      system: row.system,
      settings,
      ...(schedule === undefined ? {} : { schedule }),
      autoReport: row.auto_report,
      holdWarnings: row.hold_warnings,
      openToManager: row.open_to_manager,
      hasSecret: row.secret !== null,
      state: stateOf(row, last, nowMs),
      streams: streams.filter((stream) => stream.source_id === row.id).map(showStream),
      exceptions: waiting.get(row.id) ?? 0,
      ...(running === undefined ? {} : { running: showRun(running) }),
      ...(last === undefined ? {} : { lastRun: showRun(last) }),
      ...(row.next_run_at === null ? {} : { nextRunAt: row.next_run_at.toISOString() }),
      createdBy: row.created_by,
      createdAt: row.created_at.toISOString(),
    };
  });
}

function stateOf(
  source: Selectable<SourceTable>,
  last: Selectable<SourceRunTable> | undefined,
  nowMs: number,
): ShownSource['state'] {
  if (source.status !== 'active') return source.status;
  if (last === undefined) return 'new';
  const isOverdue = source.next_run_at !== null && source.next_run_at.getTime() + graceMs < nowMs;
  return source.failures > 0 || last.status === 'failed' || isOverdue ? 'late' : 'fresh';
}

function showStream(row: {
  readonly kind: string;
  readonly cursor: string | null;
  readonly columns: string | null;
  readonly changed: string | null;
}): ShownSource['streams'][number] {
  const columns: string[] = row.columns === null ? [] : JSON.parse(row.columns); // only run-store.ts writes them
  const changed: ColumnDifference | undefined = row.changed === null ? undefined : JSON.parse(row.changed); // as above
  return {
    kind: row.kind,
    ...(row.cursor === null ? {} : { cursor: row.cursor }),
    ...(row.columns === null ? {} : { columns }),
    ...(changed === undefined
      ? {}
      : { changed: { missing: [...changed.missing], added: [...changed.added] } }),
  };
}

type Db = Parameters<Parameters<Database['read']>[0]>[0];

/** The newest run of each source, and the running one. */
async function latestRuns(db: Db): Promise<readonly Selectable<SourceRunTable>[]> {
  const { rows } = await sql<Selectable<SourceRunTable>>`select r.* from source s, lateral (
      (select * from source_run where source_id = s.id and status <> 'running' order by id desc limit 1)
      union all (select * from source_run where source_id = s.id and status = 'running')) r`.execute(db);
  return rows;
}

async function countExceptions(db: Db): Promise<ReadonlyMap<number, number>> {
  const { rows } = await sql<{ id: number; count: number }>`select i.source_id as id, count(*) as count
    from source_import i join source s on s.id = i.source_id join import_row w on w.import_id = i.import_id
    where ${isWaiting} group by i.source_id`.execute(db);
  return new Map(rows.map(({ id, count }) => [id, count]));
}

/** A row `w` of the import `i` of the source `s` that a person has to look at: wrong, held, or without its file. */
export const isWaiting: RawBuilder<unknown> = sql`(w.state = 'wrong' and not (w.row = 0 and w.sheet is not null)
  or (w.state = 'warned' and s.hold_warnings or w.state in ('warned', 'corrected') and w.findings::text like '%"attachment_missing"%')
    and exists (select from batch b join record r on r.batch_id = b.id and r.stored_on = b.stored_on
      where b.import_id = i.import_id and b.status = 'staged' and r.source_row = w.row
        and (w.state = 'warned' and s.hold_warnings or ${lacksFile})))`;

/** A run of the log. */
function showRun(row: Selectable<SourceRunTable>): ShownRun {
  const { id, status, pages, rows, unchanged, skipped, staged, errors, warnings, attempts } = row;
  const failure: { code: string; detail?: string } | undefined =
    row.failure === null ? undefined : JSON.parse(row.failure); // only run-store.ts writes it
  return {
    id,
    status,
    startedBy: row.started_by,
    account: row.account,
    startedAt: row.started_at.toISOString(),
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at.toISOString() }),
    pages,
    rows,
    unchanged,
    skipped,
    staged,
    errors,
    warnings,
    attempts,
    ...(row.report_id === null ? {} : { report: row.report_id }),
    ...(failure === undefined ? {} : { failure: showFailure(failure) }),
  };
}

/** A failure with its sentence in both languages. */
export function showFailure({
  code,
  detail,
}: {
  readonly code: string;
  readonly detail?: string | undefined;
}): NonNullable<ShownRun['failure']> {
  const message = isSourceFailureCode(code) ? sourceFailures[code] : { en: code, zh: code };
  return { code, message: { en: message.en, zh: message.zh }, ...(detail === undefined ? {} : { detail }) };
}

/** Runs of a source, newest first. */
export async function showRuns(
  database: Database,
  source: number,
  before: number,
  limit: number,
): Promise<ShownRun[]> {
  const rows = await database.read((db) =>
    db
      .selectFrom('source_run')
      .selectAll()
      .where('source_id', '=', source)
      .where('id', '<', before)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),
  );
  return rows.map(showRun);
}

/** One run with its newest imports. */
export async function showRunDetail(
  database: Database,
  source: number,
  run: number,
): Promise<(ShownRun & { imports: number[] }) | undefined> {
  return await database.read(async (db) => {
    const row = await db
      .selectFrom('source_run')
      .selectAll()
      .where('source_id', '=', source)
      .where('id', '=', run)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const imports = await db
      .selectFrom('source_import')
      .select('import_id')
      .where('source_id', '=', source)
      .where('run_id', '=', run)
      .orderBy('import_id', 'desc')
      .limit(100)
      .execute();
    return Object.assign(showRun(row), { imports: imports.map((found) => found.import_id) });
  });
}

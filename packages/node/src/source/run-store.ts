// The rows of a source's runs: begun once at a time, counted as they go, ended with their outcome; and how far each
// record kind has got (spec/source.md, "Runs").
import type { SourceFailureCode } from '@suyuan/api';
import { sql } from 'kysely';

import type { Database, Transaction } from '../database/database.ts';
import { isUniqueViolation } from '../database/database-fault.ts';
import type { SourceRunTable } from '../database/tables.ts';
import { isWaiting } from './show-source.ts';

/** What a run adds to its counts. */
export type RunCounts = Readonly<
  Partial<
    Record<'pages' | 'rows' | 'unchanged' | 'skipped' | 'staged' | 'errors' | 'warnings' | 'attempts', number>
  >
>;

/** Who starts a run. */
export interface RunStart {
  readonly by: SourceRunTable['started_by'];
  readonly account: string;
  readonly now: Date;
}

/** Ends a run whose row says that it was cancelled, or is gone. */
export class RunCancelled extends Error {}

/** Inserts a run; undefined where one is running, or the source is gone. Sets when the next is due. */
export async function beginRun(
  database: Database,
  source: number,
  { by, account, now }: RunStart,
  nextRunAt: Date | null,
): Promise<number | undefined> {
  try {
    return await database.transact(async (tx) => {
      const found = await tx.sql
        .updateTable('source')
        .set({ next_run_at: nextRunAt })
        .where('id', '=', source)
        .returning('id')
        .executeTakeFirst();
      if (found === undefined) return undefined;
      const run = await tx.sql
        .insertInto('source_run')
        .values({ source_id: source, status: 'running', started_by: by, account, started_at: now })
        .returning('id')
        .executeTakeFirstOrThrow();
      return run.id;
    });
  } catch (error) {
    if (isUniqueViolation(error, 'source_run_running')) return undefined;
    throw error;
  }
}

/** Adds to the counts of a running run; throws {@link RunCancelled} where it is none. */
export async function addToRun(tx: Transaction, run: number, counts: RunCounts): Promise<void> {
  const {
    pages = 0,
    rows = 0,
    unchanged = 0,
    skipped = 0,
    staged = 0,
    errors = 0,
    warnings = 0,
    attempts = 0,
  } = counts;
  const { numAffectedRows } = await sql`update source_run set pages = pages + ${pages}, rows = rows + ${rows},
    unchanged = unchanged + ${unchanged}, skipped = skipped + ${skipped}, staged = staged + ${staged},
    errors = errors + ${errors}, warnings = warnings + ${warnings}, attempts = attempts + ${attempts}
    where id = ${run} and status = 'running'`.execute(tx.sql);
  if (numAffectedRows !== 1n) throw new RunCancelled();
}

/** Keeps the cursor, where there is a new one, and the columns. */
export async function keepPlace(
  tx: Transaction,
  source: number,
  kind: string,
  { cursor, columns }: { readonly cursor: string | undefined; readonly columns: readonly string[] },
): Promise<void> {
  const place = { columns: JSON.stringify(columns), ...(cursor === undefined ? {} : { cursor }) };
  await tx.sql
    .insertInto('source_stream')
    .values({ source_id: source, kind, ...place })
    .onConflict((conflict) => conflict.columns(['source_id', 'kind']).doUpdateSet(place))
    .execute();
}

/** Runs of a source that its log keeps besides those with rows on the work list. */
const runsKeptMax = 1_000;

/** Forgets the oldest runs beyond that; what they staged stays. */
export async function pruneRuns(
  database: Database,
  source: number,
  keep: number = runsKeptMax,
): Promise<void> {
  await database.transact(async (tx) => {
    await sql`delete from source_run o using source s
      where s.id = ${source} and o.source_id = s.id and o.status <> 'running'
        and o.id < (select id from source_run where source_id = ${source} order by id desc offset ${keep - 1} limit 1)
        and not exists (select from source_import i join import_row w on w.import_id = i.import_id
          where i.run_id = o.id and ${isWaiting})`.execute(tx.sql);
  });
}

/** How a run ended. */
export interface RunEnd {
  readonly status: 'done' | 'failed' | 'cancelled';
  readonly failure?: { readonly code: SourceFailureCode; readonly detail?: string };
  readonly now: Date;
  /** When to try again, where that is before the next run by schedule. */
  readonly retryAt?: Date;
  /** Stops the source, with how the columns of a kind differ. */
  readonly stop?: { readonly kind: string; readonly changed: object };
}

/** Ends a running run; nothing where it has ended already. */
export async function endRun(database: Database, source: number, run: number, end: RunEnd): Promise<void> {
  const { status, failure, now, retryAt, stop } = end;
  await database.transact(async (tx) => {
    const ended = await tx.sql
      .updateTable('source_run')
      .set({ status, finished_at: now, failure: failure === undefined ? null : JSON.stringify(failure) })
      .where('id', '=', run)
      .where('status', '=', 'running')
      .returning('id')
      .executeTakeFirst();
    if (ended === undefined || status === 'cancelled') return;
    const failed = status === 'failed' ? sql<number>`failures + 1` : sql<number>`0`;
    await tx.sql
      .updateTable('source')
      .set({
        failures: failed,
        ...(retryAt === undefined ? {} : { next_run_at: sql<Date>`least(next_run_at, ${retryAt})` }),
        ...(stop === undefined ? {} : { status: 'stopped' as const, next_run_at: null }),
      })
      .where('id', '=', source)
      .execute();
    if (stop === undefined) return;
    const changed = JSON.stringify(stop.changed);
    await tx.sql
      .insertInto('source_stream')
      .values({ source_id: source, kind: stop.kind, changed })
      .onConflict((conflict) => conflict.columns(['source_id', 'kind']).doUpdateSet({ changed }))
      .execute();
  });
}

// Takes staged records for a report: from one committed transaction on they belong to that report and to no other,
// so two reports at once never report a record twice. A claimed batch is `sending` without a sequence number.
import type { Result } from '@suyuan/log';
import { assert, ok, reject } from '@suyuan/log';
import { sql } from 'kysely';
import type { SelectQueryBuilder } from 'kysely';

import type { Database, Transaction } from '../database/database.ts';
import type { BatchTable, Tables } from '../database/tables.ts';
import { findObstacle } from './check-claim.ts';
import type { ClaimRejection } from './check-claim.ts';
import { repackBatches } from './repack-batches.ts';
import { readReport } from './report-view.ts';
import type { ShownReport } from './report-view.ts';

/** What is to be reported, all of it staged. */
export type ReportSelection =
  | { readonly by: 'import'; readonly importId: number }
  | { readonly by: 'batches'; readonly batches: readonly number[] }
  | { readonly by: 'records'; readonly records: readonly { readonly batch: number; readonly leaf: number }[] }
  | { readonly by: 'all'; readonly kind: string | undefined };

/** What to claim, for whom. */
export interface Claim {
  readonly selection: ReportSelection;
  readonly createdBy: string;
  readonly now: Date;
  /** Record kinds that may be reported now; every kind unless given. */
  readonly permitted?: readonly string[];
  /** Runs in the same transaction, with the report as the API shows it. */
  readonly onClaimed?: (tx: Transaction, report: ShownReport) => Promise<void>;
}

/** Makes the report and takes its records, or changes nothing. No records where nothing is staged (any more). */
export async function claimRecords(
  database: Database,
  { selection, createdBy, now, permitted, onClaimed }: Claim,
): Promise<Result<ShownReport, ClaimRejection>> {
  return await database.transact(async (tx) => {
    const obstacle = await findObstacle(tx, selection, permitted);
    if (obstacle !== undefined) return reject(obstacle);
    const { id } = await tx.sql
      .insertInto('report')
      .values({
        import_id: selection.by === 'import' ? selection.importId : null,
        status: 'running',
        created_by: createdBy,
        created_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const records =
      selection.by === 'records'
        ? await claimChosen(tx, id, selection.records)
        : await claimBatches(tx, id, selection);
    if (records === undefined) {
      await tx.sql.deleteFrom('report').where('id', '=', id).execute();
      return reject({ code: 'record_not_staged' });
    }
    const nothing = records === 0 ? { status: 'done' as const, finished_at: now } : {};
    await tx.sql
      .updateTable('report')
      .set({ records, ...nothing })
      .where('id', '=', id)
      .execute();
    const report = await readReport(tx.sql, NO_WORKER, id);
    assert(report !== undefined, 'the report was just made');
    await onClaimed?.(tx, report);
    return ok(report);
  });
}

/** Before its commit no worker knows of a report. */
const NO_WORKER = { activityOf: () => undefined };

/** One update: who waits for a row that another report is taking finds it taken, and leaves it. */
async function claimBatches(
  tx: Transaction,
  reportId: number,
  selection: Exclude<ReportSelection, { by: 'records' }>,
): Promise<number> {
  const claimed = await tx.sql
    .updateTable('batch')
    .set({ status: 'sending', report_id: reportId, refusal: null })
    .where('id', 'in', (query) =>
      selectStaged(query.selectFrom('batch').select('id'), selection).orderBy('id').forUpdate(),
    )
    .where('status', '=', 'staged')
    .returning('count')
    .execute();
  return claimed.reduce((sum, { count }) => sum + count, 0);
}

/** Narrows a query of batches to the staged ones that are chosen. */
export function selectStaged<O>(
  query: SelectQueryBuilder<Tables, 'batch', O>,
  selection: Exclude<ReportSelection, { by: 'records' }>,
): SelectQueryBuilder<Tables, 'batch', O> {
  const staged = query.where('status', '=', 'staged' satisfies BatchTable['status']);
  if (selection.by === 'import') return staged.where('import_id', '=', selection.importId);
  if (selection.by === 'batches') return staged.where('id', 'in', [-1, ...selection.batches]);
  return selection.kind === undefined ? staged : staged.where('kind', '=', selection.kind);
}

/** Undefined, with nothing changed, where one of the chosen records is not staged. */
async function claimChosen(
  tx: Transaction,
  reportId: number,
  records: readonly { readonly batch: number; readonly leaf: number }[],
): Promise<number | undefined> {
  const staged = await tx.sql
    .selectFrom('batch')
    .select(['id', 'kind', 'stored_on'])
    .where('id', 'in', [-1, ...new Set(records.map(({ batch }) => batch))])
    .where('status', '=', 'staged')
    .orderBy('id')
    .forUpdate()
    .execute();
  const months = new Map<string, number[]>();
  for (const { id, kind, stored_on: storedOn } of staged) {
    const month = `${kind}/${storedOn.slice(0, 7)}`;
    months.set(month, [...(months.get(month) ?? []), id]);
  }
  const wanted = new Set(records.map(({ batch, leaf }) => `${batch}/${leaf}`)).size;
  if ((await countStored(tx, staged, records)) !== wanted) return undefined;
  let taken = 0;
  for (const sources of months.values()) {
    const chosen = records.filter(({ batch }) => sources.includes(batch));
    taken += (await repackBatches(tx, { sources, chosen, reportId }))?.count ?? 0;
  }
  assert(taken === wanted, 'every chosen record of the locked batches was moved');
  return taken;
}

/** How many of the records these batches hold. */
async function countStored(
  tx: Transaction,
  staged: readonly { readonly id: number; readonly stored_on: string }[],
  records: readonly { readonly batch: number; readonly leaf: number }[],
): Promise<number> {
  const storedOn = new Map(staged.map((batch) => [batch.id, batch.stored_on]));
  const held = records.filter(({ batch }) => storedOn.has(batch));
  const { rows } = await sql<{ count: number }>`
    select count(*) as count
    from (select distinct * from unnest(${held.map(({ batch }) => batch)}::int8[],
      ${held.map(({ leaf }) => leaf)}::int4[],
      ${held.map(({ batch }) => storedOn.get(batch))}::date[]) as c (batch, leaf, day)) c
    join record r on r.batch_id = c.batch and r.leaf = c.leaf and r.stored_on = c.day
  `.execute(tx.sql);
  return rows[0]?.count ?? 0;
}

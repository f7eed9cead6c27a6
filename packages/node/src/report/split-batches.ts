// Gives records that come back to staged from a merged batch to their imports again, so that each of these can be
// discarded, corrected and reported by itself as before (spec/import.md, I46).
import { sql } from 'kysely';

import type { Transaction } from '../database/database.ts';
import { recountBatches } from './repack-batches.ts';

interface Part {
  readonly id: number;
  readonly part: number;
}

/** Splits the staged batches of a report that hold records of several imports: one batch for each of these. */
export async function splitStagedBatches(tx: Transaction, reportId: number): Promise<void> {
  const mixed = await tx.sql
    .selectFrom('batch')
    .select(['id', 'stored_on'])
    .where('report_id', '=', reportId)
    .where('status', '=', 'staged')
    .where('import_id', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
  for (const { id, stored_on: storedOn } of mixed) {
    const { rows } = await sql<Part>`
      insert into batch (status, kind, reporter, count, stored_on, import_id, report_id, refusal)
      select b.status, b.kind, b.reporter, 0, b.stored_on, i.import_id, b.report_id, b.refusal
      from batch b, (select distinct import_id from batch_range where batch_id = ${id}) i
      where b.id = ${id} order by i.import_id returning id, import_id as part`.execute(tx.sql);
    if (rows.length === 0) continue;
    await move(tx, 'subject', id, storedOn, rows);
    await move(tx, 'record', id, storedOn, rows);
    await tx.sql.deleteFrom('batch_range').where('batch_id', '=', id).execute();
    await recountBatches(tx, [id, ...rows.map((row) => row.id)], storedOn.slice(0, 7));
  }
}

/** Leaves stay as they are: gaps are closed when the batch is reported. */
async function move(
  tx: Transaction,
  table: 'record' | 'subject',
  batch: number,
  storedOn: string,
  parts: readonly Part[],
): Promise<void> {
  await sql`update ${sql.table(table)} r set batch_id = p.id
    from batch_range o, unnest(${parts.map(({ id }) => id)}::int8[], ${parts.map(({ part }) => part)}::int8[])
      as p (id, import_id)
    where o.batch_id = ${batch} and p.import_id = o.import_id and r.batch_id = ${batch}
      and r.stored_on = ${storedOn} and r.leaf >= o.from_leaf and r.leaf < o.from_leaf + o.count`.execute(
    tx.sql,
  );
}

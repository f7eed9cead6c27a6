// Makes few large batches of many small ones before they are reported: a statement, a payload and acknowledgements
// cost the same for one record as for four thousand.
import { BATCH_RECORDS_MAX, PAYLOAD_BYTES_MAX, RECORD_BYTES_MAX } from '@suyuan/ledger';
import { sql } from 'kysely';

import type { Database } from '../database/database.ts';
import { repackBatches } from './repack-batches.ts';

/** Batches with fewer records than this are merged. */
const SMALL_RECORDS = 256;
/** Small batches looked at in one pass. */
const PASS_BATCHES_MAX = 4_096;

interface SmallBatch {
  readonly id: number;
  readonly group: string;
  readonly count: number;
  readonly bytes: number;
}

/** Merges the claimed batches of a report. Each merge is one transaction; stopping anywhere leaves a valid state. */
export async function mergeSmallBatches(database: Database, reportId: number): Promise<void> {
  for (;;) {
    const merges = planMerges(await readSmallBatches(database, reportId));
    if (merges.length === 0) return;
    for (const sources of merges) {
      await database.transact(async (tx) => {
        await repackBatches(tx, { sources, reportId });
      });
    }
  }
}

/** Neighbours of one kind and month that fit into one batch together. */
function planMerges(batches: readonly SmallBatch[]): readonly (readonly number[])[] {
  const merges: number[][] = [];
  let open: number[] = [];
  let group = '';
  let count = 0;
  let bytes = 0;
  const close = (): void => {
    if (open.length > 1) merges.push(open);
    open = [];
    count = 0;
    bytes = 0;
  };
  for (const batch of batches) {
    const fits = count + batch.count <= BATCH_RECORDS_MAX && bytes + batch.bytes <= PAYLOAD_BYTES_MAX - 16;
    if (batch.group !== group || !fits) close();
    group = batch.group;
    open.push(batch.id);
    count += batch.count;
    bytes += batch.bytes;
  }
  close();
  return merges;
}

async function readSmallBatches(database: Database, reportId: number): Promise<readonly SmallBatch[]> {
  const { rows } = await database.read((db) =>
    sql<SmallBatch>`
      select b.id, b.kind || to_char(b.stored_on, ' YYYY-MM') as group, b.count,
        coalesce(b.payload_size, b.count * ${RECORD_BYTES_MAX}) as bytes
      from batch b
      where b.report_id = ${reportId} and b.status = 'sending' and b.sequence is null and b.count < ${SMALL_RECORDS}
      order by b.kind, to_char(b.stored_on, ' YYYY-MM'), b.id limit ${PASS_BATCHES_MAX}`.execute(db),
  );
  return rows;
}

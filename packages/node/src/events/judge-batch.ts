// How many records of a batch contradict another record, by the fold that the trace and the preview of a report use
// (spec/events.md, W16). What nobody else names is left out by one query; the rest is folded a few hundred at a time.
import { foldCustody } from '@suyuan/battery';
import type { FoundRecord, Subject } from '@suyuan/battery';
import { sql } from 'kysely';

import type { Database } from '../database/database.ts';
import { findKnown } from '../report/find-known.ts';
import { findResolutions } from '../trace/find-resolutions.ts';
import type { VoidSource } from '../trace/void-reader.ts';

/** Records folded together. */
const LOT = 500;

/** A batch that is ordered and here. */
export interface OrderedBatch {
  /** The event that told of it. */
  readonly event: number;
  readonly id: number;
  readonly entry: number;
  readonly kind: string;
  readonly reporter: string;
  readonly count: number;
}

/** The number of its records that stand in a conflict which no resolution has settled. */
export async function countConflicts(
  database: Database,
  voids: VoidSource,
  batch: OrderedBatch,
): Promise<number> {
  const subjects = await findNamedElsewhere(database, batch.id);
  const leaves = [...subjects.keys()];
  if (leaves.length === 0) return 0;
  let count = 0;
  for (let from = 0; from < leaves.length; from += LOT) {
    const lot = new Set(leaves.slice(from, from + LOT));
    const named = [...lot].map((leaf) => ({ subjects: subjects.get(leaf) ?? [] }));
    const known = await findKnown({ database }, voids, named);
    const later = await toldLater(database, batch.event, known.records);
    const records = known.records.filter(({ entry }) => !later.has(entry));
    const resolutions = await database.read(async (db) => await findResolutions(db, records));
    const contradicting = new Set<number>();
    for (const { records: pair, isSettled } of foldCustody(records, resolutions, known.codes).conflicts()) {
      if (isSettled) continue;
      for (const { entry, leaf } of pair) if (entry === batch.entry && lot.has(leaf)) contradicting.add(leaf);
    }
    count += contradicting.size;
  }
  return count;
}

/** Entries of these records whose own turn comes after this event: what they contradict is told with them. */
async function toldLater(
  database: Database,
  event: number,
  records: readonly FoundRecord[],
): Promise<ReadonlySet<number>> {
  const entries = [...new Set(records.map(({ entry }) => entry))];
  const rows = await database.read(
    async (db) =>
      await db
        .selectFrom('event')
        .select('entry')
        .where(sql<boolean>`entry = any(${entries}::int8[])`)
        .where('id', '>', event)
        .where('type', 'in', ['reported', 'visible'])
        .execute(),
  );
  return new Set(rows.flatMap(({ entry }) => entry ?? []));
}

/**
 * The records that share a code with another reported record, other than the whole that they are part of: for each the
 * codes shared and its wholes. What is in no other record contradicts none. Each code is looked up by the index, and
 * each batch by its key, whatever PostgreSQL believes of tables that it has not analysed yet.
 */
async function findNamedElsewhere(
  database: Database,
  batch: number,
): Promise<ReadonlyMap<number, readonly Subject[]>> {
  const rows = await database.transact(async ({ sql: db }) => {
    await sql`set local enable_seqscan = off`.execute(db);
    const found = await sql<Subject & { readonly leaf: number }>`
      select s.leaf, s.role, s.code from subject s
      where s.batch_id = ${batch} and (s.role = 'parent'
        or s.role in ('subject', 'child', 'previous', 'vehicle', 'removed', 'installed', 'handled')
        and exists (
          select from subject o
          where o.code = s.code and (o.batch_id, o.leaf) <> (s.batch_id, s.leaf)
            and (select b.status from batch b where b.id = o.batch_id) = 'reported' offset 0))
      order by s.leaf`.execute(db);
    return found.rows;
  });
  const isWhole = ({ role }: Subject): boolean => role === 'parent';
  const shared = new Set(rows.flatMap((row) => (isWhole(row) ? [] : [row.leaf])));
  const subjects = new Map<number, Subject[]>();
  for (const { leaf, role, code } of rows) {
    if (!shared.has(leaf)) continue;
    const list = subjects.get(leaf) ?? [];
    subjects.set(leaf, list);
    list.push({ role, code });
  }
  return subjects;
}

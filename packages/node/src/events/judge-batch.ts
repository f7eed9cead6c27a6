// How many records of a batch contradict another record, by the fold that the trace and the preview of a report use
// (spec/events.md, W16). What nobody else names is left out by one query; the rest is folded a few hundred at a time.
import { custodyMoves, foldCustody } from '@suyuan/battery';
import type { CodeMode } from '@suyuan/battery';
import { sql } from 'kysely';

import type { Database } from '../database/database.ts';
import { findKnown, parseForCustody } from '../report/find-known.ts';
import { findResolutions } from '../trace/find-resolutions.ts';
import type { VoidSource } from '../trace/void-reader.ts';

/** Records folded together. */
const LOT = 256;

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

interface Text {
  readonly leaf: number;
  readonly public_text: string;
  readonly shared_text: string;
}

/** The number of its records that stand in a conflict which no resolution has settled. */
export async function countConflicts(
  database: Database,
  voids: VoidSource,
  batch: OrderedBatch,
  codes: CodeMode,
): Promise<number> {
  const leaves = await findNamedElsewhere(database, batch.id);
  if (leaves.length === 0) return 0;
  const later = await toldLater(database, batch.event);
  let count = 0;
  for (let from = 0; from < leaves.length; from += LOT) {
    const texts = await readTexts(database, batch.id, leaves.slice(from, from + LOT));
    const own = texts.map(({ leaf, public_text: publicText, shared_text: sharedText }) => ({
      ...batch,
      leaf,
      publicText,
      sharedText,
    }));
    const parsed = await parseForCustody(own, codes);
    const known = await findKnown({ database }, voids, parsed);
    const records = known.records.filter(({ entry }) => !later.has(entry));
    const resolutions = await database.read(async (db) => await findResolutions(db, records));
    const custody = foldCustody(records, resolutions);
    const lot = new Set(texts.map(({ leaf }) => leaf));
    const contradicting = new Set<number>();
    const moved = records.filter(({ entry, leaf }) => entry === batch.entry && lot.has(leaf));
    for (const code of new Set(moved.flatMap((record) => custodyMoves(record).map((move) => move.code)))) {
      for (const { records: pair, isSettled } of custody.state(code).conflicts) {
        if (isSettled) continue;
        for (const { entry, leaf } of pair)
          if (entry === batch.entry && lot.has(leaf)) contradicting.add(leaf);
      }
    }
    count += contradicting.size;
  }
  return count;
}

/** Entries whose own turn comes after this one: what they contradict is told with them. */
async function toldLater(database: Database, event: number): Promise<ReadonlySet<number>> {
  const rows = await database.read(
    async (db) =>
      await db
        .selectFrom('event')
        .select('entry')
        .where('id', '>', event)
        .where('type', 'in', ['reported', 'visible'])
        .execute(),
  );
  return new Set(rows.flatMap(({ entry }) => entry ?? []));
}

/**
 * Records that share a code with another reported record, other than the whole that they are part of. `offset 0` keeps
 * PostgreSQL from joining all of `subject`: each code is looked up by the index.
 */
async function findNamedElsewhere(database: Database, batch: number): Promise<readonly number[]> {
  const { rows } = await database.read(
    async (db) =>
      await sql<{ leaf: number }>`
        select distinct s.leaf from subject s
        where s.batch_id = ${batch}
          and s.role in ('subject', 'child', 'previous', 'vehicle', 'removed', 'installed', 'handled')
          and exists (
            select from subject o join batch b on b.id = o.batch_id and b.status = 'reported'
            where o.code = s.code and (o.batch_id, o.leaf) <> (s.batch_id, s.leaf) offset 0)
        order by 1`.execute(db),
  );
  return rows.map(({ leaf }) => leaf);
}

async function readTexts(
  database: Database,
  batch: number,
  leaves: readonly number[],
): Promise<readonly Text[]> {
  const { rows } = await database.read(
    async (db) =>
      await sql<Text>`
        select r.leaf, r.public_text, r.shared_text
        from batch b join record r on r.batch_id = b.id and r.stored_on = b.stored_on
        where b.id = ${batch} and r.leaf = any(${[...leaves]}::int4[]) order by r.leaf`.execute(db),
  );
  return rows;
}

// From codes to stored records in two queries, however many records there are: the index of subjects says where they
// lie, and their partitions are named literally, so that PostgreSQL opens no other one.
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import { assert } from '@suyuan/log';

import type { Tables } from '../database/tables.ts';

/** Where a record lies, with what its batch says about it. */
export interface RecordPlace {
  readonly batchId: number;
  readonly leaf: number;
  readonly storedOn: string;
  readonly kind: string;
  readonly reporter: string;
  /** Null before it is reported. */
  readonly entry: number | null;
  readonly status: 'staged' | 'sending' | 'reported';
}

/** A record with its exact texts. */
export interface StoredRecord extends RecordPlace {
  readonly publicText: string;
  readonly sharedText: string;
}

/** Places that one look-up gives at most; one more is asked for, to tell that there are more. */
export const PLACES_MAX = 2_000;

/** The records that name one of these codes, in log order, staged ones last. Held batches of others are not shown. */
export async function findPlaces(
  db: Kysely<Tables>,
  codes: readonly string[],
): Promise<readonly RecordPlace[]> {
  const { rows } = await sql<{
    batch_id: number;
    leaf: number;
    stored_on: string;
    kind: string;
    reporter: string;
    entry: number | null;
    status: RecordPlace['status'];
  }>`
    select distinct b.entry, s.batch_id, s.leaf, s.stored_on, b.kind, b.reporter, b.status
    from subject s join batch b on b.id = s.batch_id
    where s.code = any(${codes}::text[]) and b.status in ('reported', 'staged', 'sending')
    order by b.entry nulls last, s.batch_id, s.leaf limit ${PLACES_MAX + 1}`.execute(db);
  return rows.map(({ batch_id: batchId, stored_on: storedOn, ...row }) => ({ ...row, batchId, storedOn }));
}

/** The texts of these records. One that is gone meanwhile is left out. */
export async function readRecords(
  db: Kysely<Tables>,
  places: readonly RecordPlace[],
): Promise<readonly StoredRecord[]> {
  if (places.length === 0) return [];
  const months = new Map<string, RecordPlace[]>();
  for (const place of places) {
    const month = place.storedOn.slice(0, 7);
    months.set(month, [...(months.get(month) ?? []), place]);
  }
  const selects = [...months.values()].map((month) => selectMonth(month));
  const { rows } = await sql<{
    batch_id: number;
    leaf: number;
    public_text: string;
    shared_text: string;
  }>`${sql.join(selects, sql` union all `)}`.execute(db);
  const found = new Map(rows.map((row) => [`${row.batch_id}/${row.leaf}`, row]));
  return places.flatMap((place) => {
    const row = found.get(`${place.batchId}/${place.leaf}`);
    return row === undefined ? [] : [{ ...place, publicText: row.public_text, sharedText: row.shared_text }];
  });
}

/** One partition: dates and numbers are ours and stand in the text, so that planning prunes and picks the index. */
function selectMonth(places: readonly RecordPlace[]): ReturnType<typeof sql> {
  const dates = [...new Set(places.map(({ storedOn }) => storedOn))];
  assert(
    dates.every((date) => /^\d{4}-\d{2}-\d{2}$/.test(date)),
    'a stored date is a civil date',
  );
  const names = places.map(({ batchId, leaf }) => `(${batchId},${leaf})`).join(',');
  return sql`select batch_id, leaf, public_text, shared_text from record
    where stored_on in (${sql.raw(dates.map((date) => `'${date}'`).join(','))})
      and (batch_id, leaf) in (${sql.raw(names)})`;
}

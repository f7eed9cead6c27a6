// How conflicts between records were settled: the resolutions that name any of them (spec/custody.md, K9).
import type { CustodyResolution } from '@suyuan/battery';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

import type { Tables } from '../database/tables.ts';

interface Row {
  readonly resolution: number;
  readonly entry: number;
  readonly leaf: number;
  readonly upheld: boolean;
}

/** The resolutions in force that name one of these records, each with all records that it names. */
export async function findResolutions(
  db: Kysely<Tables>,
  names: readonly { readonly entry: number; readonly leaf: number }[],
): Promise<readonly CustodyResolution[]> {
  // A conflict takes two; and most networks have settled none, which the first condition finds out once.
  if (names.length < 2) return [];
  const { rows } = await sql<Row>`
    select resolution, entry, leaf, upheld from resolution_record
    where exists (select from resolution_record) and resolution in (
      select r.resolution from resolution_record r
      join unnest(${names.map(({ entry }) => entry)}::int8[], ${names.map(({ leaf }) => leaf)}::int4[])
        as n (entry, leaf) on r.entry = n.entry and r.leaf = n.leaf)
    order by resolution, entry, leaf`.execute(db);
  const found = new Map<number, { entry: number; records: Row[]; upheld: Row[] }>();
  for (const row of rows) {
    const one = found.get(row.resolution) ?? { entry: row.resolution, records: [], upheld: [] };
    one.records.push(row);
    if (row.upheld) one.upheld.push(row);
    found.set(row.resolution, one);
  }
  return [...found.values()];
}

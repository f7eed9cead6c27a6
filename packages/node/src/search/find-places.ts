// Where the search starts from single records instead of batches: those that name a code, by the index of codes, and
// those that were voided, by the ledger. Implements spec/search.md, "Access".
import { batchOf, voidActOf } from '@suyuan/ledger';
import type { View } from '@suyuan/ledger';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Tables } from '../database/tables.ts';
import { contentRole } from '../import/own-code.ts';
import { recordIdRole } from '../import/record-ids.ts';
import type { FoundPlace } from './read-texts.ts';
import { comparePlaces } from './search-query.ts';
import type { SearchFilters } from './search-query.ts';
import { selectNamed } from './select-batches.ts';
import type { FoundBatch } from './select-batches.ts';

/** Rows of the index of codes that are looked at; a code with more is searched for through the batches. */
const INDEX_ROWS_MAX = 2_000;
/** Voids that are looked at. */
const VOIDS_MAX = 10_000;

/** Behind every text that begins with the one before it. */
const TOP = '\u{10ffff}';

interface IndexRow {
  readonly batch_id: number;
  readonly leaf: number;
  readonly role: string;
}

/** The order of a search over places. */
function inOrder(a: FoundPlace, b: FoundPlace): number {
  return comparePlaces(orderOf(a.batch), orderOf(b.batch)) || b.leaf - a.leaf;
}

/** Where a batch stands in the order. */
export function orderOf({ id, entry }: FoundBatch): { readonly open: boolean; readonly place: number } {
  return entry === null ? { open: true, place: id } : { open: false, place: entry };
}

/** The records that name the code, or one that begins so, in order; undefined when they are too many to sort. */
export async function placesOfCode(
  db: Kysely<Tables>,
  filters: SearchFilters,
): Promise<readonly FoundPlace[] | undefined> {
  const from = filters.code ?? filters.codePrefix ?? '';
  const to = filters.code ?? `${from}${TOP}`;
  // As a range with an order, so that PostgreSQL walks the index and stops at the limit, whatever it expects to find.
  const { rows } = await sql<IndexRow>`select batch_id, leaf, role from subject
    where code >= ${from} and code <= ${to} order by code limit ${INDEX_ROWS_MAX + 1}`.execute(db);
  if (rows.length > INDEX_ROWS_MAX) return undefined;
  const named = rows.filter(({ role }) => role !== contentRole && role !== recordIdRole);
  const batches = await selectNamed(db, filters, [...new Set(named.map((row) => row.batch_id))]);
  const known = new Map(batches.map((batch) => [batch.id, batch]));
  const places = new Map<string, FoundPlace>();
  for (const { batch_id: id, leaf } of named) {
    const batch = known.get(id);
    if (batch !== undefined) places.set(`${id}/${leaf}`, { batch, leaf });
  }
  return [...places.values()].sort(inOrder);
}

/** The voided records of the newest voids, in order. */
export async function placesOfVoids(
  db: Kysely<Tables>,
  view: View,
  filters: SearchFilters,
): Promise<readonly FoundPlace[]> {
  const { rows } = await sql<{ entry: string }>`select substr(key, 6) as entry from ledger_state
    where key >= 'void/' and key < 'void0' order by length(key) desc, key desc limit ${VOIDS_MAX}`.execute(
    db,
  );
  const entries = new Set(rows.flatMap(({ entry }) => voidActOf(view, Number(entry))?.batch ?? []));
  const { rows: ids } = await sql<{ id: number }>`select id from batch
    where entry = any(${[...entries]}::int8[])`.execute(db);
  const batches = await selectNamed(
    db,
    filters,
    ids.map(({ id }) => id),
  );
  return batches
    .toSorted((a, b) => comparePlaces(orderOf(a), orderOf(b)))
    .flatMap((batch) => {
      const ranges = batch.entry === null ? [] : (batchOf(view, batch.entry)?.voids ?? []);
      return ranges
        .toReversed()
        .flatMap(({ first, last }) =>
          Array.from({ length: last - first + 1 }, (_, index) => ({ batch, leaf: last - index })),
        );
    });
}

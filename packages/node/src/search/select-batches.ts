// The batches that may hold what is searched for, in the order of the search. There are thousands of times fewer
// batches than records, so walking them by key is cheap whatever is filtered. Implements spec/search.md, "Access".
import { recordKind } from '@suyuan/battery';
import { sql } from 'kysely';
import type { Kysely, SelectQueryBuilder } from 'kysely';

import type { Tables } from '../database/tables.ts';
import { LEAF_TOP } from './search-query.ts';
import type { SearchFilters, SearchPlace } from './search-query.ts';

/** A batch with what a found record shows of it. */
export interface FoundBatch {
  readonly id: number;
  readonly status: 'staged' | 'sending' | 'reported';
  readonly kind: string;
  readonly reporter: string;
  readonly channel: number | null;
  readonly entry: number | null;
  readonly import_id: number | null;
  readonly stored_on: string;
  readonly created_at: Date | null;
  readonly count: number;
}

type Query<O> = SelectQueryBuilder<Tables, 'batch', O>;

const COLUMNS = [
  'id',
  'kind',
  'reporter',
  'channel',
  'entry',
  'import_id',
  'stored_on',
  'created_at',
  'count',
] as const;

/** Narrows a query of batches to those that can hold a record of these filters, whatever their status. */
function narrow<O>(query: Query<O>, filters: SearchFilters): Query<O> {
  let narrowed = query;
  const { kind, reporter, channel, entryFrom, entryTo, eventFrom, eventTo } = filters;
  if (kind !== undefined) narrowed = narrowed.where('kind', '=', kind);
  if (reporter !== undefined) narrowed = narrowed.where('reporter', '=', reporter);
  if (channel !== undefined) narrowed = narrowed.where('channel', '=', channel);
  if (entryFrom !== undefined) narrowed = narrowed.where('entry', '>=', entryFrom);
  if (entryTo !== undefined) narrowed = narrowed.where('entry', '<=', entryTo);
  const { import: importId } = filters;
  if (importId !== undefined)
    narrowed = narrowed.where(
      sql<boolean>`(import_id = ${importId}
        or id in (select batch_id from batch_range where import_id = ${importId}))`,
    );
  if (filters.storedFrom !== undefined) narrowed = narrowed.where('stored_on', '>=', filters.storedFrom);
  if (filters.storedTo !== undefined) narrowed = narrowed.where('stored_on', '<=', filters.storedTo);
  if (filters.reportedFrom !== undefined)
    narrowed = narrowed.where('created_at', '>=', new Date(filters.reportedFrom));
  if (filters.reportedTo !== undefined)
    narrowed = narrowed.where('created_at', '<=', new Date(filters.reportedTo));
  // What is not summarized yet may hold anything.
  if (eventFrom !== undefined)
    narrowed = narrowed.where(sql<boolean>`(not summarized or event_to >= ${eventFrom})`);
  if (eventTo !== undefined)
    narrowed = narrowed.where(sql<boolean>`(not summarized or event_from <= ${eventTo})`);
  return narrowed;
}

/** Whether the filters leave batches before their entry (`open`), or those with one. */
function mayHold(filters: SearchFilters, open: boolean): boolean {
  const { status } = filters;
  if (!open) return status === undefined || status === 'reported' || status === 'voided';
  return (
    (status === undefined || status === 'staged' || status === 'sending') &&
    filters.entryFrom === undefined &&
    filters.entryTo === undefined
  );
}

/** The next batches from a place on, at most `limit`; the first may be one that is begun already. */
export async function selectBatches(
  db: Kysely<Tables>,
  filters: SearchFilters,
  from: SearchPlace,
  limit: number,
): Promise<readonly FoundBatch[]> {
  const found: FoundBatch[] = [];
  if (from.open && mayHold(filters, true)) found.push(...(await selectOpen(db, filters, from, limit)));
  if (found.length < limit && mayHold(filters, false)) {
    const start = from.open ? { open: false, place: Number.MAX_SAFE_INTEGER, below: LEAF_TOP } : from;
    found.push(...(await selectEntries(db, filters, start, limit - found.length)));
  }
  return found;
}

async function selectOpen(
  db: Kysely<Tables>,
  filters: SearchFilters,
  { place, below }: SearchPlace,
  limit: number,
): Promise<readonly FoundBatch[]> {
  const { status } = filters;
  const statuses = status === 'staged' || status === 'sending' ? [status] : (['staged', 'sending'] as const);
  const rows = await narrow(db.selectFrom('batch').select([...COLUMNS, 'status']), filters)
    .where('status', 'in', statuses)
    .where('id', below > 0 ? '<=' : '<', place)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, status: row.status === 'sending' ? 'sending' : 'staged' }));
}

async function selectEntries(
  db: Kysely<Tables>,
  filters: SearchFilters,
  { place, below }: SearchPlace,
  limit: number,
): Promise<readonly FoundBatch[]> {
  const rows = await narrow(db.selectFrom('batch').select(COLUMNS), filters)
    .where('status', '=', 'reported')
    .where('entry', 'is not', null)
    .where('entry', below > 0 ? '<=' : '<', place)
    .orderBy('entry', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, status: 'reported' as const }));
}

/** Of these batches, those that the filters leave. */
export async function selectNamed(
  db: Kysely<Tables>,
  filters: SearchFilters,
  ids: readonly number[],
): Promise<readonly FoundBatch[]> {
  const { status } = filters;
  const statuses =
    status === undefined
      ? (['staged', 'sending', 'reported'] as const)
      : [status === 'voided' ? 'reported' : status];
  const rows = await narrow(db.selectFrom('batch').select([...COLUMNS, 'status']), filters)
    .where(sql<boolean>`id = any(${[...ids]}::int8[])`)
    .where('status', 'in', statuses)
    .execute();
  return rows.flatMap(({ status: found, ...row }) =>
    found === 'staged' || found === 'sending' || found === 'reported' ? [{ ...row, status: found }] : [],
  );
}

/** How many records the batches hold that the filters leave: exact where no text has to be looked at. */
export async function countRecords(db: Kysely<Tables>, filters: SearchFilters): Promise<number> {
  const statuses = [
    ...(mayHold(filters, true) ? (['staged', 'sending'] as const) : []),
    ...(mayHold(filters, false) ? (['reported'] as const) : []),
  ].filter((status) => filters.status === undefined || filters.status === status);
  if (statuses.length === 0) return 0;
  // Of a batch of several imports only the ranges of the one that is asked for count.
  const count =
    filters.import === undefined
      ? sql`count`
      : sql`case when import_id is not null then count else (select sum(o.count) from batch_range o
          where o.batch_id = batch.id and o.import_id = ${filters.import}) end`;
  const row = await narrow(
    db.selectFrom('batch').select(sql<number>`coalesce(sum(${count}), 0)::int8`.as('records')),
    filters,
  )
    .where('status', 'in', statuses)
    .executeTakeFirstOrThrow();
  return row.records;
}

/** Members of a kind's records that hold the event date, as the functions of migration 0009 take them. */
export function dateFieldsOf(kind: string): string {
  const date = recordKind(kind)?.eventDate ?? '';
  return typeof date === 'string' ? date : date.join(',');
}

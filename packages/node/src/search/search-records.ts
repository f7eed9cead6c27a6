// One page of a search over everything the node holds, in bounded time: through single places where an index names
// few, else through batches newest first until the page is full or time is up. Implements spec/search.md, "Access".
import type { AnswerOf, searchRecords } from '@suyuan/api';
import { BATCH_RECORDS_MAX, policyOf, viewOf } from '@suyuan/ledger';
import type { LedgerState } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';

import type { Database } from '../database/database.ts';
import { orderOf, placesOfCode, placesOfVoids } from './find-places.ts';
import { placesOfImport, withImports } from './merged-imports.ts';
import { readBatches, readPlaces } from './read-texts.ts';
import type { FoundPlace, FoundText } from './read-texts.ts';
import { comparePlaces, conditionsOf, encodeCursor, isUnconditional, LEAF_TOP } from './search-query.ts';
import type { RecordConditions, SearchFilters, SearchPlace } from './search-query.ts';
import { countRecords, selectBatches } from './select-batches.ts';
import type { FoundBatch } from './select-batches.ts';
import { showFound } from './show-found.ts';

/** A page as the API shows it. */
export type SearchPage = AnswerOf<typeof searchRecords>;

/** What searching needs. */
export interface SearchOptions {
  readonly database: Database;
  readonly crypto: Crypto;
  readonly state: () => LedgerState;
}

/** Milliseconds that a page looks through records, at most; one batch may be looked through on top. */
const PAGE_MS_MAX = 30;
/** Batches asked for at a time. */
const BATCHES_AT_ONCE = 32;

/** What is found from a place on, and where to go on. */
export interface Found {
  readonly texts: readonly FoundText[];
  /** Undefined at the end. */
  readonly next: SearchPlace | undefined;
  /** Of all pages; undefined when only the texts could tell. */
  readonly total: number | undefined;
}

/** The records from `from` on, at most `limit`, looking for at most about `msMost`. */
export async function findFrom(
  options: SearchOptions,
  filters: SearchFilters,
  from: SearchPlace,
  { limit, msMost = PAGE_MS_MAX }: { readonly limit: number; readonly msMost?: number },
): Promise<Found> {
  const { database } = options;
  const { code, codePrefix } = filters;
  const named = await database.read(async (db) => {
    const places =
      code === undefined && codePrefix === undefined ? undefined : await placesOfCode(db, filters);
    if (filters.status !== 'voided') return places;
    const voided = await placesOfVoids(db, viewOf(options.crypto, options.state()), filters);
    if (places === undefined) return voided;
    const names = new Set(voided.map(nameOf));
    return places.filter((place) => names.has(nameOf(place)));
  });
  if (named !== undefined) {
    const { import: importId } = filters;
    const places =
      importId === undefined
        ? named
        : await database.read(async (db) => await placesOfImport(db, named, importId));
    // Places of a code need no look at the text for it, unless they come from the voids only.
    const conditions = conditionsOf(filters, filters.status === 'voided' ? needleOf(filters) : undefined);
    return await findAt(database, places, from, conditions, limit);
  }
  return await walk(database, filters, from, { limit, msMost });
}

function nameOf({ batch, leaf }: FoundPlace): string {
  return `${batch.id}/${leaf}`;
}

/** What stands in the text of every record that names the code: strings are the same in JSON as in our texts. */
function needleOf({ code, codePrefix }: SearchFilters): string | undefined {
  if (code !== undefined) return JSON.stringify(code);
  return codePrefix === undefined ? undefined : JSON.stringify(codePrefix).slice(0, -1);
}

async function findAt(
  database: Database,
  places: readonly FoundPlace[],
  from: SearchPlace,
  conditions: RecordConditions,
  limit: number,
): Promise<Found> {
  const left = places.filter(({ batch, leaf }) => {
    const order = comparePlaces(from, orderOf(batch));
    return order < 0 || (order === 0 && leaf < from.below);
  });
  const found = await database.read(async (db) => {
    const { texts } = await readPlaces(db, left, conditions, limit + 1);
    return { texts: await withImports(db, texts) };
  });
  const texts = found.texts.slice(0, limit);
  const total = isUnconditional(conditions) ? places.length : undefined;
  return { texts, next: found.texts.length > limit ? behind(texts.at(-1)) : undefined, total };
}

function behind(text: FoundText | undefined): SearchPlace | undefined {
  return text && { ...orderOf(text.batch), below: text.leaf };
}

async function walk(
  database: Database,
  filters: SearchFilters,
  from: SearchPlace,
  { limit, msMost }: { readonly limit: number; readonly msMost: number },
): Promise<Found> {
  const conditions = conditionsOf(filters, needleOf(filters));
  const total = isUnconditional(conditions)
    ? await database.read(async (db) => await countRecords(db, filters))
    : undefined;
  const until = performance.now() + msMost;
  const texts: FoundText[] = [];
  let place = from;
  for (;;) {
    const begun = place;
    const batches = await database.read(
      async (db) => await selectBatches(db, filters, begun, BATCHES_AT_ONCE),
    );
    const [first] = batches;
    if (first === undefined) return { texts, next: undefined, total };
    // A begun batch may have gone meanwhile: then the first one is whole.
    const firstBelow = comparePlaces(begun, orderOf(first)) === 0 ? begun.below : LEAF_TOP;
    // Of a batch of several imports most records may be of others.
    const isMerged = filters.import !== undefined && batches.some((batch) => batch.import_id === null);
    const wanted = isMerged ? BATCH_RECORDS_MAX : limit + 1 - texts.length;
    const msLeft = Math.max(0, until - performance.now());
    const found = await database.read(async (db) => {
      const read = await readBatches(db, batches, firstBelow, conditions, { wanted, msMost: msLeft });
      return { ...read, texts: await withImports(db, read.texts) };
    });
    texts.push(...found.texts.filter(({ importId }) => (filters.import ?? importId) === importId));
    if (texts.length > limit) {
      texts.length = limit;
      return { texts, next: behind(texts.at(-1)), total };
    }
    const last: FoundBatch | undefined = batches[found.seen - 1];
    if (last === undefined) return { texts, next: undefined, total };
    if (!found.isCut && batches.length < BATCHES_AT_ONCE) return { texts, next: undefined, total };
    const isWithin = found.texts.length >= wanted ? behind(found.texts.at(-1)) : undefined;
    place = isWithin ?? { ...orderOf(last), below: 0 };
    if (found.isCut || performance.now() > until) return { texts, next: place, total };
  }
}

/** One page as the API shows it. */
export async function searchPage(
  options: SearchOptions,
  filters: SearchFilters,
  from: SearchPlace,
  { limit, isFirst }: { readonly limit: number; readonly isFirst: boolean },
): Promise<SearchPage> {
  const { texts, next, total } = await findFrom(options, filters, from, { limit });
  const view = viewOf(options.crypto, options.state());
  const codes = policyOf(view).codes === 'strict' ? 'strict' : 'legacy';
  const items = texts.flatMap((text) => showFound(view, codes, text, filters) ?? []);
  return {
    items,
    ...(next === undefined ? {} : { next: encodeCursor(next) }),
    ...(isFirst ? { total: totalOf(total, items.length, next !== undefined) } : {}),
    ...(next !== undefined && texts.length < limit
      ? { reached: next.open ? {} : { entry: next.place } }
      : {}),
  };
}

function totalOf(
  total: number | undefined,
  shown: number,
  isMore: boolean,
): { readonly records: number; readonly isExact: boolean } {
  return total === undefined ? { records: shown, isExact: !isMore } : { records: total, isExact: true };
}

// Calls the two functions of migration 0009 that look at records: through whole batches, or at single places.
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Tables } from '../database/tables.ts';
import type { RecordConditions } from './search-query.ts';
import { dateFieldsOf } from './select-batches.ts';
import type { FoundBatch } from './select-batches.ts';

/** A record with its texts and its batch. */
export interface FoundText {
  readonly batch: FoundBatch;
  readonly leaf: number;
  readonly row: number | null;
  readonly importId: number | null;
  readonly publicText: string;
  readonly sharedText: string;
}

/** A record's place with its batch. */
export interface FoundPlace {
  readonly batch: FoundBatch;
  readonly leaf: number;
}

interface Row {
  readonly place: number;
  readonly leaf: number;
  readonly source_row: number | null;
  readonly public_text: string | null;
  readonly shared_text: string | null;
}

/** What is found, and how far the look went. */
export interface FoundTexts {
  readonly texts: readonly FoundText[];
  /** Index of the batch or place behind the last one that was looked at. */
  readonly seen: number;
  /** True when the look ended because enough was found or time was up. */
  readonly isCut: boolean;
}

/** How much to look for, and for how long. */
export interface Bounds {
  readonly wanted: number;
  readonly msMost: number;
}

/** Goes through batches, in each from the last record on; in the first only below a leaf. */
export async function readBatches(
  db: Kysely<Tables>,
  batches: readonly FoundBatch[],
  firstBelow: number,
  conditions: RecordConditions,
  { wanted, msMost }: Bounds,
): Promise<FoundTexts> {
  const { rows } = await sql<Row>`select * from search_batches(${batches.map(({ id }) => id)}::int8[],
    ${batches.map((batch) => batch.stored_on)}::date[], ${batches.map(({ kind }) => dateFieldsOf(kind))}::text[],
    ${firstBelow}::int4, ${argumentsOf(conditions)}, ${wanted}::int4, ${Math.ceil(msMost)}::int4)`.execute(
    db,
  );
  const end = rows.at(-1)?.place ?? 0;
  return {
    texts: rows.slice(0, -1).flatMap((row) => textOf(batches[row.place - 1], row)),
    seen: end === 0 ? batches.length : end,
    isCut: end !== 0,
  };
}

/** Looks at single records in the order given. */
export async function readPlaces(
  db: Kysely<Tables>,
  places: readonly FoundPlace[],
  conditions: RecordConditions,
  wanted: number,
): Promise<FoundTexts> {
  const { rows } = await sql<Row>`select * from search_places(${places.map(({ batch }) => batch.id)}::int8[],
    ${places.map(({ leaf }) => leaf)}::int4[], ${places.map(({ batch }) => batch.stored_on)}::date[],
    ${places.map(({ batch }) => dateFieldsOf(batch.kind))}::text[], ${argumentsOf(conditions)},
    ${wanted}::int4)`.execute(db);
  const texts = rows.slice(0, -1).flatMap((row) => textOf(places[row.place - 1]?.batch, row));
  const isCut = texts.length >= wanted;
  return { texts, seen: isCut ? (rows.at(-2)?.place ?? 0) : places.length, isCut };
}

function argumentsOf({ eventFrom, eventTo, needle, words, field }: RecordConditions) {
  return sql`${eventFrom ?? null}::date, ${eventTo ?? null}::date, ${needle ?? null}::text,
    ${words ?? null}::text, ${field ?? null}::text`;
}

function textOf(batch: FoundBatch | undefined, row: Row): FoundText[] {
  const { leaf, source_row: sourceRow, public_text: publicText, shared_text: sharedText } = row;
  if (batch === undefined || publicText === null || sharedText === null) return [];
  return [{ batch, leaf, row: sourceRow, importId: batch.import_id, publicText, sharedText }];
}

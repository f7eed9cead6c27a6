// Which import a found record came from, where its batch holds records of several (spec/import.md, I46).
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Tables } from '../database/tables.ts';
import type { FoundPlace, FoundText } from './read-texts.ts';

interface Origin {
  readonly place: number;
  readonly import: number;
}

/** The records with their imports; at most one look into the database, and none for what others reported. */
export async function withImports(
  db: Kysely<Tables>,
  texts: readonly FoundText[],
): Promise<readonly FoundText[]> {
  const merged = texts.filter(({ batch, row }) => batch.import_id === null && row !== null);
  const imports = await readImports(db, merged);
  return texts.map((text) => {
    const importId = imports.get(text);
    return importId === undefined ? text : { ...text, importId };
  });
}

/** Of these places, those of one import. */
export async function placesOfImport(
  db: Kysely<Tables>,
  places: readonly FoundPlace[],
  importId: number,
): Promise<readonly FoundPlace[]> {
  const merged = places.filter(({ batch }) => batch.import_id === null);
  const imports = await readImports(db, merged);
  return places.filter((place) => (place.batch.import_id ?? imports.get(place)) === importId);
}

async function readImports<T extends FoundPlace>(
  db: Kysely<Tables>,
  merged: readonly T[],
): Promise<ReadonlyMap<T, number>> {
  const imports = new Map<T, number>();
  if (merged.length === 0) return imports;
  const { rows } = await sql<Origin>`
    select p.place, o.import_id as import
    from unnest(${merged.map((_, place) => place)}::int4[], ${merged.map(({ batch }) => batch.id)}::int8[],
      ${merged.map(({ leaf }) => leaf)}::int4[]) as p (place, batch_id, leaf)
    join batch_range o on o.batch_id = p.batch_id
      and p.leaf >= o.from_leaf and p.leaf < o.from_leaf + o.count`.execute(db);
  for (const { place, import: importId } of rows) {
    const record = merged[place];
    if (record !== undefined) imports.set(record, importId);
  }
  return imports;
}

// Mappings in the database: a name, its newest version, and every version there was (spec/mapping.md, "Saved
// mappings").
import { mappingsMax } from '@suyuan/api';
import type { AnswerOf, getMapping, listMappings } from '@suyuan/api';
import { parseMapping } from '@suyuan/battery';
import type { Mapping } from '@suyuan/battery';
import { assert, ok, reject } from '@suyuan/log';
import type { Result } from '@suyuan/log';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import type { Tables } from '../database/tables.ts';

/** A mapping in one version, ready to be used. */
export interface SavedMapping {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  readonly mapping: Mapping;
}

/** Versions of one mapping that are kept; a program that saves in a loop is stopped here. */
const versionsMax = 1_000;

/** Why a mapping cannot be saved. */
export interface SaveRejection<C extends string> {
  readonly code: C;
}

type Page = AnswerOf<typeof listMappings>;

/** Saved mappings in the order of their names. */
export async function listSavedMappings(
  database: Database,
  { kind, after, limit }: { readonly kind?: string; readonly after?: string; readonly limit: number },
): Promise<Page> {
  const rows = await database.read(async (db) => {
    let query = db
      .selectFrom('mapping')
      .innerJoin('mapping_version', (join) =>
        join
          .onRef('mapping_version.mapping_id', '=', 'mapping.id')
          .onRef('mapping_version.version', '=', 'mapping.version'),
      )
      .select(['mapping.id', 'mapping.name', 'mapping.kind', 'mapping.version', 'created_by', 'created_at']);
    query = query.where('mapping.removed_at', 'is', null);
    if (kind !== undefined) query = query.where('mapping.kind', '=', kind);
    if (after !== undefined) query = query.where('mapping.name', '>', after);
    return await query
      .orderBy('mapping.name')
      .limit(limit + 1)
      .execute();
  });
  const items = rows.slice(0, limit).map((row) => ({
    id: row.id,
    name: row.name,
    kind: row.kind,
    version: row.version,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  }));
  const last = items.at(-1);
  return rows.length > limit && last !== undefined ? { items, next: last.name } : { items };
}

/** One mapping as the API shows it, in its newest version or another; undefined when there is none. */
export async function showSavedMapping(
  database: Database,
  id: number,
  version?: number,
): Promise<AnswerOf<typeof getMapping> | undefined> {
  return await database.read(async (db) => {
    const found = await db.selectFrom('mapping').selectAll().where('id', '=', id).executeTakeFirst();
    if (found === undefined) return undefined;
    const versions = await db
      .selectFrom('mapping_version')
      .select(['version', 'created_by', 'created_at'])
      .where('mapping_id', '=', id)
      .orderBy('version', 'desc')
      .execute();
    const wanted = version ?? found.version;
    const shown = versions.map((row) => ({
      version: row.version,
      createdBy: row.created_by,
      createdAt: row.created_at.toISOString(),
    }));
    const made = shown.find((entry) => entry.version === wanted);
    const body = await bodyOf(db, id, wanted);
    if (made === undefined || body === undefined) return undefined;
    const removed = found.removed_at === null ? {} : { removedAt: found.removed_at.toISOString() };
    const { name, kind } = found;
    return { ...made, id, name, kind, mapping: JSON.parse(body), versions: shown, ...removed };
  });
}

async function bodyOf(db: Kysely<Tables>, id: number, version: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('mapping_version')
    .select('body')
    .where('mapping_id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  return row?.body;
}

/** The newest version of a mapping by its id or its name, ready to be used; undefined when there is none. */
export async function findSavedMapping(
  database: Database,
  by: number | string,
): Promise<SavedMapping | undefined> {
  return await database.read(async (db) => {
    const found = await db
      .selectFrom('mapping')
      .selectAll()
      .where(typeof by === 'number' ? 'id' : 'name', '=', by)
      .where('removed_at', 'is', null)
      .executeTakeFirst();
    if (found === undefined) return undefined;
    const { id, name, version } = found;
    const body = await bodyOf(db, id, version);
    assert(body !== undefined, 'the newest version of a mapping is stored');
    const parsed = parseMapping(JSON.parse(body));
    assert(parsed.ok, 'a stored mapping was accepted and its kind only grows');
    return { id, name, version, mapping: parsed.value };
  });
}

/** Saves a new mapping as version 1; gives its id. */
export async function addSavedMapping(
  database: Database,
  { name, mapping, createdBy }: { name: string; mapping: Mapping; createdBy: string },
): Promise<Result<number, SaveRejection<'mapping_name_taken' | 'mappings_too_many'>>> {
  return await database.transact(async (tx) => {
    const { rows } = await sql<{
      count: number;
    }>`select count(*)::int4 as count from mapping where removed_at is null`.execute(tx.sql);
    if ((rows[0]?.count ?? 0) >= mappingsMax) return reject({ code: 'mappings_too_many' });
    const added = await tx.sql
      .insertInto('mapping')
      .values({ name, kind: mapping.kind, version: 1 })
      .onConflict((conflict) => conflict.column('name').where('removed_at', 'is', null).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (added === undefined) return reject({ code: 'mapping_name_taken' });
    await addVersion(tx.sql, { id: added.id, version: 1, mapping, createdBy });
    return ok(added.id);
  });
}

/** Saves a new version of a mapping whose newest version is `version`. */
export async function changeSavedMapping(
  database: Database,
  change: { id: number; version: number; mapping: Mapping; createdBy: string },
): Promise<
  Result<
    void,
    SaveRejection<'mapping_not_found' | 'mapping_changed' | 'mapping_other_kind' | 'mappings_too_many'>
  >
> {
  const { id, version, mapping, createdBy } = change;
  return await database.transact(async (tx) => {
    const found = await tx.sql
      .selectFrom('mapping')
      .selectAll()
      .where('id', '=', id)
      .where('removed_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    if (found === undefined) return reject({ code: 'mapping_not_found' });
    if (found.version !== version) return reject({ code: 'mapping_changed' });
    if (found.kind !== mapping.kind) return reject({ code: 'mapping_other_kind' });
    if (version >= versionsMax) return reject({ code: 'mappings_too_many' });
    await tx.sql
      .updateTable('mapping')
      .set({ version: version + 1 })
      .where('id', '=', id)
      .execute();
    await addVersion(tx.sql, { id, version: version + 1, mapping, createdBy });
    return ok(undefined);
  });
}

async function addVersion(
  db: Kysely<Tables>,
  { id, version, mapping, createdBy }: { id: number; version: number; mapping: Mapping; createdBy: string },
): Promise<void> {
  await db
    .insertInto('mapping_version')
    .values({ mapping_id: id, version, body: JSON.stringify(mapping), created_by: createdBy })
    .execute();
}

// Saved mappings (spec/mapping.md, "Saved mappings"): a name with its newest version, and every version there was.
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  `create table mapping (id int8 generated always as identity primary key, name text not null unique,
     kind text not null, version int4 not null)`,
  `create index mapping_kind on mapping (kind, id)`,
  `create table mapping_version (mapping_id int8 not null references mapping on delete cascade,
     version int4 not null, body json not null, created_by text not null,
     created_at timestamptz not null default now(), primary key (mapping_id, version))`,
];

/** Adds the tables. */
export const mapping: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

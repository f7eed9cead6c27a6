// What organisations have announced of where they are (spec/governance.md, N27), and evidence of validators that have
// signed twice (spec/ordering.md, O15).
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  `create table peer_announcement (organization text primary key, at int8 not null, url text not null,
     consensus text not null, bytes bytea not null)`,
  `create table double_vote (height int8 not null, organization text not null, kind text not null,
     address text not null, seen_at_height int8 not null, evidence json not null,
     seen_at timestamptz not null default now(), primary key (height, address, kind))`,
];

/** Adds the tables. */
export const consortium: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

// What ledger, checkpoints and receipts keep besides the first tables: the state proofs of each batch under the
// first quorum checkpoint that covers it, and checkpoints that contradict ours, kept as evidence.
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  `create table entry_proof (entry int8 primary key, size int8 not null, batch bytea not null, key bytea not null)`,
  `create table split_view (size int8 not null, organization text not null, note text not null,
     seen_at timestamptz not null default now(), primary key (size, organization))`,
  `create index checkpoint_noted on checkpoint (size) where note is not null`,
];

/** Adds the tables. */
export const order: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

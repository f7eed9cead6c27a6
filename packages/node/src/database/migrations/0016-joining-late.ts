// Where the CometBFT of an organisation takes connections, beside the address of its node; and how far the records of
// a channel from before this organisation's stay in it have been listed (spec/governance.md N22, spec/replication.md P21).
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  'alter table peer add column consensus text',
  'alter table join_request add column consensus text',
  `create table channel_backfill (channel int4 primary key, stay_from int8 not null, next_entry int8 not null,
     until_entry int8 not null)`,
];

/** Adds the columns and the table. */
export const joiningLate: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

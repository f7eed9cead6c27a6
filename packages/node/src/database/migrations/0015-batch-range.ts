// Which leaves of a batch came from which import, where a report has put records of several imports into one batch
// (spec/import.md, I46). Most batches are of one import, which `batch.import_id` says; these have no rows here.
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  `create table batch_range (batch_id int8 not null references batch on delete cascade, from_leaf int4 not null,
     count int4 not null, import_id int8 not null, primary key (batch_id, from_leaf))`,
  `create index batch_range_import on batch_range (import_id)`,
];

/** Adds the table. */
export const batchRange: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

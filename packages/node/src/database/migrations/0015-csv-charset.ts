// The encoding that a CSV file was sent with, so that its rows can be given back marked (spec/import.md, I27).
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

/** Adds the column; null where the encoding was found out from the bytes. */
export const csvCharset: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await sql`alter table import add column charset text`.execute(db);
  },
};

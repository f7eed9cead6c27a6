// An invitation of a hosted organisation names its host (spec/hosted.md, HO7).
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

/** Adds the column. */
export const hosted: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await sql.raw('alter table invitation add column host text').execute(db);
  },
};

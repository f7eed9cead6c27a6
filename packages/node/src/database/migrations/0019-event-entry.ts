// Which event told of a batch, by the batch's entry (spec/events.md, W16).
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

/** Adds the index. */
export const eventEntry: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    const statement = `create index event_entry on event (entry) where type in ('reported', 'visible')`;
    await sql.raw(statement).execute(db);
  },
};

// Removes payloads of others that no statement ever named: what the ledger refused, and what was received a week ago
// and not ordered since (spec/replication.md). Should its statement come after all, the payload is missing and fetched.
import { sql } from 'kysely';

import type { Database } from '../database/database.ts';

/** Days for which an acknowledged payload waits for its statement. */
const HELD_DAYS = 7;
const DAY_MS = 86_400_000;
/** Batches removed in one call; the next call takes more. */
const SWEPT_MAX = 256;

/** The number of batches that were removed, each in a transaction of its own. */
export async function sweepPayloads(database: Database, nowMs: number): Promise<number> {
  const old = new Date(nowMs - HELD_DAYS * DAY_MS);
  const unwanted = await database.read((db) =>
    db
      .selectFrom('batch')
      .select('id')
      .where((where) =>
        where.or([
          where('status', '=', 'refused'),
          where.and([where('status', '=', 'held'), where('created_at', '<', old)]),
        ]),
      )
      .limit(SWEPT_MAX)
      .execute(),
  );
  for (const { id } of unwanted) {
    await database.transact(async (tx) => {
      const batch = await tx.sql
        .deleteFrom('batch')
        .where('id', '=', id)
        .where('status', 'in', ['held', 'refused'])
        .returning('stored_on')
        .executeTakeFirst();
      if (batch === undefined) return;
      await sql`delete from record where batch_id = ${id} and stored_on = ${sql.lit(batch.stored_on)}`.execute(
        tx.sql,
      );
      await sql`delete from subject where batch_id = ${id}`.execute(tx.sql);
    });
  }
  return unwanted.length;
}

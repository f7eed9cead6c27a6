// Counts anew when the deadlines or the work calendar have changed: what was counted says when stages are due and what
// came in time, by the rules of its day. Implements spec/coverage.md, "Counting".
import { createHash } from 'node:crypto';
import { builtInDueRules, calendarDays } from '@suyuan/battery';
import type { MasterEntry } from '@suyuan/battery';
import { sql } from 'kysely';

import type { Database } from '../database/database.ts';

const settingName = 'coverage_rules';

/** Names the rules as a setting: those that are built in, and the reported versions. */
function nameOf(due: readonly MasterEntry[]): string {
  const reported = due.map(({ entry, leaf }) => `${entry}/${leaf}`);
  const rules = JSON.stringify([builtInDueRules.deadlines, calendarDays, reported]);
  return JSON.stringify(createHash('sha256').update(rules).digest('hex'));
}

/**
 * A function that begins counting anew where the rules are not those by which was counted: it forgets the counts and
 * marks every batch as not counted, in one transaction.
 */
export function createRecount(database: Database): (due: readonly MasterEntry[]) => Promise<void> {
  let last: readonly MasterEntry[] | undefined;
  return async (due) => {
    if (due === last) return;
    const name = nameOf(due);
    const counted = await database.read(
      async (db) =>
        await db.selectFrom('setting').select('value').where('name', '=', settingName).executeTakeFirst(),
    );
    if (counted?.value !== name) await begin(database, name, counted !== undefined || due.length > 0);
    last = due;
  };
}

/** Before there was a name for the rules, what is built in was counted by. */
async function begin(database: Database, name: string, isCountedOtherwise: boolean): Promise<void> {
  await database.transact(async (tx) => {
    if (isCountedOtherwise) {
      await sql`truncate coverage, coverage_stage, coverage_due, coverage_deadline, coverage_reporter`.execute(
        tx.sql,
      );
      await tx.sql.updateTable('batch').set({ summarized: false }).where('summarized', '=', true).execute();
    }
    await tx.sql
      .insertInto('setting')
      .values({ name: settingName, value: name })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: name }))
      .execute();
  });
}

// For tests: a database whose chosen transaction fails, either before anything is stored or after everything is.
import { DatabaseFault } from '../database/database-fault.ts';
import type { Database } from '../database/database.ts';

/** What a failing transaction leaves behind. */
export type FailureMode = 'failed, not stored' | 'failed, but stored';

/** The same database; its transaction number `failAt` (from 0) fails once. `count` tells how many there were. */
export function failingDatabase(
  database: Database,
  failAt: number,
  mode: FailureMode,
): Database & { readonly count: () => number } {
  let count = 0;
  const fault = (): DatabaseFault =>
    new DatabaseFault('database_unavailable', 'on purpose', undefined, mode === 'failed, but stored');
  return {
    ...database,
    count: () => count,
    transact: async (fn) => {
      const fails = count++ === failAt;
      if (fails && mode === 'failed, not stored') {
        // Within the transaction, so that what it wrote is rolled back.
        return await database.transact(async (tx) => {
          await fn(tx);
          throw fault();
        });
      }
      const value = await database.transact(fn);
      if (fails) throw fault();
      return value;
    },
  };
}

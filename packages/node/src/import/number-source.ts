// Ids taken from a database sequence ahead of use, many at a time, so that rows can be encoded before a
// transaction begins and no import waits for one. Unused numbers are lost, which harms nobody.
import { sql } from 'kysely';
import type { Database } from '../database/database.ts';

/** Gives out each number once. */
export interface NumberSource {
  take(): Promise<number>;
}

/** The numbers of the identity column `id` of a table. */
export function numbersOf(database: Database, table: 'batch' | 'import', ahead: number): NumberSource {
  let ready: number[] = [];
  let fetching: Promise<void> | undefined;
  async function fetch(): Promise<void> {
    const { rows } = await database.read(
      async (db) =>
        await sql<{ id: number }>`select nextval(pg_get_serial_sequence(${table}, 'id')) as id
          from generate_series(1, ${ahead}::int)`.execute(db),
    );
    ready = ready.concat(rows.map(({ id }) => id));
  }
  return {
    async take() {
      for (;;) {
        const number = ready.shift();
        if (number !== undefined) return number;
        fetching ??= fetch().finally(() => (fetching = undefined));
        await fetching;
      }
    },
  };
}

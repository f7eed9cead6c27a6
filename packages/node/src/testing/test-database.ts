// A database of its own for one test, copied from the migrated template, dropped when the test ends.
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import { openDatabase } from '../database/database.ts';
import type { Database } from '../database/database.ts';
import { createDatabase } from '../database/embedded-server.ts';
import { templateName } from './postgres-setup.ts';

/** A migrated, empty database; `await using` closes and drops it. */
export interface TestDatabase extends Database, AsyncDisposable {
  readonly url: string;
}

/** The URL of a new empty migrated database, for tests that start whole nodes. Drop it with `dropTestDatabase`. */
export async function testDatabaseUrl(): Promise<string> {
  const server = inject('postgresUrl');
  const url = new URL(server);
  url.pathname = `/test_${randomBytes(8).toString('hex')}`;
  await createDatabase(server, url.pathname.slice(1), templateName);
  return url.href;
}

/** Drops a database made by `testDatabaseUrl`, ending what still uses it. */
export async function dropTestDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  await client.query(
    `drop database if exists ${client.escapeIdentifier(new URL(url).pathname.slice(1))} with (force)`,
  );
  await client.end();
}

/** A fresh database for one test: `await using database = await testDatabase()`. */
export async function testDatabase(): Promise<TestDatabase> {
  const url = await testDatabaseUrl();
  const database = openDatabase({ url, connectionsMax: 5 });
  return {
    ...database,
    url,
    [Symbol.asyncDispose]: async () => {
      await database.close();
      await dropTestDatabase(url);
    },
  };
}

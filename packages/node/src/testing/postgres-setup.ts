// vitest global setup: one embedded PostgreSQL for the whole run, with a migrated template database from which
// every `testDatabase()` is copied. Durability is off here; tests of durability start servers of their own.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../database/database.ts';
import { startEmbeddedServer } from '../database/embedded-server.ts';
import { isRunning } from '../database/instance-lock.ts';
import { migrate } from '../database/migrate.ts';
import { stopOrphan } from '../database/postgres-process.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

/** Name of the migrated database that tests copy. */
export const templateName = 'template_suyuan';
const prefix = 'suyuan-test-';

/** Removes what runs that were killed have left behind. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(/^suyuan-test-(\d+)-/.exec(name)?.[1] ?? Number.NaN);
    if (!Number.isSafeInteger(pid) || isRunning(pid)) continue;
    await stopOrphan(join(tmpdir(), name, 'postgres')).catch(() => false);
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Starts the server; the returned function stops it and removes its data. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweep();
  const dataDir = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  const server = await startEmbeddedServer({
    dataDir,
    settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=400'],
  });
  await server.createDatabase(templateName);
  const database = openDatabase({ url: server.url(templateName), connectionsMax: 2 });
  await migrate(database);
  await database.close();
  project.provide('postgresUrl', server.url('postgres'));
  return async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

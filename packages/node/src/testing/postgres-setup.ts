// vitest global setup: one embedded PostgreSQL for the whole run, with a migrated template database from which
// every `testDatabase()` is copied. Durability is off here, and the data lies in memory where there is plenty of it;
// tests of durability start servers of their own.
import { mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
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

const settings = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=400',
  'max_wal_size=256MB',
];
/** Name of the migrated database that tests copy. */
export const templateName = 'template_suyuan';
const prefix = 'suyuan-test-';
/** The file system that Linux keeps in memory. */
const memoryFolder = '/dev/shm';
/** A run needs some hundreds of megabytes; who has little memory free keeps it for the tests. */
const memoryBytesMin = 6 * 1024 ** 3;

/** Where the data of this run lies: hundreds of databases are copied and dropped, which disks are slow at. */
async function chooseFolder(): Promise<string> {
  const found = await statfs(memoryFolder).catch(() => undefined);
  return found !== undefined && found.bavail * found.bsize >= memoryBytesMin ? memoryFolder : tmpdir();
}

/** Removes what runs that were killed have left behind. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(/^suyuan-test-(\d+)-/.exec(name)?.[1] ?? Number.NaN);
    if (!Number.isSafeInteger(pid) || isRunning(pid)) continue;
    await stopOrphan(join(folder, name, 'postgres')).catch(() => false);
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Starts the server; the returned function stops it and removes its data. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await chooseFolder();
  await sweep(folder);
  const dataDir = await mkdtemp(join(folder, `${prefix}${process.pid}-`));
  const server = await startEmbeddedServer({ dataDir, settings });
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

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test, vi } from 'vitest';
import { openDatabase } from './database.ts';
import { DatabaseFault } from './database-fault.ts';
import { startEmbeddedServer } from './embedded-server.ts';
import { migrate } from './migrate.ts';
import { isRunning } from './instance-lock.ts';

const settings = ['max_connections=20', 'shared_buffers=16MB'];

async function dataFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'suyuan-embedded-'));
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }) };
}

test('keeps data over a restart, refuses a second instance, and starts again after kill -9', async () => {
  await using data = await dataFolder();
  const events: string[] = [];
  const server = await startEmbeddedServer({
    dataDir: data.path,
    settings,
    onEvent: (event) => events.push(event),
  });
  await server.createDatabase('one');
  await server.createDatabase('one');
  const database = openDatabase({ url: server.url('one') });
  await migrate(database);
  await database.transact(
    async (tx) => await tx.sql.insertInto('setting').values({ name: 'a', value: '1' }).execute(),
  );

  await expect(startEmbeddedServer({ dataDir: data.path })).rejects.toMatchObject({
    code: 'instance_running',
  });

  const killed = server.pid() ?? 0;
  process.kill(killed, 'SIGKILL');
  const fault: unknown = await vi.waitUntil(
    async () =>
      await database
        .read(async (db) => await sql`select 1`.execute(db))
        .then(
          () => undefined,
          (error: unknown) => error,
        ),
    { timeout: 10_000 },
  );
  expect(fault).toBeInstanceOf(DatabaseFault);
  await vi.waitUntil(() => events.includes('PostgreSQL runs again'), { timeout: 20_000 });
  expect(server.pid()).not.toBe(killed);
  const rows = await database.read(async (db) => await db.selectFrom('setting').selectAll().execute());
  expect(rows).toEqual([{ name: 'a', value: '1' }]);
  await database.close();
  const last = server.pid() ?? 0;
  await server.stop();
  expect(isRunning(last)).toBe(false);
});

test('stops a server that a killed node left behind, and uses its data', async () => {
  await using data = await dataFolder();
  const script = new URL('../testing/run-embedded-server.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--conditions', 'source', '--import', 'tsx', script, data.path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed: Buffer[] = await once(child.stdout, 'data'); // one line: the server's process id
  const orphan = Number(printed[0]?.toString());
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isRunning(orphan)).toBe(true);

  const events: string[] = [];
  const server = await startEmbeddedServer({
    dataDir: data.path,
    settings,
    onEvent: (event) => events.push(event),
  });
  expect(isRunning(orphan)).toBe(false);
  expect(events).toEqual(['stopped a PostgreSQL server whose node was killed']);
  const database = openDatabase({ url: server.url('left') });
  await database.read(async (db) => await sql`select 1`.execute(db));
  await database.close();
  await server.stop();
});

test.runIf(process.getuid?.() === 0)(
  'as root, says which folder the user postgres may not enter',
  async () => {
    await using data = await dataFolder();
    const closed = join(data.path, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const start = startEmbeddedServer({ dataDir: join(closed, 'data') });
    await expect(start).rejects.toMatchObject({ code: 'data_folder_not_traversable' });
    await expect(start).rejects.toThrow(`chmod o+x ${data.path}`);
    await chmod(data.path, 0o755);
    await expect(startEmbeddedServer({ dataDir: join(closed, 'data') })).rejects.toThrow(
      `chmod o+x ${closed}`,
    );
  },
);

test('says what is wrong with a data folder it cannot use', async () => {
  await using data = await dataFolder();
  await writeFile(join(data.path, 'file'), '');
  await expect(startEmbeddedServer({ dataDir: join(data.path, 'file', 'x') })).rejects.toMatchObject({
    code: 'data_folder_unreadable',
  });
  await chmod(data.path, 0o755);
  await mkdir(join(data.path, 'postgres'));
  await writeFile(join(data.path, 'postgres', 'PG_VERSION'), '12\n');
  await expect(startEmbeddedServer({ dataDir: data.path })).rejects.toMatchObject({
    code: 'data_folder_incompatible',
  });
  expect(await readFile(join(data.path, 'instance.lock'), 'utf8').catch(() => 'gone')).toBe('gone');
});

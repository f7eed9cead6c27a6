// Death at every step of an import, as real processes: before the commit nothing is there, after it everything
// is, and the same file sent again stages nothing twice.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Step } from '../crash-point.ts';
import { openDatabase } from '../database/database.ts';
import { startEmbeddedServer } from '../database/embedded-server.ts';
import { migrate } from '../database/migrate.ts';
import { testDatabase } from '../testing/test-database.ts';
import { countRows, importBytes, importDeps, uploadOf } from './testing/import-fixture.ts';
import { moduleCells, moduleSheet, workbookFile } from './testing/workbook-file.ts';

const before: readonly Step[] = ['import.received', 'import.copying', 'import.before_commit'];
const nothing = { import: 0, import_row: 0, import_file: 0, batch: 0, record: 0, subject: 0 };
const everything = { import: 1, import_row: 1, import_file: 1, batch: 1, record: 3, subject: 12 };
const rows = [moduleCells(1), moduleCells(2), moduleCells(3), moduleCells(4).with(0, 'X')];
const bytes = workbookFile({ sheets: { 模块: moduleSheet(rows) } });

/** Runs the import in a process of its own, to the end or to its death. */
async function run(
  url: string,
  path: string,
  haltAt: string,
  program: 'run-import' | 'run-job' = 'run-import',
): Promise<{ signal: string | null; output: string }> {
  const script = new URL(`testing/${program}.ts`, import.meta.url).pathname;
  const child = spawn(process.execPath, ['--conditions', 'source', '--import', 'tsx', script, url, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SUYUAN_HALT_AT: haltAt },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  return { signal: child.signalCode, output };
}

describe('kill -9', () => {
  it('[I18] of the node at every step leaves all or nothing', async () => {
    await using database = await testDatabase();
    await using upload = await uploadOf(bytes);
    for (const step of before) {
      expect(await run(database.url, upload.path, step)).toMatchObject({ signal: 'SIGKILL' });
      expect(await countRows(database)).toEqual(nothing);
    }
    expect(await run(database.url, upload.path, 'import.committed')).toMatchObject({
      signal: 'SIGKILL',
      output: '',
    });
    expect(await countRows(database)).toEqual(everything);
    const again = await run(database.url, upload.path, '');
    expect(JSON.parse(again.output)).toMatchObject({ ok: true, value: { staged: 0, errors: 4 } });
    expect(await countRows(database)).toMatchObject({ batch: 1, record: 3, subject: 12 });
  });

  it('[I43] of a node that runs a job: the next one does it, once', async () => {
    await using upload = await uploadOf(bytes);
    await using database = await testDatabase();
    const dead = { signal: 'SIGKILL', output: '' };
    expect(await run(database.url, upload.path, 'import.before_commit', 'run-job')).toEqual(dead);
    expect(await countRows(database)).toEqual({ ...nothing, import: 1, import_file: 1 });
    expect(await run(database.url, '', 'import.committed', 'run-job')).toEqual(dead);
    expect(await countRows(database)).toEqual(everything);
    expect(await run(database.url, '', '', 'run-job')).toEqual({ signal: null, output: 'done\n' });
    expect(await countRows(database)).toEqual(everything);
  });

  it('[I18] of PostgreSQL at every step leaves nothing, and the next import goes on', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'suyuan-import-crash-'));
    await chmod(dataDir, 0o755); // the server of a root process runs as another user
    const server = await startEmbeddedServer({ dataDir });
    await server.createDatabase('node');
    const database = openDatabase({ url: server.url('node') });
    try {
      await migrate(database);
      const killedAt = async (step: Step): Promise<boolean> => {
        const pid = server.pid();
        const reach = (reached: Step): void => {
          if (reached === step && pid !== undefined && server.pid() === pid) process.kill(pid, 'SIGKILL');
        };
        const done = await importBytes(importDeps(database, { reach }), bytes).catch(
          (error: unknown) => error,
        );
        await expect.poll(() => server.pid(), { timeout: 20_000 }).not.toBe(pid);
        await expect.poll(async () => await database.read(async () => true).catch(() => false)).toBe(true);
        const isStored = !(done instanceof Error);
        expect(isStored ? { code: 'database_unavailable' } : done).toMatchObject({
          code: 'database_unavailable',
        });
        return isStored;
      };
      const counts = async (): Promise<unknown> => await countRows(database).catch(() => undefined);
      // A server process that outlives its parent may still finish the commit; then the import says that it did.
      const early = await killedAt('import.copying');
      await expect.poll(counts, { timeout: 20_000 }).toEqual(early ? everything : nothing);
      if (early)
        await database.read(
          async (db) => await sql`truncate import, batch, record, subject cascade`.execute(db),
        );
      const stored = await killedAt('import.before_commit');
      await expect.poll(counts, { timeout: 20_000 }).toEqual(stored ? everything : nothing);
      const again = await importBytes(importDeps(database), bytes);
      expect(again).toMatchObject({ ok: true, value: { staged: stored ? 0 : 3 } });
    } finally {
      await database.close();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

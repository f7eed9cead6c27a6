// Death at every step between a submitted statement and its checkpoint: what was ordered stays, is applied once, and
// gets its checkpoint. The node dies as a real process; PostgreSQL dies under a node that lives on.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { Step } from '../crash-point.ts';
import { openDatabase } from '../database/database.ts';
import { startEmbeddedServer } from '../database/embedded-server.ts';
import { migrate } from '../database/migrate.ts';
import { orderAll } from '../testing/order-all.ts';
import { dropTestDatabase, testDatabaseUrl } from '../testing/test-database.ts';

const STEPS: readonly Step[] = [
  'order.before_block',
  'order.block_stored',
  'checkpoint.signed',
  'apply.before_commit',
  'apply.committed',
  'checkpoint.cosigned',
];

interface Outcome {
  readonly signal: string | null;
  readonly code: number | null;
  readonly output: string;
}

/** Runs the ordering in a process of its own; `haltAt` empty: to the end. */
async function run(databaseUrl: string, numbers: number, haltAt: string): Promise<Outcome> {
  const script = new URL('../testing/run-order.ts', import.meta.url).pathname;
  const options = ['--conditions', 'source', '--import', 'tsx', script, databaseUrl, String(numbers)];
  const child = spawn(process.execPath, options, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SUYUAN_HALT_AT: haltAt },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, signal: child.signalCode, output };
}

test('[C1] [C2] kill -9 of the node at every step: a restart goes on, each statement is applied once', async () => {
  const url = await testDatabaseUrl();
  let numbers = 0;
  for (const step of STEPS) {
    numbers += 2;
    expect(await run(url, numbers, step)).toMatchObject({ signal: 'SIGKILL' });
  }
  const finished = await run(url, numbers, '');
  expect(finished).toMatchObject({ code: 0 });
  expect(JSON.parse(finished.output)).toMatchObject({ size: numbers });
  await dropTestDatabase(url);
});

test('[C1] [C2] kill -9 of PostgreSQL at every step: the node waits and goes on', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'suyuan-crash-'));
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedServer({ dataDir });
  await server.createDatabase('node');
  const database = openDatabase({ url: server.url('node') });
  await migrate(database);
  let numbers = 0;
  for (const step of STEPS) {
    numbers += 2;
    const before = server.pid();
    let isKilled = false;
    const ordered = await orderAll(database, numbers, (reached) => {
      if (reached !== step || isKilled || before === undefined) return;
      isKilled = true;
      process.kill(before, 'SIGKILL');
    });
    expect(ordered.size).toBe(numbers);
    expect(server.pid()).not.toBe(before);
  }
  await database.close();
  await server.stop();
  await rm(dataDir, { recursive: true });
});

// kill -9 of the node, as a real process, at every step between a decided block and its place on the disk. Its CometBFT
// is left behind each time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { Step } from '../../crash-point.ts';
import { openDatabase } from '../../database/database.ts';
import { installCometbft } from '../../testing/install-cometbft.ts';
import { dropTestDatabase, testDatabaseUrl } from '../../testing/test-database.ts';

const program = await installCometbft();
const reason = program === undefined ? ' (skipped: neither CometBFT nor Go is on this machine)' : '';

interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

async function run(args: readonly string[], haltAt: string): Promise<Outcome> {
  const script = new URL('../../testing/run-consortium.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--conditions', 'source', '--import', 'tsx', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SUYUAN_HALT_AT: haltAt },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'exit');
  return { code: child.exitCode, signal: child.signalCode, output };
}

test.skipIf(program === undefined)(
  `[O5] [O8] the block is applied once, whether the node died before or after it was stored${reason}`,
  async () => {
    const url = await testDatabaseUrl();
    const folder = await mkdtemp(join(tmpdir(), 'suyuan-cometbft-'));
    const argsFor = (size: number): string[] => [url, folder, program ?? '', String(size)];
    const steps: readonly Step[] = ['apply.before_commit', 'apply.committed'];
    let size = 0;
    for (const step of steps) {
      size += 1;
      expect(await run(argsFor(size), step)).toMatchObject({ signal: 'SIGKILL' });
    }
    size += 1;
    const finished = await run(argsFor(size), '');
    expect(finished).toMatchObject({ code: 0 });
    expect(JSON.parse(finished.output)).toMatchObject({ faults: [] });
    const database = openDatabase({ url });
    const entries = await database.read((db) => db.selectFrom('log_entry').select('statement').execute());
    const heights = await database.read((db) =>
      db.selectFrom('block').select('height').orderBy('height').execute(),
    );
    await database.close();
    expect(new Set(entries.map(({ statement }) => statement.toString('hex'))).size).toBe(size);
    expect(heights.map(({ height }) => height)).toEqual(heights.map((_, i) => i));
    await dropTestDatabase(url);
    await rm(folder, { recursive: true });
  },
);

// Death at every step of a report, as real processes: the next process goes on where the rows say, and in the end each
// record is on the ledger once, at the reporter and at the member.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sql } from 'kysely';
import { describe, expect, it, vi } from 'vitest';

import type { Step } from '../crash-point.ts';
import { openDatabase } from '../database/database.ts';
import type { Database } from '../database/database.ts';
import { startEmbeddedServer } from '../database/embedded-server.ts';
import { migrate } from '../database/migrate.ts';
import { stageSamples } from '../testing/stage-samples.ts';
import { testDatabase } from '../testing/test-database.ts';
import { testNetwork } from '../testing/test-network.ts';
import { moduleRecords, reportAndWait } from './testing/report-steps.ts';

const STEPS: readonly Step[] = [
  'report.claimed',
  'report.merged',
  'report.read',
  'report.allotted',
  'report.sent',
  'report.acknowledged',
  'report.signed',
  'report.submitted',
];

/** Runs a report in a process of its own, to the end or to its death. */
async function run(
  urls: object,
  seed: number,
  haltAt: string,
): Promise<{ signal: string | null; output: string }> {
  const script = new URL('testing/run-report.ts', import.meta.url).pathname;
  const child = spawn(
    process.execPath,
    ['--conditions', 'source', '--import', 'tsx', script, JSON.stringify(urls), String(seed)],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, SUYUAN_HALT_AT: haltAt } },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  return { signal: child.signalCode, output };
}

/** Records under an entry, and how many different codes and rows of any status there are. */
async function countOf(database: Database): Promise<unknown> {
  const { rows } = await database.read((db) =>
    sql`select
      (select count(*) from record) as stored,
      (select count(*) from batch b join record r on r.batch_id = b.id where b.status = 'reported') as reported,
      (select count(distinct s.code) from batch b join subject s on s.batch_id = b.id
        where b.entry is not null and s.role = 'subject') as codes`.execute(db),
  );
  return rows[0];
}

describe('kill -9', () => {
  it('[P18] of the node at every step: nothing is lost and nothing is reported twice', async () => {
    await using maker = await testDatabase();
    await using managing = await testDatabase();
    await using sequencer = await testDatabase();
    const urls = { maker: maker.url, managing: managing.url, sequencer: sequencer.url };
    for (const [index, step] of STEPS.entries())
      expect(await run(urls, index + 1, step)).toEqual({ signal: 'SIGKILL', output: '' });
    const reports = STEPS.length + 1;
    expect(await run(urls, reports, '')).toEqual({ signal: null, output: `${reports}\n` });
    const all = { stored: reports * 3, reported: reports * 3, codes: reports * 3 };
    expect(await countOf(maker)).toEqual(all);
    expect(await countOf(managing)).toMatchObject({ reported: all.reported, codes: all.codes });
  }, 180_000);

  it('[P18] of PostgreSQL at every step: the report waits for it and goes on', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'suyuan-report-crash-'));
    await chmod(dataDir, 0o755); // the server of a root process runs as another user
    const server = await startEmbeddedServer({ dataDir });
    try {
      await using network = await testNetwork({
        organizations: ['managing', 'maker'],
        openDatabase: async (name) => {
          await server.createDatabase(name);
          const database = openDatabase({ url: server.url(name), connectionsMax: 5 });
          await migrate(database);
          return database;
        },
      });
      const maker = network.node('maker');
      for (const [index, step] of STEPS.entries()) {
        const pid = server.pid();
        let killed = false;
        await maker.restartWorker({
          reach: (reached) => {
            if (reached !== step || killed || pid === undefined) return;
            killed = true;
            process.kill(pid, 'SIGKILL');
          },
        });
        const records = moduleRecords(3, index + 1);
        const staging = { kind: 'battery_module', reporter: 'maker', storedOn: '2026-11-20', records };
        await vi.waitFor(async () => await stageSamples(maker.database, staging), {
          timeout: 20_000,
          interval: 50,
        });
        expect(await reportAndWait(maker)).toBe(index + 1);
        expect(killed).toBe(true);
        await vi.waitFor(() => expect(server.pid()).not.toBe(pid), { timeout: 20_000 });
      }
      const all = { stored: STEPS.length * 3, reported: STEPS.length * 3, codes: STEPS.length * 3 };
      expect(await countOf(maker.database)).toEqual(all);
      const atMember = { reported: all.reported, codes: all.codes };
      const managing = network.node('managing').database;
      await vi.waitFor(async () => expect(await countOf(managing)).toMatchObject(atMember), {
        timeout: 20_000,
      });
      expect(network.broken).toEqual([]);
    } finally {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  }, 180_000);
});

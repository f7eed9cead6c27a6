// When sources run: by schedule, once for what was missed, and after the death of the process in the middle of a run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { startErp } from '@suyuan/testkit';
import { describe, expect, it } from 'vitest';

import { nextRunAt, retryPauseMs } from './schedule.ts';
import { httpSource, moduleRows, sourceFixture } from './testing/source-fixture.ts';

const minute = 60_000;

describe('schedules', () => {
  it('[D16] daily times are those of Shanghai, and always ahead', () => {
    const at = Date.parse('2026-11-20T18:30:00Z'); // 02:30 of the 21st in Shanghai
    expect(new Date(nextRunAt({ daily: '02:45' }, at)).toISOString()).toBe('2026-11-20T18:45:00.000Z');
    expect(new Date(nextRunAt({ daily: '02:30' }, at)).toISOString()).toBe('2026-11-21T18:30:00.000Z');
    expect(new Date(nextRunAt({ daily: '00:00' }, at)).toISOString()).toBe('2026-11-21T16:00:00.000Z');
    expect(nextRunAt({ every: 5 }, at)).toBe(at + 5 * minute);
  });

  it('[D13] failed runs are tried again after a minute, then twice as long each time, an hour at most', () => {
    expect([0, 1, 2, 9, 99].map((failures) => retryPauseMs(failures, 0) / minute)).toEqual([1, 2, 4, 60, 60]);
    expect(retryPauseMs(0, 1)).toBe(72_000);
  });

  it('[D17] [D27] what was missed runs once, what is due runs by itself, and a paused source does not', async () => {
    let now = Date.parse('2026-11-20T00:00:00Z');
    await using fixture = await sourceFixture({ clock: { now: () => now } });
    await using erp = await startErp({ records: { battery_module: moduleRows(3) } });
    const schedule = { every: 10 };
    const id = await fixture.bind(httpSource(erp.url), { schedule });
    const paused = await fixture.bind(httpSource(erp.url), { schedule });
    await fixture.database.read((db) =>
      db.updateTable('source').set({ status: 'paused' }).where('id', '=', paused).execute(),
    );
    now += 50 * minute;
    await fixture.sources.start();
    const worker = await fixture.sources.worker();
    await worker.settled();
    const { lastRun, nextRunAt: next, state } = await fixture.show(id);
    expect([lastRun?.startedBy, lastRun?.status, state]).toEqual(['schedule', 'done', 'fresh']);
    expect(Date.parse(next ?? '')).toBe(now + 10 * minute);
    const runs = async (): Promise<number> =>
      await fixture.database.read(
        async (db) => (await db.selectFrom('source_run').select('id').execute()).length,
      );
    expect(await runs()).toBe(1);
    now += 10 * minute;
    await worker.wake();
    await worker.settled();
    expect(await runs()).toBe(2);
    erp.fail('*', { type: 'down', status: 404 });
    now += 10 * minute;
    await worker.wake();
    await worker.settled();
    const failed = await fixture.show(id);
    expect(failed.state).toBe('late');
    expect(Date.parse(failed.nextRunAt ?? '') - now).toBeLessThanOrEqual(72_000);
    now += 16 * minute;
    expect((await fixture.show(paused)).state).toBe('paused');
  });
});

describe('kill -9', () => {
  it('[D12] [D10] of the process during a run loses nothing and stages nothing twice', async () => {
    await using fixture = await sourceFixture();
    await using erp = await startErp({ records: { battery_module: moduleRows(250) } });
    const id = await fixture.bind(httpSource(erp.url));
    const script = new URL('testing/run-source-process.ts', import.meta.url).pathname;
    const run = async (haltAt: string): Promise<{ signal: string | null; output: string }> => {
      const args = [
        '--conditions',
        'source',
        '--import',
        'tsx',
        script,
        fixture.database.url,
        fixture.dataDir,
        String(id),
      ];
      const child = spawn(process.execPath, args, {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, SUYUAN_HALT_AT: haltAt },
      });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await once(child, 'close');
      return { signal: child.signalCode, output };
    };
    expect(await run('import.before_commit')).toMatchObject({ signal: 'SIGKILL' });
    expect([await fixture.count('record'), (await fixture.show(id)).streams[0]?.cursor]).toEqual([
      0,
      undefined,
    ]);
    expect(await run('source.staged')).toMatchObject({ signal: 'SIGKILL' });
    expect([await fixture.count('record'), (await fixture.show(id)).streams[0]?.cursor]).toEqual([
      100,
      '100',
    ]);
    expect(JSON.parse((await run('')).output)).toMatchObject([
      { status: 'done', rows: 150, staged: 150 },
      { status: 'failed', failure: { code: 'run_interrupted' } },
      { status: 'failed', failure: { code: 'run_interrupted' } },
    ]);
    expect(await fixture.count('record')).toBe(250);
  }, 60_000);
});

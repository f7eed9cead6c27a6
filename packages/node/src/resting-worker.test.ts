import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';

import { createRestingWorker } from './resting-worker.ts';

const bounds = { restMsMax: 1, retryMs: 1 };

it('does one step at a time, what becomes due meanwhile after it, and tries again what failed', async () => {
  let underWay = 0;
  let done = 0;
  const faults: unknown[] = [];
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const worker = createRestingWorker({
    ...bounds,
    step: async () => {
      expect((underWay += 1)).toBe(1);
      if (done === 0) await gate;
      underWay -= 1;
      done += 1;
      if (done === 2) throw new Error('the database is down');
      return false;
    },
    onFault: (error) => faults.push(error),
  });
  worker.workIn(0);
  await vi.waitUntil(() => worker.isWorking());
  worker.workIn(0);
  for (let turn = 0; turn < 10; turn += 1) await nextTurn();
  expect(done).toBe(0);
  open();
  await vi.waitUntil(() => done === 3 && !worker.isWorking());
  expect(faults).toHaveLength(1);
  await worker.stop();
  worker.workIn(0);
  for (let turn = 0; turn < 10; turn += 1) await nextTurn();
  expect(done).toBe(3);
});

it('catches up until a step says that there is no more', async () => {
  let left = 5;
  const worker = createRestingWorker({
    ...bounds,
    step: async () => (left -= 1) > 0,
    onFault: () => undefined,
  });
  await worker.catchUp();
  expect(left).toBe(0);
  await worker.stop();
});

it('[CV4] waits for quiet while blocks come, at most half a minute, and then takes a tenth of the time', async () => {
  vi.useFakeTimers();
  try {
    const steps: number[] = [];
    const worker = createRestingWorker({
      restMsMax: 5_000,
      retryMs: 1,
      step: async () => {
        steps.push(performance.now());
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        return true;
      },
      onFault: () => undefined,
    });
    const begun = performance.now();
    const passSeconds = async (seconds: number, isBusy: boolean): Promise<void> => {
      for (let second = 0; second < seconds; second += 1) {
        if (isBusy) {
          worker.noteBlock();
          worker.workWhenQuiet(2_000);
        }
        await vi.advanceTimersByTimeAsync(1_000);
      }
    };
    await passSeconds(29, true);
    expect(steps).toEqual([]);
    await passSeconds(31, true);
    expect(steps.map((at) => Math.round((at - begun) / 1_000))).toEqual([31, 41, 51]);
    await passSeconds(11, false);
    expect(steps.length).toBeGreaterThanOrEqual(7);
    const stopped = worker.stop();
    await vi.advanceTimersByTimeAsync(1_000);
    await stopped;
  } finally {
    vi.useRealTimers();
  }
});

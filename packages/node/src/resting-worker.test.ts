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

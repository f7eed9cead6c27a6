// The bound holds, waiting is in order, and who is no longer wanted leaves the queue at once.
import { expect, it } from 'vitest';

import { createLimiter } from './limiter.ts';

it('runs at most so many tasks at once, in order, and goes on after a failure', async () => {
  const limiter = createLimiter(2);
  const started: number[] = [];
  let running = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 6 }, async (_, index) =>
      limiter(async () => {
        started.push(index);
        running += 1;
        expect(running).toBeLessThanOrEqual(2);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        if (index === 1) throw new Error('on purpose');
        return index;
      }),
    ),
  );
  expect(started).toEqual([0, 1, 2, 3, 4, 5]);
  expect(results.map(({ status }) => status)).toEqual(
    Array.from({ length: 6 }, (_, index) => (index === 1 ? 'rejected' : 'fulfilled')),
  );
});

it('drops a task that nobody wants any more before it starts', async () => {
  const limiter = createLimiter(1);
  const unwanted = new AbortController();
  let release = (): void => undefined;
  const first = limiter(() => new Promise<void>((resolve) => (release = resolve)));
  const second = limiter(async () => 'ran', unwanted.signal);
  const third = limiter(async () => 'ran');
  unwanted.abort();
  expect(await second).toBeUndefined();
  release();
  await first;
  expect(await third).toBe('ran');
  expect(await limiter(async () => 'ran', unwanted.signal)).toBeUndefined();
});

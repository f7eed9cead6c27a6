import { expect, test, vi } from 'vitest';

import { createStoreTogether } from './store-together.ts';

test('what comes while a transaction runs is stored by the next one, in order', async () => {
  const bundles: (readonly number[])[] = [];
  let endFirst = (): void => undefined;
  const first = new Promise<void>((resolve) => {
    endFirst = resolve;
  });
  const store = createStoreTogether<number>(async (items) => {
    bundles.push(items);
    if (bundles.length === 1) await first;
  });
  const one = store(1);
  await vi.waitFor(() => expect(bundles).toHaveLength(1));
  const others = [2, 3].map(store);
  endFirst();
  await Promise.all([one, ...others]);
  expect(bundles).toEqual([[1], [2, 3]]);
});

test('a bundle that fails fails each of its items, and the next one is stored all the same', async () => {
  const bundles: (readonly number[])[] = [];
  const store = createStoreTogether<number>(async (items) => {
    bundles.push(items);
    if (items.includes(1)) throw new Error('full');
  });
  expect(await Promise.allSettled([1, 2].map(store))).toMatchObject([
    { reason: { message: 'full' } },
    { reason: { message: 'full' } },
  ]);
  await store(3);
  expect(bundles).toEqual([[1, 2], [3]]);
});

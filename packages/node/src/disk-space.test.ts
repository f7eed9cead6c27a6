import { expect, test } from 'vitest';
import { createHasRoom, freeBytesOf, reserveBytes } from './disk-space.ts';

test('a disk has room until less than the reserve is free, and is asked once a second', async () => {
  let free = reserveBytes;
  let now = 0;
  let asked = 0;
  const hasRoom = createHasRoom(
    async () => {
      asked += 1;
      return free;
    },
    { now: () => now },
  );
  expect(await hasRoom()).toBe(true);
  free = reserveBytes - 1;
  expect(await hasRoom()).toBe(true);
  now = 1000;
  expect(await hasRoom()).toBe(false);
  expect(asked).toBe(2);
  free = reserveBytes;
  now = -7_200_000; // the clock was put back
  expect(await hasRoom()).toBe(true);
  expect(await freeBytesOf('.')).toBeGreaterThan(0);
});

import { expect, test } from 'vitest';
import { startParts } from './started-parts.ts';

test('a start that fails ends what it has started, the newest first, and throws its own error', async () => {
  const ended: string[] = [];
  const failed = startParts(async (started) => {
    started.push(async () => void ended.push('first'));
    started.push(async () => {
      ended.push('second');
      throw new Error('cannot end');
    });
    throw new Error('cannot start');
  });
  await expect(failed).rejects.toThrow('cannot start');
  expect(ended).toEqual(['second', 'first']);
});

test('stopping twice ends everything once', async () => {
  let ended = 0;
  const parts = await startParts(async (started) => {
    started.push(async () => void (ended += 1));
    return started;
  });
  await parts.stop();
  await parts.stop();
  expect(ended).toBe(1);
});

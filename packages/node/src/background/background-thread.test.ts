// The thread that works on large batches: started when there is work, outliving faults, and cut off when its node stops.
import { expect, it } from 'vitest';

import { DatabaseFault } from '../database/database-fault.ts';
import { testDatabaseUrl, dropTestDatabase } from '../testing/test-database.ts';
import { createBackgroundThread } from './background-thread.ts';

const nothing = { type: 'count', batch: 1, due: [] } as const;
const voids = () => new Map();

it('does one task after the other, and says when the database cannot serve', async () => {
  const databaseUrl = await testDatabaseUrl();
  const thread = createBackgroundThread({ databaseUrl, voids });
  expect(await thread.run(nothing)).toBe(0);
  await dropTestDatabase(databaseUrl);
  const failed: unknown = await thread.run(nothing).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Error);
  await thread.stop();
  const gone = new URL(databaseUrl);
  gone.port = '1';
  const unreachable = createBackgroundThread({ databaseUrl: gone.href, voids });
  await expect(unreachable.run(nothing)).rejects.toThrow(DatabaseFault);
  await unreachable.stop();
});

it('a task that is cut off fails, and the next one is done by another thread', async () => {
  const databaseUrl = await testDatabaseUrl();
  const thread = createBackgroundThread({ databaseUrl, voids });
  const cut = thread.run(nothing);
  await Promise.all([expect(cut).rejects.toThrow('aborted'), thread.stop()]);
  expect(await thread.run(nothing)).toBe(0);
  await thread.stop();
  await dropTestDatabase(databaseUrl);
});

// The feed over a real database: order, fan-out, cutting off, age.
import { once } from 'node:events';
import { sql } from 'kysely';
import { expect, it, vi } from 'vitest';

import { systemClock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { eventStream } from '../http/events.ts';
import { createLogger } from '../logger.ts';
import { testDatabase } from '../testing/test-database.ts';
import { createEventFeed, eventDays } from './event-feed.ts';
import type { EventFeed, EventFeedOptions } from './event-feed.ts';
import { moveEvents, pruneEvents, readEventBounds, readEventsAfter } from './event-store.ts';
import type { ShownEvent } from './event-store.ts';

async function startFeed(
  database: Database,
  changes: Partial<EventFeedOptions> = {},
): Promise<EventFeed & AsyncDisposable> {
  const feed = createEventFeed({
    database,
    organization: 'batteries',
    clock: systemClock,
    logger: createLogger('silent'),
    onBroken: (error) => expect(error).toBeUndefined(),
    ...changes,
  });
  await feed.start();
  return { ...feed, [Symbol.asyncDispose]: async () => await feed.stop() };
}

/** Ends an import, whose trigger writes the event. */
async function stage(database: Database, count: number, staged = 10): Promise<void> {
  await database.transact(
    async (tx) =>
      await sql`insert into import (kind, source, status, rows, staged, created_by)
        select 'battery_pack', 'json', 'done', ${staged}, ${staged}, 'test' from generate_series(1, ${count})`.execute(
        tx.sql,
      ),
  );
}

async function take(events: AsyncIterable<ShownEvent>, count: number): Promise<number[]> {
  const ids: number[] = [];
  for await (const { id } of events) {
    ids.push(id);
    if (ids.length === count) break;
  }
  return ids;
}

it('[W1] has no event of what was rolled back, and tells the final count of an import', async () => {
  await using database = await testDatabase();
  await database
    .transact(async (tx) => {
      await sql`insert into import (kind, source, status, rows, staged, created_by)
        values ('battery_pack', 'json', 'done', 3, 3, 'test')`.execute(tx.sql);
      throw new Error('no');
    })
    .catch(() => undefined);
  await database.transact(async (tx) => {
    await sql`insert into import (kind, source, status, rows, staged, created_by)
      values ('battery_pack', 'json', 'done', 3, 3, 'test')`.execute(tx.sql);
    await sql`update import set staged = 2`.execute(tx.sql);
  });
  await stage(database, 1, 0);
  await moveEvents(database);
  expect(await readEventsAfter(database, 'batteries', 0, 10)).toMatchObject([{ type: 'staged', count: 2 }]);
});

it('[W1] tells how a batch goes on, and nothing of steps in between', async () => {
  await using database = await testDatabase();
  const batch = async (status: string, reporter: string): Promise<number> =>
    await database.read(async (db) => {
      const { rows } = await sql<{ id: number }>`
        insert into batch (status, kind, reporter, count, stored_on, channel)
        values (${status}, 'battery_pack', ${reporter}, 5, '2026-11-20', 1) returning id`.execute(db);
      return rows[0]?.id ?? 0;
    });
  const change = async (id: number, status: string, refusal: string | null = null): Promise<void> => {
    await database.read(
      async (db) =>
        await sql`update batch set status = ${status}, refusal = ${refusal} where id = ${id}`.execute(db),
    );
    await moveEvents(database);
  };
  const own = await batch('staged', 'batteries');
  await change(own, 'sending');
  await change(own, 'staged');
  await change(own, 'sending');
  await change(own, 'staged', 'modules_missing');
  await change(own, 'sending');
  await change(own, 'reported');
  const held = await batch('held', 'vehicles');
  await change(held, 'refused', 'sequence_spent');
  await change(await batch('missing', 'vehicles'), 'reported');
  const events = await readEventsAfter(database, 'batteries', 0, 10);
  expect(events.map(({ type, reporter, refusal }) => [type, reporter, refusal])).toEqual([
    ['refused', 'batteries', 'modules_missing'],
    ['reported', 'batteries', undefined],
    ['refused', 'vehicles', 'sequence_spent'],
    ['missing', 'vehicles', undefined],
    ['visible', 'vehicles', undefined],
  ]);
});

it('[W2] a transaction that began earlier and ends later gets the larger id', async () => {
  await using database = await testDatabase();
  let proceed = (): void => undefined;
  const waiting = new Promise<void>((resolve) => (proceed = resolve));
  let begun = (): void => undefined;
  const started = new Promise<void>((resolve) => (begun = resolve));
  const late = database.transact(async (tx) => {
    await sql`insert into event_outbox (type, kind, count) values ('staged', 'late', 1)`.execute(tx.sql);
    begun();
    await waiting;
  });
  await started;
  await stage(database, 1);
  expect(await moveEvents(database)).toBe(1);
  proceed();
  await late;
  expect(await moveEvents(database)).toBe(1);
  const events = await readEventsAfter(database, 'batteries', 0, 10);
  expect(events.map(({ kind }) => kind)).toEqual(['battery_pack', 'late']);
});

it('[W3] removes old events with their bounds, and says which cursors lead nowhere', async () => {
  await using database = await testDatabase();
  await stage(database, 3);
  await moveEvents(database);
  await database.read(
    async (db) => await sql`update event set at = at - interval '31 days' where id <= 2`.execute(db),
  );
  const before = new Date(systemClock.now() - eventDays * 86_400_000);
  expect(await pruneEvents(database, before)).toBe(2);
  expect(await readEventBounds(database)).toEqual({ head: 3, prunedThrough: 2 });
  await using feed = await startFeed(database);
  expect(feed.isPruned(0)).toBe(false);
  expect(feed.isPruned(1)).toBe(true);
  expect(feed.isPruned(2)).toBe(false);
});

it('[W6] feeds a hundred subscribers in order without a query of theirs', async () => {
  await using database = await testDatabase();
  let reads = 0;
  const counting: Database = {
    ...database,
    read: async (fn) => {
      reads += 1;
      return await database.read(fn);
    },
  };
  await using feed = await startFeed(counting);
  const subscribers = Array.from({ length: 100 }, () =>
    take(feed.follow(feed.head(), new AbortController().signal), 500),
  );
  const before = reads;
  await stage(database, 500);
  feed.wake();
  const taken = await Promise.all(subscribers);
  const expected = Array.from({ length: 500 }, (_, index) => index + 1);
  for (const ids of taken) expect(ids).toEqual(expected);
  expect(reads - before).toBeLessThan(40);
});

it('[W5] ends a live subscriber that falls behind what is held, and lets it go on by its id', async () => {
  await using database = await testDatabase();
  await using feed = await startFeed(database, { heldMax: 10 });
  const ending = new AbortController();
  const slow = feed.follow(0, ending.signal)[Symbol.asyncIterator]();
  const first = slow.next();
  await stage(database, 1);
  feed.wake();
  expect((await first).value).toMatchObject({ id: 1 });
  await stage(database, 50);
  feed.wake();
  await vi.waitUntil(() => feed.head() === 51);
  expect((await slow.next()).done).toBe(true);
  const again = await take(feed.follow(1, ending.signal), 50);
  expect(again).toEqual(Array.from({ length: 50 }, (_, index) => index + 2));
});

it('[W5] cuts off a client that takes nothing, and holds little for it meanwhile', async () => {
  let asked = 0;
  async function* endless(): AsyncGenerator<object> {
    for (;;) yield { id: (asked += 1), text: 'x'.repeat(1_000) };
  }
  const stream = eventStream(endless(), new AbortController().signal, { resumable: true, stalledMs: 50 });
  await once(stream, 'close');
  expect(stream.destroyed).toBe(true);
  expect(asked).toBeLessThan(200);
});

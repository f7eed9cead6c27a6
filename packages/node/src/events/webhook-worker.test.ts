// The worker over a real database and real HTTP: attempts, pauses, disabling, and what is left of a killed process.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { sql } from 'kysely';
import { expect, it, vi } from 'vitest';

import { systemClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { createLogger } from '../logger.ts';
import { testDatabase } from '../testing/test-database.ts';
import { moveEvents } from './event-store.ts';
import { createWebhookSender } from './webhook-sender.ts';
import { addWebhook, changeWebhookRow, readDeliveries, readWebhooks, redeliver } from './webhook-store.ts';
import type { ShownDelivery } from './webhook-store.ts';
import { attemptsMax, createWebhookWorker, pauseAfter } from './webhook-worker.ts';
import type { WebhookWorker } from './webhook-worker.ts';

async function startReceiver(
  statusOf: (visit: number) => number | Promise<number>,
): Promise<AsyncDisposable & { readonly url: string; readonly ids: string[] }> {
  const ids: string[] = [];
  const server = createServer((request, response) => {
    ids.push(String(request.headers['webhook-id']));
    void (async () => response.writeHead(await statusOf(ids.length)).end())();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`,
    ids,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function startWorker(
  database: Database,
  { clock = systemClock, pauseMs = () => 10 }: { clock?: Clock; pauseMs?: (n: number) => number } = {},
): WebhookWorker & AsyncDisposable {
  const sender = createWebhookSender({ allowPrivate: true, timeoutMs: 5_000 });
  const worker = createWebhookWorker({
    database,
    organization: 'batteries',
    clock,
    random: (size) => new Uint8Array(size),
    logger: createLogger('silent'),
    sender,
    onBroken: (error) => expect(error).toBeUndefined(),
    pauseMs,
  });
  worker.start();
  return {
    ...worker,
    [Symbol.asyncDispose]: async () => {
      await worker.stop();
      sender.close();
    },
  };
}

async function register(database: Database, url: string): Promise<number> {
  const secret = new Uint8Array(32);
  const added = await addWebhook(database, { url, types: ['staged'], secret, createdBy: 'test' });
  return added.ok ? added.value.id : 0;
}

async function happen(database: Database, count: number): Promise<void> {
  await database.transact(
    async (tx) =>
      await sql`insert into event_outbox (type, kind, count)
        select unnest(array['staged', 'reported']), 'battery_pack', 1 from generate_series(1, ${count})`.execute(
        tx.sql,
      ),
  );
  await moveEvents(database);
}

async function ended(database: Database, id: number): Promise<readonly ShownDelivery[]> {
  return await vi.waitUntil(
    async () => {
      const deliveries = await readDeliveries(database, id, Number.MAX_SAFE_INTEGER, 200);
      return deliveries?.every(({ status }) => status !== 'waiting') === true ? deliveries : undefined;
    },
    { timeout: 30_000, interval: 50 },
  );
}

it('[W8] [W12] tries again under the same id until it is taken; only events of its types are delivered', async () => {
  await using database = await testDatabase();
  await using receiver = await startReceiver((visit) => (visit <= 3 ? 500 : 200));
  const id = await register(database, receiver.url);
  await happen(database, 2);
  await using worker = startWorker(database);
  worker.wake();
  const deliveries = await ended(database, id);
  expect(deliveries).toHaveLength(2);
  expect(deliveries.map(({ status }) => status)).toEqual(['delivered', 'delivered']);
  expect(deliveries.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(5);
  expect(new Set(receiver.ids)).toEqual(new Set(deliveries.map(({ message }) => message)));
  expect((await readWebhooks(database))[0]).not.toHaveProperty('failingSince');
});

it('[W8] what a killed process had under way is delivered by the next one, under the same id', async () => {
  await using database = await testDatabase();
  await using receiver = await startReceiver(async (visit) =>
    visit === 1 ? await new Promise(() => 0) : 200,
  );
  const id = await register(database, receiver.url);
  await happen(database, 1);
  const first = startWorker(database);
  await vi.waitUntil(() => receiver.ids.length === 1, { timeout: 10_000 });
  // A stop that knows nothing of the outcome leaves what a kill leaves: the row as it was.
  await first[Symbol.asyncDispose]();
  expect((await readDeliveries(database, id, 10, 10))?.[0]).toMatchObject({ status: 'waiting', attempts: 0 });
  await using second = startWorker(database);
  second.wake();
  expect(await ended(database, id)).toMatchObject([{ status: 'delivered', attempts: 1 }]);
  expect(receiver.ids[1]).toBe(receiver.ids[0]);
});

it('[W12] pauses grow to six hours; after sixteen attempts a delivery has failed', async () => {
  const pauses = Array.from({ length: attemptsMax - 1 }, (_, index) =>
    pauseAfter(index + 1, (size) => new Uint8Array(size)),
  );
  expect(pauses.slice(0, 4)).toEqual([5_000, 15_000, 45_000, 135_000]);
  expect(pauses.at(-1)).toBe(21_600_000);
  expect(pauseAfter(1, (size) => new Uint8Array(size).fill(255))).toBe(6_000);

  await using database = await testDatabase();
  await using receiver = await startReceiver(() => 404);
  const id = await register(database, receiver.url);
  await happen(database, 1);
  await using worker = startWorker(database, { pauseMs: () => -1 });
  worker.wake();
  expect(await ended(database, id)).toMatchObject([
    { status: 'failed', attempts: attemptsMax, httpStatus: 404, failure: 'http_404' },
  ]);
  expect(receiver.ids).toHaveLength(attemptsMax);
});

it('[W13] is disabled by 410 and by failing for five days, and goes on when enabled', async () => {
  await using database = await testDatabase();
  let status = 500;
  let now = systemClock.now();
  await using receiver = await startReceiver(() => status);
  const id = await register(database, receiver.url);
  await happen(database, 1);
  await using worker = startWorker(database, { clock: { now: () => now }, pauseMs: () => 3_600_000 });
  const state = async (reason: string): Promise<void> => {
    worker.wake();
    await vi.waitUntil(async () => (await readWebhooks(database))[0]?.disabledReason === reason, 20_000);
  };
  await vi.waitUntil(async () => (await readWebhooks(database))[0]?.failingSince !== undefined, 20_000);
  now += 6 * 86_400_000;
  await state('failing');
  await happen(database, 1);
  expect(await readDeliveries(database, id, 100, 10)).toHaveLength(1);
  status = 410;
  await changeWebhookRow(database, id, { status: 'active' }, new Date(now));
  await state('gone');
  expect(await redeliver(database, id, 1, new Date(now))).toMatchObject({
    error: { code: 'webhook_disabled' },
  });
  status = 200;
  await changeWebhookRow(database, id, { status: 'active' }, new Date(now));
  expect(await redeliver(database, id, 1, new Date(now))).toMatchObject({ ok: true });
  worker.wake();
  expect(await ended(database, id)).toMatchObject([{ status: 'delivered', answer: '' }]);
});

it('[W12] a webhook that does not answer keeps none of its neighbours waiting', async () => {
  await using database = await testDatabase();
  await using silent = await startReceiver(async () => await new Promise(() => 0));
  await using quick = await startReceiver(() => 200);
  await register(database, silent.url);
  const id = await register(database, quick.url);
  await happen(database, 50);
  await using worker = startWorker(database);
  worker.wake();
  expect(await ended(database, id)).toHaveLength(50);
  expect(silent.ids.length).toBeLessThanOrEqual(8);
});

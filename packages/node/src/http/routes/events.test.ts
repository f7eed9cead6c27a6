// The feed of events and webhooks over the real HTTP of a whole network, every answer checked against the contract.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, it, vi } from 'vitest';

import { webhooksMax } from '@suyuan/api';
import { generateRecords } from '@suyuan/testkit';

import { startTestNetwork } from '../../testing/start-test-network.ts';
import type { TestNodes } from '../../testing/start-test-network.ts';

const MAKER = 1;
const MANAGERS = 0;

interface Shown {
  readonly id: number;
  readonly type: string;
  readonly [member: string]: unknown;
}

async function ask(
  nodes: TestNodes,
  node: number,
  path: string,
  body?: object,
  method?: string,
): Promise<unknown> {
  const verb = method ?? (body === undefined ? 'GET' : 'POST');
  const response = await nodes.call(node, 'administrator', verb, `/api/v1${path}`, body);
  return response.status === 204 ? undefined : await response.json();
}

async function feed(
  nodes: TestNodes,
  node: number,
  query: string,
): Promise<{ items: Shown[]; next: number }> {
  const answer = await nodes.call(node, 'viewer', 'GET', `/api/v1/events?${query}`);
  expect(answer.status).toBe(200);
  const found: { items: Shown[]; next: number } = await answer.json();
  return found;
}

/** Pushes ten records as two imports of one kind each. */
async function push(nodes: TestNodes, seed: number): Promise<void> {
  for (const { kind, records } of generateRecords({
    seed,
    count: 10,
    from: '2026-01-01',
    to: '2026-02-01',
  })) {
    expect(await ask(nodes, MAKER, `/records/${kind}`, { records })).toMatchObject({ errors: 0 });
  }
}

async function until(nodes: TestNodes, node: number, type: string, count: number): Promise<Shown[]> {
  return await vi.waitUntil(
    async () => {
      const { items } = await feed(nodes, node, 'limit=1000');
      return items.filter((event) => event.type === type).length >= count ? items : undefined;
    },
    { timeout: 20_000, interval: 50 },
  );
}

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver of webhooks. */
async function startReceiver(): Promise<
  AsyncDisposable & { readonly url: string; readonly received: Received[] }
> {
  const received: Received[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      received.push({ headers: incoming.headers, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('feed', () => {
  it('[W1] [W2] [W3] tells of imports and batches on all sides, in order, and goes on after a restart', async () => {
    await using nodes = await startTestNetwork();
    expect(await feed(nodes, MAKER, '')).toEqual({ items: [], next: 0 });
    await push(nodes, 4);
    await ask(nodes, MAKER, '/reports', { all: true });
    const own = await until(nodes, MAKER, 'reported', 2);
    expect(own.map(({ type }) => type)).toEqual(['staged', 'staged', 'reported', 'reported']);
    expect(own[0]).toMatchObject({ reporter: 'batteries', import: 1, count: expect.any(Number) });
    expect(own[2]).toMatchObject({
      kind: expect.any(String),
      channel: 1,
      entry: expect.any(Number),
      report: 1,
      batch: expect.any(Number),
    });
    expect(own.reduce((sum, { type, count }) => sum + (type === 'staged' ? Number(count) : 0), 0)).toBe(10);
    const others = await until(nodes, MANAGERS, 'visible', 2);
    expect(others.map(({ type, reporter }) => ({ type, reporter }))).toEqual([
      { type: 'visible', reporter: 'batteries' },
      { type: 'visible', reporter: 'batteries' },
    ]);
    const { items, next } = await feed(nodes, MAKER, 'limit=3');
    expect(items).toEqual(own.slice(0, 3));
    await nodes.restart();
    await push(nodes, 5);
    const rest = await until(nodes, MAKER, 'staged', 4);
    expect(await feed(nodes, MAKER, `after=${next}`)).toEqual({
      items: rest.slice(3),
      next: rest.at(-1)?.id,
    });
  });

  it('[W4] a request that waits is answered as soon as there is an event, else when its time is over', async () => {
    await using nodes = await startTestNetwork();
    const waiting = feed(nodes, MAKER, 'wait=50');
    await push(nodes, 4);
    const { items, next } = await waiting;
    expect(items[0]).toMatchObject({ type: 'staged' });
    await until(nodes, MAKER, 'staged', 2);
    expect(await feed(nodes, MAKER, `after=${next + 1}&wait=1`)).toEqual({ items: [], next: next + 1 });
  });

  it('[W5] a stream carries ids and goes on after Last-Event-ID', async () => {
    await using nodes = await startTestNetwork();
    await push(nodes, 4);
    const events = await until(nodes, MAKER, 'staged', 2);
    const made = await nodes
      .network()
      .nodes[MAKER]?.apiKeys.create({ name: 'reader', role: 'viewer' }, 'test');
    const authorization = `Bearer ${made?.key}`;
    // Not by fetch, which opens a further connection when a stream is left.
    const read = async (headers: Record<string, string>, path: string, count: number): Promise<string[]> => {
      const url = `${nodes.network().nodes[MAKER]?.url}${path}`;
      const response = await new Promise<IncomingMessage>((resolve) =>
        request(url, { agent: false, headers: { authorization, ...headers } }, resolve).end(),
      );
      expect(response.headers['content-type']).toContain('text/event-stream');
      const ids: string[] = [];
      for await (const chunk of response) {
        ids.push(...[...String(chunk).matchAll(/^id: (\d+)$/gm)].map((match) => match[1] ?? ''));
        if (ids.length >= count) break;
      }
      return ids;
    };
    const path = '/api/v1/events/stream';
    expect(await read({}, `${path}?after=0`, 2)).toEqual(events.map(({ id }) => String(id)));
    expect(await read({ 'last-event-id': String(events[0]?.id) }, path, 1)).toEqual([String(events[1]?.id)]);
  });
});

describe('webhooks', () => {
  it("[W7] [W10] are the administrator's, and go to public addresses unless the settings say otherwise", async () => {
    await using nodes = await startTestNetwork();
    expect((await nodes.call(MAKER, 'operator', 'GET', '/api/v1/webhooks')).status).toBe(403);
    for (const url of ['http://127.0.0.1:1/', 'http://[::1]/', 'http://localhost/', 'https://10.0.0.1/']) {
      expect(await ask(nodes, MAKER, '/webhooks', { url })).toMatchObject({
        code: 'webhook_address_refused',
        reason: 'address_private',
      });
    }
    const made = await ask(nodes, MAKER, '/webhooks', { url: 'https://receiver.example/hook' });
    expect(made).toMatchObject({ types: expect.arrayContaining(['staged', 'reported']) });
    for (let count = 1; count < webhooksMax; count += 1)
      await ask(nodes, MAKER, '/webhooks', { url: 'https://receiver.example/hook' });
    expect(await ask(nodes, MAKER, '/webhooks', { url: 'https://receiver.example/hook' })).toMatchObject({
      code: 'webhooks_too_many',
    });
  });

  it('[W7] [W8] [W9] [W14] post what was asked for, signed, log it, deliver again on demand, and end', async () => {
    await using nodes = await startTestNetwork({}, { webhookPrivate: true });
    await using receiver = await startReceiver();
    const made = await ask(nodes, MAKER, '/webhooks', { url: receiver.url, types: ['staged'] });
    expect(made).toMatchObject({ status: 'active', waiting: 0, secret: expect.stringMatching(/^whsec_/) });
    expect(JSON.stringify(await ask(nodes, MAKER, '/webhooks'))).not.toContain('whsec_');
    await push(nodes, 4);
    await ask(nodes, MAKER, '/reports', { all: true });
    await until(nodes, MAKER, 'reported', 2);
    await vi.waitFor(() => expect(receiver.received).toHaveLength(2), { timeout: 20_000 });
    expectSigned(receiver.received, String(Object(made).secret));

    const webhook = `/webhooks/${Object(made).id}`;
    const log = await vi.waitUntil(async () => {
      const { items } = Object(await ask(nodes, MAKER, `${webhook}/deliveries`));
      return items.every(({ status }: Shown) => status === 'delivered') ? items : undefined;
    });
    expect(log).toHaveLength(2);
    expect(log[0]).toMatchObject({ attempts: 1, httpStatus: 204, ms: expect.any(Number) });
    const renewed = await ask(nodes, MAKER, `${webhook}/secret`, {}, 'POST');
    expect(await ask(nodes, MAKER, `${webhook}/deliveries/${log[0].id}/redelivery`, {})).toMatchObject({
      status: 'waiting',
    });
    await vi.waitFor(() => expect(receiver.received).toHaveLength(3));
    expect(receiver.received[2]?.headers['webhook-id']).toBe(log[0].message);
    expectSigned(receiver.received.slice(2), String(Object(renewed).secret));

    expect(await ask(nodes, MAKER, webhook, { status: 'disabled' }, 'PATCH')).toMatchObject({
      status: 'disabled',
      disabledReason: 'by_administrator',
    });
    expect(await ask(nodes, MAKER, `${webhook}/deliveries/${log[0].id}/redelivery`, {})).toMatchObject({
      code: 'webhook_disabled',
    });
    expect(await ask(nodes, MAKER, webhook, undefined, 'DELETE')).toBeUndefined();
    expect(await ask(nodes, MAKER, `${webhook}/deliveries`)).toMatchObject({ code: 'webhook_not_found' });
    expect(await ask(nodes, MAKER, webhook, {}, 'PATCH')).toMatchObject({ code: 'request_invalid' });
  });
});

/** Checks messages as a receiver's library does. */
function expectSigned(received: readonly Received[], secret: string): void {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  for (const { headers, body } of received) {
    const signed = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.');
    const digest = createHmac('sha256', key).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${digest}`);
    expect(Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp']))).toBeLessThan(60);
    expect(JSON.parse(body)).toMatchObject({
      type: 'staged',
      data: { type: 'staged', count: expect.any(Number) },
    });
  }
}

import { EventEmitter, on, once } from 'node:events';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { describe, expect, test, vi } from 'vitest';
import {
  defineRoute,
  empty,
  events,
  everyone,
  file,
  json,
  jsonBody,
  operators,
  streamBody,
} from '@suyuan/api';
import { createApiKeys } from '../accounts/api-keys.ts';
import { systemClock, systemRandom } from '../clock.ts';
import { serveApp } from '../testing/serve-app.ts';
import { testDatabase } from '../testing/test-database.ts';
import { handle } from './handle.ts';
import type { Binding } from './handle.ts';
import { problem } from './problem.ts';
import { DatabaseFault } from '../database/database-fault.ts';

const title = { en: 'x', zh: 'x' };
const echo = defineRoute({
  id: 'echo',
  method: 'POST',
  path: '/echo/:n',
  area: 'node',
  title,
  access: operators,
  params: Type.Object({ n: Type.Integer() }),
  query: Type.Object({ deep: Type.Optional(Type.Boolean()) }),
  body: jsonBody(Type.Object({ text: Type.String() }), 1000),
  answer: json(Type.Object({ n: Type.Integer(), text: Type.String(), deep: Type.Boolean() }), 201),
  problems: ['kind_unknown'],
  idempotent: true,
});
const count = defineRoute({
  id: 'count',
  method: 'POST',
  path: '/count',
  area: 'node',
  title,
  access: operators,
  body: streamBody(['application/octet-stream'], 100_000),
  answer: json(Type.Object({ size: Type.Integer(), call: Type.Integer() })),
  idempotent: true,
});
const ticks = defineRoute({
  id: 'ticks',
  method: 'GET',
  path: '/ticks',
  area: 'node',
  title,
  access: everyone,
  answer: events(Type.Object({ at: Type.Integer() })),
});
const endless = defineRoute({
  id: 'endless',
  method: 'GET',
  path: '/endless',
  area: 'node',
  title,
  access: everyone,
  answer: events(Type.Object({ at: Type.Integer() })),
});
const picture = defineRoute({
  id: 'picture',
  method: 'GET',
  path: '/picture',
  area: 'node',
  title,
  access: 'public',
  answer: file('text/plain'),
});
const broken = defineRoute({
  id: 'broken',
  method: 'GET',
  path: '/broken/:how',
  area: 'node',
  title,
  access: 'public',
  params: Type.Object({ how: Type.String() }),
  answer: empty,
});

function bindings(onStart: () => void): readonly Binding[] {
  let calls = 0;
  return [
    handle(echo, async ({ params, query, body }) => {
      if (body.text === 'refuse') return problem('kind_unknown', { detail: 'because' });
      return { n: params.n, text: body.text, deep: query.deep ?? false };
    }),
    handle(count, async ({ body }) => {
      let size = 0;
      onStart();
      const chunks: AsyncIterable<Buffer> = body;
      for await (const chunk of chunks) size += chunk.length;
      calls += 1;
      return { size, call: calls };
    }),
    handle(ticks, async () => Readable.from([{ at: 1 }, { at: 2 }])),
    handle(endless, async () => Readable.from(on(new EventEmitter(), 'never'))),
    handle(picture, async () => ({
      mediaType: 'text/plain',
      fileName: '溯源.txt',
      content: Readable.from(['hello']),
    })),
    handle(broken, async ({ params }) => {
      if (params.how === 'disk') throw new DatabaseFault('disk_full', 'no space', undefined, false);
      throw new Error('a secret detail');
    }),
  ];
}

async function startShell(hasRoom = true) {
  const database = await testDatabase();
  const apiKeys = createApiKeys(database, systemClock, systemRandom);
  const keys = {
    operator: (await apiKeys.create({ name: 'o', role: 'operator' }, 'test')).key,
    viewer: (await apiKeys.create({ name: 'v', role: 'viewer' }, 'test')).key,
  };
  let started = 0;
  const app = await serveApp(database, {
    bindings: bindings(() => (started += 1)),
    authenticate: async ({ headers }) => {
      if (headers.authorization === undefined) return undefined;
      return (await apiKeys.callerOf(headers.authorization.slice('Bearer '.length))) ?? 'api_key_invalid';
    },
    hasRoom: async () => hasRoom,
  });
  const url = app.origin;
  return {
    url: `${url}/api/v1`,
    origin: url,
    keys,
    apiKeys,
    started: () => started,
    post: async (path: string, body: RequestInit['body'], headers: Record<string, string> = {}) =>
      await fetch(`${url}/api/v1${path}`, {
        method: 'POST',
        body: body ?? null,
        headers: { authorization: `Bearer ${keys.operator}`, 'content-type': 'application/json', ...headers },
      }),
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

describe('http shell', () => {
  test('passes typed parameters, query and body to the handler', async () => {
    await using shell = await startShell();
    const answer = await shell.post('/echo/7?deep=true', '{"text":"a"}');
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({ n: 7, text: 'a', deep: true });
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    ['/echo/x', 400, 'request_invalid', '{"text":"a"}'],
    ['/echo/1?what=1', 400, 'request_invalid', '{"text":"a"}'],
    ['/echo/1', 400, 'request_invalid', '{"text":1}'],
    ['/echo/1', 400, 'body_malformed', '{"text":'],
    ['/echo/1', 400, 'body_malformed', '{"text":"a","__proto__":{}}'],
    ['/echo/1', 400, 'body_malformed', Buffer.from([0x22, 0xff, 0x22])],
    ['/echo/1', 413, 'body_too_large', JSON.stringify({ text: 'a'.repeat(2000) })],
    ['/echo/1', 404, 'kind_unknown', '{"text":"refuse"}'],
    ['/nothing', 404, 'not_found', '{}'],
  ])('refuses what does not fit: %s gives %i %s', async (path, status, code, body) => {
    await using shell = await startShell();
    const answer = await shell.post(path, body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ code, status, type: `urn:suyuan:problem:${code}` });
  });

  test('asks for credentials, refuses wrong ones, and keeps roles apart', async () => {
    await using shell = await startShell();
    const codeWith = async (authorization: Record<string, string>): Promise<unknown> => {
      const answer = await fetch(`${shell.url}/echo/1`, { method: 'POST', headers: authorization });
      const body: unknown = await answer.json();
      return body;
    };
    expect(await codeWith({})).toMatchObject({ code: 'sign_in_required', status: 401 });
    expect(await codeWith({ authorization: 'Bearer nonsense' })).toMatchObject({ code: 'api_key_invalid' });
    expect(await codeWith({ authorization: `Bearer ${shell.keys.viewer}` })).toMatchObject({
      code: 'role_insufficient',
    });
  });

  test('a withdrawn key stops working at once', async () => {
    await using shell = await startShell();
    expect((await shell.post('/echo/1', '{"text":"a"}')).status).toBe(201);
    const [key] = await shell.apiKeys.list();
    expect(await shell.apiKeys.remove(key?.id ?? 0)).toBe(true);
    expect((await shell.post('/echo/1', '{"text":"a"}')).status).toBe(401);
  });

  test('titles follow Accept-Language', async () => {
    await using shell = await startShell();
    const answer = await shell.post('/echo/1', '{"text":"refuse"}', { 'accept-language': 'zh-CN,zh;q=0.9' });
    expect(await answer.json()).toMatchObject({ title: '没有该记录种类', detail: 'because' });
  });

  test('the same idempotency key gives the same answer and runs the handler once', async () => {
    await using shell = await startShell();
    const headers = { 'idempotency-key': 'k1', 'content-type': 'application/octet-stream' };
    const first = await shell.post('/count', Buffer.alloc(5000), headers);
    const second = await shell.post('/count', Buffer.alloc(5000), headers);
    expect(await first.json()).toEqual({ size: 5000, call: 1 });
    expect(await second.json()).toEqual({ size: 5000, call: 1 });
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    const other = await shell.post('/count', Buffer.alloc(5001), headers);
    expect(await other.json()).toMatchObject({ code: 'idempotency_key_reused' });
    const invalid = await shell.post('/count', Buffer.alloc(1), { ...headers, 'idempotency-key': 'a b' });
    expect(await invalid.json()).toMatchObject({ code: 'idempotency_key_invalid' });
  });

  test('a problem is not kept for an idempotency key', async () => {
    await using shell = await startShell();
    const headers = { 'idempotency-key': 'k2' };
    expect((await shell.post('/echo/1', '{"text":"refuse"}', headers)).status).toBe(404);
    expect((await shell.post('/echo/1', '{"text":"fine"}', headers)).status).toBe(201);
  });

  test('a stream body beyond its limit is refused, declared or not', async () => {
    await using shell = await startShell();
    const type = { 'content-type': 'application/octet-stream' };
    expect((await shell.post('/count', Buffer.alloc(100_001), type)).status).toBe(413);
    const answer = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const sending = request(`${shell.url}/count`, {
        method: 'POST', // without a length, so in chunks
        headers: { ...type, authorization: `Bearer ${shell.keys.operator}` },
      });
      sending.on('error', reject);
      sending.on('response', (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part: string) => (body += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      });
      Readable.from([Buffer.alloc(60_000), Buffer.alloc(60_000)]).pipe(sending);
    });
    expect(answer.status).toBe(413);
    expect(answer.body).toContain('body_too_large');
    expect((await shell.post('/count', 'x', { 'content-type': 'text/plain' })).status).toBe(415);
  });

  test('events arrive as server-sent events', async () => {
    await using shell = await startShell();
    const answer = await fetch(`${shell.url}/ticks`, {
      headers: { authorization: `Bearer ${shell.keys.viewer}` },
    });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    expect(await answer.text()).toBe('retry: 2000\n\ndata: {"at":1}\n\ndata: {"at":2}\n\n');
  });

  test('files carry their name in any script', async () => {
    await using shell = await startShell();
    const answer = await fetch(`${shell.url}/picture`);
    expect(answer.headers.get('content-disposition')).toBe(
      "attachment; filename*=UTF-8''%E6%BA%AF%E6%BA%90.txt",
    );
    expect(await answer.text()).toBe('hello');
  });

  test('faults keep their details to the log', async () => {
    await using shell = await startShell();
    const fault = await fetch(`${shell.url}/broken/disk`);
    expect(await fault.json()).toMatchObject({ status: 507, code: 'disk_full' });
    const bug = await fetch(`${shell.url}/broken/x`);
    const text = await bug.text();
    expect(bug.status).toBe(500);
    expect(text).toContain('internal_fault');
    expect(text).not.toContain('secret');
  });

  test('a nearly full disk refuses new data and goes on reading', async () => {
    await using shell = await startShell(false);
    const refused = await shell.post('/echo/1', '{"text":"a"}');
    expect(refused.status).toBe(507);
    expect(await refused.json()).toMatchObject({ code: 'disk_full' });
    expect((await fetch(`${shell.url}/picture`)).status).toBe(200);
  });

  test('a second request with a key that is in use is told to wait', async () => {
    await using shell = await startShell();
    const headers = {
      authorization: `Bearer ${shell.keys.operator}`,
      'content-type': 'application/octet-stream',
      'idempotency-key': 'slow',
    };
    const first = request(`${shell.url}/count`, { method: 'POST', headers });
    first.on('error', () => undefined); // of the destroyed request below
    first.write('x');
    const waiting = await vi.waitUntil(async () => {
      const second = await shell.post('/count', 'x', headers);
      return second.status === 409 ? await second.json() : undefined;
    });
    expect(waiting).toMatchObject({ code: 'idempotency_in_progress' });
    await new Promise((resolve) => first.once('close', resolve).destroy());
  });

  test('stopping ends event streams and lets a running request finish', async () => {
    const shell = await startShell();
    const streaming = await fetch(`${shell.url}/endless`, {
      headers: { authorization: `Bearer ${shell.keys.viewer}` },
    });
    const running = request(`${shell.url}/count`, {
      method: 'POST',
      headers: { authorization: `Bearer ${shell.keys.operator}`, 'content-type': 'application/octet-stream' },
    });
    running.write('x');
    await vi.waitUntil(() => shell.started() === 1);
    const answered = once(running, 'response');
    const stopped = shell[Symbol.asyncDispose]();
    expect(await streaming.text()).toContain('retry');
    running.end('y');
    const response: { statusCode?: number }[] = await answered;
    expect(response[0]?.statusCode).toBe(200);
    await stopped;
  });

  test('metrics want a caller; documentation is open and complete', async () => {
    await using shell = await startShell();
    expect((await fetch(`${shell.origin}/metrics`)).status).toBe(401);
    const metrics = await fetch(`${shell.origin}/metrics`, {
      headers: { authorization: `Bearer ${shell.keys.viewer}` },
    });
    expect(await metrics.text()).toContain('suyuan_http_request_seconds');
    const document: unknown = await (await fetch(`${shell.url}/openapi.json`)).json();
    expect(document).toMatchObject({
      openapi: '3.1.0',
      paths: { '/api/v1/echo/{n}': { post: { operationId: 'echo' } } },
    });
    const page = await fetch(`${shell.origin}/api/docs/`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('swagger-ui');
    expect(page.headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
  });
});

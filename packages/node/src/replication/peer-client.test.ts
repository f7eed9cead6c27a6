// The client against a real HTTP server: each way a member can fail is a value that names it.
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';

import { afterEach, expect, it } from 'vitest';

import { assert } from '@suyuan/log';
import { nativeCrypto, nativeSigner } from '@suyuan/native-crypto';

import { createPeerClient, peerBody } from './peer-client.ts';
import type { PeerClient } from './peer-client.ts';
import { verifyPeerRequest } from './peer-signature.ts';

const signer = nativeSigner(new Uint8Array(32).fill(7));
const networkHex = '11'.repeat(32);
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const bound = server.address();
  assert(typeof bound === 'object' && bound !== null, 'a TCP server has a port');
  return `http://127.0.0.1:${bound.port}`;
}

function client(address: string | undefined): PeerClient {
  let counter = 0;
  return createPeerClient({
    networkHex,
    keyIdHex: 'ab'.repeat(32),
    signer,
    addressOf: () => address,
    nowMs: () => 1_700_000_000_000,
    random: (size) => new Uint8Array(size).fill(++counter),
  });
}

const get = {
  organization: 'b',
  method: 'GET',
  target: '/x?y=1',
  answerBytesMax: 10,
  timeoutMs: 5_000,
} as const;

it('sends a request whose signature the other side accepts', async () => {
  let verdict: unknown;
  const address = await listen((request, response) => {
    const check = async (): Promise<void> => {
      verdict = await verifyPeerRequest({
        crypto: nativeCrypto,
        method: request.method ?? '',
        target: request.url ?? '',
        headers: Object.entries(request.headers).map(([name, value]) => ({ name, value: String(value) })),
        networkHex,
        recipient: 'b',
        nowSeconds: 1_700_000_000,
        findKey: () => ({ organization: 'a', publicKey: signer.publicKey }),
      });
      response.end('fine');
    };
    void check();
  });
  const body = peerBody(Buffer.from('hello'));
  const answer = await client(address).send({ ...get, method: 'POST', body });
  expect(answer.ok && Buffer.from(answer.value).toString()).toBe('fine');
  expect(verdict).toMatchObject({
    ok: true,
    value: { organization: 'a', contentDigest: body.contentDigest },
  });
});

it('answers with the code of a refusal, and nothing where there is none', async () => {
  const address = await listen((request, response) => {
    response.statusCode = 409;
    response.end(request.url === '/x?y=1' ? '{"code":"sequence_taken"}' : '<html>');
  });
  expect(await client(address).send(get)).toEqual({
    ok: false,
    error: { code: 'peer_refused', organization: 'b', status: 409, problem: 'sequence_taken' },
  });
  expect(await client(address).send({ ...get, target: '/z' })).toMatchObject({
    error: { problem: undefined },
  });
});

it('gives up on an answer that is too long, late, redirected, or not there', async () => {
  const address = await listen((request, response) => {
    if (request.url === '/long') response.end('0123456789A');
    if (request.url === '/elsewhere') response.writeHead(302, { location: '/long' }).end();
  });
  const send = async (target: string, timeoutMs = 5_000): Promise<unknown> => {
    const result = await client(address).send({ ...get, target, timeoutMs });
    return result.ok ? 'ok' : result.error.code;
  };
  expect(await send('/long')).toBe('peer_answer_too_large');
  expect(await send('/never', 50)).toBe('peer_timed_out');
  expect(await send('/elsewhere')).toBe('peer_unreachable');
  expect(await client('http://127.0.0.1:1').send(get)).toMatchObject({ error: { code: 'peer_unreachable' } });
  expect(await client(undefined).send(get)).toMatchObject({ error: { code: 'peer_address_unknown' } });
});

it('ends what is under way when it is stopped', async () => {
  const address = await listen(() => {
    stopped.stop();
  });
  const stopped = client(address);
  expect(await stopped.send(get)).toMatchObject({ error: { code: 'peer_stopped' } });
  expect(await stopped.send(get)).toMatchObject({ error: { code: 'peer_stopped' } });
});

it('has at most four requests under way to one organisation', async () => {
  let open = 0;
  let openMax = 0;
  const address = await listen((_, response) => {
    openMax = Math.max(openMax, ++open);
    setImmediate(() => {
      open -= 1;
      response.end();
    });
  });
  const one = client(address);
  const results = await Promise.all(Array.from({ length: 20 }, async () => one.send(get)));
  expect(results.every((result) => result.ok)).toBe(true);
  expect(openMax).toBeLessThanOrEqual(4);
});

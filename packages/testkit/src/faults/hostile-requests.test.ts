// Hostile bytes at every door of a running network: whatever comes, the answer is a problem of the catalogue, nothing
// is stored, and the node goes on. What single parsers refuse is tested beside them.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { problems } from '@suyuan/api';
import type { Route } from '@suyuan/api';
import { REQUIRED_KEYS, encodePayload, keyIdOf, networkIdOf } from '@suyuan/ledger';
import type { Signer } from '@suyuan/log';
import { assert, encodeHex } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOTES_BYTES_MAX } from '../../../node/src/checkpoint/exchange.ts';
import { openKeys } from '../../../node/src/keys/key-files.ts';
import {
  PAYLOAD_MESSAGE_BYTES_MAX,
  PAYLOADS_PATH,
  encodePayloadMessage,
} from '../../../node/src/replication/payload-message.ts';
import { contentDigestOf, signPeerRequest } from '../../../node/src/replication/peer-signature.ts';
import { startTestNetwork } from '../../../node/src/testing/start-test-network.ts';
import type { TestNodes } from '../../../node/src/testing/start-test-network.ts';
import { rounds } from './testing/patient-client.ts';

const MAKER = 1;
const COSIGNATURES_PATH = '/peer/v1/cosignatures';

let nodes: TestNodes;
beforeAll(async () => {
  nodes = await startTestNetwork();
});
afterAll(async () => await nodes[Symbol.asyncDispose]());

/** The problem that the answer must be. */
async function problemIn(answer: Response): Promise<string> {
  const text = await answer.text();
  const type = answer.headers.get('content-type') ?? '';
  expect([type, text]).toMatchObject([expect.stringMatching(/^application\/problem\+json/), text]);
  const { code }: { code: string } = JSON.parse(text);
  expect(problems).toHaveProperty(code);
  return code;
}

/** Rows of every table that outside bytes lead to. */
async function countStored(): Promise<unknown> {
  const counts = nodes.network().nodes.map(async ({ database }) => {
    const tables = ['batch', 'record', 'subject', 'import', 'report', 'log_entry', 'checkpoint'] as const;
    return await Promise.all(
      tables.map(async (table) => {
        const { count } = await database.read((db) =>
          db
            .selectFrom(table)
            .select((of) => of.fn.countAll<number>().as('count'))
            .executeTakeFirstOrThrow(),
        );
        return { table, count };
      }),
    );
  });
  return await Promise.all(counts);
}

const hostileTexts = [
  '-1',
  '0',
  '1e999',
  '99999999999999999999',
  '9007199254740991',
  '%00',
  '%ff%fe',
  '..%2f..%2fetc',
  '%f0%9f%94%8b%e2%80%ae',
  "1'%20or%201=1--",
  'a'.repeat(199),
];

const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const hostileBodies: readonly (readonly [string, string | Uint8Array])[] = [
  ['nothing', ''],
  ['a null', 'null'],
  ['a list', '[]'],
  ['a cut-off object', '{"a":'],
  ['a prototype', '{"__proto__":{"admin":true},"constructor":{"prototype":{}}}'],
  ['a member of every name', '{"all":true,"batches":[1],"records":["1/1"],"import":1,"kind":"battery_pack"}'],
  ['a hundred thousand brackets', deep],
  ['brackets in a record', `{"records":[${deep}]}`],
  ['a zero character', '{"records":[{"moduleCode":"\\u0000"}],"name":"\\u0000","cells":{"a":"\\u0000"}}'],
  ['a zero character in a name', '{"name":"a\\u0000b","password":"a long password","role":"viewer"}'],
  ['half a character in a name', '{"name":"a\\ud800b","password":"a long password","role":"viewer"}'],
  ['half a character', '{"records":[{"moduleCode":"\\ud800"}],"name":"\\ud800","cells":{"a":"\\ud800"}}'],
  ['a number beyond all', '{"records":[{"ratedCapacity":1e999}],"id":1e999,"import":1e999}'],
  ['bytes that are no text', Buffer.from('7b22ff22fe3a80317d', 'hex')],
  ['random bytes', randomBytes(512)],
];

/** Fills the parameters of a path. */
function pathWith(route: Route, text: string): string {
  return `/api/v1${route.path.replaceAll(/:[a-zA-Z]+/g, text)}`;
}

/** What is wrong with how a node took a hostile request; nothing where it answered, or refused with a problem. */
async function complaintsAbout(answer: Response, what: string): Promise<readonly string[]> {
  if (answer.status >= 500) return [`${what}: ${answer.status}`];
  if (answer.status >= 400) await problemIn(answer);
  else await answer.body?.cancel();
  return [];
}

describe('the API', () => {
  test('hostile addresses and queries never get more than a problem', async () => {
    const complaints: string[] = [];
    for (const { route } of nodes.network().nodes[MAKER]?.slices.bindings ?? []) {
      const path = pathWith(route, '1');
      const addresses = [
        ...(route.path.includes(':') ? hostileTexts.map((text) => pathWith(route, text)) : []),
        ...hostileTexts.flatMap((text) => [
          `${path}?limit=${text}`,
          `${path}?after=${text}`,
          `${path}?kind=${text}&status=${text}&format=${text}&parts=${text}`,
        ]),
        `${path}?limit=1&limit=2`,
        `${path}?__proto__=1&constructor=2`,
      ];
      for (const address of addresses) {
        const body = route.body === undefined ? undefined : {};
        const answer = await nodes.call(MAKER, 'operator', route.method, address, body);
        complaints.push(...(await complaintsAbout(answer, `${route.method} ${address}`)));
      }
    }
    expect(complaints).toEqual([]);
  });

  test.each(hostileBodies)(
    'a body of %s gets a problem at every route that takes one',
    async (what, body) => {
      const complaints: string[] = [];
      for (const { route } of nodes.network().nodes[MAKER]?.slices.bindings ?? []) {
        if (route.body === undefined) continue;
        const path = pathWith(route, route.path.includes(':kind') ? 'battery_module' : '1');
        for (const address of [path, `${path}?kind=battery_module`]) {
          const type = route.body.type === 'json' ? 'application/json' : 'application/octet-stream';
          const answer = await nodes.call(MAKER, 'administrator', route.method, address, Buffer.from(body), {
            'content-type': type,
          });
          complaints.push(...(await complaintsAbout(answer, `${what} at ${route.method} ${address}`)));
        }
      }
      expect(complaints).toEqual([]);
    },
  );

  test('bytes that are no HTTP end their own connection only', async () => {
    const url = new URL(nodes.network().nodes[MAKER]?.url ?? '');
    const openings = [
      randomBytes(2_048),
      Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'),
      Buffer.from(`GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`),
      Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\n${'x: y\r\n'.repeat(20_000)}\r\n`),
      Buffer.from('POST /api/v1/reports HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n'),
    ];
    for (const bytes of openings) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(url.port), url.hostname, () => socket.write(bytes));
        socket.on('error', () => undefined).on('close', () => resolve());
        socket.resume();
      });
    }
    expect((await fetch(`${url.origin}/api/v1/health`)).status).toBe(200);
  });
});

interface Peer {
  readonly organization: string;
  readonly transport: Signer;
  readonly network: Uint8Array;
}

async function peerOf(organization: string): Promise<Peer> {
  const folder = join(nodes.settings.dataDir, 'organizations', organization, 'keys');
  const { transport } = await openKeys(folder, REQUIRED_KEYS.validator, false);
  assert(transport !== undefined, 'a validator has a transport key');
  return { organization, transport, network: networkIdOf(nativeCrypto, nodes.network().genesis) };
}

/** What is not as it should be about a request. */
interface Change {
  readonly recipient?: string;
  readonly network?: Uint8Array;
  readonly ageSeconds?: number;
}

/** Headers of a request to the battery maker, signed by `peer` over this body. */
function signedBy(
  peer: Peer,
  method: string,
  target: string,
  body: Uint8Array,
  change: Change = {},
): Headers {
  const { recipient = 'batteries', network = peer.network, ageSeconds = 0 } = change;
  const headers = signPeerRequest({
    target: { method, target, networkHex: encodeHex(network), recipient },
    contentDigest: contentDigestOf(body),
    keyIdHex: encodeHex(keyIdOf(nativeCrypto, peer.transport.publicKey)),
    signer: peer.transport,
    nowSeconds: Math.floor(Date.now() / 1000) - ageSeconds,
    nonce: randomBytes(16),
  });
  headers.set('content-type', 'application/cbor');
  return headers;
}

async function send(method: string, target: string, headers: Headers, body?: Uint8Array): Promise<Response> {
  const url = `${nodes.network().nodes[MAKER]?.url}${target}`;
  return await fetch(url, { method, headers, body: body === undefined ? null : Buffer.from(body) });
}

/** CBOR that costs memory or stack where a reader believes it. */
const bombs: readonly (readonly [string, Uint8Array])[] = [
  ['nothing', new Uint8Array()],
  ['one array in another, a hundred thousand times', Buffer.alloc(100_000, 0x81)],
  ['an array said to have 2^63 items', Buffer.from('9b7fffffffffffffff', 'hex')],
  ['a byte string said to have 2^63 bytes', Buffer.from('5b7fffffffffffffff', 'hex')],
  ['an array without an end', Buffer.from(`9f${'00'.repeat(1_000)}`, 'hex')],
  ['a hundred thousand tags', Buffer.alloc(100_000, 0xc1)],
  ['random bytes', randomBytes(4_096)],
];

describe('the doors for other nodes', () => {
  const doors = [
    ['POST', PAYLOADS_PATH],
    ['GET', `${PAYLOADS_PATH}/0`],
    ['POST', COSIGNATURES_PATH],
    ['GET', `${COSIGNATURES_PATH}?size=1`],
  ] as const;

  test.each(doors)(
    '%s %s: without a signature nobody gets in, with an API key neither',
    async (method, target) => {
      const body = method === 'POST' ? Buffer.from('80', 'hex') : undefined;
      const unsigned = new Headers({ 'content-type': 'application/cbor' });
      expect(await problemIn(await send(method, target, unsigned, body))).toBe('peer_signature_missing');
      const withKey = await nodes.call(MAKER, 'administrator', method, target, body);
      expect(await problemIn(withKey)).toBe('peer_signature_missing');
    },
  );

  test.each(doors)('%s %s: a captured request is refused the second time', async (method, target) => {
    const body = method === 'POST' ? Buffer.from('80', 'hex') : new Uint8Array();
    const headers = signedBy(await peerOf('managers'), method, target, body);
    const sent = method === 'POST' ? body : undefined;
    const first = await send(method, target, headers, sent);
    expect(first.status).toBeLessThan(500);
    expect(await first.text()).not.toContain('peer_request_replayed');
    expect(await problemIn(await send(method, target, headers, sent))).toBe('peer_request_replayed');
    const elsewhere = await send(method, `${target}${target.includes('?') ? '&' : '?'}a=1`, headers, sent);
    expect(await problemIn(elsewhere)).toBe('peer_signature_invalid');
  });

  test.each(doors)(
    '%s %s: expired, for another network or another node: refused by code and counted',
    async (method, target) => {
      const peer = await peerOf('managers');
      const body = method === 'POST' ? Buffer.from('80', 'hex') : new Uint8Array();
      const countOf = async (code: string): Promise<number> => {
        const figures = await (await nodes.call(MAKER, 'viewer', 'GET', '/metrics')).text();
        const begin = `suyuan_http_problems_total{code="${code}"`;
        const line = figures.split('\n').find((one) => one.startsWith(begin));
        return Number(line?.slice(line.lastIndexOf(' ') + 1) ?? 0);
      };
      for (const [code, change] of [
        ['peer_signature_expired', { ageSeconds: 1_000 }],
        ['peer_network_wrong', { network: new Uint8Array(32).fill(7) }],
        ['peer_recipient_wrong', { recipient: 'vehicles' }],
      ] as const) {
        const before = await countOf(code);
        const headers = signedBy(peer, method, target, body, change);
        expect(
          await problemIn(await send(method, target, headers, method === 'POST' ? body : undefined)),
        ).toBe(code);
        expect(await countOf(code)).toBe(before + 1);
      }
    },
  );

  test.each(bombs)('%s, signed by a member, is refused and stores nothing', async (_, bytes) => {
    const peer = await peerOf('managers');
    const before = await countStored();
    for (const target of [PAYLOADS_PATH, COSIGNATURES_PATH]) {
      const answer = await send('POST', target, signedBy(peer, 'POST', target, bytes), bytes);
      expect(await problemIn(answer)).toMatch(/_malformed$/);
    }
    expect(await countStored()).toEqual(before);
  });

  test('a body other than the signed one, or a longer one than is taken, is refused', async () => {
    const peer = await peerOf('managers');
    for (const [target, bytesMax] of [
      [PAYLOADS_PATH, PAYLOAD_MESSAGE_BYTES_MAX],
      [COSIGNATURES_PATH, NOTES_BYTES_MAX],
    ] as const) {
      const headers = signedBy(peer, 'POST', target, Buffer.from('80', 'hex'));
      expect(await problemIn(await send('POST', target, headers, Buffer.from('81', 'hex')))).toBe(
        'peer_digest_wrong',
      );
      const long = Buffer.alloc(bytesMax + 1);
      const answer = await send('POST', target, signedBy(peer, 'POST', target, long), long);
      expect(await problemIn(answer)).toBe('payload_too_large');
    }
  });

  test('a member can hand over nothing in the name of another, and nothing that is not what it says', async () => {
    const peer = await peerOf('managers');
    const before = await countStored();
    const payload = encodePayload([
      {
        publicSalt: randomBytes(32),
        publicText: Buffer.from('{}'),
        sharedSalt: randomBytes(32),
        sharedText: Buffer.from('{}'),
        privateCommitment: randomBytes(32),
      },
    ]);
    const batch = {
      channel: 1,
      reporter: 'vehicles',
      sequence: 1,
      recordKind: 'battery_pack',
      count: 1,
      root: randomBytes(32),
    };
    const createdAt = Math.floor(Date.now() / 1000);
    const codeOf = async (sender: Peer, changed: Partial<typeof batch>): Promise<string> => {
      const body = encodePayloadMessage({ batch: { ...batch, ...changed }, createdAt, payload });
      const headers = signedBy(sender, 'POST', PAYLOADS_PATH, body);
      return await problemIn(await send('POST', PAYLOADS_PATH, headers, body));
    };
    expect(await codeOf(peer, {})).toBe('peer_not_permitted');
    const own = await peerOf('vehicles');
    expect(await codeOf(own, { recordKind: 'battery_module' })).toBe('channel_not_permitted');
    expect(await codeOf(own, { channel: 7 })).toBe('channel_not_permitted');
    expect(await codeOf(own, {})).toMatch(/^payload_/);
    expect(await codeOf(own, { count: 2 })).toMatch(/^payload_/);
    expect(await countStored()).toEqual(before);
  });
});

test('after all of it the network imports and reports as before', async () => {
  const records = rounds().next().value;
  const pushed = await nodes.call(MAKER, 'operator', 'POST', '/api/v1/records/battery_module', { records });
  expect(await pushed.json()).toMatchObject({ staged: records.length });
  const begun = await nodes.call(MAKER, 'operator', 'POST', '/api/v1/reports', { all: true });
  const { id }: { id: number } = await begun.json();
  const events = await nodes.call(MAKER, 'operator', 'GET', `/api/v1/reports/${id}/events`);
  expect(await events.text()).toContain(`"reported":${records.length}`);
});

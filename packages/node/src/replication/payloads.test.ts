// The door of a member over real HTTP: what is not signed, not new, not meant for it or not what it says is refused
// before anything is stored; what is right is stored once, however often it comes.
import { describe, expect, it, vi } from 'vitest';

import {
  channelOf,
  encodePayload,
  keyIdOf,
  payloadRoot,
  verifyAcknowledgement,
  viewOf,
} from '@suyuan/ledger';
import type { AcknowledgedBatch, PayloadRecord } from '@suyuan/ledger';
import { encodeHex, encodeUtf8 } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import { parseRecord, recordKind } from '@suyuan/battery';
import { generateRecords } from '@suyuan/testkit';

import { systemClock } from '../clock.ts';
import { failingDatabase } from '../testing/failing-database.ts';
import type { FailureMode } from '../testing/failing-database.ts';
import { testNetwork } from '../testing/test-network.ts';
import type { TestNetwork, TestNode } from '../testing/test-network.ts';
import { encodePayloadMessage, parseAcknowledgement, PAYLOADS_PATH } from './payload-message.ts';
import type { PayloadMessage } from './payload-message.ts';
import { isMemberOf } from './peer-rights.ts';
import { contentDigestOf, signPeerRequest } from './peer-signature.ts';
import { createReceiver } from './receive-payload.ts';
import { sweepPayloads } from './sweep-payloads.ts';

const ALL = ['managing', 'maker', 'vehicles'];

/** Records as the maker would send them. */
function payloadRecords(count: number): PayloadRecord[] {
  const kind = recordKind('battery_module');
  const [batch] = generateRecords({
    seed: 5,
    count: count * 2,
    from: '2026-01-01',
    to: '2026-02-01',
    batchSize: count,
  });
  return (batch?.records.slice(0, count) ?? []).map((members, index) => {
    const parsed = kind && parseRecord(kind, members, { today: '2100-01-01', codes: 'strict' });
    if (parsed?.record === undefined) throw new Error('samples are valid');
    return {
      publicSalt: new Uint8Array(32).fill(index + 1),
      publicText: encodeUtf8(parsed.record.public),
      sharedSalt: new Uint8Array(32).fill(index + 2),
      sharedText: encodeUtf8(parsed.record.shared),
      privateCommitment: new Uint8Array(32).fill(index + 3),
    };
  });
}

function messageOf(
  network: TestNetwork,
  records: readonly PayloadRecord[],
  changes: { readonly batch?: object; readonly createdAt?: number; readonly payload?: Uint8Array } = {},
): PayloadMessage {
  const root = payloadRoot(nativeCrypto, network.network, 'battery_module', records);
  const batch = {
    channel: 1,
    reporter: 'maker',
    sequence: 1,
    recordKind: 'battery_module',
    count: records.length,
    root,
  };
  return {
    batch: { ...batch, ...changes.batch },
    createdAt: changes.createdAt ?? Math.floor(Date.now() / 1000),
    payload: changes.payload ?? encodePayload(records),
  };
}

interface Posting {
  readonly from?: TestNode;
  readonly recipient?: string;
  readonly nowSeconds?: number;
  readonly nonce?: Uint8Array;
  readonly digestOf?: Uint8Array;
  readonly method?: 'POST' | 'GET';
  readonly target?: string;
}

let nonces = 0;

/** Sends a body as the maker (unless told otherwise) does, and gives the answer's bytes or its problem code. */
async function post(
  network: TestNetwork,
  to: TestNode,
  body: Uint8Array,
  posting: Posting = {},
): Promise<Uint8Array | string> {
  const { method = 'POST', target = PAYLOADS_PATH, from = network.node('maker') } = posting;
  const signer = from.signers.transport;
  const headers = signPeerRequest({
    target: {
      method,
      target,
      networkHex: encodeHex(network.network),
      recipient: posting.recipient ?? to.organization,
    },
    contentDigest: contentDigestOf(posting.digestOf ?? body),
    keyIdHex: encodeHex(keyIdOf(nativeCrypto, signer.publicKey)),
    signer,
    nowSeconds: posting.nowSeconds ?? Math.floor(Date.now() / 1000),
    nonce: posting.nonce ?? new Uint8Array(16).fill(++nonces),
  });
  const init = method === 'GET' ? {} : { body: new Uint8Array(body) };
  const response = await fetch(new URL(target, to.address), { method, headers, ...init });
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  const problem: unknown = await response.json();
  return typeof problem === 'object' && problem !== null && 'code' in problem
    ? String(problem.code)
    : 'no code';
}

async function stored(node: TestNode): Promise<{ readonly batches: number; readonly records: number }> {
  return await node.database.read(async (db) => ({
    batches: (await db.selectFrom('batch').select('id').execute()).length,
    records: (await db.selectFrom('record').select('leaf').execute()).length,
  }));
}

function isAcknowledged(
  network: TestNetwork,
  by: TestNode,
  message: PayloadMessage,
  answer: Uint8Array | string,
): boolean {
  const acknowledgement = typeof answer === 'string' ? undefined : parseAcknowledgement(answer);
  if (acknowledgement === undefined) return false;
  const batch: AcknowledgedBatch = {
    ...message.batch,
    network: network.network,
    size: message.payload.length,
  };
  return verifyAcknowledgement(
    nativeCrypto,
    batch,
    by.signers.statement.publicKey,
    acknowledgement.signature,
  );
}

describe('a payload', () => {
  it('[P10] is stored, then acknowledged; the same again stores nothing more and gets the same word', async () => {
    await using network = await testNetwork({ organizations: ALL });
    const vehicles = network.node('vehicles');
    const message = messageOf(network, payloadRecords(300));
    const answers = await Promise.all(
      [1, 2, 3].map(async () => await post(network, vehicles, encodePayloadMessage(message))),
    );
    for (const answer of answers) expect(isAcknowledged(network, vehicles, message, answer)).toBe(true);
    expect(await stored(vehicles)).toEqual({ batches: 1, records: 300 });
    const row = await vehicles.database.read((db) =>
      db.selectFrom('batch').selectAll().executeTakeFirstOrThrow(),
    );
    expect(row).toMatchObject({ status: 'held', reporter: 'maker', sequence: 1, count: 300 });
    expect(row.leaves).toHaveLength(300 * 32);
  });

  it('[P7] [P8] [P9] that is not what it says is refused, the sender is counted, and nothing is stored', async () => {
    await using network = await testNetwork({ organizations: ALL, recordKinds: ['battery_module'] });
    const vehicles = network.node('vehicles');
    const records = payloadRecords(3);
    const [first] = records;
    if (first === undefined) throw new Error('there are three');
    const send = async (message: PayloadMessage): Promise<unknown> =>
      await post(network, vehicles, encodePayloadMessage(message));
    const withText = (text: string): PayloadMessage =>
      messageOf(network, [{ ...first, publicText: encodeUtf8(text) }]);
    const flipped = encodePayload(records);
    flipped[40] = (flipped[40] ?? 0) ^ 1;
    const now = Math.floor(Date.now() / 1000);

    expect(await send(messageOf(network, records, { payload: flipped }))).toBe('payload_root_wrong');
    expect(await send(messageOf(network, records, { batch: { root: new Uint8Array(32) } }))).toBe(
      'payload_root_wrong',
    );
    expect(await send(messageOf(network, records, { batch: { count: 2 } }))).toBe('payload_malformed');
    expect(await send(messageOf(network, records, { payload: new Uint8Array([0x80]) }))).toBe(
      'payload_malformed',
    );
    expect(await send(withText('{}'))).toBe('payload_record_invalid');
    expect(await send(withText(`${new TextDecoder().decode(first.publicText)} `))).toBe(
      'payload_record_invalid',
    );
    expect(await send(messageOf(network, records, { createdAt: now - 3_700 }))).toBe('payload_time_wrong');
    expect(await send(messageOf(network, records, { createdAt: now + 3_700 }))).toBe('payload_time_wrong');
    expect(await send(messageOf(network, records, { batch: { channel: 9 } }))).toBe('channel_not_permitted');
    expect(await send(messageOf(network, records, { batch: { recordKind: 'battery_pack' } }))).toBe(
      'channel_not_permitted',
    );
    expect(await send(messageOf(network, records, { batch: { reporter: 'managing' } }))).toBe(
      'peer_not_permitted',
    );
    expect(await post(network, vehicles, encodeUtf8('rubbish'))).toBe('payload_malformed');
    expect(await post(network, vehicles, new Uint8Array(9_000_000))).toBe('payload_too_large');
    expect(await stored(vehicles)).toEqual({ batches: 0, records: 0 });
    const metrics = await vehicles.metrics.registry.metrics();
    expect(metrics).toContain('suyuan_payloads_refused_total{sender="maker",code="payload_root_wrong"');
  });

  it('[P11] under a number that stands for other bytes is refused', async () => {
    await using network = await testNetwork({ organizations: ALL });
    const vehicles = network.node('vehicles');
    const records = payloadRecords(3);
    const first = messageOf(network, records);
    expect(
      isAcknowledged(network, vehicles, first, await post(network, vehicles, encodePayloadMessage(first))),
    ).toBe(true);
    const other = messageOf(network, records.slice(1));
    expect(await post(network, vehicles, encodePayloadMessage(other))).toBe('payload_conflict');
    expect(await stored(vehicles)).toEqual({ batches: 1, records: 3 });
  });
});

describe('a payload that is never ordered', () => {
  it('[P20] is removed after a week, or once the ledger refused it, and not before', async () => {
    await using network = await testNetwork({ organizations: ALL });
    const vehicles = network.node('vehicles');
    const records = payloadRecords(6);
    for (const sequence of [1, 2, 3]) {
      const message = messageOf(network, records.slice(0, sequence), { batch: { sequence } });
      expect(await post(network, vehicles, encodePayloadMessage(message))).toBeInstanceOf(Uint8Array);
    }
    await vehicles.database.read((db) =>
      db.updateTable('batch').set({ status: 'refused', sequence: null }).where('sequence', '=', 1).execute(),
    );
    expect(await sweepPayloads(vehicles.database, Date.now())).toBe(1);
    expect(await stored(vehicles)).toEqual({ batches: 2, records: 5 });
    await vehicles.database.read((db) =>
      db.updateTable('batch').set({ status: 'reported', entry: 0 }).where('sequence', '=', 2).execute(),
    );
    expect(await sweepPayloads(vehicles.database, Date.now() + 8 * 86_400_000)).toBe(1);
    expect(await stored(vehicles)).toEqual({ batches: 1, records: 2 });
    const subjects = await vehicles.database.read((db) =>
      db.selectFrom('subject').select('batch_id').distinct().execute(),
    );
    expect(subjects).toHaveLength(1);
  });
});

describe('a request', () => {
  it('[P5] [P6] is taken once, in its time, from a key of the ledger, for this organisation and with the body signed', async () => {
    await using network = await testNetwork({ organizations: ALL });
    const vehicles = network.node('vehicles');
    const message = encodePayloadMessage(messageOf(network, payloadRecords(1)));
    const nonce = new Uint8Array(16).fill(200);
    expect(await post(network, vehicles, message, { nonce })).toBeInstanceOf(Uint8Array);
    expect(await post(network, vehicles, message, { nonce })).toBe('peer_request_replayed');
    expect(await post(network, vehicles, message, { recipient: 'managing' })).toBe('peer_recipient_wrong');
    const late = Math.floor(Date.now() / 1000) - 1_000;
    expect(await post(network, vehicles, message, { nowSeconds: late })).toBe('peer_signature_expired');
    expect(await post(network, vehicles, message, { digestOf: new Uint8Array(1) })).toBe('peer_digest_wrong');
    const stranger = { ...network.node('maker'), signers: { ...network.node('maker').signers } };
    stranger.signers.transport = stranger.signers.recovery;
    expect(await post(network, vehicles, message, { from: stranger })).toBe('peer_key_unknown');
    const response = await fetch(new URL(PAYLOADS_PATH, vehicles.address), {
      method: 'POST',
      body: new Uint8Array(message),
    });
    expect(await response.json()).toMatchObject({ code: 'peer_signature_missing', status: 401 });
  });

  it('[P12] for a payload is answered only where there is one, to members of its channel', async () => {
    await using network = await testNetwork({ organizations: ALL });
    const get = { method: 'GET', digestOf: new Uint8Array(0) } as const;
    const vehicles = network.node('vehicles');
    for (const target of [`${PAYLOADS_PATH}/0`, `${PAYLOADS_PATH}/999999999999`])
      expect(await post(network, vehicles, new Uint8Array(0), { ...get, target })).toBe('payload_not_held');
    expect(await post(network, vehicles, new Uint8Array(0), { ...get, target: `${PAYLOADS_PATH}/x` })).toBe(
      'not_found',
    );
    const view = viewOf(nativeCrypto, vehicles.ledger.state());
    const channel = channelOf(view, 1);
    expect(isMemberOf(view, channel, 'managing')).toBe(true);
    expect(isMemberOf(view, channel, 'stranger')).toBe(false);
    expect(isMemberOf(view, undefined, 'managing')).toBe(false);
  });
});

describe('faults of the database while a payload is stored', () => {
  const modes: readonly FailureMode[] = ['failed, not stored', 'failed, but stored'];
  it.each(modes)(
    '[P10] %s: no acknowledgement, and the next try is acknowledged with the records there once',
    async (mode) => {
      await using network = await testNetwork({ organizations: ['managing', 'maker'] });
      const managing = network.node('managing');
      const message = messageOf(network, payloadRecords(4));
      const receive = createReceiver({
        // Transaction 0 makes the partition, 1 stores the payload.
        database: failingDatabase(managing.database, 1, mode),
        state: () => managing.ledger.state(),
        network: network.network,
        organization: 'managing',
        signer: managing.signers.statement,
        clock: systemClock,
        reach: () => undefined,
      });
      await expect(receive('maker', message)).rejects.toMatchObject({ code: 'database_unavailable' });
      expect((await stored(managing)).records).toBe(mode === 'failed, but stored' ? 4 : 0);
      expect(await receive('maker', message)).toMatchObject({
        ok: true,
        value: { organization: 'managing' },
      });
      await vi.waitFor(async () => expect(await stored(managing)).toEqual({ batches: 1, records: 4 }));
    },
  );
});

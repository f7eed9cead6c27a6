// Receipts and the log through whole nodes: records pushed and reported over HTTP, and what is downloaded checked
// with nothing but the files.
import { createPublicKey, verify } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import {
  encodeTilePath,
  encodeUtf8,
  leafHash,
  merkleRoot,
  parseCheckpoint,
  parseEntryBundle,
  parseNote,
  parseTile,
} from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import { generateRecords } from '@suyuan/testkit';
import { parseReceipt, verifyReceipt } from '@suyuan/verifier';

import type { TestNodes } from '../../testing/start-test-network.ts';
import { startTestNetwork } from '../../testing/start-test-network.ts';

const MAKER = 1;

async function get(nodes: TestNodes, path: string, node: number = MAKER): Promise<Uint8Array> {
  const answer = await nodes.call(node, 'viewer', 'GET', path);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Pushes and reports `count` modules; resolves once they have an entry. */
async function report(nodes: TestNodes, count: number, seed: number): Promise<void> {
  const [batch] = generateRecords({
    seed,
    count: count * 2,
    from: '2026-01-01',
    to: '2026-06-30',
    batchSize: count,
  });
  const records = batch?.records.slice(0, count);
  const pushed = await nodes.call(MAKER, 'operator', 'POST', '/api/v1/records/battery_module', { records });
  expect(await pushed.json()).toMatchObject({ staged: count });
  const begun = await nodes.call(MAKER, 'operator', 'POST', '/api/v1/reports', { all: true });
  expect(begun.status).toBe(202);
  const { id }: { id: number } = await begun.json();
  // Ends when the report does.
  await (await nodes.call(MAKER, 'operator', 'GET', `/api/v1/reports/${id}/events`)).text();
}

describe('receipts and log over HTTP', () => {
  test('what is downloaded verifies with nothing but the files', async () => {
    await using nodes = await startTestNetwork();
    await report(nodes, 3, 1);
    const policy = await get(nodes, '/api/v1/trust-policy', 2);
    const statement = await get(nodes, '/api/v1/statements/0');
    const check = (receipt: Uint8Array, withStatement: boolean) =>
      verifyReceipt(nativeCrypto, {
        receipt,
        policy,
        fresh: 'none',
        disclosure: undefined,
        statement: withStatement ? statement : undefined,
      });
    const latest = await get(nodes, '/api/v1/receipts/latest');
    expect(parseReceipt(latest)).toMatchObject({ ok: true, value: { entry: 0, records: [{ leaf: 2 }] } });
    for (const path of ['/api/v1/receipts/0/1', '/api/v1/batches/0/receipt', '/api/v1/receipts/latest'])
      expect(check(await get(nodes, path), false)).toMatchObject({ ok: true });
    for (const format of ['cose', 'tlog-proof'])
      expect(check(await get(nodes, `/api/v1/receipts/0/1?format=${format}`), true)).toMatchObject({
        ok: true,
      });

    const issuer = createPublicKey(Buffer.from(await get(nodes, '/api/v1/statements/0/issuer.pem')));
    const keys = await get(nodes, '/api/v1/organizations/batteries/keys');
    const pems = JSON.parse(Buffer.from(keys).toString()).items.map(({ pem }: { pem: string }) => pem);
    expect(pems).toContain(issuer.export({ format: 'pem', type: 'spki' }));
    const logKey = createPublicKey(Buffer.from(await get(nodes, '/api/v1/log-key')));
    const note = parseNote(await get(nodes, '/log/checkpoint'));
    if (!note.ok) throw new Error(note.error.code);
    const signedBy = note.value.signatures.filter(
      ({ signature }) =>
        signature.length === 64 && verify(null, encodeUtf8(note.value.text), logKey, signature),
    );
    expect(signedBy.length).toBe(1);
  });

  test('[L21] tiles and entries below /log lead to the root of the checkpoint, at every node', async () => {
    await using nodes = await startTestNetwork();
    await report(nodes, 2, 1);
    await report(nodes, 2, 2);
    for (const node of [0, 1, 2]) {
      await nodes.network().nodes[node]?.slices.checkpoints.quorumNote(2);
      const note = parseNote(await get(nodes, '/log/checkpoint', node));
      const checkpoint = note.ok ? parseCheckpoint(note.value.text) : note;
      if (!checkpoint.ok) throw new Error(checkpoint.error.code);
      const { size, root } = checkpoint.value;
      expect(size).toBe(2);
      const tile = parseTile(
        await get(nodes, `/log/${encodeTilePath({ level: 0, index: 0, width: 2 })}`, node),
        2,
      );
      const entries = parseEntryBundle(
        await get(nodes, `/log/${encodeTilePath({ level: 'entries', index: 0, width: 2 })}`, node),
        2,
      );
      if (!tile.ok || !entries.ok) throw new Error('a file of the log does not parse');
      expect(merkleRoot(nativeCrypto.sha256, tile.value)).toEqual(root);
      expect(entries.value.map((entry) => leafHash(nativeCrypto.sha256, entry))).toEqual(tile.value);
      const head = JSON.parse(Buffer.from(await get(nodes, '/api/v1/log', node)).toString());
      expect(head).toMatchObject({ size: 2, checkpoint: { size: 2 }, quorum: 3 });
    }
  });

  test('files of the log say how long they may be kept, and are not for strangers', async () => {
    await using nodes = await startTestNetwork();
    await report(nodes, 1, 1);
    const url = nodes.network().nodes[MAKER]?.url;
    expect((await fetch(`${url}/log/checkpoint`)).status).toBe(401);
    await nodes.network().nodes[MAKER]?.slices.checkpoints.quorumNote(1);
    const checkpoint = await nodes.call(MAKER, 'auditor', 'GET', '/log/checkpoint');
    expect(checkpoint.headers.get('cache-control')).toBe('private, no-cache');
    const tile = await nodes.call(MAKER, 'auditor', 'GET', '/log/tile/0/000.p/1');
    expect(tile.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    for (const path of [
      'tile/0/000',
      'tile/0/000.p/2',
      'tile/0/001.p/1',
      'tile/1/000.p/1',
      'tile/0/0',
      '../etc',
    ])
      expect((await nodes.call(MAKER, 'auditor', 'GET', `/log/${path}`)).status).toBe(404);
  });

  test('asks that lead nowhere say why', async () => {
    await using nodes = await startTestNetwork();
    const code = async (path: string): Promise<unknown> => {
      const answer: { code?: string } = await (await nodes.call(MAKER, 'viewer', 'GET', path)).json();
      return answer.code;
    };
    expect(await code('/api/v1/receipts/latest')).toBe('record_not_found');
    expect(await code('/api/v1/receipts/0/0')).toBe('entry_not_found');
    expect(await code('/api/v1/statements/7')).toBe('entry_not_found');
    expect(await code('/api/v1/organizations/nobody/keys')).toBe('organization_unknown');
    await report(nodes, 1, 1);
    expect(await code('/api/v1/receipts/0/1')).toBe('record_not_found');
    expect(await code('/api/v1/receipts/1/0')).toBe('entry_not_found');
  });
});

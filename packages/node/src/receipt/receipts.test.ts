import { createPublicKey } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import type { StatementBody } from '@suyuan/ledger';
import type { Rejection, Result } from '@suyuan/log';
import { encodeUtf8, reject, verifyCoseReceipt } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import { parseReceipt, verifyReceipt } from '@suyuan/verifier';

import type { TestLedgerNode } from '../testing/test-ledgers.ts';
import { openTestLedgers } from '../testing/test-ledgers.ts';
import type { Receipts } from './receipts.ts';
import { createReceipts } from './receipts.ts';
import { encodePublicKeyPem, trustPolicyOf } from './trust-policy.ts';

function receiptsOf(node: TestLedgerNode): Receipts {
  const { database, ledger, checkpoints, signers } = node;
  return createReceipts({ database, crypto: nativeCrypto, ledger, checkpoints, logSigner: signers.log });
}

/** A void that keeps the records `first` to `last` of an entry. */
function voidOf(entry: number, first: number, last: number): StatementBody {
  const ranges = [{ first, last, replacement: null }];
  return {
    kind: 'void',
    fields: { channel: 1, entry, ranges, reason: 'mistake', digest: null, mode: 'keep' },
  };
}

function valueOf(made: Result<Uint8Array, Rejection>): Uint8Array {
  if (!made.ok) throw new Error(made.error.code);
  return made.value;
}

describe('receipts', () => {
  test('all three forms verify at the reporter and at members, for one record, some and the whole batch', async () => {
    await using network = await openTestLedgers();
    const batch = await network.report(0, 5);
    await network.report(1, 1);
    for (const node of network.nodes) {
      await node.checkpoints.quorumNote(2);
      const receipts = receiptsOf(node);
      const policy = trustPolicyOf(nativeCrypto, node.ledger.state());
      const input = { policy, fresh: 'none' as const, disclosure: undefined, statement: undefined };
      for (const leaves of [[3], [4, 0, 3, 0], 'all'] as const) {
        const bundle = await receipts.bundle(0, leaves);
        expect(bundle.ok).toBe(true);
        if (!bundle.ok) continue;
        expect(verifyReceipt(nativeCrypto, { ...input, receipt: bundle.value })).toMatchObject({ ok: true });
        const count = leaves === 'all' ? 5 : new Set(leaves).size;
        expect(parseReceipt(bundle.value)).toMatchObject({ ok: true, value: { records: { length: count } } });
      }
      const proof = await receipts.tlogProof(0);
      const cose = await receipts.coseReceipt(0);
      for (const receipt of [proof, cose]) {
        if (!receipt.ok) throw new Error(receipt.error.code);
        const { statement } = batch;
        expect(verifyReceipt(nativeCrypto, { ...input, receipt: receipt.value, statement })).toMatchObject({
          ok: true,
        });
      }
      const logKey = node.signers.log?.publicKey ?? new Uint8Array();
      expect(cose.ok && verifyCoseReceipt(nativeCrypto, cose.value, batch.statement, logKey).ok).toBe(true);
    }
  });

  test('[C7] a void shows in the status, the rest of the receipt stays as it was', async () => {
    await using network = await openTestLedgers();
    await network.report(0, 4);
    const node = network.node(0);
    await node.checkpoints.quorumNote(1);
    const receipts = receiptsOf(node);
    const before = parseReceipt(valueOf(await receipts.bundle(0, 'all')));
    await node.submit(voidOf(0, 1, 2));
    await node.checkpoints.quorumNote(2);
    const receipt = valueOf(await receipts.bundle(0, 'all'));
    const after = parseReceipt(receipt);
    if (!before.ok || !after.ok) throw new Error('a receipt does not parse');
    expect({ ...after.value, status: before.value.status }).toEqual(before.value);
    const policy = trustPolicyOf(nativeCrypto, node.ledger.state());
    const check = (fresh: number | 'none') =>
      verifyReceipt(nativeCrypto, { receipt, policy, fresh, disclosure: undefined, statement: undefined });
    const voided = { entry: 1, mode: 'keep' };
    const records = [{ leaf: 0, voided: undefined }, { leaf: 1, voided }, { leaf: 2, voided }, { leaf: 3 }];
    expect(check(2)).toMatchObject({ error: { code: 'voided', verdict: { statusSize: 2, records } } });
    expect(check(3)).not.toMatchObject({ error: { code: 'voided' } });
  });

  test('[C7] after a start without a quorum the first checkpoint serves as status, unless a void came since', async () => {
    await using network = await openTestLedgers();
    await network.report(0, 2);
    await network.report(0, 2);
    const node = network.node(0);
    await node.checkpoints.quorumNote(2);
    network.cut.add('acme');
    await node.submit(voidOf(1, 0, 0));
    await node.logSize(3);
    await node.restart();
    const receipts = receiptsOf(node);
    const kept = parseReceipt(valueOf(await receipts.bundle(0, [0])));
    if (!kept.ok) throw new Error(kept.error.code);
    expect(kept.value.status.checkpoint).toBe(kept.value.checkpoint);
    expect(await receipts.bundle(1, [1])).toEqual(reject({ code: 'receipt_not_ready' }));
    network.cut.delete('acme');
    await node.checkpoints.quorumNote(3);
    expect(await receipts.bundle(1, [1])).toMatchObject({ ok: true });
  });

  test('says why there is none', async () => {
    await using network = await openTestLedgers({
      organizations: [
        ['acme', 'validator'],
        ['maker', 'validator'],
        ['reader', 'observer'],
      ],
    });
    const [node, observer] = [network.node(0), network.node(2)];
    const codes = async (
      at: TestLedgerNode,
      entry: number,
      leaves: readonly number[] | 'all',
    ): Promise<unknown> => {
      const made = await receiptsOf(at).bundle(entry, leaves);
      return made.ok ? 'receipt' : made.error.code;
    };
    expect(await codes(node, 0, 'all')).toBe('entry_not_found');
    await network.report(0, 2, [1]);
    await network.report(0, 2, []);
    for (const at of [node, observer]) await at.checkpoints.quorumNote(2);
    expect(await codes(node, 0, [2])).toBe('record_not_found');
    expect(await codes(node, 0, [])).toBe('record_not_found');
    expect(await codes(node, 1, 'all')).toBe('record_not_found');
    expect(await codes(observer, 0, [0])).toBe('record_missing');
    expect(await receiptsOf(observer).coseReceipt(0)).toEqual(reject({ code: 'log_key_missing' }));
    expect(await receiptsOf(observer).tlogProof(1)).toMatchObject({ ok: true });
    expect(await codes(node, 0, [0])).toBe('receipt');
    await node.database.transact(({ sql }) =>
      sql.updateTable('record').set({ shared_text: '{"made":"elsewhere"}' }).where('leaf', '=', 0).execute(),
    );
    expect(await codes(node, 0, [0])).toBe('record_altered');
    expect(await codes(node, 0, [1])).toBe('receipt');
    await node.database.transact(({ sql }) => sql.deleteFrom('record').where('leaf', '=', 1).execute());
    expect(await codes(node, 0, [1])).toBe('record_missing');
    const leaves = Buffer.alloc(64);
    await node.database.transact(({ sql }) => sql.updateTable('batch').set({ leaves }).execute());
    expect(await codes(node, 0, [1])).toBe('record_altered');
  });

  test('PEM keys read with other software', () => {
    const key = nativeCrypto.sha256(encodeUtf8('not on the curve, but that is not for PEM to say'));
    const read = createPublicKey(encodePublicKeyPem(key)).export({ format: 'der', type: 'spki' });
    expect(new Uint8Array(read.subarray(-32))).toEqual(key);
  });
});

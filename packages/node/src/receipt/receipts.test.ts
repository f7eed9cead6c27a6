import { createPublicKey } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { encodeUtf8, verifyCoseReceipt } from '@suyuan/log';
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

  test('PEM keys read with other software', () => {
    const key = nativeCrypto.sha256(encodeUtf8('not on the curve, but that is not for PEM to say'));
    const read = createPublicKey(encodePublicKeyPem(key)).export({ format: 'der', type: 'spki' });
    expect(new Uint8Array(read.subarray(-32))).toEqual(key);
  });
});

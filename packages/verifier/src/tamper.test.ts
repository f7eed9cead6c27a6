// Every byte of every file, changed: nothing may pass, nothing may throw.
import { isDeepStrictEqual } from 'node:util';

import { nativeCrypto } from '@suyuan/native-crypto';
import { paperNetwork } from '@suyuan/testkit';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { encodeDisclosure } from './disclosure.ts';
import { encodeReceipt } from './receipt.ts';
import { verifyMessages } from './rejection-messages.ts';
import { encodeTrustPolicy, parseTrustPolicy } from './trust-policy.ts';
import type { ReceiptQuestion } from './verify-receipt.ts';
import { receiptFormOf, verifyReceipt } from './verify-receipt.ts';

const paper = paperNetwork({ records: 3 });
const parsedPolicy = parseTrustPolicy(nativeCrypto, encodeTrustPolicy(paper.policy));
if (!parsedPolicy.ok) throw new Error('the paper policy is a policy');
const policy = parsedPolicy.value;
const bundle = encodeReceipt(paper.receipt([1]));
const disclosure = encodeDisclosure(paper.disclosure(1, ['public', 'shared']));
const { statement } = paper;

const valid: ReceiptQuestion = { receipt: bundle, policy, fresh: 'none', disclosure, statement: undefined };

/** The codes that come of changing the byte at each place, one bit at a time. */
function codesOfFlips(
  bytes: Uint8Array,
  question: (changed: Uint8Array) => ReceiptQuestion,
): ReadonlySet<string> {
  const codes = new Set<string>();
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    const result = verifyReceipt(nativeCrypto, question(changed));
    codes.add(result.ok ? `accepted with byte ${at} changed` : result.error.code);
  }
  return codes;
}

function expectKnown(codes: ReadonlySet<string>): void {
  expect([...codes].filter((code) => !(code in verifyMessages))).toEqual([]);
}

describe('one changed bit', () => {
  test('[V20] anywhere in a bundle is refused, for every reason a byte can have', () => {
    const codes = codesOfFlips(bundle, (receipt) => ({ ...valid, receipt }));
    expectKnown(codes);
    expect([...codes]).toEqual(
      expect.arrayContaining([
        'statement_not_in_log',
        'record_path_wrong',
        'batch_proof_wrong',
        'key_proof_wrong',
        'status_proof_wrong',
        'checkpoint_signature_invalid',
        'cosignatures_too_few',
        'log_signature_missing',
        'checkpoint_of_another_log',
        'network_mismatch',
        'receipt_malformed',
        'receipt_not_canonical',
      ]),
    );
  });

  test('[V20] anywhere in a disclosure is refused', () => {
    const codes = codesOfFlips(disclosure, (changed) => ({ ...valid, disclosure: changed }));
    expectKnown(codes);
    expect([...codes]).toContain('commitment_mismatch');
  });

  test('[V20] anywhere in a tlog-proof or its statement is refused', () => {
    const receipt = paper.tlogProof();
    const question = { ...valid, receipt, disclosure: undefined, statement };
    expect(verifyReceipt(nativeCrypto, question).ok).toBe(true);
    expectKnown(codesOfFlips(receipt, (changed) => ({ ...question, receipt: changed })));
    expectKnown(codesOfFlips(statement, (changed) => ({ ...question, statement: changed })));
  });

  test('[V20] anywhere in a COSE receipt or its statement is refused', () => {
    const receipt = paper.coseReceipt(0);
    const question = { ...valid, receipt, disclosure: undefined, statement };
    expect(verifyReceipt(nativeCrypto, question).ok).toBe(true);
    expectKnown(codesOfFlips(receipt, (changed) => ({ ...question, receipt: changed })));
    expectKnown(codesOfFlips(statement, (changed) => ({ ...question, statement: changed })));
  });

  test('[V4] in the part of a policy that counts leads to another policy or to none', () => {
    const bytes = encodeTrustPolicy(paper.policy);
    const outcomes = Array.from(bytes, (byte, at) => {
      const parsed = parseTrustPolicy(nativeCrypto, bytes.with(at, byte ^ 2));
      // What still is a policy names other organisations or another quorum: a policy somebody else could have.
      return parsed.ok ? !isDeepStrictEqual(parsed.value, policy) : parsed.error.code in verifyMessages;
    });
    expect(outcomes).not.toContain(false);
  });
});

describe('any bytes', () => {
  const beginnings = [
    '',
    '{',
    '{"format":"suyuan-receipt/v1",',
    'c2sp.org/tlog-proof@v1\nindex 0\n',
    '\u00d2',
  ];
  const bytes = fc
    .tuple(
      fc.constantFrom(...beginnings),
      fc.oneof(
        fc.uint8Array({ maxLength: 400 }),
        fc.json().map((text) => Buffer.from(text)),
      ),
    )
    .map(([start, rest]) => new Uint8Array(Buffer.concat([Buffer.from(start, 'latin1'), rest])));

  test('[V3] never throw, in any of the documents', () => {
    fc.assert(
      fc.property(bytes, bytes, (one, two) => {
        const questions: Partial<ReceiptQuestion>[] = [
          { receipt: one, disclosure: undefined, statement: two },
          { receipt: bundle, disclosure: one },
          { receipt: bundle, policy: two },
        ];
        for (const question of questions) {
          const result = verifyReceipt(nativeCrypto, { ...valid, ...question });
          expect(result.ok ? 'accepted' : result.error.code in verifyMessages).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('[V3] never throw when members of a receipt are replaced by other JSON', () => {
    const members: object = JSON.parse(new TextDecoder().decode(bundle));
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(members)), fc.jsonValue(), (name, value) => {
        const text = `${JSON.stringify({ ...members, [name]: value })}\n`;
        const result = verifyReceipt(nativeCrypto, { ...valid, receipt: new TextEncoder().encode(text) });
        expect(result.ok ? 'accepted' : result.error.code in verifyMessages).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('[V3] are told apart by their beginning', () => {
    expect(receiptFormOf(bundle)).toBe('bundle');
    expect(receiptFormOf(paper.tlogProof())).toBe('tlog-proof');
    expect(receiptFormOf(paper.coseReceipt(0))).toBe('cose');
    expect(receiptFormOf(new Uint8Array(0))).toBeUndefined();
  });
});

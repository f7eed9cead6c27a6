// The one entry: a receipt in any of its three forms against a trust policy (spec/receipt.md). Nothing is optional:
// what a check needs is asked for, and what a form can't prove is refused instead of left out.
import type { Crypto, Result } from '@suyuan/log';
import { encodeUtf8, equalBytes, reject } from '@suyuan/log';

import type { TrustPolicy } from './trust-policy.ts';
import { parseTrustPolicy } from './trust-policy.ts';
import type { Verdict, VerifyRejection } from './verdict.ts';
import { verifyBundle } from './verify-bundle.ts';
import { verifyCoseForm, verifyTlogProofForm } from './verify-inclusion-forms.ts';

/** What is to be checked. */
export interface ReceiptQuestion {
  readonly receipt: Uint8Array;
  /** The document, or what `parseTrustPolicy` made of it: parse once to check many receipts. */
  readonly policy: Uint8Array | TrustPolicy;
  /** The least tree size that the knowledge of voids must cover, or `none` where any will do. */
  readonly fresh: number | 'none';
  /** Texts to check against the record; only with a bundle. */
  readonly disclosure: Uint8Array | undefined;
  /** The statement: needed with the two forms that do not hold it; with a bundle it must be the same. */
  readonly statement: Uint8Array | undefined;
}

/** The form of a receipt. */
export type ReceiptForm = Verdict['form'];

const TLOG_PROOF_START = encodeUtf8('c2sp.org/tlog-proof@');
/** CBOR tag 18: COSE_Sign1. */
const COSE_START = Uint8Array.of(0xd2);
const BUNDLE_START = encodeUtf8('{');

/** The form that these bytes claim to be, by how they begin. */
export function receiptFormOf(bytes: Uint8Array): ReceiptForm | undefined {
  if (startsWith(bytes, BUNDLE_START)) return 'bundle';
  if (startsWith(bytes, TLOG_PROOF_START)) return 'tlog-proof';
  return startsWith(bytes, COSE_START) ? 'cose' : undefined;
}

/** Checks a receipt. The verdict says what it proves, a rejection the first reason why it proves nothing. Never throws. */
export function verifyReceipt(crypto: Crypto, question: ReceiptQuestion): Result<Verdict, VerifyRejection> {
  const { receipt, fresh, disclosure, statement } = question;
  const policy = readPolicy(crypto, question.policy);
  if (!policy.ok) return policy;
  const form = receiptFormOf(receipt);
  if (form === undefined) return reject({ code: 'receipt_form_unknown' });
  if (form === 'bundle') {
    return verifyBundle(crypto, { receipt, policy: policy.value, fresh, disclosure, statement });
  }
  if (statement === undefined) return reject({ code: 'statement_missing' });
  if (disclosure !== undefined) return reject({ code: 'disclosure_not_checkable' });
  if (fresh !== 'none') return reject({ code: 'status_missing' });
  const verify = form === 'cose' ? verifyCoseForm : verifyTlogProofForm;
  return verify(crypto, policy.value, receipt, statement);
}

function readPolicy(crypto: Crypto, policy: Uint8Array | TrustPolicy): Result<TrustPolicy, VerifyRejection> {
  return policy instanceof Uint8Array ? parseTrustPolicy(crypto, policy) : { ok: true, value: policy };
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return bytes.length >= start.length && equalBytes(bytes.subarray(0, start.length), start);
}

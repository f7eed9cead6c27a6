// vectors/receipt.json: what other implementations can be held to. The file is made here from the paper network, and
// read back as a stranger would.
import { readFileSync } from 'node:fs';

import { encodeBase64, encodeUtf8, parseBase64, parseUtf8, portableCrypto } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import type { PaperChoices } from '@suyuan/testkit';
import { paperNetwork } from '@suyuan/testkit';
import { describe, expect, test } from 'vitest';

import type { Disclosure } from './disclosure.ts';
import { encodeDisclosure } from './disclosure.ts';
import type { Receipt } from './receipt.ts';
import { encodeReceipt } from './receipt.ts';
import { encodeTrustPolicy } from './trust-policy.ts';
import { verifyReceipt } from './verify-receipt.ts';

const file = new URL('../../../vectors/receipt.json', import.meta.url);

interface Vector {
  readonly comment: string;
  /** `valid`, or the code of the refusal. */
  readonly code: string;
  readonly fresh: number | 'none';
  readonly policy: string;
  /** Text, or base64 of a COSE receipt. */
  readonly receipt: string;
  readonly disclosure?: string;
  /** Base64. */
  readonly statement?: string;
}

interface Making {
  readonly choices?: Partial<PaperChoices>;
  readonly receipt?: (receipt: Receipt) => Receipt;
  readonly spell?: (text: string) => string;
  readonly disclosure?: (disclosure: Disclosure) => Disclosure;
  readonly fresh?: number;
}

const zeros = new Uint8Array(32);
const paper = paperNetwork();
const otherPolicy = (changed: Partial<PaperChoices>): string =>
  textOf(encodeTrustPolicy(paperNetwork(changed).policy));

/** A bundle of record 5/1 that is right but for what `making` says. */
function bundle(code: string, comment: string, making: Making = {}): Vector {
  const { choices, receipt = (same) => same, spell = (same) => same, fresh = 'none', disclosure } = making;
  const network = paperNetwork(choices);
  return {
    comment,
    code,
    fresh,
    policy: textOf(encodeTrustPolicy(network.policy)),
    receipt: spell(textOf(encodeReceipt(receipt(network.receipt([1]))))),
    ...(disclosure === undefined
      ? {}
      : { disclosure: textOf(encodeDisclosure(disclosure(network.disclosure(1, ['public', 'shared'])))) }),
  };
}

const plain = { fresh: 'none', policy: otherPolicy({}), statement: encodeBase64(paper.statement) } as const;
const void9 = { first: 1, last: 1, entry: 9, mode: 'keep', replacement: null } as const;
const tlogProof = textOf(paper.tlogProof());
const otherStatement = encodeBase64(paperNetwork({ records: 6 }).statement);

const vectors: readonly Vector[] = [
  bundle('valid', 'record 5/1 of three validators, quorum three', { fresh: 11 }),
  bundle('valid', 'with its public and shared text', { disclosure: (same) => same }),
  bundle('valid', 'four validators, three of them cosigned', {
    choices: { validators: 4, cosigners: [1, 2, 3], logSigners: [3] },
  }),
  { comment: 'tlog-proof of the same statement', code: 'valid', receipt: tlogProof, ...plain },
  {
    comment: 'COSE receipt of the same statement',
    code: 'valid',
    receipt: encodeBase64(paper.coseReceipt(1)),
    ...plain,
  },
  bundle('receipt_not_canonical', 'a space after the first comma', {
    spell: (text) => text.replace('",', '", '),
  }),
  bundle('receipt_not_canonical', 'a member given twice', {
    spell: (text) => text.replace('"entry":5', '"entry":4,"entry":5'),
  }),
  bundle('receipt_malformed', 'a member that the format does not have', {
    spell: (text) => text.replace('"entry":5', '"entry":5,"note":1'),
  }),
  bundle('receipt_form_unknown', 'a space before the document', { spell: (text) => ` ${text}` }),
  {
    ...bundle('policy_quorum_unsafe', 'quorum one of four validators'),
    policy: otherPolicy({ validators: 4, quorum: 1 }),
  },
  bundle('network_mismatch', 'another network', { receipt: (one) => ({ ...one, network: zeros }) }),
  {
    ...bundle('checkpoint_of_another_log', 'a policy for another log'),
    policy: otherPolicy({ origin: 'suyuan.example/other' }),
  },
  bundle('log_signature_missing', 'no log key signed', { choices: { logSigners: [] } }),
  bundle('cosignatures_too_few', 'two of three cosigned', { choices: { cosigners: [0, 2] } }),
  bundle('cosignatures_too_few', 'the third cosignature is of a key that the policy does not know', {
    choices: { cosigners: [0, 1, 7] },
  }),
  bundle('checkpoint_signature_invalid', 'the time of a cosignature changed', {
    receipt: (one) => ({ ...one, checkpoint: shiftTime(one.checkpoint) }),
  }),
  bundle('statement_not_in_log', 'another entry', { receipt: (one) => ({ ...one, entry: 4 }) }),
  bundle('statement_not_in_log', 'a hash of the inclusion proof left out', {
    receipt: (one) => ({ ...one, inclusion: one.inclusion.slice(1) }),
  }),
  bundle('statement_not_a_batch', 'a grant, not a batch', {
    choices: { body: { kind: 'grant', fields: { dataset: 'air', organization: 'org-1', isGiven: true } } },
  }),
  bundle('batch_mismatch', 'the ledger accepted another root', { choices: { batch: { root: zeros } } }),
  bundle('batch_proof_wrong', 'the proof of another value', {
    receipt: (one) => ({ ...one, state: { ...one.state, batch: one.state.key } }),
  }),
  bundle('key_proof_wrong', 'the proof of another value', {
    receipt: (one) => ({ ...one, state: { ...one.state, key: one.state.batch } }),
  }),
  bundle('key_wrong_purpose', 'a log key', { choices: { key: { purpose: 'log' } } }),
  bundle('key_not_valid_then', 'a key that ended at the height of the batch', {
    choices: { key: { until: 40 } },
  }),
  bundle('statement_signature_wrong', 'another public key under the same name', {
    choices: { key: { publicKey: zeros } },
  }),
  bundle('record_path_wrong', 'a commitment changed', {
    receipt: (one) => ({
      ...one,
      records: one.records.map((record) => ({ ...record, commitments: [zeros, zeros, zeros] })),
    }),
  }),
  bundle('record_leaf_beyond_count', 'leaf 5 of five', {
    receipt: (one) => ({ ...one, records: one.records.map((record) => ({ ...record, leaf: 5 })) }),
  }),
  bundle('status_conflicts', 'two quorum checkpoints of one size with different states', {
    choices: { statusSize: 8, voids: [void9] },
  }),
  bundle('status_batch_mismatch', 'the status is of a batch at another height', {
    choices: { statusBatch: { height: 41 } },
  }),
  bundle('stale_status', 'asked for size 12, known at 11', { fresh: 12 }),
  bundle('voided', 'voided by entry 9', { choices: { voids: [void9] } }),
  bundle('commitment_mismatch', 'the shared text under the public salt', {
    disclosure: (one) => ({ ...one, parts: { public: { salt: zeros, text: '{}' } } }),
  }),
  bundle('disclosure_of_another_record', 'record 5/2', { disclosure: (one) => ({ ...one, record: '5/2' }) }),
  {
    comment: 'another statement',
    code: 'statement_not_in_log',
    receipt: tlogProof,
    ...plain,
    statement: otherStatement,
  },
  { comment: 'freshness cannot be shown', code: 'status_missing', receipt: tlogProof, ...plain, fresh: 8 },
  {
    comment: 'another statement',
    code: 'log_signature_wrong',
    receipt: encodeBase64(paper.coseReceipt(1)),
    ...plain,
    statement: otherStatement,
  },
  {
    comment: 'a log key that the policy does not know',
    code: 'log_key_unknown',
    receipt: encodeBase64(paper.coseReceipt(7)),
    ...plain,
  },
];

test('[V1] the file of vectors is the one made here; a change of it is a change of the format', async () => {
  const comment =
    'Receipts with what a verifier answers (spec/receipt.md). `code` is valid or the code of the refusal. Documents and tlog-proofs are text in full, COSE receipts and statements base64.';
  await expect(`${JSON.stringify({ comment, vectors }, null, 1)}\n`).toMatchFileSnapshot(file.pathname);
});

describe.each([
  ['native', nativeCrypto],
  ['portable', portableCrypto],
])('vectors with %s crypto', (_, crypto) => {
  const read: { readonly vectors: readonly Vector[] } = JSON.parse(readFileSync(file, 'utf8'));

  test.each(read.vectors.map((vector) => [vector.code, vector.comment, vector] as const))(
    '[V19] %s: %s',
    (code, __, vector) => {
      const result = verifyReceipt(crypto, {
        receipt: parseBase64(vector.receipt) ?? encodeUtf8(vector.receipt),
        policy: encodeUtf8(vector.policy),
        fresh: vector.fresh,
        disclosure: vector.disclosure === undefined ? undefined : encodeUtf8(vector.disclosure),
        statement: vector.statement === undefined ? undefined : parseBase64(vector.statement),
      });
      expect(result.ok ? 'valid' : result.error.code).toBe(code);
    },
  );
});

function textOf(bytes: Uint8Array): string {
  return parseUtf8(bytes) ?? expect.fail('a document is text');
}

/** The last signature line with a time one second later. */
function shiftTime(note: string): string {
  const lines = note.trimEnd().split('\n');
  const [dash, name, encoded = ''] = lines.at(-1)?.split(' ') ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  bytes.writeBigUInt64BE(bytes.readBigUInt64BE(4) + 1n, 4);
  return `${[...lines.slice(0, -1), `${dash} ${name} ${bytes.toString('base64')}`].join('\n')}\n`;
}

import type { BatchValue, VoidedRange } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';
import { portableCrypto } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import type { PaperChoices } from '@suyuan/testkit';
import { PAPER_TIME, paperNetwork } from '@suyuan/testkit';
import { describe, expect, test } from 'vitest';

import { encodeDisclosure } from './disclosure.ts';
import type { Receipt } from './receipt.ts';
import { encodeReceipt } from './receipt.ts';
import { encodeTrustPolicy } from './trust-policy.ts';
import type { Verdict, VerifyRejection } from './verdict.ts';
import type { ReceiptQuestion } from './verify-receipt.ts';
import { verifyReceipt } from './verify-receipt.ts';

type Answer = Verdict | VerifyRejection;

interface Change {
  readonly choices?: Partial<PaperChoices>;
  readonly leaves?: readonly number[];
  readonly receipt?: (receipt: Receipt) => Receipt;
  readonly question?: Partial<ReceiptQuestion>;
  readonly crypto?: Crypto;
}

/** Checks a receipt in which everything is right but what `change` says. */
function ask({
  choices,
  leaves = [1, 3],
  receipt = (same) => same,
  question,
  crypto = nativeCrypto,
}: Change): Answer {
  const paper = paperNetwork(choices);
  const result = verifyReceipt(crypto, {
    receipt: encodeReceipt(receipt(paper.receipt(leaves))),
    policy: encodeTrustPolicy(paper.policy),
    fresh: 'none',
    disclosure: undefined,
    statement: undefined,
    ...question,
  });
  return result.ok ? result.value : result.error;
}

function codeOf(change: Change): string {
  const answer = ask(change);
  return 'code' in answer ? answer.code : 'valid';
}

const otherHash = new Uint8Array(32).fill(7);

describe('a bundle', () => {
  test.each([
    ['native', nativeCrypto],
    ['portable', portableCrypto],
  ])('[V19] is valid with %s crypto, and says what it proves', (_, crypto) => {
    expect(ask({ crypto })).toEqual({
      form: 'bundle',
      network: paperNetwork().policy.network,
      organization: 'org-0',
      channel: 1,
      recordKind: 'battery_pack',
      entry: 5,
      records: [
        { leaf: 1, voided: undefined },
        { leaf: 3, voided: undefined },
      ],
      createdAt: PAPER_TIME - 30,
      noLaterThan: PAPER_TIME,
      statusSize: 11,
      statusNoLaterThan: PAPER_TIME,
      cosignedBy: ['org-0', 'org-1', 'org-2'],
      disclosed: undefined,
    });
  });

  test('[V5] needs the cosignatures of a quorum of distinct validators', () => {
    expect(ask({ choices: { cosigners: [0, 1] } })).toEqual({
      code: 'cosignatures_too_few',
      found: 2,
      needed: 3,
    });
    expect(codeOf({ choices: { quorum: 2, cosigners: [0, 0] } })).toBe('cosignatures_too_few');
    expect(codeOf({ choices: { quorum: 2, cosigners: [0, 2] } })).toBe('valid');
  });

  test('[V5] needs one log signature, by any validator of the policy', () => {
    expect(codeOf({ choices: { logSigners: [] } })).toBe('log_signature_missing');
    expect(codeOf({ choices: { logSigners: [2] } })).toBe('valid');
    expect(codeOf({ choices: { logSigners: [7] } })).toBe('log_signature_missing');
    expect(codeOf({ choices: { logSigners: [], cosigners: [8] } })).toBe('log_signature_missing');
  });

  test('[V6] counts unknown keys for nothing and lets them change nothing', () => {
    expect(codeOf({ choices: { cosigners: [0, 1, 2, 8, 9], logSigners: [0, 9] } })).toBe('valid');
    expect(codeOf({ choices: { cosigners: [0, 1, 8, 9] } })).toBe('cosignatures_too_few');
  });

  test('[V6] looks at one log signature only', () => {
    const note = paperNetwork({ logSigners: [0, 1] }).receipt([1]).checkpoint;
    const [first = '', second = ''] = note
      .split('\n')
      .filter((line) => line.startsWith('\u2014 suyuan.example/paper '));
    const spoilt = (line: string): Change => ({
      receipt: (one) => ({ ...one, checkpoint: note.replace(line, `${line.slice(0, -10)}AAAAAAAA==`) }),
    });
    expect(codeOf(spoilt(second))).toBe('valid');
    expect(codeOf(spoilt(first))).toBe('checkpoint_signature_invalid');
  });

  test('[V6] refuses a false signature of a known key, needed or not', () => {
    const spoil = (note: string): string => {
      const lines = note.trimEnd().split('\n');
      const [dash, name, encoded = ''] = lines.at(-1)?.split(' ') ?? [];
      const bytes = Buffer.from(encoded, 'base64');
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
      return `${[...lines.slice(0, -1), `${dash} ${name} ${bytes.toString('base64')}`].join('\n')}\n`;
    };
    const answer = ask({
      choices: { quorum: 1, cosigners: [0, 1] },
      receipt: (one) => ({ ...one, checkpoint: spoil(one.checkpoint) }),
    });
    expect(answer).toEqual({ code: 'checkpoint_signature_invalid', name: 'suyuan.example/paper/org-1' });
  });

  test.each([
    [1, 1, [0], 0],
    [3, 3, [2, 1, 0], 0],
    [4, 3, [3, 1, 2], 2],
    [4, 3, [0, 1, 2, 3], 1],
    [7, 5, [6, 5, 4, 3, 2], 4],
    [10, 7, [9, 8, 7, 6, 5, 4, 3], 6],
  ])(
    '[V7] with %i validators and quorum %i, cosigned by %j: the time of validator %i',
    (validators, quorum, cosigners, index) => {
      const answer = ask({ choices: { validators, quorum, cosigners } });
      expect(answer).toMatchObject({ form: 'bundle', noLaterThan: PAPER_TIME + 60 * index });
    },
  );

  test('[V8] refuses another network or log', () => {
    expect(codeOf({ receipt: (one) => ({ ...one, network: otherHash }) })).toBe('network_mismatch');
    const other = encodeTrustPolicy({ ...paperNetwork().policy, network: otherHash });
    expect(codeOf({ question: { policy: other } })).toBe('network_mismatch');
    const elsewhere = encodeTrustPolicy(paperNetwork({ origin: 'suyuan.example/other' }).policy);
    expect(codeOf({ question: { policy: elsewhere } })).toBe('checkpoint_of_another_log');
  });

  test('[V9] refuses another statement, entry or proof', () => {
    const other = paperNetwork({ records: 6 }).statement;
    expect(codeOf({ receipt: (one) => ({ ...one, statement: other }) })).toBe('statement_not_in_log');
    expect(codeOf({ receipt: (one) => ({ ...one, entry: 4 }) })).toBe('statement_not_in_log');
    expect(codeOf({ receipt: (one) => ({ ...one, entry: 8 }) })).toBe('statement_not_in_log');
    expect(codeOf({ receipt: (one) => ({ ...one, inclusion: one.inclusion.slice(1) }) })).toBe(
      'statement_not_in_log',
    );
  });

  test.each([
    ['of another organisation', { organization: 'org-1' }, 'key_wrong_purpose'],
    ['of another purpose', { purpose: 'transport' as const }, 'key_wrong_purpose'],
    ['that began later', { from: 41 }, 'key_not_valid_then'],
    ['that had ended', { until: 40 }, 'key_not_valid_then'],
    ['with another public key', { publicKey: otherHash }, 'statement_signature_wrong'],
    ['that ended later', { from: 40, until: 41 }, 'valid'],
  ])('[V10] a key %s', (_, key, code) => {
    expect(codeOf({ choices: { key } })).toBe(code);
  });

  test('[V10] refuses a proof of another key, and a proof of absence', () => {
    const wrong = ask({ receipt: (one) => ({ ...one, state: { ...one.state, key: one.state.batch } }) });
    expect(wrong).toEqual({ code: 'key_proof_wrong', cause: 'state_proof_mismatch' });
    const malformed = ask({ receipt: (one) => ({ ...one, state: { ...one.state, key: otherHash } }) });
    expect(malformed).toEqual({ code: 'key_proof_wrong', cause: 'state_proof_malformed' });
  });

  test.each<[keyof BatchValue, Partial<BatchValue>]>([
    ['channel', { channel: 2 }],
    ['recordKind', { recordKind: 'battery_module' }],
    ['reporter', { reporter: 'org-1' }],
    ['keyId', { keyId: otherHash }],
    ['sequence', { sequence: 8 }],
    ['count', { count: 6 }],
    ['root', { root: otherHash }],
    ['createdAt', { createdAt: PAPER_TIME }],
  ])('[V11] refuses a statement whose %s is not what the ledger accepted', (_, batch) => {
    expect(codeOf({ choices: { batch } })).toBe('batch_mismatch');
  });

  test('[V11] refuses a statement of another kind', () => {
    const body = { kind: 'grant', fields: { dataset: 'air', organization: 'org-1', isGiven: true } } as const;
    expect(ask({ choices: { body } })).toEqual({ code: 'statement_not_a_batch', kind: 'grant' });
  });

  test('[V12] refuses a record of another batch, place or content', () => {
    const first = (receipt: Receipt, change: object): Receipt => ({
      ...receipt,
      records: receipt.records.slice(0, 1).map((record) => ({ ...record, ...change })),
    });
    expect(codeOf({ receipt: (one) => first(one, { leaf: 0 }) })).toBe('record_path_wrong');
    expect(codeOf({ receipt: (one) => first(one, { path: [] }) })).toBe('record_path_wrong');
    expect(codeOf({ receipt: (one) => first(one, { commitments: [otherHash, otherHash, otherHash] }) })).toBe(
      'record_path_wrong',
    );
    expect(ask({ receipt: (one) => first(one, { leaf: 5 }) })).toEqual({
      code: 'record_leaf_beyond_count',
      leaf: 5,
      count: 5,
    });
  });

  test('[V12] proves every record of a full batch', () => {
    const leaves = Array.from({ length: 100 }, (_, leaf) => leaf);
    expect(ask({ choices: { records: 100 }, leaves })).toMatchObject({
      records: leaves.map((leaf) => ({ leaf })),
    });
  });

  test('[V13] refuses a status that is older, conflicts or is of another batch', () => {
    const swap = (receipt: Receipt): Receipt => ({
      ...receipt,
      status: {
        checkpoint: paperNetwork({ statusSize: 7 }).receipt([0]).status.checkpoint,
        batch: receipt.status.batch,
      },
    });
    expect(codeOf({ receipt: swap })).toBe('status_before_receipt');
    expect(codeOf({ choices: { statusSize: 8, voids: [voidOf(0)] } })).toBe('status_conflicts');
    expect(codeOf({ choices: { statusBatch: { height: 41 } } })).toBe('status_batch_mismatch');
    expect(codeOf({ choices: { statusBatch: { root: otherHash } } })).toBe('status_batch_mismatch');
  });

  test('[V13] takes the first checkpoint as status when nothing newer is there', () => {
    expect(ask({ choices: { statusSize: 8 } })).toMatchObject({ form: 'bundle', statusSize: 8 });
  });

  test('[V13] asks of the status checkpoint what it asks of the first', () => {
    const few = paperNetwork({ cosigners: [0, 1] }).receipt([1]).status.checkpoint;
    const weak = (receipt: Receipt): Receipt => ({
      ...receipt,
      status: { ...receipt.status, checkpoint: few },
    });
    expect(codeOf({ receipt: weak })).toBe('cosignatures_too_few');
  });

  test('[V14] refuses a status that does not reach the size asked for', () => {
    expect(codeOf({ question: { fresh: 11 } })).toBe('valid');
    expect(ask({ question: { fresh: 12 } })).toEqual({ code: 'stale_status', size: 11, needed: 12 });
    expect(codeOf({ question: { fresh: Number.NaN } })).toBe('stale_status');
  });

  test('[V15] refuses a receipt with a void record, and says which and why', () => {
    const voids: VoidedRange[] = [
      { first: 2, last: 3, entry: 9, mode: 'erase', replacement: { entry: 8, leaf: 4 } },
    ];
    expect(ask({ choices: { voids } })).toMatchObject({
      code: 'voided',
      verdict: {
        records: [
          { leaf: 1, voided: undefined },
          { leaf: 3, voided: { entry: 9, mode: 'erase', replacement: { entry: 8, leaf: 5 } } },
        ],
      },
    });
    expect(codeOf({ choices: { voids }, leaves: [0, 1, 4] })).toBe('valid');
  });
});

describe('a disclosure', () => {
  const paper = paperNetwork();
  const both = paper.disclosure(3, ['public', 'shared']);

  test('[V16] opens the commitments of its record', () => {
    const answer = ask({ question: { disclosure: encodeDisclosure(both) } });
    expect(answer).toMatchObject({
      disclosed: { leaf: 3, parts: { public: both.parts.public?.text, shared: both.parts.shared?.text } },
    });
    const secret = paper.disclosure(3, ['private']);
    expect(codeOf({ question: { disclosure: encodeDisclosure(secret) } })).toBe('valid');
  });

  test.each<[string, object, string]>([
    ['another text', { parts: { public: { ...both.parts.public, text: '{}' } } }, 'commitment_mismatch'],
    ['another salt', { parts: { shared: { ...both.parts.shared, salt: otherHash } } }, 'commitment_mismatch'],
    ['one part as the other', { parts: { public: both.parts.shared } }, 'commitment_mismatch'],
    ['another record', { record: '5/4' }, 'disclosure_of_another_record'],
    ['a record by another spelling', { record: '5/03' }, 'disclosure_of_another_record'],
    ['another kind', { kind: 'battery_module' }, 'disclosure_of_another_kind'],
    ['another network', { network: otherHash }, 'disclosure_of_another_network'],
  ])('[V16] refuses %s', (_, change, code) => {
    const disclosure = encodeDisclosure({ ...both, ...change });
    expect(codeOf({ question: { disclosure } })).toBe(code);
  });
});

describe('the forms that others check too', () => {
  const paper = paperNetwork();
  const { statement } = paper;
  const cose = paper.coseReceipt(1);
  const tlogProof = paper.tlogProof();

  test('[V17] a tlog-proof proves that the statement stands in the log', () => {
    expect(ask({ question: { receipt: tlogProof, statement } })).toEqual({
      form: 'tlog-proof',
      entry: 5,
      size: 8,
      claimedIssuer: 'org-0',
      noLaterThan: PAPER_TIME,
      signedBy: ['org-0', 'org-1', 'org-2'],
    });
  });

  test('[V17] a tlog-proof needs the quorum too', () => {
    const few = paperNetwork({ cosigners: [0, 1] }).tlogProof();
    expect(codeOf({ question: { receipt: few, statement } })).toBe('cosignatures_too_few');
  });

  test('[V18] a COSE receipt proves the same by one log key, without a time', () => {
    expect(ask({ question: { receipt: cose, statement } })).toEqual({
      form: 'cose',
      entry: 5,
      size: 8,
      claimedIssuer: 'org-0',
      noLaterThan: undefined,
      signedBy: ['org-1'],
    });
  });

  test('[V18] refuses a log key that the policy does not know, and another origin', () => {
    expect(codeOf({ question: { receipt: paper.coseReceipt(8), statement } })).toBe('log_key_unknown');
    const other = paperNetwork({ origin: 'suyuan.example/other' });
    expect(codeOf({ question: { receipt: other.coseReceipt(1), statement } })).toBe(
      'checkpoint_of_another_log',
    );
  });

  test.each([
    ['tlog-proof', tlogProof, 'statement_not_in_log'],
    ['COSE receipt', cose, 'log_signature_wrong'],
  ])('[V17] [V18] a %s refuses what it cannot prove', (_, receipt, code) => {
    expect(codeOf({ question: { receipt } })).toBe('statement_missing');
    expect(codeOf({ question: { receipt, statement, fresh: 3 } })).toBe('status_missing');
    expect(codeOf({ question: { receipt, statement, disclosure: new Uint8Array(1) } })).toBe(
      'disclosure_not_checkable',
    );
    expect(codeOf({ question: { receipt, statement: paperNetwork({ records: 6 }).statement } })).toBe(code);
    const other = encodeTrustPolicy({ ...paper.policy, network: otherHash });
    expect(codeOf({ question: { receipt, statement, policy: other } })).toBe('network_mismatch');
  });

  test('[V9] a statement given with a bundle must be the one in it', () => {
    expect(codeOf({ question: { statement } })).toBe('valid');
    expect(codeOf({ question: { statement: paperNetwork({ records: 6 }).statement } })).toBe(
      'statement_differs',
    );
  });
});

function voidOf(leaf: number): VoidedRange {
  return { first: leaf, last: leaf, entry: 9, mode: 'keep', replacement: null };
}

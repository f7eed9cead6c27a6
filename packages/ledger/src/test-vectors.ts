// Makes the vectors of this package. The vectors are the protocol: this runs once for each new version of a format,
// and `vectors.test.ts` holds the code to what is written.
import { encodeHex, encodeUtf8 } from '@suyuan/log';

import { acknowledgementBytes } from './acknowledgement.ts';
import { batchRoot, commitPart, PARTS, recordLeafHash } from './commitment.ts';
import type { Part } from './commitment.ts';
import { encodeGenesis } from './genesis.ts';
import { KEY_PURPOSES, keyIdOf, registerKey } from './key.ts';
import { appHashOf, logRootOf, proveState, stateRootOf } from './ledger-state.ts';
import { encodePayload } from './payload.ts';
import { encodeStateProof } from './state-proof.ts';
import type { StatementBody } from './statement.ts';
import { signStatement, subjectOf } from './statement.ts';
import {
  acknowledge,
  codeOf,
  crypto,
  digestOf,
  makeGenesis,
  signerOf,
  startNetwork,
} from './test-network.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A value as JSON, byte strings in hexadecimal. */
export function toJson(value: unknown): Json {
  if (value instanceof Uint8Array) return encodeHex(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toJson(member)]));
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return null;
}

const network = digestOf('network');
const record = { entry: 3, leaf: 7 };
const possession = { context: network, organization: 'cars', purpose: 'statement' } as const;
const keys = [registerKey(possession, signerOf('cars', 'statement'))];
const bodies: readonly StatementBody[] = [
  {
    kind: 'batch',
    fields: {
      channel: 1,
      recordKind: 'battery_pack',
      count: 10,
      root: digestOf('root'),
      size: 4811,
      createdAt: 1_795_000_000,
      acknowledgements: [
        acknowledge('cars', {
          network,
          channel: 1,
          reporter: 'maker',
          sequence: 1,
          recordKind: 'battery_pack',
          count: 10,
          size: 4811,
          root: digestOf('root'),
        }),
      ],
    },
  },
  {
    kind: 'void',
    fields: {
      channel: 1,
      entry: 0,
      ranges: [
        { first: 0, last: 2, replacement: record },
        { first: 5, last: 5, replacement: { entry: 3, leaf: 12 } },
      ],
      reason: 'replaced',
      digest: digestOf('why'),
      mode: 'erase',
    },
  },
  { kind: 'void_done', fields: { channel: 1, entry: 4, stage: 'live', backupsExpireOn: 20_800 } },
  {
    kind: 'resolution',
    fields: { channel: 1, records: [{ entry: 2, leaf: 0 }, record], upheld: [record], digest: null },
  },
  {
    kind: 'organization',
    fields: { organization: 'cars', status: 'active', role: 'hosted', host: 'maker', keys, activation: 0 },
  },
  { kind: 'key', fields: { organization: 'cars', add: keys, end: [digestOf('old')], activation: 100 } },
  {
    kind: 'modules',
    fields: { organization: 'cars', recordKinds: ['battery_module', 'battery_pack'], activation: 0 },
  },
  {
    kind: 'channel',
    fields: {
      channel: null,
      invited: [{ organization: 'cars', keepsPayloads: true }],
      removed: [],
      recordKinds: ['battery_pack'],
      acknowledgements: 2,
      status: 'open',
      activation: 0,
    },
  },
  { kind: 'policy', fields: { policy: makeGenesis({ validators: ['maker'] }).policy, activation: 0 } },
  { kind: 'grant', fields: { dataset: 'air_quality', organization: 'cars', isGiven: true } },
  { kind: 'vote', fields: { entry: 5, approves: true } },
  {
    kind: 'audit',
    fields: {
      channel: null,
      treeSize: 12,
      stateRoot: digestOf('state root'),
      nonce: digestOf('nonce'),
      roots: [{ organization: 'cars', root: digestOf('cars root') }],
      findings: digestOf('findings'),
      outcome: 'consistent',
    },
  },
  { kind: 'anchor', fields: { purpose: 'shard', name: 'air/2026-11', size: 720, digest: digestOf('shard') } },
];

export function statementVectors(): Json {
  const signer = signerOf('maker', 'statement');
  const sign = (body: StatementBody): Uint8Array =>
    signStatement(crypto, { network, issuer: 'maker', sequence: 1, lastValidHeight: 5000, body }, signer);
  const valid = bodies.map((body) => ({
    kind: body.kind,
    issuer: 'maker',
    subject: subjectOf(body),
    sequence: 1,
    lastValidHeight: 5000,
    fields: toJson(body.fields),
    bytes: encodeHex(sign(body)),
  }));
  const anchor = encodeHex(sign(bodies[12] ?? failure()));
  const edit = (from: string, to: string): string => {
    if (anchor.split(from).length !== 2) failure();
    return anchor.replace(from, to);
  };
  return {
    comment:
      'Statements of every kind, all signed by the same Ed25519 key, and bytes that are none. Values are hexadecimal. `kid` is the RFC 9679 thumbprint of the key. Under `possession` a registration and the bytes that its proof signs. Rules S1 to S24 of spec/statement.md.',
    publicKey: encodeHex(signer.publicKey),
    kid: encodeHex(keyIdOf(crypto, signer.publicKey)),
    network: encodeHex(network),
    purposes: KEY_PURPOSES,
    possession: toJson({ ...possession, key: keys[0] }),
    valid,
    invalid: [
      { why: 'no tag', code: 'statement_malformed', bytes: anchor.slice(2) },
      { why: 'trailing byte', code: 'statement_malformed', bytes: `${anchor}00` },
      { why: 'tag in two bytes', code: 'statement_malformed', bytes: `d812${anchor.slice(2)}` },
      {
        why: 'unprotected header not empty',
        code: 'statement_malformed',
        bytes: edit('a05866', 'a106005866'),
      },
      { why: 'version 2', code: 'statement_version_unknown', bytes: edit('a601010258', 'a601020258') },
      { why: 'unknown kind 14', code: 'statement_malformed', bytes: edit('030d0401', '030e0401') },
      { why: 'sequence 0', code: 'statement_malformed', bytes: edit('030d0401', '030d0400') },
      { why: 'sequence in two bytes', code: 'statement_malformed', bytes: edit('030d0401', '030d041801') },
      { why: 'algorithm -7', code: 'statement_malformed', bytes: edit('a40127', 'a40126') },
      {
        why: 'subject of a channel',
        code: 'statement_subject_mismatch',
        bytes: edit(hexOf('network'), hexOf('channel')),
      },
      { why: 'issuer in capitals', code: 'statement_malformed', bytes: edit(hexOf('maker'), hexOf('MAKER')) },
      {
        why: 'another content type',
        code: 'statement_malformed',
        bytes: edit(hexOf('statement+cbor'), hexOf('statement+json')),
      },
    ],
  };
}

export function recordVectors(): Json {
  const texts: Readonly<Record<Part, string>> = {
    public: '{"code":"001PB0A0000001A1B0000001"}',
    shared: '{"capacity_kwh":60,"note":"电池"}',
    private: '{"owner":"张三"}',
  };
  const records = [0, 1, 2].map((index) => {
    const parts = PARTS.map((part) => {
      const salt = digestOf(`salt ${index} ${part}`);
      const opening = { network, recordKind: 'battery_pack', part, salt, text: encodeUtf8(texts[part]) };
      return { part, salt, text: texts[part], commitment: commitPart(crypto, opening) };
    });
    const [open, shared, secret] = parts;
    if (open === undefined || shared === undefined || secret === undefined) return failure();
    const leaf = recordLeafHash(crypto, {
      public: open.commitment,
      shared: shared.commitment,
      private: secret.commitment,
    });
    const travels = {
      publicSalt: open.salt,
      publicText: encodeUtf8(open.text),
      sharedSalt: shared.salt,
      sharedText: encodeUtf8(shared.text),
      privateCommitment: secret.commitment,
    };
    return { parts, leaf, travels };
  });
  const payload = encodePayload(records.map(({ travels }) => travels));
  const root = batchRoot(
    crypto,
    records.map(({ leaf }) => leaf),
  );
  const batch = {
    network,
    channel: 1,
    reporter: 'maker',
    sequence: 5,
    recordKind: 'battery_pack',
    count: records.length,
    size: payload.length,
    root,
  };
  const hex = encodeHex(payload);
  return {
    comment:
      'Three records of one batch: commitments, leaf hashes, root, payload, and the acknowledgement of a member. Texts are UTF-8, other values hexadecimal. Rules R1 to R14 of spec/record.md.',
    network: encodeHex(network),
    recordKind: 'battery_pack',
    records: records.map(({ parts, leaf }) => toJson({ parts, leaf })),
    root: encodeHex(root),
    payload: hex,
    acknowledgement: toJson({
      batch,
      bytes: acknowledgementBytes(batch),
      publicKey: signerOf('cars', 'statement').publicKey,
      signature: acknowledge('cars', batch).signature,
    }),
    invalidPayloads: [
      { why: 'no record', code: 'payload_count_wrong', bytes: '80' },
      { why: 'count in two bytes', code: 'payload_malformed', bytes: `9803${hex.slice(2)}` },
      { why: 'fewer records than said', code: 'payload_malformed', bytes: `84${hex.slice(2)}` },
      { why: 'more records than said', code: 'payload_malformed', bytes: `82${hex.slice(2)}` },
      { why: 'indefinite length', code: 'payload_malformed', bytes: `9f${hex.slice(2)}ff` },
      { why: 'trailing byte', code: 'payload_malformed', bytes: `${hex}00` },
      { why: 'salt of 31 bytes', code: 'payload_malformed', bytes: hex.replace('855820', '85581f') },
      { why: 'text instead of bytes', code: 'payload_malformed', bytes: hex.replace('855820', '857820') },
    ],
  };
}

export function ledgerVectors(): Json {
  const genesis = makeGenesis({ validators: ['cars', 'maker', 'mgmt'], purposes: KEY_PURPOSES.slice(0, 5) });
  const chain = startNetwork({ ...genesis, managing: 'mgmt' });
  const voided: StatementBody = {
    kind: 'void',
    fields: {
      channel: 1,
      entry: 0,
      ranges: [{ first: 3, last: 3, replacement: null }],
      reason: 'mistake',
      digest: null,
      mode: 'erase',
    },
  };
  const heads = (): Json =>
    toJson({
      height: chain.state().height,
      logSize: chain.state().log.size,
      logRoot: logRootOf(crypto, chain.state()),
      stateRoot: stateRootOf(crypto, chain.state()),
      appHash: appHashOf(crypto, chain.state()),
    });
  const first = heads();
  const block = (...statements: readonly Uint8Array[]): Json => {
    const { entries, dropped } = chain.apply(...statements);
    return {
      statements: statements.map(encodeHex),
      entries: entries.map((item) => ({
        entry: item.entry,
        kind: item.statement.body.kind,
        outcome: codeOf(item),
      })),
      dropped: dropped.map(({ index, rejection }) => ({ index, code: rejection.code })),
      after: heads(),
    };
  };
  const batch = chain.sign('maker', chain.batch('maker', ['mgmt']));
  const blocks = [
    block(batch),
    block(chain.sign('mgmt', voided), batch),
    block(chain.sign('cars', voided)),
    block(),
    block(chain.sign('cars', { kind: 'vote', fields: { entry: 1, approves: true } })),
  ];
  const proofs = ['batch/0', 'batch/1', 'batch/2', 'void/1', 'network'].map((key) => ({
    key,
    proof: encodeHex(encodeStateProof(proveState(crypto, chain.state(), key))),
  }));
  return {
    comment:
      'A genesis and the blocks after it, with what each statement comes to and the heads after each block; then proofs under the last state root, of values and of absences. Values are hexadecimal. Rules G1 to G34 of spec/ledger.md.',
    genesis: encodeHex(encodeGenesis({ ...genesis, managing: 'mgmt' })),
    network: encodeHex(chain.id),
    afterGenesis: first,
    blocks,
    stateProofs: proofs,
    invalidStateProofs: [
      { why: 'of another key', key: 'batch/1', proof: proofs[0]?.proof ?? '' },
      { why: 'trailing byte', key: 'batch/0', proof: `${proofs[0]?.proof ?? ''}00` },
      { why: 'absence of what is there', key: 'batch/0', proof: proofs[1]?.proof ?? '' },
      { why: 'no sibling', key: 'batch/0', proof: '8340014100' },
    ],
  };
}

function hexOf(text: string): string {
  return encodeHex(encodeUtf8(text));
}

function failure(): never {
  throw new Error('a vector is not what it is for');
}

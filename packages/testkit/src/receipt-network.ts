/**
 * A network on paper: keys, one batch, a log and checkpoints, all derived from fixed seeds, from which receipts are
 * cut. Every choice can be made wrongly, also those that no honest ledger would make, so that a verifier can be
 * shown each of them.
 */
import type { BatchValue, KeyValue, VoidedRange } from '@suyuan/ledger';
import {
  changeTree,
  commitPart,
  EMPTY_TREE,
  encodeStateProof,
  encodeValue,
  keyIdOf,
  PARTS,
  proveKey,
  recordLeafHash,
  signStatement,
  stateKey,
  tables,
  treeRoot,
} from '@suyuan/ledger';
import type { Commitments, Part, StatementBody } from '@suyuan/ledger';
import type { Checkpoint, MerkleTree, NoteSignature, Signer } from '@suyuan/log';
import {
  assert,
  buildTree,
  cosignNote,
  encodeCheckpoint,
  encodeHex,
  encodeNote,
  encodeStateExtension,
  encodeTlogProof,
  encodeUtf8,
  encodeVkey,
  inclusionProofOf,
  leafHash,
  makeNoteKey,
  parseUtf8,
  proveInclusion,
  signCoseReceipt,
  signNote,
} from '@suyuan/log';
import { nativeCrypto, nativeSigner } from '@suyuan/native-crypto';
import type { Disclosure, Receipt, TrustPolicyDocument } from '@suyuan/verifier';

const hash = nativeCrypto.sha256;

/** The name of the paper network's log. */
const PAPER_ORIGIN = 'suyuan.example/paper';
/** Its network id. */
const PAPER_NETWORK: Uint8Array = hash(encodeUtf8('suyuan/paper'));
/** When its first validator cosigns; each further one a minute later. */
export const PAPER_TIME = 1_790_000_000;
/** The reporter of its batch, who is its first validator too. */
const PAPER_REPORTER = 'org-0';

/** The choices that make a paper network. */
export interface PaperChoices {
  readonly validators: number;
  readonly quorum: number;
  readonly records: number;
  /** The entry of the batch. */
  readonly entry: number;
  /** Size of the receipt's checkpoint. */
  readonly size: number;
  /** Size of the status checkpoint. */
  readonly statusSize: number;
  /** Which validators cosign, by their numbers. */
  readonly cosigners: readonly number[];
  /** Which validators sign with their log keys. */
  readonly logSigners: readonly number[];
  /** What the state says differently about the batch. */
  readonly batch: Partial<BatchValue>;
  /** What it says about the signing key. */
  readonly key: Partial<KeyValue>;
  /** What the status's state says about the batch. */
  readonly statusBatch: Partial<BatchValue>;
  readonly voids: readonly VoidedRange[];
  /** Another statement than the batch. */
  readonly body: StatementBody | undefined;
  readonly origin: string;
}

/** A small network in which everything is right. */
const PAPER_CHOICES: PaperChoices = {
  validators: 3,
  quorum: 3,
  records: 5,
  entry: 5,
  size: 8,
  statusSize: 11,
  cosigners: [0, 1, 2],
  logSigners: [0],
  batch: {},
  key: {},
  statusBatch: {},
  voids: [],
  body: undefined,
  origin: PAPER_ORIGIN,
};

/** Documents cut from a paper network. */
export interface PaperNetwork {
  readonly policy: TrustPolicyDocument;
  readonly statement: Uint8Array;
  /** The receipt of these leaves. */
  readonly receipt: (leaves: readonly number[]) => Receipt;
  readonly disclosure: (leaf: number, parts: readonly Part[]) => Disclosure;
  readonly tlogProof: () => Uint8Array;
  readonly coseReceipt: (signer: number) => Uint8Array;
  readonly signer: (validator: number, purpose: 'statement' | 'log' | 'cosigning') => Signer;
}

/** The network of these choices; the same choices give the same bytes. */
export function paperNetwork(changed: Partial<PaperChoices> = {}): PaperNetwork {
  const choices = { ...PAPER_CHOICES, ...changed };
  const commitments = Array.from({ length: choices.records }, (_, leaf) => commitmentsOf(leaf));
  const batchTree = buildTree(
    hash,
    commitments.map((three) => recordLeafHash(nativeCrypto, three)),
  );
  const reporter = signerOf(0, 'statement');
  const batch = batchOf(choices, batchTree, keyIdOf(nativeCrypto, reporter.publicKey));
  const statement = statementOf(choices, batch, reporter);
  const first = headOf(choices, choices.size, statement, { ...batch, ...choices.batch }, reporter);
  const status = headOf(
    choices,
    choices.statusSize,
    statement,
    { ...batch, ...choices.batch, voids: choices.voids, ...choices.statusBatch },
    reporter,
  );
  return {
    policy: policyOf(choices),
    statement,
    receipt: (leaves) => ({
      format: 'suyuan-receipt/v1',
      network: PAPER_NETWORK,
      entry: choices.entry,
      statement,
      checkpoint: first.note,
      inclusion: first.inclusion,
      state: { batch: first.batchProof, key: first.keyProof },
      records: leaves.map((leaf) => ({
        leaf,
        commitments: PARTS.map((part) => present(commitments[leaf])[part]),
        path: inclusionProofOf(batchTree, leaf),
      })),
      status: { checkpoint: status.note, batch: status.batchProof },
    }),
    disclosure: (leaf, parts) => disclosureOf(choices.entry, leaf, parts),
    tlogProof: () =>
      encodeTlogProof({
        index: choices.entry,
        proof: first.inclusion,
        checkpoint: encodeUtf8(first.note),
        extra: undefined,
      }),
    coseReceipt: (validator) => {
      const signer = signerOf(validator, 'log');
      const { size, root } = first.checkpoint;
      const keyId = keyIdOf(nativeCrypto, signer.publicKey);
      const names = { keyId, issuer: choices.origin, subject: 'channel/1' };
      return signCoseReceipt(signer, { ...names, size, root, index: choices.entry, proof: first.inclusion });
    },
    signer: signerOf,
  };
}

interface Head {
  readonly note: string;
  readonly checkpoint: Checkpoint;
  readonly inclusion: readonly Uint8Array[];
  readonly batchProof: Uint8Array;
  readonly keyProof: Uint8Array;
}

/** The log at a size, the state beside it, and the signed note over both. */
function headOf(
  choices: PaperChoices,
  size: number,
  statement: Uint8Array,
  batch: BatchValue,
  reporter: Signer,
): Head {
  const leaves = Array.from({ length: size }, (_, index) =>
    leafHash(hash, index === choices.entry ? statement : encodeUtf8(`another statement ${index}`)),
  );
  const keyId = keyIdOf(nativeCrypto, reporter.publicKey);
  const key: KeyValue = {
    organization: PAPER_REPORTER,
    purpose: 'statement',
    publicKey: reporter.publicKey,
    from: 0,
    until: null,
    ...choices.key,
  };
  const batchKey = stateKey(tables.batch, choices.entry);
  const keyKey = stateKey(tables.key, encodeHex(keyId));
  const others = Array.from({ length: 20 }, (_, n) => ({
    key: `sequence/org-${n}`,
    value: encodeUtf8(`${n}`),
  }));
  const tree = changeTree(hash, EMPTY_TREE, [
    { key: batchKey, value: encodeValue(tables.batch, batch) },
    { key: keyKey, value: encodeValue(tables.key, key) },
    ...others,
  ]);
  const extensions = [encodeStateExtension(treeRoot(hash, tree))];
  const checkpoint = { origin: choices.origin, size, root: buildTree(hash, leaves).root, extensions };
  return {
    note: signedNote(choices, encodeCheckpoint(checkpoint)),
    checkpoint,
    inclusion: choices.entry < size ? proveInclusion(hash, leaves, choices.entry) : [],
    batchProof: encodeStateProof(proveKey(hash, tree, batchKey)),
    keyProof: encodeStateProof(proveKey(hash, tree, keyKey)),
  };
}

function signedNote({ origin, logSigners, cosigners }: PaperChoices, text: string): string {
  const signatures: NoteSignature[] = [
    ...logSigners.map((validator) => signNote(hash, text, origin, signerOf(validator, 'log'))),
    ...cosigners.map((validator) => {
      const signer = signerOf(validator, 'cosigning');
      return cosignNote(hash, text, cosignerName(origin, validator), signer, PAPER_TIME + 60 * validator);
    }),
  ];
  return present(parseUtf8(encodeNote({ text, signatures })));
}

function policyOf({ validators, quorum, origin }: PaperChoices): TrustPolicyDocument {
  const vkey = (purpose: 'ed25519' | 'cosignature_v1', name: string, signer: Signer): string => {
    const key = makeNoteKey(hash, purpose, name, signer.publicKey);
    assert(key.ok, 'a paper key is usable');
    return encodeVkey(key.value);
  };
  return {
    format: 'suyuan-trust-policy/v1',
    network: PAPER_NETWORK,
    origin,
    validators: Array.from({ length: validators }, (_, validator) => ({
      organization: `org-${validator}`,
      logKey: vkey('ed25519', origin, signerOf(validator, 'log')),
      cosigningKey: vkey('cosignature_v1', cosignerName(origin, validator), signerOf(validator, 'cosigning')),
    })),
    quorum,
  };
}

function batchOf({ records }: PaperChoices, tree: MerkleTree, keyId: Uint8Array): BatchValue {
  return {
    channel: 1,
    recordKind: 'battery_pack',
    reporter: PAPER_REPORTER,
    keyId,
    sequence: 7,
    count: records,
    root: tree.root,
    height: 40,
    createdAt: PAPER_TIME - 30,
    voids: [],
  };
}

function statementOf({ body }: PaperChoices, batch: BatchValue, signer: Signer): Uint8Array {
  const { channel, recordKind, count, root, createdAt, sequence } = batch;
  const fields = { channel, recordKind, count, root, size: 1_000, createdAt, acknowledgements: [] };
  const said = { network: PAPER_NETWORK, issuer: PAPER_REPORTER, sequence, lastValidHeight: 100 };
  return signStatement(nativeCrypto, { ...said, body: body ?? { kind: 'batch', fields } }, signer);
}

function disclosureOf(entry: number, leaf: number, parts: readonly Part[]): Disclosure {
  const opened = parts.map((part) => [part, { salt: saltOf(leaf, part), text: textOf(leaf, part) }]);
  return {
    format: 'suyuan-disclosure/v1',
    network: PAPER_NETWORK,
    record: `${entry}/${leaf}`,
    kind: 'battery_pack',
    parts: Object.fromEntries(opened),
  };
}

function commitmentsOf(leaf: number): Commitments {
  const commit = (part: Part): Uint8Array =>
    commitPart(nativeCrypto, {
      network: PAPER_NETWORK,
      recordKind: 'battery_pack',
      part,
      salt: saltOf(leaf, part),
      text: encodeUtf8(textOf(leaf, part)),
    });
  return { public: commit('public'), shared: commit('shared'), private: commit('private') };
}

function textOf(leaf: number, part: Part): string {
  return JSON.stringify({ number: leaf, part, note: part === 'shared' ? '动力蓄电池' : '' });
}

function saltOf(leaf: number, part: Part): Uint8Array {
  return hash(encodeUtf8(`paper salt ${leaf} ${part}`));
}

function signerOf(validator: number, purpose: 'statement' | 'log' | 'cosigning'): Signer {
  return nativeSigner(hash(encodeUtf8(`paper key ${validator} ${purpose}`)));
}

function cosignerName(origin: string, validator: number): string {
  return `${origin}/org-${validator}`;
}

function present<T>(value: T | undefined): T {
  assert(value !== undefined, 'a paper network has what is asked of it');
  return value;
}

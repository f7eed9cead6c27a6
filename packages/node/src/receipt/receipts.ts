// Builds receipts in their three forms (spec/receipt.md): the bundle with records, the C2SP tlog-proof and the COSE
// receipt of RFC 9942 for the statement. All stand on the first checkpoint with a quorum that covers the entry.
import { batchOf, keyIdOf, networkOf, parseStatement, recordLeafHash, viewOf } from '@suyuan/ledger';
import type { Crypto, MerkleTree, Rejection, Result, Signer } from '@suyuan/log';
import {
  assert,
  encodeTlogProof,
  encodeUtf8,
  equalBytes,
  inclusionProofOf,
  ok,
  reject,
  signCoseReceipt,
} from '@suyuan/log';
import type { Receipt, ReceiptRecord } from '@suyuan/verifier';
import { encodeReceipt } from '@suyuan/verifier';

import type { StoredCheckpoint } from '../checkpoint/checkpoint-store.ts';
import { readFirstNoted } from '../checkpoint/checkpoint-store.ts';
import type { Checkpoints } from '../checkpoint/checkpoints.ts';
import { proveBatch } from '../checkpoint/entry-proofs.ts';
import type { Database } from '../database/database.ts';
import type { Ledger } from '../ledger-store/ledger.ts';
import type { LogEntry } from '../ledger-store/log-reader.ts';
import type { BatchTreeOf } from './batch-trees.ts';
import { createBatchTreeOf } from './batch-trees.ts';
import { readCommitments } from './read-commitments.ts';

/** Why there is no receipt. */
export type ReceiptRejection = Rejection<
  | 'entry_not_found'
  /** The statement was refused, or is not a batch. */
  | 'record_not_found'
  | 'record_missing'
  | 'receipt_not_ready'
  | 'record_altered'
  | 'log_key_missing'
>;

/** Builds receipts. */
export interface Receipts {
  /** The bundle of these records of a batch, or of all. */
  readonly bundle: (
    entry: number,
    leaves: readonly number[] | 'all',
  ) => Promise<Result<Uint8Array, ReceiptRejection>>;
  /** The statement's inclusion with the signed checkpoint. */
  readonly tlogProof: (entry: number) => Promise<Result<Uint8Array, ReceiptRejection>>;
  /** The statement's inclusion under this node's log key. */
  readonly coseReceipt: (entry: number) => Promise<Result<Uint8Array, ReceiptRejection>>;
}

/** What receipts need. */
export interface ReceiptsOptions {
  readonly database: Database;
  readonly crypto: Crypto;
  readonly ledger: Ledger;
  readonly checkpoints: Checkpoints;
  /** Undefined at an observer: it can't sign COSE receipts. */
  readonly logSigner: Signer | undefined;
}

interface CoveredEntry {
  readonly entry: LogEntry;
  readonly checkpoint: StoredCheckpoint & { readonly note: string };
  readonly inclusion: readonly Uint8Array[];
}

interface BatchRow {
  readonly id: number;
  readonly kind: string;
  readonly status: string;
  readonly stored_on: string;
  readonly leaves: Uint8Array | null;
}

/** A builder over one node's store. */
export function createReceipts(options: ReceiptsOptions): Receipts {
  const { crypto, ledger } = options;
  const treeOf = createBatchTreeOf(crypto);
  return {
    bundle: (entry, leaves) => buildBundle(options, treeOf, entry, leaves),
    tlogProof: async (entry) => {
      const covered = await findCovered(options, entry);
      if (!covered.ok) return covered;
      const { inclusion, checkpoint } = covered.value;
      const note = encodeUtf8(checkpoint.note);
      return ok(encodeTlogProof({ index: entry, proof: inclusion, checkpoint: note, extra: undefined }));
    },
    coseReceipt: async (entry) => {
      const { logSigner } = options; // a node may come to hold it while it runs
      if (logSigner === undefined) return reject({ code: 'log_key_missing' });
      const covered = await findCovered(options, entry);
      if (!covered.ok) return covered;
      const { checkpoint, inclusion } = covered.value;
      const parsed = parseStatement(covered.value.entry.statement);
      assert(parsed.ok, 'the log holds statements');
      return ok(
        signCoseReceipt(logSigner, {
          keyId: keyIdOf(crypto, logSigner.publicKey),
          issuer: networkOf(viewOf(crypto, ledger.state())).origin,
          subject: parsed.value.statement.subject,
          size: checkpoint.size,
          index: entry,
          proof: inclusion,
          root: await ledger.log.root(checkpoint.size),
        }),
      );
    },
  };
}

/** The entry with its first quorum checkpoint. */
async function findCovered(
  { database, ledger }: ReceiptsOptions,
  entry: number,
): Promise<Result<CoveredEntry, ReceiptRejection>> {
  const found = await ledger.log.entry(entry);
  if (found === undefined) return reject({ code: 'entry_not_found' });
  const checkpoint = await readFirstNoted(database, entry + 1);
  if (checkpoint?.note == null) return reject({ code: 'receipt_not_ready' });
  const inclusion = await ledger.log.proveInclusion(entry, checkpoint.size);
  return ok({ entry: found, checkpoint: { ...checkpoint, note: checkpoint.note }, inclusion });
}

async function buildBundle(
  options: ReceiptsOptions,
  treeOf: BatchTreeOf,
  entry: number,
  leaves: readonly number[] | 'all',
): Promise<Result<Uint8Array, ReceiptRejection>> {
  const { database, crypto, ledger } = options;
  const view = viewOf(crypto, ledger.state());
  const batch = batchOf(view, entry);
  const covered = await findCovered(options, entry);
  if (!covered.ok) return covered;
  if (batch === undefined) return reject({ code: 'record_not_found' });
  const stored = await database.read(async (db) => ({
    batch: await db
      .selectFrom('batch')
      .select(['id', 'kind', 'status', 'stored_on', 'leaves'])
      .where('entry', '=', entry)
      .executeTakeFirst(),
    proof: await db
      .selectFrom('entry_proof')
      .select(['batch', 'key'])
      .where('entry', '=', entry)
      .executeTakeFirst(),
  }));
  if (stored.batch?.status !== 'reported' || stored.batch.leaves === null)
    return reject({ code: 'record_missing' });
  const tree = treeOf(entry, batch, stored.batch.leaves);
  if (tree === undefined) return reject({ code: 'record_altered' });
  assert(stored.proof !== undefined, 'a note with a quorum is stored with the proofs of its batches');
  const records = await buildRecords(options, tree, stored.batch, leaves);
  if (!records.ok) return records;
  const status = statusOf(options, entry, covered.value.checkpoint.note, stored.proof.batch);
  if (status === undefined) return reject({ code: 'receipt_not_ready' });
  const receipt: Receipt = {
    format: 'suyuan-receipt/v1',
    network: networkOf(view).network,
    entry,
    statement: covered.value.entry.statement,
    checkpoint: covered.value.checkpoint.note,
    inclusion: covered.value.inclusion,
    state: stored.proof,
    records: records.value,
    status,
  };
  return ok(encodeReceipt(receipt));
}

/** The records with their ways to the batch root; refused where the store no longer holds what was signed. */
async function buildRecords(
  { database, crypto, ledger }: ReceiptsOptions,
  tree: MerkleTree,
  row: BatchRow,
  leaves: readonly number[] | 'all',
): Promise<Result<readonly ReceiptRecord[], ReceiptRejection>> {
  const wanted = leaves === 'all' ? Array.from({ length: tree.size }, (_, leaf) => leaf) : sortedOnce(leaves);
  if (wanted.length === 0 || wanted.some((leaf) => leaf < 0 || leaf >= tree.size))
    return reject({ code: 'record_not_found' });
  const { network } = networkOf(viewOf(crypto, ledger.state()));
  const at = { batchId: row.id, recordKind: row.kind, storedOn: row.stored_on };
  const commitments = await readCommitments(database, crypto, network, at, leaves === 'all' ? 'all' : wanted);
  const records: ReceiptRecord[] = [];
  for (const leaf of wanted) {
    const parts = commitments.get(leaf);
    if (parts === undefined) return reject({ code: 'record_missing' });
    const leafHash = tree.levels[0]?.[leaf];
    assert(leafHash !== undefined, 'the leaf is in the tree');
    if (!equalBytes(recordLeafHash(crypto, parts), leafHash)) return reject({ code: 'record_altered' });
    records.push({
      leaf,
      commitments: [parts.public, parts.shared, parts.private],
      path: inclusionProofOf(tree, leaf),
    });
  }
  return ok(records);
}

/**
 * What was void as of the newest checkpoint with a quorum. Between a start and the first quorum after it the state of
 * that checkpoint is not there; then the first one serves, unless the batch has changed since.
 */
function statusOf(
  { crypto, ledger, checkpoints }: ReceiptsOptions,
  entry: number,
  firstNote: string,
  firstProof: Uint8Array,
): Receipt['status'] | undefined {
  const newest = checkpoints.newest();
  if (newest?.state !== undefined)
    return { checkpoint: newest.note, batch: proveBatch(crypto, newest.state, entry) };
  const now = batchOf(viewOf(crypto, ledger.state()), entry);
  return now?.voids.length === 0 ? { checkpoint: firstNote, batch: firstProof } : undefined;
}

function sortedOnce(leaves: readonly number[]): readonly number[] {
  return [...new Set(leaves)].sort((a, b) => a - b);
}

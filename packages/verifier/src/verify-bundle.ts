// The protocol of checking a receipt bundle, one step after the other (spec/receipt.md, "Verification").
import type { BatchValue, ParsedStatement } from '@suyuan/ledger';
import { commitPart, parseStatement, verifyStatement } from '@suyuan/ledger';
import type { Crypto, Result } from '@suyuan/log';
import { encodeUtf8, equalBytes, leafHash, ok, parseStateRoot, reject, verifyInclusion } from '@suyuan/log';

import type { TrustedCheckpoint } from './checkpoint-quorum.ts';
import { verifyCheckpointQuorum } from './checkpoint-quorum.ts';
import { parseDisclosure, PART_NAMES } from './disclosure.ts';
import { readProvenBatch, readProvenKey } from './proven-state.ts';
import type { Receipt } from './receipt.ts';
import { parseReceipt } from './receipt.ts';
import type { TrustPolicy } from './trust-policy.ts';
import type { BundleVerdict, RecordVoid, VerifyRejection } from './verdict.ts';
import { verifyRecords } from './verify-records.ts';

/** What the check of a bundle stands on. */
export interface BundleQuestion {
  readonly receipt: Uint8Array;
  readonly policy: TrustPolicy;
  readonly fresh: number | 'none';
  readonly disclosure: Uint8Array | undefined;
  readonly statement: Uint8Array | undefined;
}

/** Checks a bundle. Never throws. */
export function verifyBundle(
  crypto: Crypto,
  { receipt: bytes, policy, fresh, disclosure, statement: given }: BundleQuestion,
): Result<BundleVerdict, VerifyRejection> {
  const parsed = parseReceipt(bytes);
  if (!parsed.ok) return parsed;
  const receipt = parsed.value;
  if (!equalBytes(receipt.network, policy.network)) return reject({ code: 'network_mismatch' });
  if (given !== undefined && !equalBytes(given, receipt.statement))
    return reject({ code: 'statement_differs' });

  const checkpoint = readCheckpoint(crypto, policy, receipt.checkpoint);
  if (!checkpoint.ok) return checkpoint;
  const statement = verifyIncludedStatement(crypto, receipt, checkpoint.value);
  if (!statement.ok) return statement;
  const batch = verifyBatch(crypto, receipt, statement.value, checkpoint.value.stateRoot);
  if (!batch.ok) return batch;
  const records = verifyRecords(crypto, batch.value, receipt.records);
  if (!records.ok) return records;
  const status = verifyStatus(crypto, policy, receipt, checkpoint.value, batch.value);
  if (!status.ok) return status;
  const opened = verifyDisclosure(crypto, receipt, batch.value, disclosure);
  if (!opened.ok) return opened;

  const statusSize = status.value.checkpoint.checkpoint.size;
  if (fresh !== 'none' && !(statusSize >= fresh))
    return reject({ code: 'stale_status', size: statusSize, needed: fresh });
  const verdict: BundleVerdict = {
    form: 'bundle',
    network: receipt.network,
    organization: batch.value.reporter,
    channel: batch.value.channel,
    recordKind: batch.value.recordKind,
    entry: receipt.entry,
    records: receipt.records.map(({ leaf }) => ({ leaf, voided: voidOf(status.value.batch, leaf) })),
    createdAt: batch.value.createdAt,
    noLaterThan: checkpoint.value.noLaterThan,
    statusSize,
    statusNoLaterThan: status.value.checkpoint.noLaterThan,
    cosignedBy: checkpoint.value.cosignedBy,
    disclosed: opened.value,
  };
  const isVoid = verdict.records.some(({ voided }) => voided !== undefined);
  return isVoid ? reject({ code: 'voided', verdict }) : ok(verdict);
}

interface ReadCheckpoint extends TrustedCheckpoint {
  readonly stateRoot: Uint8Array;
}

/** Step 1: the checkpoint counts, and carries a state root. */
function readCheckpoint(
  crypto: Crypto,
  policy: TrustPolicy,
  note: string,
): Result<ReadCheckpoint, VerifyRejection> {
  const trusted = verifyCheckpointQuorum(crypto, policy, encodeUtf8(note));
  if (!trusted.ok) return trusted;
  const stateRoot = parseStateRoot(trusted.value.checkpoint);
  if (!stateRoot.ok) return reject({ code: 'state_root_missing' });
  return ok({ ...trusted.value, stateRoot: stateRoot.value });
}

/** Steps 2 and 3: exactly these bytes stand in the log at the entry, and they are a batch of this network. */
function verifyIncludedStatement(
  crypto: Crypto,
  { entry, statement, inclusion, network }: Receipt,
  { checkpoint: { size, root } }: ReadCheckpoint,
): Result<ParsedStatement, VerifyRejection> {
  const claim = { leafHash: leafHash(crypto.sha256, statement), index: entry, size, proof: inclusion, root };
  if (!verifyInclusion(crypto.sha256, claim).ok) return reject({ code: 'statement_not_in_log' });
  const parsed = parseStatement(statement);
  if (!parsed.ok) return reject({ code: 'statement_malformed', cause: parsed.error.code });
  if (!equalBytes(parsed.value.statement.network, network)) return reject({ code: 'network_mismatch' });
  return parsed;
}

/** Steps 4 and 5: the ledger accepted the batch as the statement has it, signed by a key its reporter then had. */
function verifyBatch(
  crypto: Crypto,
  receipt: Receipt,
  parsed: ParsedStatement,
  stateRoot: Uint8Array,
): Result<BatchValue, VerifyRejection> {
  const { issuer, sequence, body } = parsed.statement;
  if (body.kind !== 'batch') return reject({ code: 'statement_not_a_batch', kind: body.kind });
  const proven = readProvenBatch(crypto, stateRoot, receipt.entry, receipt.state.batch, 'batch_proof_wrong');
  if (!proven.ok) return proven;
  const batch = proven.value;
  const { channel, recordKind, count, root, createdAt } = body.fields;
  const said = {
    channel,
    recordKind,
    reporter: issuer,
    keyId: parsed.keyId,
    sequence,
    count,
    root,
    createdAt,
  };
  if (!isSameBatch(batch, { ...said, height: batch.height })) return reject({ code: 'batch_mismatch' });

  const key = readProvenKey(crypto, stateRoot, parsed.keyId, receipt.state.key);
  if (!key.ok) return key;
  const { organization, purpose, publicKey, from, until } = key.value;
  if (organization !== issuer || purpose !== 'statement') return reject({ code: 'key_wrong_purpose' });
  if (batch.height < from || (until !== null && batch.height >= until))
    return reject({ code: 'key_not_valid_then' });
  return verifyStatement(crypto, parsed, publicKey) ? proven : reject({ code: 'statement_signature_wrong' });
}

interface Status {
  readonly checkpoint: ReadCheckpoint;
  readonly batch: BatchValue;
}

/** Step 7: the same batch under a checkpoint that is not older, whose voids are then what is known of them. */
function verifyStatus(
  crypto: Crypto,
  policy: TrustPolicy,
  receipt: Receipt,
  before: ReadCheckpoint,
  batch: BatchValue,
): Result<Status, VerifyRejection> {
  const note = receipt.status.checkpoint;
  const read = note === receipt.checkpoint ? ok(before) : readCheckpoint(crypto, policy, note);
  if (!read.ok) return read;
  const { checkpoint, stateRoot } = read.value;
  if (checkpoint.size < before.checkpoint.size) return reject({ code: 'status_before_receipt' });
  if (checkpoint.size === before.checkpoint.size && !isSameHead(read.value, before)) {
    return reject({ code: 'status_conflicts' });
  }
  const later = readProvenBatch(crypto, stateRoot, receipt.entry, receipt.status.batch, 'status_proof_wrong');
  if (!later.ok) return later;
  if (!isSameBatch(later.value, batch)) return reject({ code: 'status_batch_mismatch' });
  return ok({ checkpoint: read.value, batch: later.value });
}

/** Step 8: every disclosed text opens its commitment. */
function verifyDisclosure(
  crypto: Crypto,
  receipt: Receipt,
  batch: BatchValue,
  bytes: Uint8Array | undefined,
): Result<BundleVerdict['disclosed'], VerifyRejection> {
  if (bytes === undefined) return ok(undefined);
  const parsed = parseDisclosure(bytes);
  if (!parsed.ok) return parsed;
  const { network, record: name, kind, parts } = parsed.value;
  if (!equalBytes(network, receipt.network)) return reject({ code: 'disclosure_of_another_network' });
  const record = receipt.records.find(({ leaf }) => name === `${receipt.entry}/${leaf}`);
  if (record === undefined) return reject({ code: 'disclosure_of_another_record' });
  if (kind !== batch.recordKind) return reject({ code: 'disclosure_of_another_kind' });
  const opened: { [part in (typeof PART_NAMES)[number]]?: string } = {};
  for (const [place, part] of PART_NAMES.entries()) {
    const opening = parts[part];
    if (opening === undefined) continue;
    const text = encodeUtf8(opening.text);
    const commitment = commitPart(crypto, { network, recordKind: kind, part, salt: opening.salt, text });
    const said = record.commitments[place];
    if (said === undefined || !equalBytes(commitment, said)) {
      return reject({ code: 'commitment_mismatch', leaf: record.leaf, part });
    }
    opened[part] = opening.text;
  }
  return ok({ leaf: record.leaf, parts: opened });
}

function voidOf({ voids }: BatchValue, leaf: number): RecordVoid | undefined {
  const range = voids.find(({ first, last }) => first <= leaf && leaf <= last);
  if (range === undefined) return undefined;
  const { entry, mode, replacement, first } = range;
  const own = replacement === null ? undefined : { ...replacement, leaf: replacement.leaf + leaf - first };
  return { entry, mode, replacement: own };
}

/** Whether two values are of one batch: all but the voids, which grow. */
function isSameBatch(a: BatchValue, b: Omit<BatchValue, 'voids'>): boolean {
  const isSameText = a.channel === b.channel && a.recordKind === b.recordKind && a.reporter === b.reporter;
  const isSameNumber = a.sequence === b.sequence && a.count === b.count && a.createdAt === b.createdAt;
  return (
    isSameText &&
    isSameNumber &&
    a.height === b.height &&
    equalBytes(a.keyId, b.keyId) &&
    equalBytes(a.root, b.root)
  );
}

function isSameHead(a: ReadCheckpoint, b: ReadCheckpoint): boolean {
  return equalBytes(a.checkpoint.root, b.checkpoint.root) && equalBytes(a.stateRoot, b.stateRoot);
}

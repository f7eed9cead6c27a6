// Everything about a payload that does not depend on who sends it (spec/replication.md, spec/record.md): its form,
// each record against the schema, and the root recomputed from salts and exact bytes.
import { parseStoredRecord, recordKind } from '@suyuan/battery';
import type { CodeMode, Subject } from '@suyuan/battery';
import type { PayloadRecord } from '@suyuan/ledger';
import { parsePayload, payloadLeafHasher } from '@suyuan/ledger';
import type { Rejection, Result } from '@suyuan/log';
import { equalBytes, HASH_BYTES, merkleRoot, ok, parseUtf8, reject } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

/** Records checked before others get a turn: a large payload must not stop the node from answering. */
const RECORDS_PER_TURN = 256;

/** A record that keeps to its schema, with the codes that lead to it. */
export interface CheckedRecord extends PayloadRecord {
  readonly subjects: readonly Subject[];
}

/** A payload whose root is the one that was stated. */
export interface CheckedPayload {
  readonly records: readonly CheckedRecord[];
  /** The leaf hashes, one after the other. */
  readonly leaves: Uint8Array;
}

/** What is wrong with a payload; `leaf` and `reason` say where and why, where one record is to blame. */
export type PayloadContentRejection =
  | Rejection<'payload_malformed' | 'payload_root_wrong' | 'kind_unknown'>
  | { readonly code: 'payload_record_invalid'; readonly leaf: number; readonly reason: string };

/** What the payload is held against. */
export interface PayloadClaim {
  readonly network: Uint8Array;
  readonly recordKind: string;
  readonly count: number;
  readonly root: Uint8Array;
  readonly payload: Uint8Array;
  readonly codes: CodeMode;
}

/** The records of a payload, or the first thing that is wrong with it. */
export async function checkPayload(
  claim: PayloadClaim,
): Promise<Result<CheckedPayload, PayloadContentRejection>> {
  const kind = recordKind(claim.recordKind);
  if (kind === undefined) return reject({ code: 'kind_unknown' });
  const parsed = parsePayload(claim.payload);
  if (!parsed.ok || parsed.value.length !== claim.count) return reject({ code: 'payload_malformed' });
  const leafHashes = await hashLeaves(claim, parsed.value);
  if (!equalBytes(merkleRoot(nativeCrypto.sha256, leafHashes), claim.root))
    return reject({ code: 'payload_root_wrong' });
  const records: CheckedRecord[] = [];
  for (const [leaf, record] of parsed.value.entries()) {
    const publicText = parseUtf8(record.publicText);
    const sharedText = parseUtf8(record.sharedText);
    const refuse = (reason: string): Result<never, PayloadContentRejection> =>
      reject({ code: 'payload_record_invalid', leaf, reason });
    if (publicText === undefined || sharedText === undefined) return refuse('text_not_utf8');
    const subjects = parseStoredRecord(kind, publicText, sharedText, claim.codes);
    if (!subjects.ok) return refuse(subjects.error.code);
    records.push({ subjects: subjects.value, ...record });
    if (leaf % RECORDS_PER_TURN === RECORDS_PER_TURN - 1) await nextTurn();
  }
  return ok({ records, leaves: Buffer.concat(leafHashes, leafHashes.length * HASH_BYTES) });
}

async function hashLeaves(
  claim: PayloadClaim,
  records: readonly PayloadRecord[],
): Promise<readonly Uint8Array[]> {
  const hashLeaf = payloadLeafHasher(nativeCrypto, claim.network, claim.recordKind);
  const leafHashes: Uint8Array[] = [];
  for (const record of records) {
    leafHashes.push(hashLeaf(record));
    if (leafHashes.length % RECORDS_PER_TURN === 0) await nextTurn();
  }
  return leafHashes;
}

/** Lets everything else that waits run first. */
async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

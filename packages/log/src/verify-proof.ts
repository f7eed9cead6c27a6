// Checking RFC 6962 proofs as RFC 9162 sections 2.1.3.2 and 2.1.4.2 do (spec/log.md, L6 and L7). Sizes reach 2^53,
// so halving is division, not shifting.
import type { Hash } from './crypto.ts';
import { HASH_BYTES } from './crypto.ts';
import { equalBytes } from './equal-bytes.ts';
import { emptyRoot, isTreeSize, nodeHash } from './merkle-hash.ts';
import type { Rejection, Result } from './result.ts';
import { ok, reject } from './result.ts';

/** Why a proof was refused. */
export type ProofRejection =
  | Rejection<'proof_size_invalid'>
  | Rejection<'proof_index_beyond_size'>
  | Rejection<'proof_length_wrong'>
  | Rejection<'proof_hash_malformed'>
  | Rejection<'proof_root_mismatch'>;

/** What an inclusion proof claims. */
export interface InclusionClaim {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Uint8Array[];
}

/** Checks that the leaf is at `index` of the tree of `size` with this root. */
export function verifyInclusion(
  hash: Hash,
  claim: InclusionClaim & { readonly root: Uint8Array },
): Result<undefined, ProofRejection> {
  const computed = rootFromInclusion(hash, claim);
  if (!computed.ok) return computed;
  return equalBytes(computed.value, claim.root) ? ok(undefined) : reject({ code: 'proof_root_mismatch' });
}

/** The only root with which the proof holds. */
export function rootFromInclusion(hash: Hash, claim: InclusionClaim): Result<Uint8Array, ProofRejection> {
  const { index, size, proof } = claim;
  if (!isTreeSize(size) || !isTreeSize(index)) return reject({ code: 'proof_size_invalid' });
  if (index >= size) return reject({ code: 'proof_index_beyond_size' });
  if (claim.leafHash.length !== HASH_BYTES || !areHashes(proof))
    return reject({ code: 'proof_hash_malformed' });
  let root = claim.leafHash;
  let position = index;
  let last = size - 1;
  let used = 0;
  for (; last > 0; last = half(last), position = half(position)) {
    if (position === last && position % 2 === 0) continue;
    const sibling = proof[used];
    if (sibling === undefined) return reject({ code: 'proof_length_wrong' });
    used += 1;
    root = position % 2 === 1 ? nodeHash(hash, sibling, root) : nodeHash(hash, root, sibling);
  }
  return used === proof.length ? ok(root) : reject({ code: 'proof_length_wrong' });
}

/** What a consistency proof claims. */
export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** Checks that the old tree is the beginning of the new one. The empty tree is the beginning of every tree. */
export function verifyConsistency(hash: Hash, claim: ConsistencyClaim): Result<undefined, ProofRejection> {
  const { oldSize, size, proof } = claim;
  if (!isTreeSize(size) || !isTreeSize(oldSize) || oldSize > size)
    return reject({ code: 'proof_size_invalid' });
  if (!areHashes([claim.oldRoot, claim.root]) || !areHashes(proof))
    return reject({ code: 'proof_hash_malformed' });
  if (oldSize === 0 || oldSize === size) {
    if (proof.length > 0) return reject({ code: 'proof_length_wrong' });
    const expected = oldSize === 0 ? emptyRoot(hash) : claim.root;
    if (!equalBytes(claim.oldRoot, expected)) return reject({ code: 'proof_root_mismatch' });
    return size > 0 || equalBytes(claim.root, expected)
      ? ok(undefined)
      : reject({ code: 'proof_root_mismatch' });
  }
  const roots = rootsFromConsistency(hash, claim);
  if (roots === undefined) return reject({ code: 'proof_length_wrong' });
  const same = equalBytes(roots.oldRoot, claim.oldRoot) && equalBytes(roots.root, claim.root);
  return same ? ok(undefined) : reject({ code: 'proof_root_mismatch' });
}

/** Both roots that the proof leads to, or undefined where its length is wrong. Here 0 < oldSize < size. */
function rootsFromConsistency(
  hash: Hash,
  { oldSize, oldRoot, size, proof }: ConsistencyClaim,
): { oldRoot: Uint8Array; root: Uint8Array } | undefined {
  let position = oldSize - 1;
  let last = size - 1;
  for (; position % 2 === 1; position = half(position)) last = half(last);
  // An old tree that is one complete subtree is where the proof starts, so the proof leaves it out.
  let used = position === 0 ? 0 : 1;
  const start = position === 0 ? oldRoot : proof[0];
  if (start === undefined) return undefined;
  let before = start;
  let after = start;
  for (; last > 0; last = half(last), position = half(position)) {
    if (position === last && position % 2 === 0) continue;
    const sibling = proof[used];
    if (sibling === undefined) return undefined;
    used += 1;
    if (position % 2 === 1) {
      before = nodeHash(hash, sibling, before);
      after = nodeHash(hash, sibling, after);
    } else {
      after = nodeHash(hash, after, sibling);
    }
  }
  return used === proof.length ? { oldRoot: before, root: after } : undefined;
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every((bytes) => bytes.length === HASH_BYTES);
}

function half(value: number): number {
  return Math.floor(value / 2);
}

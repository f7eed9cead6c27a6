// A whole RFC 6962 tree in memory, kept as levels so that every inclusion proof is a walk without hashing.
// For the records of one batch; a log of any size uses `frontier.ts` and `proof-plan.ts` (spec/log.md, L5 to L7).
import { assert } from './assert.ts';
import type { Hash } from './crypto.ts';
import { emptyRoot, nodeHash } from './merkle-hash.ts';
import { foldPlan, planConsistency } from './proof-plan.ts';

/** `levels[0]` holds the leaf hashes; each level above halves the one below, an odd last node moving up as it is. */
export interface MerkleTree {
  readonly size: number;
  readonly root: Uint8Array;
  readonly levels: readonly (readonly Uint8Array[])[];
}

/** The tree over these leaf hashes. Costs one node hash per leaf. */
export function buildTree(hash: Hash, leafHashes: readonly Uint8Array[]): MerkleTree {
  const levels = [leafHashes];
  let level = leafHashes;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i];
      const right = level[i + 1];
      assert(left !== undefined, 'a level has no holes');
      above.push(right === undefined ? left : nodeHash(hash, left, right));
    }
    levels.push(above);
    level = above;
  }
  return { size: leafHashes.length, root: level[0] ?? emptyRoot(hash), levels };
}

/** The root over these leaf hashes. */
export function merkleRoot(hash: Hash, leafHashes: readonly Uint8Array[]): Uint8Array {
  return buildTree(hash, leafHashes).root;
}

/** The inclusion proof of one leaf of a built tree, from the leaf's sibling upwards. */
export function inclusionProofOf(tree: MerkleTree, index: number): readonly Uint8Array[] {
  assert(Number.isSafeInteger(index) && index >= 0 && index < tree.size, 'the leaf is in the tree');
  const proof: Uint8Array[] = [];
  let position = index;
  for (const level of tree.levels) {
    const sibling = level[position % 2 === 0 ? position + 1 : position - 1];
    if (sibling !== undefined) proof.push(sibling);
    position = Math.floor(position / 2);
  }
  return proof;
}

/** The inclusion proof of one leaf. For many leaves build the tree once and ask `inclusionProofOf`. */
export function proveInclusion(
  hash: Hash,
  leafHashes: readonly Uint8Array[],
  index: number,
): readonly Uint8Array[] {
  return inclusionProofOf(buildTree(hash, leafHashes), index);
}

/** The inclusion proofs of all leaves, in order. */
export function proveAllInclusion(
  hash: Hash,
  leafHashes: readonly Uint8Array[],
): readonly (readonly Uint8Array[])[] {
  const tree = buildTree(hash, leafHashes);
  return leafHashes.map((_, index) => inclusionProofOf(tree, index));
}

/** The consistency proof from the first `oldSize` leaves to all of them. */
export function proveConsistency(
  hash: Hash,
  leafHashes: readonly Uint8Array[],
  oldSize: number,
): readonly Uint8Array[] {
  const tree = buildTree(hash, leafHashes);
  return foldPlan(hash, planConsistency(oldSize, tree.size), ({ level, index }) => {
    const found = tree.levels[level]?.[index];
    assert(found !== undefined, 'every complete subtree is in the levels');
    return found;
  });
}

// What a log must remember to grow: the roots of its complete subtrees, at most 53 hashes (spec/log.md, L8).
import { sliceBytes } from './slice-bytes.ts';
import { assert } from './assert.ts';
import { HASH_BYTES } from './crypto.ts';
import type { Hash } from './crypto.ts';
import { emptyRoot, isTreeSize, nodeHash, TREE_SIZE_MAX } from './merkle-hash.ts';
import type { Rejection, Result } from './result.ts';
import { ok, reject } from './result.ts';
import { readUint, writeUint } from './uint.ts';

/** The right edge of a tree: an immutable value. `hashes` go from the largest complete subtree to the smallest. */
export interface Frontier {
  readonly size: number;
  readonly hashes: readonly Uint8Array[];
}

/** Told of each subtree that an append completes, the leaf itself (level 0) first. */
export type OnComplete = (level: number, index: number, hash: Uint8Array) => void;

/** The frontier of the empty tree. */
export const EMPTY_FRONTIER: Frontier = { size: 0, hashes: [] };

/** The frontier with one more leaf. `onComplete` learns the coordinates worth storing. */
export function appendLeaf(
  hash: Hash,
  frontier: Frontier,
  leaf: Uint8Array,
  onComplete?: OnComplete,
): Frontier {
  return appendLeaves(hash, frontier, [leaf], onComplete);
}

/** The frontier with these leaves added in order. One new array, however many leaves. */
export function appendLeaves(
  hash: Hash,
  frontier: Frontier,
  leaves: readonly Uint8Array[],
  onComplete?: OnComplete,
): Frontier {
  assert(leaves.length <= TREE_SIZE_MAX - frontier.size, 'the tree stays within its largest size');
  const hashes = frontier.hashes.slice();
  let size = frontier.size;
  for (const leaf of leaves) {
    let index = size;
    let subtree = leaf;
    onComplete?.(0, index, subtree);
    for (let level = 1; index % 2 === 1; level++) {
      const left = hashes.pop();
      assert(left !== undefined, 'a frontier has one hash for each one bit of its size');
      subtree = nodeHash(hash, left, subtree);
      index = (index - 1) / 2;
      onComplete?.(level, index, subtree);
    }
    hashes.push(subtree);
    size += 1;
  }
  return { size, hashes };
}

/** The root hash of the tree. */
export function frontierRoot(hash: Hash, frontier: Frontier): Uint8Array {
  return foldSubtrees(hash, frontier.hashes);
}

/** The root of neighbouring complete subtrees, largest first: the right edge is folded from the right. */
export function foldSubtrees(hash: Hash, subtrees: readonly Uint8Array[]): Uint8Array {
  let root: Uint8Array | undefined;
  for (let i = subtrees.length - 1; i >= 0; i--) {
    const subtree = subtrees[i];
    assert(subtree !== undefined, 'a list of subtrees has no holes');
    root = root === undefined ? subtree : nodeHash(hash, subtree, root);
  }
  return root ?? emptyRoot(hash);
}

/** Size in 8 big-endian bytes, then the hashes. */
export function encodeFrontier(frontier: Frontier): Uint8Array {
  const bytes = new Uint8Array(8 + frontier.hashes.length * HASH_BYTES);
  writeUint(bytes, 0, 8, frontier.size);
  frontier.hashes.forEach((subtree, i) => bytes.set(subtree, 8 + i * HASH_BYTES));
  return bytes;
}

/** The frontier of `encodeFrontier`'s bytes, which are the only ones accepted. */
export function parseFrontier(bytes: Uint8Array): Result<Frontier, Rejection<'frontier_malformed'>> {
  const size = readUint(bytes, 0, 8);
  if (size === undefined || !isTreeSize(size)) return reject({ code: 'frontier_malformed' });
  const count = countOneBits(size);
  if (bytes.length !== 8 + count * HASH_BYTES) return reject({ code: 'frontier_malformed' });
  const hashes: Uint8Array[] = [];
  for (let i = 0; i < count; i++)
    hashes.push(sliceBytes(bytes, 8 + i * HASH_BYTES, 8 + (i + 1) * HASH_BYTES));
  return ok({ size, hashes });
}

function countOneBits(value: number): number {
  let count = 0;
  for (let rest = value; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

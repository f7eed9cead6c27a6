// The hashes of an RFC 6962 tree (section 2.1): leaves and inner nodes in separate domains (spec/log.md, L5).
import { HASH_BYTES } from './crypto.ts';
import type { Hash } from './crypto.ts';
import { assert } from './assert.ts';

/** The largest tree size this package handles: the safe integers. */
export const TREE_SIZE_MAX: number = Number.MAX_SAFE_INTEGER;

/** Whether a number can be the size of a tree. */
export function isTreeSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0;
}

/** SHA-256(0x00 ‖ entry). */
export function leafHash(hash: Hash, entry: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(entry.length + 1);
  bytes.set(entry, 1);
  return hash(bytes);
}

// One buffer for all node hashes: a hash is synchronous and keeps nothing, so no two calls meet in it.
const node = new Uint8Array(1 + 2 * HASH_BYTES);
node[0] = 1;

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(hash: Hash, left: Uint8Array, right: Uint8Array): Uint8Array {
  assert(left.length === HASH_BYTES && right.length === HASH_BYTES, 'both children are hashes');
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return hash(node);
}

/** The root of the tree of size 0: SHA-256 of nothing. */
export function emptyRoot(hash: Hash): Uint8Array {
  return hash(new Uint8Array(0));
}

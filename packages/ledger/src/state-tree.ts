// The state as an immutable Merkle radix tree over SHA-256(key), with the values in it (spec/ledger.md, G20 to G22).
// A leaf stands where the path of its key is first unlike all others, so the tree depends on what it holds and not
// on how it came to it. A change copies one path; hashes are computed once, when a root or a proof is asked for.
//
//   leaf   SHA-256(0x02 ‖ SHA-256(key) ‖ SHA-256(value))
//   inner  SHA-256(0x03 ‖ left ‖ right)          an empty side: 32 zero bytes
import type { Hash } from '@suyuan/log';
import { assert, HASH_BYTES } from '@suyuan/log';

import { latin1Bytes, latin1Text } from './latin1.ts';

/** One key and its value. Hashes and values are Latin-1 text: a third of the memory of small byte arrays. */
export interface Leaf {
  readonly key: string;
  /** SHA-256 of the key: its bits, most significant first, are the way from the root. */
  readonly path: string;
  readonly value: string;
  /** Filled when first needed. */
  hash: string;
  /** What readers made of the value; it depends on nothing else. */
  memo: unknown;
}

/** A fork; at least two leaves are below it. */
export interface Inner {
  readonly left: Node | undefined;
  readonly right: Node | undefined;
  /** Filled when first needed. */
  hash: string;
}

/** A subtree; undefined is the empty one. */
export type Node = Leaf | Inner;

/** An immutable map from ASCII keys to byte strings with a root hash. */
export interface StateTree {
  readonly top: Node | undefined;
  /** Number of keys. */
  readonly size: number;
}

/** A key with its new value, or undefined where it goes away. */
export interface StateChange {
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

/** The tree without keys. */
export const EMPTY_TREE: StateTree = { top: undefined, size: 0 };

/** What stands for an empty side. */
export const EMPTY_HASH: string = '\0'.repeat(HASH_BYTES);

/** The leaf of a key. */
export function findLeaf(hash: Hash, tree: StateTree, key: string): Leaf | undefined {
  const path = pathOf(hash, key);
  let node = tree.top;
  for (let depth = 0; node !== undefined && !isLeaf(node); depth++) {
    node = bitOf(path, depth) === 0 ? node.left : node.right;
  }
  return node !== undefined && node.path === path ? node : undefined;
}

/** The value of a key. */
export function getValue(hash: Hash, tree: StateTree, key: string): Uint8Array | undefined {
  const leaf = findLeaf(hash, tree, key);
  return leaf === undefined ? undefined : latin1Bytes(leaf.value);
}

/** The tree after these changes, in order. Costs O(changes × log size), hashing not included. */
export function changeTree(hash: Hash, tree: StateTree, changes: Iterable<StateChange>): StateTree {
  let { top, size } = tree;
  for (const { key, value } of changes) {
    const path = pathOf(hash, key);
    if (value === undefined) {
      const rest = without(top, path, 0);
      if (rest !== top) size -= 1;
      top = rest;
    } else {
      const leaf: Leaf = { key, path, value: latin1Text(value), hash: '', memo: undefined };
      const count = { added: 0 };
      top = withLeaf(top, leaf, 0, count);
      size += count.added;
    }
  }
  return { top, size };
}

/** The tree with these rows, each key once: what changing an empty tree gives, without copying a path for each. */
export function treeOfRows(hash: Hash, rows: Iterable<readonly [key: string, value: Uint8Array]>): StateTree {
  const leaves: Leaf[] = [];
  for (const [key, value] of rows) {
    leaves.push({ key, path: pathOf(hash, key), value: latin1Text(value), hash: '', memo: undefined });
  }
  leaves.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { top: subtreeOf(leaves, 0, leaves.length, 0), size: leaves.length };
}

/** The subtree of the leaves from `from` to before `to`, which are in order and alike in all bits before `depth`. */
function subtreeOf(leaves: readonly Leaf[], from: number, to: number, depth: number): Node | undefined {
  if (from === to) return undefined;
  if (to - from === 1) return leaves[from];
  assert(depth < 8 * HASH_BYTES, 'each key is there once');
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bitOf(leaves[middle]?.path ?? '', depth) === 0) low = middle + 1;
    else high = middle;
  }
  return inner(subtreeOf(leaves, from, low, depth + 1), subtreeOf(leaves, low, to, depth + 1));
}

/** The root hash. Costs one hash for each node not hashed before. */
export function treeRoot(hash: Hash, tree: StateTree): Uint8Array {
  return latin1Bytes(hashOf(hash, tree.top));
}

/** All leaves, in the order of their paths. */
export function* leavesOf(tree: StateTree): Generator<Leaf> {
  const stack = [tree.top];
  while (stack.length > 0) {
    const node = stack.pop();
    if (node === undefined) continue;
    if (isLeaf(node)) yield node;
    else stack.push(node.right, node.left);
  }
}

/** Whether a node is a leaf. */
export function isLeaf(node: Node): node is Leaf {
  return 'path' in node;
}

/** SHA-256 of a key, as text. */
export function pathOf(hash: Hash, key: string): string {
  return latin1Text(hash(latin1Bytes(key)));
}

/** The bit of a path at a depth. */
export function bitOf(path: string, depth: number): number {
  return (path.charCodeAt(depth >> 3) >> (7 - (depth & 7))) & 1;
}

/** The hash of a subtree, remembered in its nodes. */
export function hashOf(hash: Hash, node: Node | undefined): string {
  if (node === undefined) return EMPTY_HASH;
  if (node.hash !== '') return node.hash;
  node.hash = isLeaf(node)
    ? hashPair(hash, 2, node.path, latin1Text(hash(latin1Bytes(node.value))))
    : hashPair(hash, 3, hashOf(hash, node.left), hashOf(hash, node.right));
  return node.hash;
}

// One buffer for all node hashes: a hash is synchronous and keeps nothing, so no two calls meet in it.
const pair = new Uint8Array(1 + 2 * HASH_BYTES);

/** The hash of a leaf (tag 2) or an inner node (tag 3) from its two hashes. */
export function hashPair(hash: Hash, tag: 2 | 3, left: string, right: string): string {
  pair[0] = tag;
  for (let i = 0; i < HASH_BYTES; i++) {
    pair[1 + i] = left.charCodeAt(i);
    pair[1 + HASH_BYTES + i] = right.charCodeAt(i);
  }
  return latin1Text(hash(pair));
}

function withLeaf(node: Node | undefined, leaf: Leaf, depth: number, count: { added: number }): Node {
  if (node === undefined) {
    count.added = 1;
    return leaf;
  }
  if (isLeaf(node)) {
    if (node.path === leaf.path) return leaf;
    count.added = 1;
    return fork(node, leaf, depth);
  }
  return bitOf(leaf.path, depth) === 0
    ? inner(withLeaf(node.left, leaf, depth + 1, count), node.right)
    : inner(node.left, withLeaf(node.right, leaf, depth + 1, count));
}

function fork(a: Leaf, b: Leaf, depth: number): Inner {
  assert(depth < 8 * HASH_BYTES, 'two different keys have different paths');
  const side = bitOf(a.path, depth);
  if (side !== bitOf(b.path, depth)) return side === 0 ? inner(a, b) : inner(b, a);
  const below = fork(a, b, depth + 1);
  return side === 0 ? inner(below, undefined) : inner(undefined, below);
}

function without(node: Node | undefined, path: string, depth: number): Node | undefined {
  if (node === undefined) return undefined;
  if (isLeaf(node)) return node.path === path ? undefined : node;
  const isLeft = bitOf(path, depth) === 0;
  const child = isLeft ? node.left : node.right;
  const rest = without(child, path, depth + 1);
  if (rest === child) return node;
  const other = isLeft ? node.right : node.left;
  // A leaf left alone moves up to where its path is first unlike all others.
  if (rest === undefined && other !== undefined && isLeaf(other)) return other;
  if (other === undefined && rest !== undefined && isLeaf(rest)) return rest;
  return isLeft ? inner(rest, other) : inner(other, rest);
}

function inner(left: Node | undefined, right: Node | undefined): Inner {
  return { left, right, hash: '' };
}

// The Merkle trees of batches that receipts were asked for lately: people look at record after record of one batch.
import type { BatchValue } from '@suyuan/ledger';
import type { Crypto, MerkleTree } from '@suyuan/log';
import { buildTree, equalBytes, HASH_BYTES } from '@suyuan/log';

/** Trees remembered, of at most 4,096 leaves each. */
const TREES_MAX = 8;

/** The tree over the stored leaf hashes of a batch; undefined where they do not lead to the root that was signed. */
export type BatchTreeOf = (entry: number, batch: BatchValue, leaves: Uint8Array) => MerkleTree | undefined;

/** Remembers nothing yet. */
export function createBatchTreeOf(crypto: Crypto): BatchTreeOf {
  const trees = new Map<number, MerkleTree>();
  return (entry, batch, leaves) => {
    const known = trees.get(entry);
    if (known !== undefined) return known;
    const hashes = Array.from({ length: batch.count }, (_, leaf) =>
      leaves.subarray(leaf * HASH_BYTES, (leaf + 1) * HASH_BYTES),
    );
    const tree = buildTree(crypto.sha256, hashes);
    if (!equalBytes(tree.root, batch.root)) return undefined;
    trees.set(entry, tree);
    for (const oldest of trees.keys()) if (trees.size > TREES_MAX) trees.delete(oldest);
    return tree;
  };
}

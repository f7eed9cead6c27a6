// Everything that applying a block depends on, as one immutable value, and its hash (spec/ledger.md, G1 to G4).
import type { Crypto, Frontier } from '@suyuan/log';
import { assert, frontierRoot, writeUint } from '@suyuan/log';

import { latin1Bytes } from './latin1.ts';
import type { Table } from './state-values.ts';
import { parseValue, stateKey } from './state-values.ts';
import type { StateProof } from './state-proof.ts';
import { proveKey } from './state-proof.ts';
import type { StateTree } from './state-tree.ts';
import { findLeaf, treeRoot } from './state-tree.ts';

/** The state after a block. */
export interface LedgerState {
  /** Of the last block applied; 0 after genesis. */
  readonly height: number;
  /** The right edge of the log: its size is the number of the next entry. */
  readonly log: Frontier;
  readonly tree: StateTree;
}

const APP_HASH_TAG = latin1Bytes('suyuan/app-hash/v1\0');

/** Number of entries in the log. */
export function logSizeOf(state: LedgerState): number {
  return state.log.size;
}

/** RFC 6962 root of the log. */
export function logRootOf(crypto: Crypto, state: LedgerState): Uint8Array {
  return frontierRoot(crypto.sha256, state.log);
}

/** Root of the state tree: what the checkpoint of the block carries. */
export function stateRootOf(crypto: Crypto, state: LedgerState): Uint8Array {
  return treeRoot(crypto.sha256, state.tree);
}

/** SHA-256("suyuan/app-hash/v1\0" ‖ u64 log size ‖ log root ‖ state root): what the validators decide on. */
export function appHashOf(crypto: Crypto, state: LedgerState): Uint8Array {
  const bytes = new Uint8Array(APP_HASH_TAG.length + 8 + 32 + 32);
  bytes.set(APP_HASH_TAG);
  writeUint(bytes, APP_HASH_TAG.length, 8, state.log.size);
  bytes.set(logRootOf(crypto, state), APP_HASH_TAG.length + 8);
  bytes.set(stateRootOf(crypto, state), APP_HASH_TAG.length + 40);
  return crypto.sha256(bytes);
}

/** The proof that a key, such as `batch/1234`, has its value under the state root, or has none. */
export function proveState(crypto: Crypto, state: LedgerState, key: string): StateProof {
  return proveKey(crypto.sha256, state.tree, key);
}

/** Reads a value. What was read stays with its leaf, so that reading it again costs nothing. */
export function readState<T>(
  crypto: Crypto,
  tree: StateTree,
  table: Table<T>,
  id: string | number,
): T | undefined {
  const leaf = findLeaf(crypto.sha256, tree, stateKey(table, id));
  if (leaf === undefined) return undefined;
  if (isMemoOf(table, leaf.memo)) return leaf.memo;
  const parsed = parseValue(table, latin1Bytes(leaf.value));
  assert(parsed.ok, 'the state holds only what its tables wrote');
  if (!UNREMEMBERED.has(table.name)) leaf.memo = parsed.value;
  return parsed.value;
}

/** A leaf is read by the table of its key only, so what it remembers is of that table. */
function isMemoOf<T>(_table: Table<T>, memo: unknown): memo is T {
  return memo !== undefined;
}

// Families that grow for ever: remembering what was read of them would hold memory for little.
const UNREMEMBERED: ReadonlySet<string> = new Set([
  'batch',
  'void',
  'void_done',
  'resolution',
  'anchor',
  'grant',
]);

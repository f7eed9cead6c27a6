// A state as bytes and as rows, and back. Whoever loads one names the app hash that it must have, so a snapshot is
// worth as much as the signatures on that hash, and a damaged store is found at the start (spec/ledger.md, G26 and G27).
//
//   ["suyuan/snapshot/v1", height, log frontier, [key, value, key, value, ...]]      keys ascending
import type { Crypto, Frontier, Rejection, Result } from '@suyuan/log';
import {
  encodeCbor,
  encodeFrontier,
  equalBytes,
  isCborArray,
  ok,
  parseCbor,
  parseFrontier,
  reject,
} from '@suyuan/log';

import { latin1Bytes } from './latin1.ts';
import type { LedgerState } from './ledger-state.ts';
import { appHashOf } from './ledger-state.ts';
import { leavesOf, treeOfRows } from './state-tree.ts';

/** Why there is no state. */
export type SnapshotRejection = Rejection<'snapshot_malformed' | 'snapshot_app_hash_mismatch'>;

/** What a store keeps of a state. */
export interface StoredState {
  readonly height: number;
  readonly log: Frontier;
  /** All rows, in any order, each key once. */
  readonly rows: Iterable<readonly [key: string, value: Uint8Array]>;
}

/** Most bytes of a snapshot. */
const SNAPSHOT_BYTES_MAX: number = 1024 * 1024 * 1024;

const SNAPSHOT_TAG = 'suyuan/snapshot/v1';

/** All rows of a state, ascending by key. */
export function rowsOf(state: LedgerState): readonly (readonly [key: string, value: Uint8Array])[] {
  const leaves = [...leavesOf(state.tree)].sort((a, b) => (a.key < b.key ? -1 : 1));
  return leaves.map(({ key, value }) => [key, latin1Bytes(value)]);
}

/** The state with these rows, refused unless it has this app hash. */
export function loadState(
  crypto: Crypto,
  { height, log, rows }: StoredState,
  appHash: Uint8Array,
): Result<LedgerState, SnapshotRejection> {
  const tree = treeOfRows(crypto.sha256, rows);
  const state: LedgerState = { height, log, tree };
  return equalBytes(appHashOf(crypto, state), appHash)
    ? ok(state)
    : reject({ code: 'snapshot_app_hash_mismatch' });
}

/** The one encoding of a state. */
export function encodeSnapshot(state: LedgerState): Uint8Array {
  return encodeCbor([SNAPSHOT_TAG, state.height, encodeFrontier(state.log), rowsOf(state).flat()]);
}

/** The state in these bytes, refused unless it has this app hash. */
export function parseSnapshot(
  crypto: Crypto,
  bytes: Uint8Array,
  appHash: Uint8Array,
): Result<LedgerState, SnapshotRejection> {
  const malformed = reject<SnapshotRejection>({ code: 'snapshot_malformed' });
  const data = parseCbor(bytes, SNAPSHOT_BYTES_MAX);
  if (!data.ok || !isCborArray(data.value) || data.value.length !== 4) return malformed;
  const [tag, height, frontier, rows] = data.value;
  if (tag !== SNAPSHOT_TAG || typeof height !== 'number' || height < 0) return malformed;
  if (!(frontier instanceof Uint8Array) || !isCborArray(rows)) return malformed;
  const log = parseFrontier(frontier);
  const pairs = pairsOf(rows);
  if (!log.ok || pairs === undefined) return malformed;
  return loadState(crypto, { height, log: log.value, rows: pairs }, appHash);
}

function pairsOf(items: readonly unknown[]): (readonly [string, Uint8Array])[] | undefined {
  const pairs: (readonly [string, Uint8Array])[] = [];
  let before: string | undefined;
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i];
    const value = items[i + 1];
    if (typeof key !== 'string' || !(value instanceof Uint8Array) || !/^[\x21-\x7e]+$/.test(key))
      return undefined;
    if (before !== undefined && before >= key) return undefined;
    pairs.push([key, value]);
    before = key;
  }
  return pairs;
}

// Proofs that a key has a value under a state root, or that it has none (spec/ledger.md, G23 to G25).
//
//   [siblings, 1, value]                      the key has the value
//   [siblings, 2]                             its place is empty
//   [siblings, 3, path, value hash]           another key's leaf stands in its place
//
// `siblings`: the hashes beside the way from the root to the leaf, the root's child first, 32 bytes each.
import type { Crypto, Hash, Rejection, Result } from '@suyuan/log';
import { assert, encodeCbor, equalBytes, HASH_BYTES, isCborArray, ok, parseCbor, reject } from '@suyuan/log';

import { latin1Bytes, latin1Text } from './latin1.ts';
import { bitOf, EMPTY_HASH, hashOf, hashPair, isLeaf, pathOf } from './state-tree.ts';
import type { StateTree } from './state-tree.ts';

/** A parsed proof. */
export interface StateProof {
  readonly siblings: readonly Uint8Array[];
  readonly end:
    | { readonly is: 'value'; readonly value: Uint8Array }
    | { readonly is: 'empty' }
    | { readonly is: 'other'; readonly path: Uint8Array; readonly valueHash: Uint8Array };
}

/** What a valid proof shows. */
export type ProvenState =
  | { readonly isPresent: true; readonly value: Uint8Array }
  | { readonly isPresent: false };

/** Why a proof shows nothing. */
export type StateProofRejection = Rejection<'state_proof_malformed' | 'state_proof_mismatch'>;

/** Most bytes of an encoded proof. */
const STATE_PROOF_BYTES_MAX: number = 1024 * 1024;

const DEPTH_MAX = 8 * HASH_BYTES;

/** The proof for one key: of its value or of its absence. */
export function proveKey(hash: Hash, tree: StateTree, key: string): StateProof {
  const path = pathOf(hash, key);
  const siblings: Uint8Array[] = [];
  let node = tree.top;
  for (let depth = 0; node !== undefined && !isLeaf(node); depth++) {
    const isLeft = bitOf(path, depth) === 0;
    siblings.push(latin1Bytes(hashOf(hash, isLeft ? node.right : node.left)));
    node = isLeft ? node.left : node.right;
  }
  if (node === undefined) return { siblings, end: { is: 'empty' } };
  const value = latin1Bytes(node.value);
  if (node.path === path) return { siblings, end: { is: 'value', value } };
  return { siblings, end: { is: 'other', path: latin1Bytes(node.path), valueHash: hash(value) } };
}

/** What the proof shows about the key under this root. */
export function verifyStateProof(
  crypto: Crypto,
  root: Uint8Array,
  key: string,
  proof: StateProof,
): Result<ProvenState, StateProofRejection> {
  const hash = crypto.sha256;
  if (proof.siblings.length > DEPTH_MAX || !isAscii(key)) return reject({ code: 'state_proof_malformed' });
  const path = pathOf(hash, key);
  const start = startOf(hash, path, proof);
  if (start === undefined) return reject({ code: 'state_proof_mismatch' });
  let node = start;
  for (let depth = proof.siblings.length - 1; depth >= 0; depth--) {
    const sibling = latin1Text(siblingAt(proof, depth));
    node = bitOf(path, depth) === 0 ? hashPair(hash, 3, node, sibling) : hashPair(hash, 3, sibling, node);
  }
  if (!equalBytes(latin1Bytes(node), root)) return reject({ code: 'state_proof_mismatch' });
  return ok(proof.end.is === 'value' ? { isPresent: true, value: proof.end.value } : { isPresent: false });
}

/** The one encoding of a proof. */
export function encodeStateProof({ siblings, end }: StateProof): Uint8Array {
  const joined = new Uint8Array(siblings.length * HASH_BYTES);
  siblings.forEach((sibling, index) => joined.set(sibling, index * HASH_BYTES));
  if (end.is === 'value') return encodeCbor([joined, 1, end.value]);
  return encodeCbor(end.is === 'empty' ? [joined, 2] : [joined, 3, end.path, end.valueHash]);
}

/** The proof in these bytes. */
export function parseStateProof(bytes: Uint8Array): Result<StateProof, StateProofRejection> {
  const malformed = reject<StateProofRejection>({ code: 'state_proof_malformed' });
  const data = parseCbor(bytes, STATE_PROOF_BYTES_MAX);
  if (!data.ok || !isCborArray(data.value)) return malformed;
  const [joined, form, first, second, ...rest] = data.value;
  if (!(joined instanceof Uint8Array) || joined.length % HASH_BYTES !== 0 || rest.length > 0)
    return malformed;
  if (joined.length > DEPTH_MAX * HASH_BYTES) return malformed;
  const siblings: Uint8Array[] = [];
  for (let i = 0; i < joined.length; i += HASH_BYTES) siblings.push(joined.slice(i, i + HASH_BYTES));
  if (form === 1 && first instanceof Uint8Array && second === undefined) {
    return ok({ siblings, end: { is: 'value', value: first } });
  }
  if (form === 2 && first === undefined) return ok({ siblings, end: { is: 'empty' } });
  if (form === 3 && isHash(first) && isHash(second)) {
    return ok({ siblings, end: { is: 'other', path: first, valueHash: second } });
  }
  return malformed;
}

function startOf(hash: Hash, path: string, { siblings, end }: StateProof): string | undefined {
  if (end.is === 'value') return hashPair(hash, 2, path, latin1Text(hash(end.value)));
  if (end.is === 'empty') return EMPTY_HASH;
  if (end.path.length !== HASH_BYTES || end.valueHash.length !== HASH_BYTES) return undefined;
  const other = latin1Text(end.path);
  if (other === path) return undefined;
  // The other leaf must stand where the key's own leaf would: same way down to this depth.
  for (let depth = 0; depth < siblings.length; depth++) {
    if (bitOf(path, depth) !== bitOf(other, depth)) return undefined;
  }
  return hashPair(hash, 2, other, latin1Text(end.valueHash));
}

function siblingAt(proof: StateProof, depth: number): Uint8Array {
  const sibling = proof.siblings[depth];
  assert(sibling !== undefined && sibling.length === HASH_BYTES, 'every sibling is a hash');
  return sibling;
}

function isHash(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === HASH_BYTES;
}

function isAscii(key: string): boolean {
  return /^[\x20-\x7e]*$/.test(key);
}

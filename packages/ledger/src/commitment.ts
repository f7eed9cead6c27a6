// From the text of a record to the root of its batch (spec/record.md, R1 to R6).
import type { Crypto } from '@suyuan/log';
import { assert, HASH_BYTES, leafHash, merkleRoot } from '@suyuan/log';

/** One of the three pieces of a record. */
export type Part = 'public' | 'shared' | 'private';

/** The parts in the order in which they are hashed. */
export const PARTS: readonly Part[] = ['public', 'shared', 'private'];

/** Bytes of a salt. */
export const SALT_BYTES = 32;

const PART_TAG = asciiBytes('suyuan/part/v1\0');
const RECORD_TAG = asciiBytes('suyuan/record/v1\0');
const PART_NUMBERS: Readonly<Record<Part, number>> = { public: 1, shared: 2, private: 3 };

/** Commits to the parts of records of one kind in one network. Made once, called for each part. */
export type CommitPart = (part: Part, salt: Uint8Array, text: Uint8Array) => Uint8Array;

/**
 * The commitment function of one record kind.
 *
 *     SHA-256("suyuan/part/v1\0" ‖ network 32 ‖ u8 length ‖ record kind ‖ u8 part ‖ salt 32 ‖ exact UTF-8 text)
 */
export function partCommitter(crypto: Crypto, network: Uint8Array, recordKind: string): CommitPart {
  assert(network.length === HASH_BYTES, 'a network id has 32 bytes');
  const kind = asciiBytes(recordKind);
  assert(kind.length > 0 && kind.length <= 32, 'a record kind has 1 to 32 characters');
  const partAt = PART_TAG.length + HASH_BYTES + 1 + kind.length;
  const headSize = partAt + 1 + SALT_BYTES;
  // Grows to the longest text seen; a hash keeps nothing, so every call may reuse it.
  let buffer = new Uint8Array(headSize + 1024);
  const writeHead = (): void => {
    buffer.set(PART_TAG);
    buffer.set(network, PART_TAG.length);
    buffer[PART_TAG.length + HASH_BYTES] = kind.length;
    buffer.set(kind, PART_TAG.length + HASH_BYTES + 1);
  };
  writeHead();
  return (part, salt, text) => {
    assert(salt.length === SALT_BYTES, 'a salt has 32 bytes');
    const size = headSize + text.length;
    if (size > buffer.length) {
      buffer = new Uint8Array(size * 2);
      writeHead();
    }
    buffer[partAt] = PART_NUMBERS[part];
    buffer.set(salt, partAt + 1);
    buffer.set(text, headSize);
    return crypto.sha256(buffer.subarray(0, size));
  };
}

/** The commitment of a single part. For many, make a `partCommitter` once. */
export function commitPart(
  crypto: Crypto,
  opening: {
    readonly network: Uint8Array;
    readonly recordKind: string;
    readonly part: Part;
    readonly salt: Uint8Array;
    readonly text: Uint8Array;
  },
): Uint8Array {
  return partCommitter(crypto, opening.network, opening.recordKind)(opening.part, opening.salt, opening.text);
}

/** The three commitments of a record. */
export type Commitments = Readonly<Record<Part, Uint8Array>>;

/** The entry of a record in its batch tree: "suyuan/record/v1\0" ‖ C_public ‖ C_shared ‖ C_private. */
export function recordEntry(commitments: Commitments): Uint8Array {
  const entry = new Uint8Array(RECORD_TAG.length + 3 * HASH_BYTES);
  entry.set(RECORD_TAG);
  PARTS.forEach((part, index) => {
    assert(commitments[part].length === HASH_BYTES, 'a commitment has 32 bytes');
    entry.set(commitments[part], RECORD_TAG.length + index * HASH_BYTES);
  });
  return entry;
}

/** The leaf hash of a record in its batch tree: the RFC 6962 leaf hash of its entry. */
export function recordLeafHash(crypto: Crypto, commitments: Commitments): Uint8Array {
  return leafHash(crypto.sha256, recordEntry(commitments));
}

/** The root of a batch: the RFC 6962 root over the leaf hashes of its records, in order. */
export function batchRoot(crypto: Crypto, leafHashes: readonly Uint8Array[]): Uint8Array {
  return merkleRoot(crypto.sha256, leafHashes);
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

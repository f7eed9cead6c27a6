// What a reporter hands to the members of a channel: salts and exact texts of the public and shared parts, and the
// commitments of the private ones (spec/record.md, R7 to R10). One deterministic CBOR array, written and read by hand
// over one buffer, because every record of the network passes here.
//
//   [ * [salt_public 32, text_public, salt_shared 32, text_shared, C_private 32] ]      all byte strings
import type { Crypto, Rejection, Result } from '@suyuan/log';
import { assert, HASH_BYTES, ok, reject } from '@suyuan/log';

import { batchRoot, partCommitter, recordLeafHash, SALT_BYTES } from './commitment.ts';
import { BATCH_RECORDS_MAX, PAYLOAD_BYTES_MAX, RECORD_BYTES_MAX } from './identifiers.ts';

/** One record as it travels. */
export interface PayloadRecord {
  readonly publicSalt: Uint8Array;
  /** UTF-8 of a JSON object. */
  readonly publicText: Uint8Array;
  readonly sharedSalt: Uint8Array;
  readonly sharedText: Uint8Array;
  readonly privateCommitment: Uint8Array;
}

/** Why bytes are no payload. `leaf` is the first record that breaks the rule. */
export type PayloadRejection = Rejection<
  'payload_too_large' | 'payload_malformed' | 'payload_count_wrong' | 'payload_record_too_large'
> & { readonly leaf?: number };

const RECORD_HEAD = 0x85;

/** The one encoding of a payload. Bounds broken here are a bug: count, record and payload sizes. */
export function encodePayload(records: readonly PayloadRecord[]): Uint8Array {
  assert(records.length > 0 && records.length <= BATCH_RECORDS_MAX, 'a batch has 1 to 4,096 records');
  const bytes = new Uint8Array(payloadSizeOf(records));
  assert(bytes.length <= PAYLOAD_BYTES_MAX, 'a payload has at most 8 MiB');
  let offset = writeHead(bytes, 0, 0x80, records.length);
  for (const record of records) {
    assert(isRecordSizeRight(record), 'a record has at most 64 KiB');
    bytes[offset] = RECORD_HEAD;
    offset = writeBytes(bytes, offset + 1, record.publicSalt);
    offset = writeBytes(bytes, offset, record.publicText);
    offset = writeBytes(bytes, offset, record.sharedSalt);
    offset = writeBytes(bytes, offset, record.sharedText);
    offset = writeBytes(bytes, offset, record.privateCommitment);
  }
  return bytes;
}

/** Bytes of the payload of these records. */
export function payloadSizeOf(records: readonly PayloadRecord[]): number {
  let size = headSize(records.length);
  for (const { publicText, sharedText } of records)
    size += payloadRecordSize(publicText.length, sharedText.length);
  return size;
}

/** Bytes that one record adds to a payload. */
function payloadRecordSize(publicBytes: number, sharedBytes: number): number {
  return 1 + 3 * (2 + SALT_BYTES) + headSize(publicBytes) + publicBytes + headSize(sharedBytes) + sharedBytes;
}

/** The records in these bytes, as views on them; refused unless `encodePayload` gives the same bytes back. */
export function parsePayload(bytes: Uint8Array): Result<readonly PayloadRecord[], PayloadRejection> {
  if (bytes.length > PAYLOAD_BYTES_MAX) return reject({ code: 'payload_too_large' });
  const cursor: Cursor = { bytes, offset: 0 };
  const count = readHead(cursor, 0x80);
  if (count === undefined) return reject({ code: 'payload_malformed' });
  if (count === 0 || count > BATCH_RECORDS_MAX) return reject({ code: 'payload_count_wrong' });
  const records: PayloadRecord[] = [];
  for (let leaf = 0; leaf < count; leaf++) {
    const record = readRecord(cursor);
    if (record === undefined) return reject({ code: 'payload_malformed', leaf });
    if (!isRecordSizeRight(record)) return reject({ code: 'payload_record_too_large', leaf });
    records.push(record);
  }
  return cursor.offset === bytes.length ? ok(records) : reject({ code: 'payload_malformed' });
}

/** The leaf hash of a record as it travels, for batches of one kind. */
export function payloadLeafHasher(
  crypto: Crypto,
  network: Uint8Array,
  recordKind: string,
): (record: PayloadRecord) => Uint8Array {
  const commit = partCommitter(crypto, network, recordKind);
  return (record) =>
    recordLeafHash(crypto, {
      public: commit('public', record.publicSalt, record.publicText),
      shared: commit('shared', record.sharedSalt, record.sharedText),
      private: record.privateCommitment,
    });
}

/** The root of the batch that a payload is of. */
export function payloadRoot(
  crypto: Crypto,
  network: Uint8Array,
  recordKind: string,
  records: readonly PayloadRecord[],
): Uint8Array {
  return batchRoot(crypto, records.map(payloadLeafHasher(crypto, network, recordKind)));
}

interface Cursor {
  readonly bytes: Uint8Array;
  offset: number;
}

function readRecord(cursor: Cursor): PayloadRecord | undefined {
  if (cursor.bytes[cursor.offset] !== RECORD_HEAD) return undefined;
  cursor.offset += 1;
  const publicSalt = readBytes(cursor);
  const publicText = publicSalt && readBytes(cursor);
  const sharedSalt = publicText && readBytes(cursor);
  const sharedText = sharedSalt && readBytes(cursor);
  const privateCommitment = sharedText && readBytes(cursor);
  if (publicSalt?.length !== SALT_BYTES || publicText === undefined) return undefined;
  if (sharedSalt?.length !== SALT_BYTES || sharedText === undefined) return undefined;
  if (privateCommitment?.length !== HASH_BYTES) return undefined;
  return { publicSalt, publicText, sharedSalt, sharedText, privateCommitment };
}

function readBytes(cursor: Cursor): Uint8Array | undefined {
  const size = readHead(cursor, 0x40);
  if (size === undefined || cursor.offset + size > cursor.bytes.length) return undefined;
  const start = cursor.offset;
  cursor.offset = start + size;
  return cursor.bytes.subarray(start, cursor.offset);
}

/** The argument of a head of this major type in its shortest form, up to 32 bits. */
function readHead(cursor: Cursor, major: number): number | undefined {
  const { bytes, offset } = cursor;
  const first = bytes[offset];
  if (first === undefined || (first & 0xe0) !== major) return undefined;
  const short = first & 0x1f;
  if (short < 24) {
    cursor.offset = offset + 1;
    return short;
  }
  if (short > 26) return undefined;
  const width = 1 << (short - 24);
  let value = 0;
  for (let i = 1; i <= width; i++) {
    const byte = bytes[offset + i];
    if (byte === undefined) return undefined;
    value = value * 256 + byte;
  }
  cursor.offset = offset + 1 + width;
  return headSize(value) === 1 + width ? value : undefined;
}

function writeBytes(bytes: Uint8Array, offset: number, value: Uint8Array): number {
  const start = writeHead(bytes, offset, 0x40, value.length);
  bytes.set(value, start);
  return start + value.length;
}

function writeHead(bytes: Uint8Array, offset: number, major: number, value: number): number {
  const width = headSize(value) - 1;
  if (width === 0) {
    bytes[offset] = major | value;
    return offset + 1;
  }
  bytes[offset] = major | (width === 1 ? 24 : width === 2 ? 25 : 26);
  for (let i = width, rest = value; i > 0; i--, rest = Math.floor(rest / 256)) bytes[offset + i] = rest % 256;
  return offset + 1 + width;
}

function headSize(value: number): number {
  if (value < 24) return 1;
  if (value < 0x100) return 2;
  return value < 0x1_0000 ? 3 : 5;
}

function isRecordSizeRight({ publicText, sharedText }: PayloadRecord): boolean {
  return publicText.length + sharedText.length <= RECORD_BYTES_MAX;
}

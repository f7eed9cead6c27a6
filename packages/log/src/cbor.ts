// Deterministic CBOR (RFC 8949 section 4.2.1), a small subset of it: integers within the safe range, text, bytes,
// arrays, maps, booleans and null (spec/log.md, L23 and L24). No floats, tags, bignums, undefined or indefinite
// lengths. What is parsed is encoded again and compared, so a value has one encoding.
import { decode, encode, rfc8949EncodeOptions, Tokenizer } from 'cborg';

import { assert } from './assert.ts';
import { equalBytes } from './equal-bytes.ts';
import type { Rejection, Result } from './result.ts';
import { ok, reject } from './result.ts';
import { isWellFormed } from './utf8.ts';

/** A value that CBOR can carry here. Maps have integer or text keys. */
export type CborValue = number | string | boolean | null | Uint8Array | readonly CborValue[] | CborMap;
/** A map, whose order does not matter. */
export type CborMap = ReadonlyMap<number | string, CborValue>;

/** The deepest nesting of arrays and maps. */
export const CBOR_DEPTH_MAX = 16;

/** Why CBOR was refused. */
export type CborRejection = Rejection<'cbor_too_large' | 'cbor_malformed' | 'cbor_not_deterministic'>;

/** The one encoding of a value. Values outside the subset are a bug. */
export function encodeCbor(value: CborValue): Uint8Array {
  assert(isCborValue(value, CBOR_DEPTH_MAX), 'the value is within the CBOR subset');
  // Copied: on Node the encoder gives a Buffer, whose `slice` shares memory.
  return new Uint8Array(encode(value, rfc8949EncodeOptions));
}

/** The value of at most `bytesMax` bytes, refused unless `encodeCbor` gives the same bytes back. */
export function parseCbor(bytes: Uint8Array, bytesMax: number): Result<CborValue, CborRejection> {
  if (bytes.length > bytesMax) return reject({ code: 'cbor_too_large' });
  // A plain view, so that the byte strings in it are plain as well when the caller's bytes are a Node Buffer.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  let value: unknown;
  try {
    const options = {
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      strict: true,
      useMaps: true,
      rejectDuplicateMapKeys: true,
    };
    value = decode(plain, { ...options, tokenizer: new ShallowTokenizer(plain, options) });
  } catch {
    return reject({ code: 'cbor_malformed' });
  }
  if (!isCborValue(value, CBOR_DEPTH_MAX)) return reject({ code: 'cbor_malformed' });
  return equalBytes(encode(value, rfc8949EncodeOptions), bytes)
    ? ok(value)
    : reject({ code: 'cbor_not_deterministic' });
}

/** Whether a CBOR value is a map. */
export function isCborMap(value: CborValue | undefined): value is CborMap {
  return value instanceof Map;
}

/** Whether a CBOR value is an array. */
export function isCborArray(value: CborValue | undefined): value is readonly CborValue[] {
  return Array.isArray(value);
}

/** Whether a CBOR value is a byte string. */
export function isCborBytes(value: CborValue | undefined): value is Uint8Array {
  return value instanceof Uint8Array;
}

function isCborValue(value: unknown, depth: number): value is CborValue {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value === 'string') return isWellFormed(value);
  if (typeof value === 'boolean' || value === null || value instanceof Uint8Array) return true;
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isCborValue(item, depth - 1));
  if (!(value instanceof Map)) return false;
  for (const [key, item] of value) {
    if (!isCborKey(key) || !isCborValue(item, depth - 1)) return false;
  }
  return true;
}

function isCborKey(key: unknown): key is number | string {
  return typeof key === 'number' ? Number.isSafeInteger(key) : typeof key === 'string' && isWellFormed(key);
}

/** Refuses nesting beyond the limit before the recursive decoder sees it. */
class ShallowTokenizer extends Tokenizer {
  /** For each open array or map, how many of its items are still to come. */
  readonly #open: number[] = [];

  override next(): ReturnType<Tokenizer['next']> {
    const token = super.next();
    const items = itemsOf(token);
    const last = this.#open.length - 1;
    if (last >= 0) this.#open[last] = (this.#open[last] ?? 0) - 1;
    if (items > 0) this.#open.push(items);
    else while (this.#open.at(-1) === 0) this.#open.pop();
    if (this.#open.length > CBOR_DEPTH_MAX) throw new Error('nested too deep');
    return token;
  }
}

function itemsOf(token: ReturnType<Tokenizer['next']>): number {
  if (token.type.name === 'array') return Number(token.value);
  return token.type.name === 'map' ? Number(token.value) * 2 : 0;
}

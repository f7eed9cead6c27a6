// One declaration per format gives both directions: a value to CBOR data and back. Closed and exact: an unknown key,
// a missing key or a value out of bounds has no reading. Used for statement fields, genesis and state values
// (spec/statement.md, "Data"; spec/ledger.md, "State values").

import type { CborValue } from '@suyuan/log';

/** Both directions of one format. `fromCbor` gives undefined for data that is not of the format. */
export interface Codec<T> {
  toCbor(value: T): CborValue;
  fromCbor(data: unknown): T | undefined;
}

/** An unsigned integer in [minimum, maximum]; by default up to 2^53 - 1. */
export function uint(minimum = 0, maximum: number = Number.MAX_SAFE_INTEGER): Codec<number> {
  return only(
    (data): data is number =>
      typeof data === 'number' && Number.isSafeInteger(data) && data >= minimum && data <= maximum,
  );
}

/** Text that the pattern matches as a whole. The pattern bounds the length. */
export function text(pattern: RegExp): Codec<string> {
  return only((data): data is string => typeof data === 'string' && pattern.test(data));
}

/** A byte string of an exact length, or of a length in [minimum, maximum]. */
export function bytes(minimum: number, maximum: number = minimum): Codec<Uint8Array> {
  return only(
    (data): data is Uint8Array =>
      data instanceof Uint8Array && data.length >= minimum && data.length <= maximum,
  );
}

/** True or false. */
export const bool: Codec<boolean> = only((data): data is boolean => typeof data === 'boolean');

/** One word out of a closed list, written as its number. */
export function choice<W extends string>(numbers: Readonly<Record<W, number>>): Codec<W> {
  const words = new Map<unknown, W>();
  for (const word in numbers) words.set(numbers[word], word);
  return { toCbor: (word) => numbers[word], fromCbor: (data) => words.get(data) };
}

/** The value or null. */
export function nullable<T>(codec: Codec<T>): Codec<T | null> {
  return {
    toCbor: (value) => (value === null ? null : codec.toCbor(value)),
    fromCbor: (data) => (data === null ? null : codec.fromCbor(data)),
  };
}

/** A format with one more condition. */
export function where<T>(codec: Codec<T>, condition: (value: T) => boolean): Codec<T> {
  return {
    toCbor: (value) => codec.toCbor(value),
    fromCbor: (data) => {
      const value = codec.fromCbor(data);
      return value !== undefined && condition(value) ? value : undefined;
    },
  };
}

/** An array of at most `maximum` items of one format. `ordered` tells whether two neighbours may stand so. */
export function list<T>(
  codec: Codec<T>,
  bounds: {
    readonly minimum?: number;
    readonly maximum: number;
    readonly ordered?: (before: T, after: T) => boolean;
  },
): Codec<readonly T[]> {
  const { minimum = 0, maximum, ordered } = bounds;
  return {
    toCbor: (items) => items.map((item) => codec.toCbor(item)),
    fromCbor: (data) => {
      if (!Array.isArray(data) || data.length < minimum || data.length > maximum) return undefined;
      const items: T[] = [];
      let before: T | undefined;
      for (const item of data) {
        const value = codec.fromCbor(item);
        if (value === undefined) return undefined;
        if (before !== undefined && ordered !== undefined && !ordered(before, value)) return undefined;
        items.push(value);
        before = value;
      }
      return items;
    },
  };
}

/** A set: items in strictly ascending order of what `by` gives, so that each set has one encoding. */
export function ascending<T>(
  codec: Codec<T>,
  by: (item: T) => string | number,
  bounds: { readonly minimum?: number; readonly maximum: number },
): Codec<readonly T[]> {
  return list(codec, { ...bounds, ordered: (before, after) => by(before) < by(after) });
}

/** An object as an array: its members in this order, all present. */
export function tuple<T extends object>(members: {
  readonly [K in keyof T]-?: Codec<T[K]>;
}): Codec<T> {
  const entries = membersOf<T>(members);
  return {
    toCbor: (value) => entries.map(([name, codec]) => codec.toCbor(value[name])),
    fromCbor: (data) => {
      if (!Array.isArray(data) || data.length !== entries.length) return undefined;
      return build(entries, (index) => data[index]);
    },
  };
}

/** An object as a map: its members under the keys 1, 2, 3, ... in this order, all present and no others. */
export function record<T extends object>(members: {
  readonly [K in keyof T]-?: Codec<T[K]>;
}): Codec<T> {
  const entries = membersOf<T>(members);
  return {
    toCbor: (value) => new Map(entries.map(([name, codec], index) => [index + 1, codec.toCbor(value[name])])),
    fromCbor: (data) => {
      if (!(data instanceof Map) || data.size !== entries.length) return undefined;
      return build(entries, (index) => data.get(index + 1));
    },
  };
}

type Members<T> = readonly (readonly [keyof T, Codec<T[keyof T]>])[];

function build<T extends object>(members: Members<T>, at: (index: number) => unknown): T | undefined {
  const value: Partial<T> = {};
  for (const [index, [name, codec]] of members.entries()) {
    const member = codec.fromCbor(at(index));
    if (member === undefined) return undefined;
    value[name] = member;
  }
  return isComplete(members, value) ? value : undefined;
}

function isComplete<T extends object>(members: Members<T>, value: Partial<T>): value is T {
  return members.every(([name]) => value[name] !== undefined);
}

function membersOf<T extends object>(codecs: { readonly [K in keyof T]-?: Codec<T[K]> }): Members<T> {
  const members: (readonly [keyof T, Codec<T[keyof T]>])[] = [];
  for (const name in codecs) members.push([name, codecs[name]]);
  return members;
}

function only<T extends CborValue>(isIt: (data: unknown) => data is T): Codec<T> {
  return { toCbor: (value) => value, fromCbor: (data) => (isIt(data) ? data : undefined) };
}

// Strict JSON: values with exactly the members, order and spelling that a format names (spec/receipt.md, V1 to V3).
// A codec reads one value of a parsed document and writes it back; what it reads it writes back the same.
import { encodeBase64, encodeHex, isWellFormed, parseBase64, parseHex } from '@suyuan/log';

/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json };

/**
 * Reads and writes one kind of value. `read` gives undefined for anything but a value that `write` gives, and
 * prepends to `fault` the member or index where it stopped.
 */
export interface Codec<T> {
  readonly read: (value: unknown, fault: string[]) => T | undefined;
  readonly write: (value: T) => Json;
}

/** The most of an unknown member's name that a refusal repeats. */
const NAME_LENGTH_MAX = 64;

/** One fixed text. */
export function literal<T extends string>(text: T): Codec<T> {
  return { read: (value) => (value === text ? text : undefined), write: (value) => value };
}

/** Well-formed text of at most `lengthMax` UTF-16 units. */
export function text(lengthMax: number): Codec<string> {
  return {
    read: (value) =>
      typeof value === 'string' && value.length <= lengthMax && isWellFormed(value) ? value : undefined,
    write: (value) => value,
  };
}

/** A whole number from `min` to `max`, both safe integers. */
export function whole(min: number, max: number): Codec<number> {
  return {
    read: (value) =>
      typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max
        ? value
        : undefined,
    write: (value) => value,
  };
}

/** Bytes as standard padded base64, `sizeMin` to `sizeMax` of them. */
export function base64Bytes(sizeMin: number, sizeMax: number): Codec<Uint8Array> {
  const lengthMax = 4 * Math.ceil(sizeMax / 3);
  return {
    read: (value) => {
      if (typeof value !== 'string' || value.length > lengthMax) return undefined;
      const bytes = parseBase64(value);
      return bytes !== undefined && bytes.length >= sizeMin && bytes.length <= sizeMax ? bytes : undefined;
    },
    write: encodeBase64,
  };
}

/** 32 bytes as lower-case hexadecimal. */
export const hexHash: Codec<Uint8Array> = {
  read: (value) => (typeof value === 'string' && value.length === 64 ? parseHex(value) : undefined),
  write: encodeHex,
};

/** A list of `lengthMin` to `lengthMax` values of one kind. */
export function list<T>(item: Codec<T>, lengthMin: number, lengthMax: number): Codec<readonly T[]> {
  return {
    read: (value, fault) => {
      if (!Array.isArray(value) || value.length < lengthMin || value.length > lengthMax) return undefined;
      const items: T[] = [];
      for (let index = 0; index < value.length; index++) {
        const read = item.read(value[index], fault);
        if (read === undefined) return stop(fault, String(index));
        items.push(read);
      }
      return items;
    },
    write: (value) => value.map((one) => item.write(one)),
  };
}

/** An object with exactly these members in this order. */
export function object<T extends object>(members: { readonly [K in keyof T]: Codec<T[K]> }): Codec<T> {
  return ofMembers<T>(Object.entries(members), Object.keys(members).length);
}

/** An object with at least one of these members, in this order, and no other. */
export function someOf<T extends object>(members: {
  readonly [K in keyof T]-?: Codec<Exclude<T[K], undefined>>;
}): Codec<T> {
  return ofMembers<T>(Object.entries(members), 1);
}

function ofMembers<T extends object>(
  codecs: readonly (readonly [string, Codec<unknown>])[],
  countMin: number,
): Codec<T> {
  return {
    read: (value, fault) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
      const found = Object.entries(value);
      const read: Record<string, unknown> = {};
      let next = 0;
      for (const [name, codec] of codecs) {
        const member = found[next];
        if (member?.[0] !== name) continue;
        const one = codec.read(member[1], fault);
        if (one === undefined) return stop(fault, name);
        read[name] = one;
        next += 1;
      }
      if (next !== found.length) return stop(fault, found[next]?.[0].slice(0, NAME_LENGTH_MAX) ?? '');
      if (next < countMin) return undefined;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every member was read by the codec of its type
      return read as T;
    },
    write: (value) => {
      const given = new Map<string, unknown>(Object.entries(value));
      const written: Record<string, Json> = {};
      for (const [name, codec] of codecs) if (given.has(name)) written[name] = codec.write(given.get(name));
      return written;
    },
  };
}

function stop(fault: string[], place: string): undefined {
  fault.unshift(place);
  return undefined;
}

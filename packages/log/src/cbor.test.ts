import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import vectors from '../../../vectors/log-cbor.json' with { type: 'json' };
import type { CborValue } from './index.ts';
import { CBOR_DEPTH_MAX, encodeCbor, encodeHex, encodeUtf8, isWellFormed, parseCbor } from './index.ts';
import { bytesOf, codeOf } from './testing.ts';

const integer = fc.maxSafeInteger().map((value) => value + 0);
const key = fc.oneof(integer, fc.string({ unit: 'grapheme' }));

/** Text that begins with a byte order mark is outside the subset, see the vectors. */
const text = fc.string({ unit: 'grapheme' }).filter((one) => isWellFormed(one) && !one.startsWith('\ufeff'));
const { value: anyValue } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    integer,
    text,
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((items) => new Map(items)),
  ),
}));

describe('CBOR', () => {
  it.each(vectors.cases)('[L23] accepts or refuses $comment', ({ bytes: encoded, refused }) => {
    const result = parseCbor(bytesOf(encoded), 100);
    expect(codeOf(result)).toBe(refused);
    expect(result.ok ? encodeHex(encodeCbor(result.value)) : encoded).toBe(encoded);
  });

  it('[L23] reads back every value it writes, in one form whatever the order of a map', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const encoded = encodeCbor(value);
        expect(parseCbor(encoded, 100_000)).toEqual({ ok: true, value });
        const turned = value instanceof Map ? new Map([...value].toReversed()) : value;
        expect(encodeCbor(turned)).toEqual(encoded);
      }),
    );
  });

  it('[L23] refuses random bytes or gives the same bytes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (random) => {
        const result = parseCbor(random, 40);
        expect(result.ok ? encodeCbor(result.value) : random).toEqual(random);
      }),
      { numRuns: 2_000 },
    );
  });

  it('[L23] gives plain byte strings that do not change with the input', () => {
    const input = Buffer.from('43010203', 'hex');
    const result = parseCbor(input, 4);
    input.fill(0);
    expect(result).toStrictEqual({ ok: true, value: Uint8Array.of(1, 2, 3) });
  });

  it('[L23] does not write what it would not read', () => {
    const wrong: CborValue[] = [0.5, Number.NaN, 2 ** 53, '\ud800', new Map([[0.5, 1]])];
    for (const value of wrong) expect(() => encodeCbor(value)).toThrow('subset');
  });

  it('[L24] refuses more bytes than the caller allows', () => {
    const encoded = encodeCbor('x'.repeat(50));
    expect(parseCbor(encoded, encoded.length).ok).toBe(true);
    expect(parseCbor(encoded, encoded.length - 1)).toEqual({ ok: false, error: { code: 'cbor_too_large' } });
  });

  it('[L24] refuses deep nesting before it recurses', () => {
    const nested = (depth: number): Uint8Array =>
      Uint8Array.of(...Array.from({ length: depth }, () => 0x81), 0);
    expect(parseCbor(nested(CBOR_DEPTH_MAX), 100).ok).toBe(true);
    expect(parseCbor(nested(CBOR_DEPTH_MAX + 1), 100).ok).toBe(false);
    const malformed = { ok: false, error: { code: 'cbor_malformed' } };
    for (const first of [0x81, 0xa1, 0x9f, 0xd2]) {
      expect(parseCbor(new Uint8Array(1_000_000).fill(first), 1_000_000)).toEqual(malformed);
    }
    const wide = encodeCbor(Array.from({ length: 50 }, () => [[], new Map([[1, [encodeUtf8('x')]]])]));
    expect(parseCbor(wide, 10_000).ok).toBe(true);
  });
});

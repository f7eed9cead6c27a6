/** Every parser against random and damaged bytes: a refusal or the same bytes again, never an exception. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import formats from '../../../vectors/log-formats.json' with { type: 'json' };
import printed from '../../../vectors/log-notes.json' with { type: 'json' };
import type { Result } from './index.ts';
import {
  encodeCbor,
  encodeCheckpoint,
  encodeCose,
  encodeEntryBundle,
  encodeFrontier,
  encodeNote,
  encodeTile,
  encodeTilePath,
  encodeTlogProof,
  encodeUtf8,
  encodeVkey,
  parseCbor,
  parseCheckpoint,
  parseCose,
  parseCoseReceipt,
  parseEntryBundle,
  parseFrontier,
  parseNote,
  parseTile,
  parseTilePath,
  parseTlogProof,
  parseUtf8,
  parseVkey,
  portableCrypto,
} from './index.ts';
import { bytesOf } from './testing.ts';

const hash = portableCrypto.sha256;

interface Parser {
  readonly name: string;
  readonly valid: readonly Uint8Array[];
  /** What the value read from these bytes is written as; undefined where they are refused. */
  readonly rewrite: (input: Uint8Array) => Uint8Array | undefined;
}

function parser<T>(
  name: string,
  valid: readonly Uint8Array[],
  parse: (input: Uint8Array) => Result<T, unknown>,
  encode: (value: T) => Uint8Array,
): Parser {
  const rewrite = (input: Uint8Array): Uint8Array | undefined => {
    const result = parse(input);
    return result.ok ? encode(result.value) : undefined;
  };
  return { name, valid, rewrite };
}

const checkpointText = formats.checkpoint.slice(0, formats.checkpoint.indexOf('\n\n') + 1);
const asText =
  <T>(parse: (text: string) => Result<T, unknown>) =>
  (input: Uint8Array): Result<T, unknown> => {
    const text = parseUtf8(input);
    return text === undefined ? { ok: false, error: undefined } : parse(text);
  };

const receipt = bytesOf(formats.coseReceipt);
const parsers: readonly Parser[] = [
  parser(
    'note',
    [formats.checkpoint, ...printed.notes.map(({ note }) => note)].map((note) => encodeUtf8(note)),
    parseNote,
    encodeNote,
  ),
  parser('checkpoint', [encodeUtf8(checkpointText)], asText(parseCheckpoint), (value) =>
    encodeUtf8(encodeCheckpoint(value)),
  ),
  parser('tlog-proof', [encodeUtf8(formats.tlogProof)], parseTlogProof, encodeTlogProof),
  parser(
    'vkey',
    formats.vkeys.map((vkey) => encodeUtf8(vkey)),
    asText((text) => parseVkey(hash, text)),
    (key) => encodeUtf8(encodeVkey(key)),
  ),
  parser(
    'tile path',
    [encodeUtf8(formats.tile.path), encodeUtf8('tile/entries/x001/234.p/5')],
    asText(parseTilePath),
    (tile) => encodeUtf8(encodeTilePath(tile)),
  ),
  parser('tile', [bytesOf(formats.tile.bytes)], (input) => parseTile(input, 20), encodeTile),
  parser(
    'entry bundle',
    [bytesOf(formats.entryBundle.bytes)],
    (input) => parseEntryBundle(input, 20),
    encodeEntryBundle,
  ),
  parser('frontier', [bytesOf(formats.frontier)], parseFrontier, encodeFrontier),
  parser('CBOR', [receipt.slice(1)], (input) => parseCbor(input, 10_000), encodeCbor),
  parser('COSE', [receipt], (input) => parseCose(input, 10_000), encodeCose),
  parser('COSE receipt', [receipt], parseCoseReceipt, ({ message }) => encodeCose(message)),
];

/** Valid bytes with a few places overwritten, cut out, doubled or filled in. */
const damaged = (valid: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> => {
  const damage = fc.record({
    kind: fc.constantFrom('overwrite' as const, 'remove' as const, 'insert' as const, 'repeat' as const),
    place: fc.nat(),
    length: fc.integer({ min: 1, max: 40 }),
    filling: fc.uint8Array({ minLength: 1, maxLength: 4 }),
  });
  return fc
    .tuple(fc.constantFrom(...valid), fc.array(damage, { minLength: 1, maxLength: 3 }))
    .map(([start, all]) => {
      let current: readonly number[] = [...start];
      for (const { kind, place, length, filling } of all) {
        const at = place % (current.length + 1);
        const [before, after] = [current.slice(0, at), current.slice(at)];
        if (kind === 'overwrite') current = [...before, ...filling, ...after.slice(filling.length)];
        else if (kind === 'remove') current = [...before, ...after.slice(length)];
        else if (kind === 'insert') current = [...before, ...filling, ...after];
        else current = [...before, ...after.slice(0, length), ...after];
      }
      return Uint8Array.from(current);
    });
};

describe.each(parsers)('hostile $name', ({ valid, rewrite }) => {
  it('[L29] valid bytes are written as they were read, also when they come in a Node buffer', () => {
    for (const one of valid) {
      expect(rewrite(one)).toEqual(one);
      expect(rewrite(Buffer.from(one))).toEqual(one);
    }
  });

  it('[L29] random bytes are refused or written as they were read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (random) => {
        expect(rewrite(random) ?? random).toEqual(random);
      }),
      { numRuns: 300 },
    );
  });

  it('[L29] damaged bytes are refused or written as they were read', () => {
    fc.assert(
      fc.property(damaged(valid), (input) => {
        expect(rewrite(input) ?? input).toEqual(input);
      }),
      { numRuns: 1_000 },
    );
  });
});

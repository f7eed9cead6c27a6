import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import formats from '../../../vectors/log-formats.json' with { type: 'json' };
import type { TileCoordinate } from './index.ts';
import {
  appendLeaves,
  EMPTY_FRONTIER,
  encodeEntryBundle,
  encodeHex,
  encodeTile,
  encodeTilePath,
  encodeUtf8,
  foldPlan,
  foldTiles,
  frontierRoot,
  leafHash,
  parseEntryBundle,
  parseTile,
  parseTilePath,
  planConsistency,
  planInclusion,
  planRoot,
  planTiles,
  portableCrypto,
  tilesChanged,
  tileWidthAt,
} from './index.ts';
import { bytesOf, present, valueOf } from './testing.ts';

const hash = portableCrypto.sha256;
const tileOfSize = fc.record({
  level: fc.oneof(fc.constant('entries' as const), fc.nat(63)),
  index: fc.maxSafeNat(),
  width: fc.integer({ min: 1, max: 256 }),
});

describe('tile path', () => {
  it('[L19] is that of the example of C2SP tlog-tiles', () => {
    expect(encodeTilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067');
    expect(encodeTilePath({ level: 'entries', index: 273, width: 112 })).toBe('tile/entries/273.p/112');
    expect(encodeTilePath({ level: 1, index: 1_000, width: 1 })).toBe('tile/1/x001/000.p/1');
  });

  it('[L19] is read back, and no other path is', () => {
    fc.assert(
      fc.property(tileOfSize, (tile) => {
        expect(parseTilePath(encodeTilePath(tile))).toEqual({ ok: true, value: tile });
      }),
    );
    const wrong = [
      '',
      'tile',
      '/tile/0/000',
      'tile/00/000',
      'tile/64/000',
      'tile/-1/000',
      'tile/0/00',
      'tile/0/0000',
      'tile/0/x000/000',
      'tile/0/000/000',
      'tile/0/x001',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/257',
      'tile/0/000.p/01',
      'tile/0/000.p/',
      'tile/0/000/',
      'tile/0/000\n',
      'tile/0/../000',
      'tile/entry/000',
      'tile/0/x009/x007/x199/x254/x740/992',
    ];
    expect(wrong.filter((path) => parseTilePath(path).ok)).toEqual([]);
  });
});

describe('tile', () => {
  it('[L20] has the widths of the examples of C2SP tlog-tiles', () => {
    const widths = (level: number, size: number): readonly number[] => {
      const all = Array.from({ length: 300 }, (_, index) => tileWidthAt(level, index, size));
      return all.filter((width) => width > 0);
    };
    expect(widths(0, 70_000)).toEqual([...Array.from({ length: 273 }, () => 256), 112]);
    expect(widths(1, 70_000)).toEqual([256, 17]);
    expect(widths(2, 70_000)).toEqual([1]);
    expect(widths(3, 70_000)).toEqual([]);
    expect([widths(0, 256), widths(1, 256)]).toEqual([[256], [1]]);
  });

  it('[L20] is among those an append changes exactly when it is new or wider', () => {
    const name = ({ level, index, width }: TileCoordinate): string => `${level}/${index}/${width}`;
    const tilesAt = (size: number): ReadonlySet<string> =>
      new Set(tilesChanged(0, size).map((tile) => name(tile)));
    fc.assert(
      fc.property(fc.nat(140_000), fc.nat(3_000), (oldSize, grown) => {
        const size = oldSize + grown;
        const changed = tilesChanged(oldSize, size);
        const old = tilesAt(oldSize);
        expect(changed.map((tile) => name(tile))).toEqual(
          [...tilesAt(size)].filter((tile) => !old.has(tile)),
        );
        for (const { level, index, width } of changed) expect(tileWidthAt(level, index, size)).toBe(width);
      }),
      { numRuns: 40 },
    );
    expect(tilesChanged(5, 5)).toEqual([]);
  });

  it('[L20] is its hashes, one after the other', () => {
    const { path, bytes: encoded } = formats.tile;
    const hashes = valueOf(parseTile(bytesOf(encoded), 20));
    expect(hashes).toEqual(Array.from({ length: 20 }, (_, i) => leafHash(hash, encodeUtf8(`entry ${i}`))));
    expect(encodeHex(encodeTile(hashes))).toBe(encoded);
    expect(parseTilePath(path)).toEqual({ ok: true, value: { level: 0, index: 0, width: 20 } });
    const refused = { ok: false, error: { code: 'tile_malformed' } };
    for (const width of [0, 19, 21, 257, -1]) expect(parseTile(bytesOf(encoded), width)).toEqual(refused);
    expect(parseTile(new Uint8Array(257 * 32), 257)).toEqual(refused);
  });
});

describe('proofs from tiles', () => {
  const size = 66_000;
  const zero = leafHash(hash, new Uint8Array(0));
  const leaves = Array.from({ length: size }, (_, i) =>
    i % 1_000 === 0 ? leafHash(hash, encodeUtf8(`${i}`)) : zero,
  );
  const subtrees = new Map<string, Uint8Array>();
  const frontier = appendLeaves(hash, EMPTY_FRONTIER, leaves, (level, index, subtree) =>
    subtrees.set(`${level}/${index}`, subtree),
  );
  const at = (level: number, index: number): Uint8Array => present(subtrees.get(`${level}/${index}`));

  it('[L21] need only the hashes at every eighth level, and few tiles', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: size }), fc.nat(), (treeSize, place) => {
        const index = place % treeSize;
        for (const plan of [
          planInclusion(index, treeSize),
          planConsistency(index, treeSize),
          planRoot(treeSize),
        ]) {
          const tiles = planTiles(plan, treeSize);
          expect(tiles.length).toBeLessThanOrEqual(6);
          const named = new Set(tiles.map((tile) => `${tile.level}/${tile.index}/${tile.width}`));
          const proof = foldTiles(hash, plan, treeSize, (tile) => {
            expect(named).toContain(`${tile.level}/${tile.index}/${tile.width}`);
            const first = tile.index * 256;
            return Array.from({ length: tile.width }, (_, i) => at(tile.level * 8, first + i));
          });
          expect(proof).toEqual(foldPlan(hash, plan, (subtree) => at(subtree.level, subtree.index)));
        }
      }),
      { numRuns: 40 },
    );
    const [root] = foldPlan(hash, planRoot(size), (subtree) => at(subtree.level, subtree.index));
    expect(root).toEqual(frontierRoot(hash, frontier));
  });
});

describe('entry bundle', () => {
  it('[L22] is its entries, each after its length', () => {
    const { path, bytes: encoded } = formats.entryBundle;
    const entries = valueOf(parseEntryBundle(bytesOf(encoded), 20));
    expect(entries).toEqual(Array.from({ length: 20 }, (_, i) => encodeUtf8(`entry ${i}`)));
    expect(encodeHex(encodeEntryBundle(entries))).toBe(encoded);
    expect(parseTilePath(path)).toEqual({ ok: true, value: { level: 'entries', index: 0, width: 20 } });
  });

  it('[L22] takes empty and largest entries, and refuses other widths and cut bytes', () => {
    const entries = [new Uint8Array(0), new Uint8Array(65_535).fill(1), Uint8Array.of(7)];
    const encoded = encodeEntryBundle(entries);
    expect(parseEntryBundle(encoded, 3)).toEqual({ ok: true, value: entries });
    const refused = { ok: false, error: { code: 'entry_bundle_malformed' } };
    for (const width of [0, 1, 2, 4, 257, -1]) expect(parseEntryBundle(encoded, width)).toEqual(refused);
    for (const cut of [1, 2, 3, 4]) expect(parseEntryBundle(encoded.slice(0, -cut), 3)).toEqual(refused);
    expect(parseEntryBundle(new Uint8Array([...encoded, 0]), 3)).toEqual(refused);
    expect(() => encodeEntryBundle([new Uint8Array(65_536)])).toThrow('two-byte');
  });
});

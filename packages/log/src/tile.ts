// C2SP tlog-tiles: the hashes and entries of a log as static files (spec/log.md, L19, L20 and L22). A tile holds 256
// neighbouring hashes of one level; level L of tiles is level 8·L of the tree.
//
//   tile/<L>/<N>[.p/<W>]        W hashes of 32 bytes, one after the other
//   tile/entries/<N>[.p/<W>]    W entries, each after its length in 2 big-endian bytes
import { sliceBytes } from './slice-bytes.ts';
import { assert } from './assert.ts';
import { HASH_BYTES } from './crypto.ts';
import type { Rejection, Result } from './result.ts';
import { ok, reject } from './result.ts';
import { readUint, writeUint } from './uint.ts';

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;
/** Tree levels in a tile. */
export const TILE_HEIGHT = 8;
/** The most bytes of an entry: its length is written in two bytes. */
const ENTRY_BYTES_MAX = 65_535;

/** A tile of hashes, or a bundle of entries. */
export interface TileCoordinate {
  readonly level: number | 'entries';
  readonly index: number;
  /** 1 to 256; below 256 the tile is partial. */
  readonly width: number;
}

/** Why a tile was refused. */
export type TileRejection = Rejection<'tile_path_malformed' | 'tile_malformed' | 'entry_bundle_malformed'>;

/** The path of a tile under the log's prefix, without a leading slash. */
export function encodeTilePath({ level, index, width }: TileCoordinate): string {
  assert(isTileLevel(level) && Number.isSafeInteger(index) && index >= 0, 'a tile has a level and an index');
  assert(Number.isSafeInteger(width) && width >= 1 && width <= TILE_WIDTH, 'a tile is 1 to 256 wide');
  let path = String(index % 1_000).padStart(3, '0');
  for (let rest = Math.floor(index / 1_000); rest > 0; rest = Math.floor(rest / 1_000)) {
    path = `x${String(rest % 1_000).padStart(3, '0')}/${path}`;
  }
  return `tile/${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** The tile at a path, refused unless `encodeTilePath` gives the same path back. */
export function parseTilePath(path: string): Result<TileCoordinate, TileRejection> {
  const match =
    /^tile\/(entries|[0-9]|[1-5][0-9]|6[0-3])\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(
      path,
    );
  const [, level, digits, partial] = match ?? [];
  if (level === undefined || digits === undefined) return reject({ code: 'tile_path_malformed' });
  const index = Number(digits.replaceAll(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  if (!Number.isSafeInteger(index) || width > TILE_WIDTH) return reject({ code: 'tile_path_malformed' });
  const tile: TileCoordinate = { level: level === 'entries' ? level : Number(level), index, width };
  return encodeTilePath(tile) === path ? ok(tile) : reject({ code: 'tile_path_malformed' });
}

/** How wide this tile is in a log of `size`: 0 when the log does not reach it. */
export function tileWidthAt(level: number | 'entries', index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** The tiles and entry bundles that a log of `size` has and one of `oldSize` had not, entries first. */
export function tilesChanged(oldSize: number, size: number): readonly TileCoordinate[] {
  assert(oldSize <= size, 'a log grows');
  const tiles: TileCoordinate[] = [];
  const add = (level: number | 'entries', before: number, after: number): void => {
    for (let index = Math.floor(before / TILE_WIDTH); index * TILE_WIDTH < after; index++) {
      const width = Math.min(TILE_WIDTH, after - index * TILE_WIDTH);
      if (before < index * TILE_WIDTH + width) tiles.push({ level, index, width });
    }
  };
  add('entries', oldSize, size);
  let before = oldSize;
  let after = size;
  for (let level = 0; after > before; level++) {
    add(level, before, after);
    before = Math.floor(before / TILE_WIDTH);
    after = Math.floor(after / TILE_WIDTH);
  }
  return tiles;
}

/** The bytes of a tile of hashes. */
export function encodeTile(hashes: readonly Uint8Array[]): Uint8Array {
  assert(hashes.length > 0 && hashes.length <= TILE_WIDTH, 'a tile has 1 to 256 hashes');
  const bytes = new Uint8Array(hashes.length * HASH_BYTES);
  hashes.forEach((hash, i) => {
    assert(hash.length === HASH_BYTES, 'a tile holds hashes');
    bytes.set(hash, i * HASH_BYTES);
  });
  return bytes;
}

/** The hashes of a tile of this width. */
export function parseTile(bytes: Uint8Array, width: number): Result<readonly Uint8Array[], TileRejection> {
  if (width < 1 || width > TILE_WIDTH || bytes.length !== width * HASH_BYTES)
    return reject({ code: 'tile_malformed' });
  return ok(Array.from({ length: width }, (_, i) => sliceBytes(bytes, i * HASH_BYTES, (i + 1) * HASH_BYTES)));
}

/** The bytes of an entry bundle. */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  assert(entries.length > 0 && entries.length <= TILE_WIDTH, 'a bundle has 1 to 256 entries');
  const bytes = new Uint8Array(entries.reduce((size, entry) => size + 2 + entry.length, 0));
  let offset = 0;
  for (const entry of entries) {
    assert(entry.length <= ENTRY_BYTES_MAX, 'an entry fits its two-byte length');
    writeUint(bytes, offset, 2, entry.length);
    bytes.set(entry, offset + 2);
    offset += 2 + entry.length;
  }
  return bytes;
}

/** The entries of a bundle of this width. */
export function parseEntryBundle(
  bytes: Uint8Array,
  width: number,
): Result<readonly Uint8Array[], TileRejection> {
  const entries: Uint8Array[] = [];
  let offset = 0;
  while (offset < bytes.length && entries.length < width) {
    const length = readUint(bytes, offset, 2);
    const end = offset + 2 + (length ?? 0);
    if (length === undefined || end > bytes.length) return reject({ code: 'entry_bundle_malformed' });
    entries.push(sliceBytes(bytes, offset + 2, end));
    offset = end;
  }
  const whole = offset === bytes.length && entries.length === width && width >= 1 && width <= TILE_WIDTH;
  return whole ? ok(entries) : reject({ code: 'entry_bundle_malformed' });
}

function isTileLevel(level: number | 'entries'): boolean {
  return level === 'entries' || (Number.isSafeInteger(level) && level >= 0 && level <= 63);
}

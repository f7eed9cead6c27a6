// Hashes of a log out of its tiles: which tiles a proof needs, and the hash at a coordinate within one
// (spec/log.md, L21). Levels between two tile levels are recomputed from the tile's hashes.
import { assert } from './assert.ts';
import type { Hash } from './crypto.ts';
import { nodeHash } from './merkle-hash.ts';
import type { Coordinate, ProofPlan } from './proof-plan.ts';
import { foldPlan, planCoordinates } from './proof-plan.ts';
import { TILE_HEIGHT, TILE_WIDTH, tileWidthAt } from './tile.ts';

/** A tile of hashes; unlike `TileCoordinate` never a bundle of entries. */
export interface HashTile {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** The tile, in a log of `size`, that holds the hash of a complete subtree of that log. */
export function tileOf({ level, index }: Coordinate, size: number): HashTile {
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const first = index * 2 ** (level % TILE_HEIGHT);
  const tileIndex = Math.floor(first / TILE_WIDTH);
  const width = tileWidthAt(tileLevel, tileIndex, size);
  assert((index + 1) * 2 ** level <= size, 'the subtree is complete in a log of this size');
  return { level: tileLevel, index: tileIndex, width };
}

/** The tiles that a plan needs in a log of `size`, each once. */
export function planTiles(plan: ProofPlan, size: number): readonly HashTile[] {
  const tiles = new Map<string, HashTile>();
  for (const coordinate of planCoordinates(plan)) {
    const tile = tileOf(coordinate, size);
    tiles.set(`${tile.level}/${tile.index}`, tile);
  }
  return [...tiles.values()];
}

/** The hash at a coordinate, from the hashes of the tile that `tileOf` names. */
export function hashInTile(
  hash: Hash,
  { level, index }: Coordinate,
  tileHashes: readonly Uint8Array[],
): Uint8Array {
  const span = 2 ** (level % TILE_HEIGHT);
  const start = (index * span) % TILE_WIDTH;
  let row = tileHashes.slice(start, start + span);
  assert(row.length === span, 'the tile is wide enough for the subtree');
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i + 1 < row.length; i += 2) {
      const left = row[i];
      const right = row[i + 1];
      assert(left !== undefined && right !== undefined, 'a row has no holes');
      above.push(nodeHash(hash, left, right));
    }
    row = above;
  }
  const found = row[0];
  assert(found !== undefined, 'a row ends in one hash');
  return found;
}

/** The hashes of a proof in a log of `size`, from the tiles that `planTiles` names. */
export function foldTiles(
  hash: Hash,
  plan: ProofPlan,
  size: number,
  hashesOf: (tile: HashTile) => readonly Uint8Array[],
): readonly Uint8Array[] {
  return foldPlan(hash, plan, (coordinate) =>
    hashInTile(hash, coordinate, hashesOf(tileOf(coordinate, size))),
  );
}

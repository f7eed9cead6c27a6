// The log as it stands in PostgreSQL: statements, tiles, and proofs folded from tiles (spec/log.md, L19 to L22).
// A proof reads the few tiles it needs in one query, whatever the size of the log.
import type { Frontier, Hash, HashTile, ProofPlan, TileCoordinate } from '@suyuan/log';
import {
  assert,
  EMPTY_FRONTIER,
  encodeEntryBundle,
  foldTiles,
  HASH_BYTES,
  hashInTile,
  parseTile,
  planConsistency,
  planInclusion,
  planRoot,
  planTiles,
  TILE_WIDTH,
  tileOf,
  tileWidthAt,
} from '@suyuan/log';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Database } from '../database/database.ts';
import type { Tables } from '../database/tables.ts';

/** A statement at its place in the log. */
export interface LogEntry {
  readonly entry: number;
  readonly height: number;
  readonly statement: Uint8Array;
  /** The code of the refusal, where the statement was refused. */
  readonly refusal: string | null;
}

/** Reads the log. Sizes that are asked for must not be greater than the log's. */
export interface LogReader {
  readonly entry: (entry: number) => Promise<LogEntry | undefined>;
  readonly proveInclusion: (entry: number, size: number) => Promise<readonly Uint8Array[]>;
  readonly proveConsistency: (oldSize: number, size: number) => Promise<readonly Uint8Array[]>;
  readonly root: (size: number) => Promise<Uint8Array>;
  /** The frontier of the log at this size. */
  readonly frontier: (size: number) => Promise<Frontier>;
  /** The bytes of a tile or of a bundle of entries; undefined where a log of `size` has no such tile. */
  readonly tile: (tile: TileCoordinate, size: number) => Promise<Uint8Array | undefined>;
}

/** A reader of this database's log. */
export function createLogReader(hash: Hash, database: Database): LogReader {
  const prove = async (plan: ProofPlan, size: number): Promise<readonly Uint8Array[]> => {
    const hashesOf = await readTiles(database, planTiles(plan, size));
    return foldTiles(hash, plan, size, hashesOf);
  };
  return {
    entry: (entry) =>
      database.read((db) =>
        db.selectFrom('log_entry').selectAll().where('entry', '=', entry).executeTakeFirst(),
      ),
    proveInclusion: (entry, size) => prove(planInclusion(entry, size), size),
    proveConsistency: (oldSize, size) => prove(planConsistency(oldSize, size), size),
    root: async (size) => {
      const [root] = await prove(planRoot(size), size);
      assert(root !== undefined, 'the plan of a root is one hash');
      return root;
    },
    frontier: async (size) => {
      if (size === 0) return EMPTY_FRONTIER;
      const plan = planRoot(size);
      const hashesOf = await readTiles(database, planTiles(plan, size));
      const hashes = plan
        .flat()
        .map((coordinate) => hashInTile(hash, coordinate, hashesOf(tileOf(coordinate, size))));
      return { size, hashes };
    },
    tile: async ({ level, index, width }, size) => {
      if (width > tileWidthAt(level, index, size)) return undefined;
      if (level === 'entries') return await database.read((db) => readBundle(db, index, width));
      const tile = { level, index, width };
      const hashesOf = await readTiles(database, [tile]);
      return Buffer.concat(hashesOf(tile));
    },
  };
}

/** All tiles in one query; the result gives the hashes of each. A tile that is not as wide as asked is a bug. */
async function readTiles(
  database: Database,
  tiles: readonly HashTile[],
): Promise<(tile: HashTile) => readonly Uint8Array[]> {
  const rows =
    tiles.length === 0
      ? []
      : await database.read((db) =>
          db
            .selectFrom('log_tile')
            .selectAll()
            .where(
              sql<boolean>`(level, tile) in (select * from unnest(
                ${tiles.map((tile) => tile.level)}::int2[], ${tiles.map((tile) => tile.index)}::int8[]))`,
            )
            .execute(),
        );
  const found = new Map(rows.map((row) => [`${row.level}/${row.tile}`, row.hashes]));
  return ({ level, index, width }) => {
    const bytes = found.get(`${level}/${index}`)?.subarray(0, width * HASH_BYTES);
    const hashes = parseTile(bytes ?? new Uint8Array(), width);
    assert(hashes.ok, 'the stored tiles are as wide as the log');
    return hashes.value;
  };
}

async function readBundle(db: Kysely<Tables>, index: number, width: number): Promise<Uint8Array> {
  const first = index * TILE_WIDTH;
  const rows = await db
    .selectFrom('log_entry')
    .select('statement')
    .where('entry', '>=', first)
    .where('entry', '<', first + width)
    .orderBy('entry')
    .execute();
  assert(rows.length === width, 'the log has no holes');
  return encodeEntryBundle(rows.map((row) => row.statement));
}

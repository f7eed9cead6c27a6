// Writes an applied block: its row, changed state, log entries and tiles, in one statement whatever their number, since
// everything that is decided waits for it on every node.
import type { Crypto } from '@suyuan/log';
import { appendLeaves, HASH_BYTES, TILE_HEIGHT, TILE_WIDTH } from '@suyuan/log';
import type { Outcome } from '@suyuan/ledger';
import { logSizeOf, stateRootOf } from '@suyuan/ledger';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

import type { Tables } from '../database/tables.ts';
import type { AppliedBlock } from './applied-block.ts';

/** Stores everything but batch rows (`write-batches.ts`) and what hooks add. */
export async function writeBlock(tx: Kysely<Tables>, crypto: Crypto, block: AppliedBlock): Promise<void> {
  const { height, appHash, after, entries } = block;
  const { keys, values, removed } = stateColumns(block);
  const tiles = grownTiles(crypto, block);
  await sql`with
    head as (insert into block (height, app_hash, log_size, state_root)
      values (${height}, ${appHash}, ${logSizeOf(after)}, ${stateRootOf(crypto, after)})),
    changed as (insert into ledger_state (key, value) select * from unnest(${keys}::text[], ${values}::bytea[])
      on conflict (key) do update set value = excluded.value),
    removed as (delete from ledger_state where key = any(${removed}::text[])),
    added as (insert into log_entry (entry, height, statement, refusal)
      select e, ${height}, s, r from unnest(${entries.map(({ entry }) => entry)}::int8[],
        ${entries.map(({ bytes }) => bytes)}::bytea[],
        ${entries.map(({ outcome }) => refusalOf(outcome))}::text[]) as t (e, s, r))
    insert into log_tile (level, tile, hashes)
    select * from unnest(${tiles.map(({ level }) => level)}::int2[], ${tiles.map(({ tile }) => tile)}::int8[],
      ${tiles.map(({ hashes }) => Buffer.concat(hashes, hashes.length * HASH_BYTES))}::bytea[])
    on conflict (level, tile) do update set hashes = log_tile.hashes || excluded.hashes`.execute(tx);
}

/** The code of a refusal, or null. */
export function refusalOf(outcome: Outcome): string | null {
  return outcome.status === 'refused' ? outcome.rejection.code : null;
}

/** Keys with their new values, and keys that are gone. */
function stateColumns({ changes }: AppliedBlock): {
  readonly keys: readonly string[];
  readonly values: readonly Uint8Array[];
  readonly removed: readonly string[];
} {
  const keys: string[] = [];
  const values: Uint8Array[] = [];
  const removed: string[] = [];
  for (const { key, value } of changes) {
    if (value === undefined) removed.push(key);
    else {
      keys.push(key);
      values.push(value);
    }
  }
  return { keys, values, removed };
}

interface GrownTile {
  readonly level: number;
  readonly tile: number;
  /** To be appended. */
  readonly hashes: Uint8Array[];
}

/** The hashes that the new leaves complete, by the tile that they belong to. */
function grownTiles(crypto: Crypto, { before, entries }: AppliedBlock): readonly GrownTile[] {
  const tiles = new Map<string, GrownTile>();
  const leaves = entries.map(({ leafHash }) => leafHash);
  appendLeaves(crypto.sha256, before.log, leaves, (level, index, hash) => {
    if (level % TILE_HEIGHT !== 0) return;
    const at = { level: level / TILE_HEIGHT, tile: Math.floor(index / TILE_WIDTH) };
    const name = `${at.level}/${at.tile}`;
    const tile = tiles.get(name);
    if (tile === undefined) tiles.set(name, { ...at, hashes: [hash] });
    else tile.hashes.push(hash);
  });
  return [...tiles.values()];
}

// Writes an applied block: its row, log entries, tiles and changed state, each as one statement whatever their
// number.
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
  await writeBlockRow(tx, crypto, block);
  await writeState(tx, block.changes);
  if (block.entries.length === 0) return;
  await writeEntries(tx, block);
  await writeTiles(tx, crypto, block);
}

/** The row that says which state the database holds. */
export async function writeBlockRow(
  tx: Kysely<Tables>,
  crypto: Crypto,
  { height, appHash, after }: Pick<AppliedBlock, 'height' | 'appHash' | 'after'>,
): Promise<void> {
  const stateRoot = stateRootOf(crypto, after);
  await tx
    .insertInto('block')
    .values({ height, app_hash: appHash, log_size: logSizeOf(after), state_root: stateRoot })
    .execute();
}

/** Brings the rows of the state to their new values. */
export async function writeState(tx: Kysely<Tables>, changes: AppliedBlock['changes']): Promise<void> {
  const removed: string[] = [];
  const keys: string[] = [];
  const values: Uint8Array[] = [];
  for (const { key, value } of changes) {
    if (value === undefined) removed.push(key);
    else {
      keys.push(key);
      values.push(value);
    }
  }
  if (keys.length > 0) {
    await sql`insert into ledger_state (key, value) select * from unnest(${keys}::text[], ${values}::bytea[])
      on conflict (key) do update set value = excluded.value`.execute(tx);
  }
  if (removed.length > 0) await tx.deleteFrom('ledger_state').where('key', 'in', removed).execute();
}

/** The code of a refusal, or null. */
export function refusalOf(outcome: Outcome): string | null {
  return outcome.status === 'refused' ? outcome.rejection.code : null;
}

async function writeEntries(tx: Kysely<Tables>, { height, entries }: AppliedBlock): Promise<void> {
  const refusals = entries.map(({ outcome }) => refusalOf(outcome));
  await sql`insert into log_entry (entry, height, statement, refusal)
    select e, ${height}, s, r from unnest(${entries.map(({ entry }) => entry)}::int8[],
      ${entries.map(({ bytes }) => bytes)}::bytea[], ${refusals}::text[]) as t (e, s, r)`.execute(tx);
}

/** Appends the hashes that the new leaves complete to the tiles they belong to. */
async function writeTiles(tx: Kysely<Tables>, crypto: Crypto, block: AppliedBlock): Promise<void> {
  const tiles = new Map<string, { level: number; tile: number; hashes: Uint8Array[] }>();
  const leaves = block.entries.map(({ leafHash }) => leafHash);
  appendLeaves(crypto.sha256, block.before.log, leaves, (level, index, hash) => {
    if (level % TILE_HEIGHT !== 0) return;
    const at = { level: level / TILE_HEIGHT, tile: Math.floor(index / TILE_WIDTH) };
    const name = `${at.level}/${at.tile}`;
    const tile = tiles.get(name);
    if (tile === undefined) tiles.set(name, { ...at, hashes: [hash] });
    else tile.hashes.push(hash);
  });
  const changed = [...tiles.values()];
  await sql`insert into log_tile (level, tile, hashes)
    select * from unnest(${changed.map(({ level }) => level)}::int2[], ${changed.map(({ tile }) => tile)}::int8[],
      ${changed.map(({ hashes }) => Buffer.concat(hashes, hashes.length * HASH_BYTES))}::bytea[])
    on conflict (level, tile) do update set hashes = log_tile.hashes || excluded.hashes`.execute(tx);
}

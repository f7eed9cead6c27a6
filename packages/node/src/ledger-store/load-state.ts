// Rebuilds the state of the ledger from its rows and the frontier of the log from its tiles, and refuses to go on
// unless both lead to the app hash that the last block was stored with.
import type { LedgerState } from '@suyuan/ledger';
import { loadState } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';

import type { Database } from '../database/database.ts';
import { Fault } from '../fault.ts';
import type { LogReader } from './log-reader.ts';

/** Rows read at once. */
const ROWS_MAX = 20_000;

/** The stored state does not lead to the stored app hash: the database was changed from outside. */
class LedgerCorruptFault extends Fault<'ledger_corrupt'> {
  constructor(height: number) {
    super(
      'ledger_corrupt',
      `The ledger in this database was changed from outside: the state of height ${height} does not have the app ` +
        'hash of its block. Restore the database from a backup; the node then catches up by itself.',
    );
    this.name = 'LedgerCorruptFault';
  }
}

/** What the newest block row says. */
export interface StoredHead {
  readonly height: number;
  readonly appHash: Uint8Array;
  readonly logSize: number;
}

/** The newest block row; undefined in a database without genesis. */
export async function readHead(database: Database): Promise<StoredHead | undefined> {
  const row = await database.read((db) =>
    db
      .selectFrom('block')
      .select(['height', 'app_hash', 'log_size'])
      .orderBy('height', 'desc')
      .limit(1)
      .executeTakeFirst(),
  );
  return row && { height: row.height, appHash: row.app_hash, logSize: row.log_size };
}

/** The state that the database holds. */
export async function readState(
  database: Database,
  crypto: Crypto,
  log: LogReader,
  head: StoredHead,
): Promise<LedgerState> {
  const rows: [string, Uint8Array][] = [];
  let last = '';
  for (;;) {
    const page = await database.read((db) =>
      db
        .selectFrom('ledger_state')
        .selectAll()
        .where('key', '>', last)
        .orderBy('key')
        .limit(ROWS_MAX)
        .execute(),
    );
    for (const { key, value } of page) rows.push([key, value]);
    last = page.at(-1)?.key ?? last;
    if (page.length < ROWS_MAX) break;
  }
  const frontier = await log.frontier(head.logSize);
  const state = loadState(crypto, { height: head.height, log: frontier, rows }, head.appHash);
  if (!state.ok) throw new LedgerCorruptFault(head.height);
  return state.value;
}

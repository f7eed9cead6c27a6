// The two doors to data: `read` (no transaction) and `transact` (all or nothing). Everything a node stores goes
// through here, so faults of PostgreSQL look the same everywhere.
import { Kysely, PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';
import type { CustomTypesConfig, PoolClient } from 'pg';
import { assert } from '@suyuan/log';
import { startCopy } from './copy-writer.ts';
import type { CopyFormat, CopyWriter } from './copy-writer.ts';
import { readCopy } from './copy-reader.ts';
import { databaseFaultOf } from './database-fault.ts';
import type { Tables } from './tables.ts';

/** An open transaction; use nothing of it after the function given to `transact` has returned. */
export interface Transaction {
  readonly sql: Kysely<Tables>;
  /** Starts a COPY; run no other statement of this transaction before its `end`. Binary by default. */
  copy(table: keyof Tables, columns: readonly string[], format?: CopyFormat): CopyWriter;
}

/** One node's database. */
export interface Database {
  /** Runs `fn` on pool connections without a transaction. */
  read<T>(fn: (sql: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** BEGIN, `fn`, COMMIT. Rolls back when `fn` throws; never tried twice. */
  transact<T>(fn: (tx: Transaction) => Promise<T>): Promise<T>;
  /** COPY (`query`) TO STDOUT in binary format. The query holds no outside text; chunks may be kept. */
  copyOut(query: string, onChunk: (chunk: Buffer) => void): Promise<void>;
  /** Waits for what runs, then closes all connections. */
  close(): Promise<void>;
}

/** How to reach a database. */
export interface DatabaseOptions {
  readonly url: string;
  /** Most connections held at once; 10 by default. */
  readonly connectionsMax?: number;
  /** Told about connections that broke while idle. */
  readonly onIdleError?: (error: Error) => void;
}

function typeParsers(): CustomTypesConfig {
  const own = new Map<number, (text: string) => unknown>([
    [20, Number], // int8: ids, heights and entries stay far below 2^53
    [114, (text) => text], // json: exact text
    [1082, (text) => text], // date: YYYY-MM-DD
  ]);
  const getTypeParser = (id: number, format?: 'text' | 'binary'): unknown =>
    own.get(id) ?? types.getTypeParser(id, format);
  return { getTypeParser };
}

/** A Kysely that speaks through one connection which it does not own. */
function kyselyOver(client: PoolClient): Kysely<Tables> {
  const borrowed = { query: client.query.bind(client), release: () => undefined };
  const pool = { connect: async () => borrowed, end: async () => undefined };
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

async function inTransaction<T>(
  client: PoolClient,
  sql: Kysely<Tables>,
  copies: Set<CopyWriter>,
  fn: (tx: Transaction) => Promise<T>,
): Promise<T> {
  await client.query('BEGIN');
  const copy: Transaction['copy'] = (table, columns, format = 'binary') => {
    const writer = startCopy(client, table, columns, format);
    const watched: CopyWriter = {
      write: async (bytes) => await writer.write(bytes),
      end: async () => {
        const rows = await writer.end();
        copies.delete(watched);
        return rows;
      },
    };
    copies.add(watched);
    return watched;
  };
  const value = await fn({ sql, copy });
  assert(copies.size === 0, 'every COPY is ended before its transaction');
  try {
    await client.query('COMMIT');
  } catch (error) {
    throw databaseFaultOf(error, true);
  }
  return value;
}

/** Opens a pool; connects on first use. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new Pool({
    connectionString: options.url,
    max: options.connectionsMax ?? 10,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    types: typeParsers(),
  });
  let closing = false;
  pool.on('error', (error) => {
    if (!closing) options.onIdleError?.(error);
  });
  // A connection that breaks while in use also fails its query; without a listener it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const shared = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const kyselys = new WeakMap<PoolClient, Kysely<Tables>>();

  async function transact<T>(fn: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    const sql = kyselys.get(client) ?? kyselyOver(client);
    kyselys.set(client, sql);
    const copies = new Set<CopyWriter>();
    let broken = false;
    try {
      return await inTransaction(client, sql, copies, fn);
    } catch (error) {
      // A connection within a COPY, or whose ROLLBACK fails, is thrown away: PostgreSQL then rolls back by itself.
      broken = copies.size > 0;
      if (!broken) await client.query('ROLLBACK').catch(() => (broken = true));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async function copyOut(query: string, onChunk: (chunk: Buffer) => void): Promise<void> {
    const client = await pool.connect();
    let complete = false;
    try {
      await readCopy(client, query, onChunk);
      complete = true;
    } finally {
      // A connection that stopped within a COPY can't be used again.
      client.release(!complete);
    }
  }

  const faultsTold = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw databaseFaultOf(error);
    }
  };

  return {
    read: async (fn) => await faultsTold(async () => await fn(shared)),
    transact: async (fn) => await faultsTold(async () => await transact(fn)),
    copyOut: async (query, onChunk) => await faultsTold(async () => await copyOut(query, onChunk)),
    close: async () => {
      closing = true;
      await pool.end();
    },
  };
}

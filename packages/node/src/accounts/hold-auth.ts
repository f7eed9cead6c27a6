// The accounts of a node with the connections that they use: opened at the first use, and anew where that failed. What
// goes wrong with the database below is told as the fault it is, although the library says only that something did.
import { Pool } from 'pg';
import { databaseFaultOf } from '../database/database-fault.ts';
import { HiddenFault, openAuth } from './auth.ts';
import type { Auth, SessionOptions } from './auth.ts';

/** Where accounts and how sessions are kept. */
export interface AuthPlace extends SessionOptions {
  /** Connection URL of the node's database. */
  readonly databaseUrl: string;
}

/** The accounts, whether they are open or not. */
export interface HeldAuth {
  /** Throws a DatabaseFault where the database is away; what it hides is tried once more when it is not. */
  readonly use: <T>(fn: (auth: Auth) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** Nothing is loaded or connected before the first use. */
export function holdAuth(place: AuthPlace): HeldAuth {
  let opened: { pool: Pool; auth: Promise<Auth> } | undefined;

  async function openOnce(): Promise<{ pool: Pool; auth: Auth }> {
    opened ??= open(place);
    const { pool, auth } = opened;
    try {
      return { pool, auth: await auth };
    } catch (error) {
      if (opened?.pool === pool) {
        opened = undefined;
        await pool.end();
      }
      throw error;
    }
  }

  return {
    async use(fn) {
      try {
        const { pool, auth } = await openOnce();
        try {
          return await fn(auth);
        } catch (error) {
          if (!(error instanceof HiddenFault)) throw error;
          await pool.query('select 1'); // says what the library hides
          return await fn(auth); // what it was has passed
        }
      } catch (error) {
        throw databaseFaultOf(error);
      }
    },
    async close() {
      if (opened === undefined) return;
      await opened.auth.catch(() => undefined);
      await opened.pool.end();
    },
  };
}

function open({ databaseUrl, ...options }: AuthPlace): { pool: Pool; auth: Promise<Auth> } {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: 3,
    options: '-c search_path=accounts',
    connectionTimeoutMillis: 10_000,
  });
  // A broken connection is replaced on next use, and fails the query that it served.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { pool, auth: openAuth(pool, options) };
}

// API keys: a program's credential with one role. 256 random bits, so a plain SHA-256 is stored; checking one costs
// a look in memory, at most one indexed read every few seconds, and never a write.
import { createHash } from 'node:crypto';
import type { Role } from '@suyuan/api';
import type { Clock, RandomBytes } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { Caller } from './caller.ts';

/** What is shown of a key after it was made. */
export interface ApiKey {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly start: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

/** Keys of one node. */
export interface ApiKeys {
  /** Makes a key; its text is returned this once. */
  create(
    key: { name: string; role: Role; expiresAt?: Date },
    by: string,
  ): Promise<ApiKey & { readonly key: string }>;
  list(): Promise<readonly ApiKey[]>;
  /** Withdraws a key, at once; false when there is none. */
  remove(id: number): Promise<boolean>;
  /** Who a key belongs to; undefined when it is unknown, expired or withdrawn. */
  callerOf(key: string): Promise<Caller | undefined>;
}

/** How long a look-up is believed. Withdrawing through this node takes effect at once. */
const cachedMs = 5_000;
const cacheSizeMax = 1_000;
const prefix = 'suyuan_';
const keyForm = /^suyuan_[A-Za-z0-9_-]{43}$/;

interface Cached {
  readonly caller: Caller;
  readonly untilMs: number;
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Opens the keys stored in a database. */
export function createApiKeys(database: Database, clock: Clock, random: RandomBytes): ApiKeys {
  const cache = new Map<string, Cached>();

  async function find(digest: Buffer): Promise<Cached | undefined> {
    const now = clock.now();
    const row = await database.read(
      async (db) =>
        await db.selectFrom('api_key').selectAll().where('digest', '=', digest).executeTakeFirst(),
    );
    if (row === undefined) return undefined;
    const expiresMs = row.expires_at?.getTime() ?? Number.POSITIVE_INFINITY;
    if (expiresMs <= now) return undefined;
    const caller: Caller = { account: `key:${row.id}`, name: row.name, role: row.role, way: 'api_key' };
    return { caller, untilMs: Math.min(now + cachedMs, expiresMs) };
  }

  return {
    async create({ name, role, expiresAt }, by) {
      const key = prefix + Buffer.from(random(32)).toString('base64url');
      const start = key.slice(0, prefix.length + 4);
      const row = { name, role, digest: digestOf(key), start, created_by: by, expires_at: expiresAt ?? null };
      const made = await database.transact(
        async ({ sql }) =>
          await sql
            .insertInto('api_key')
            .values(row)
            .returning(['id', 'created_at'])
            .executeTakeFirstOrThrow(),
      );
      const shown = { id: made.id, name, role, start, createdBy: by, createdAt: made.created_at };
      return { ...shown, expiresAt: expiresAt ?? null, key };
    },
    async list() {
      const rows = await database.read(
        async (db) => await db.selectFrom('api_key').selectAll().orderBy('id').execute(),
      );
      return rows.map((row) => ({
        id: row.id,
        name: row.name,
        role: row.role,
        start: row.start,
        createdBy: row.created_by,
        createdAt: row.created_at,
        expiresAt: row.expires_at,
      }));
    },
    async remove(id) {
      const removed = await database.transact(
        async ({ sql }) => await sql.deleteFrom('api_key').where('id', '=', id).executeTakeFirst(),
      );
      cache.clear();
      return removed.numDeletedRows > 0n;
    },
    async callerOf(key) {
      if (!keyForm.test(key)) return undefined;
      const digest = digestOf(key);
      const name = digest.toString('base64');
      const cached = cache.get(name);
      if (cached !== undefined && cached.untilMs > clock.now()) return cached.caller;
      cache.delete(name);
      const found = await find(digest);
      if (found === undefined) return undefined;
      if (cache.size >= cacheSizeMax) cache.clear();
      cache.set(name, found);
      return found.caller;
    },
  };
}

// Idempotency keys: the first successful answer to a key is kept for a day and given again to every repetition of
// the same request, so that a client that lost the answer can simply ask again.
import type { Hash } from 'node:crypto';
import { sql } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Database, Transaction } from '../database/database.ts';
import { ProblemError } from './problem.ts';

/** An answer kept for a key. */
export interface KeptAnswer {
  readonly status: number;
  /** Exact JSON text. */
  readonly response: string;
}

/** One request that carries a key. */
export interface IdempotentRequest {
  readonly account: string;
  readonly key: string;
  /** Method and address. */
  readonly route: string;
}

/** Keeps answers by account and key. */
export interface IdempotencyKeys {
  /** Claims the key; resolves to the kept answer and the digest of its request when there is one. */
  begin(request: IdempotentRequest): Promise<{ kept: KeptAnswer; digest: Uint8Array } | undefined>;
  /** Keeps the answer, in the given transaction or in one of its own. */
  keep(request: IdempotentRequest, digest: Hash, answer: KeptAnswer, tx?: Transaction): Promise<void>;
  /** Ends the claim of `begin`; what was not kept may be tried again. */
  end(request: IdempotentRequest): void;
  /** Removes answers older than a day. */
  sweep(): Promise<void>;
}

const keptMs = 24 * 3_600_000;

/** Keys of 1 to 128 visible ASCII characters. */
export function parseIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,128}$/.test(header)) throw new ProblemError('idempotency_key_invalid');
  return header;
}

/** The keys of one node. One process serves a node's database, so claims live in memory. */
export function createIdempotencyKeys(database: Database, clock: Clock): IdempotencyKeys {
  const running = new Set<string>();
  const claimOf = (request: IdempotentRequest): string => `${request.account} ${request.key}`;

  async function find(
    request: IdempotentRequest,
  ): Promise<{ kept: KeptAnswer; digest: Uint8Array } | undefined> {
    const row = await database.read(
      async (db) =>
        await db
          .selectFrom('idempotency')
          .selectAll()
          .where('account', '=', request.account)
          .where('key', '=', request.key)
          .where('created_at', '>', new Date(clock.now() - keptMs))
          .executeTakeFirst(),
    );
    if (row === undefined || row.status === null) return undefined;
    if (row.route !== request.route) throw new ProblemError('idempotency_key_reused');
    return { kept: { status: row.status, response: row.response ?? '' }, digest: row.request_digest };
  }

  return {
    async begin(request) {
      const claim = claimOf(request);
      if (running.has(claim)) throw new ProblemError('idempotency_in_progress');
      running.add(claim);
      try {
        return await find(request);
      } catch (error) {
        running.delete(claim);
        throw error;
      }
    },
    async keep(request, digest, answer, tx) {
      const row = {
        ...request,
        request_digest: digest.copy().digest(),
        ...answer,
        created_at: new Date(clock.now()),
      };
      const store = async ({ sql: db }: Transaction): Promise<unknown> =>
        await db
          .insertInto('idempotency')
          .values(row)
          .onConflict((conflict) => conflict.columns(['account', 'key']).doUpdateSet(row))
          .execute();
      await (tx === undefined ? database.transact(store) : store(tx));
    },
    end: (request) => void running.delete(claimOf(request)),
    async sweep() {
      const before = new Date(clock.now() - keptMs);
      await database.read(
        async (db) => await sql`delete from idempotency where created_at < ${before}`.execute(db),
      );
    },
  };
}

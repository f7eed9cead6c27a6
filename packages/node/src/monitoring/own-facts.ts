// What a node finds out about itself in each round: a few short queries, the disk, its ordering, its certificate
// (spec/monitoring.md, MO5). A database that hangs is asked once and holds up nothing.
import { X509Certificate } from 'node:crypto';
import { statfs } from 'node:fs/promises';

import type { Waiting } from '@suyuan/api';
import { sql } from 'kysely';

import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';

/** Free and all bytes of a disk. */
export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Reads the space of the disk that holds the node's data. */
export type ReadDisk = () => Promise<DiskSpace>;

/** The disk of a folder, for this user. */
export async function readDiskOf(folder: string): Promise<DiskSpace> {
  const { bavail, bsize, blocks } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** Evidence against a validator. */
export interface SplitViews {
  readonly organization: string;
  readonly count: number;
  readonly lastMs: number;
}

/** What the database of a node says. */
export interface StoredFacts {
  /** By channel. */
  readonly missing: readonly (Waiting & { readonly channel: number })[];
  readonly acknowledgements: Waiting;
  readonly unordered: Waiting;
  readonly splitViews: readonly SplitViews[];
  /** Validators that have signed two blocks of one height. */
  readonly doubleVotes: readonly SplitViews[];
  readonly databaseBytes: number | undefined;
}

/** What a node knows of itself. */
export interface OwnFacts {
  /** Of the last answer of the database; undefined before the first. */
  readonly stored: StoredFacts | undefined;
  readonly databaseSilentSinceMs: number | undefined;
  readonly disk: DiskSpace | undefined;
  readonly orderingStoppedSinceMs: number | undefined;
  readonly certificateUntilMs: number | undefined;
}

/** What collecting needs. */
export interface OwnFactsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly readDisk: ReadDisk;
  readonly isOrdering: () => boolean;
  /** PEM, where the node itself serves HTTPS. */
  readonly certificate: Uint8Array | undefined;
}

/** Milliseconds that a round waits for the database. */
const DATABASE_MS_MAX = 5_000;
/** The size of a database is asked for so seldom, since PostgreSQL looks at every file. */
const SIZE_MS = 600_000;
/** Batches that are looked at. */
const SENDING_MAX = 1_000;

/** Collects in rounds. */
export interface OwnFactsCollector {
  readonly collect: () => Promise<OwnFacts>;
}

/** A collector; nothing is asked before `collect`. */
export function createOwnFacts(options: OwnFactsOptions): OwnFactsCollector {
  return new Collector(options);
}

class Collector implements OwnFactsCollector {
  readonly #options: OwnFactsOptions;
  readonly #certificateUntilMs: number | undefined;
  #stored: StoredFacts | undefined;
  #unsignedSince: ReadonlyMap<number, number> = new Map();
  #asking: Promise<void> | undefined;
  #databaseSilentSinceMs: number | undefined;
  #orderingStoppedSinceMs: number | undefined;
  #sizeAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: OwnFactsOptions) {
    this.#options = options;
    const { certificate } = options;
    this.#certificateUntilMs =
      certificate === undefined ? undefined : Date.parse(new X509Certificate(certificate).validTo);
  }

  async collect(): Promise<OwnFacts> {
    const { clock, isOrdering, readDisk } = this.#options;
    const nowMs = clock.now();
    const [hasAnswered, disk] = await Promise.all([this.#askDatabase(), readDisk().catch(() => undefined)]);
    this.#databaseSilentSinceMs = hasAnswered ? undefined : (this.#databaseSilentSinceMs ?? nowMs);
    this.#orderingStoppedSinceMs = isOrdering() ? undefined : (this.#orderingStoppedSinceMs ?? nowMs);
    return {
      stored: this.#stored,
      databaseSilentSinceMs: this.#databaseSilentSinceMs,
      disk,
      orderingStoppedSinceMs: this.#orderingStoppedSinceMs,
      certificateUntilMs: this.#certificateUntilMs,
    };
  }

  /** Whether it has answered. A question that hangs is waited for again in the next round, not asked twice. */
  async #askDatabase(): Promise<boolean> {
    let hasAnswered = false;
    this.#asking ??= this.#read().finally(() => (this.#asking = undefined));
    const asked = this.#asking.then(
      () => (hasAnswered = true),
      () => undefined,
    );
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DATABASE_MS_MAX).unref();
    });
    await Promise.race([asked, patience]);
    clearTimeout(timer);
    return hasAnswered;
  }

  async #read(): Promise<void> {
    const { database, clock } = this.#options;
    const nowMs = clock.now();
    const isSizeDue = nowMs - this.#sizeAtMs >= SIZE_MS;
    const { unsigned, ...stored } = await readStored(database);
    const bytes = isSizeDue ? await readSize(database) : this.#stored?.databaseBytes;
    if (isSizeDue) this.#sizeAtMs = nowMs;
    this.#stored = { acknowledgements: this.#waitingOf(unsigned), databaseBytes: bytes, ...stored };
  }

  /** The time of a batch is renewed now and then while it waits; the first that was seen counts. */
  #waitingOf(batches: readonly UnsignedBatch[]): Waiting {
    const before = this.#unsignedSince;
    this.#unsignedSince = new Map(
      batches.map(({ id, since }) => [id, Math.min(since.getTime(), before.get(id) ?? Infinity)]),
    );
    return sumWaiting([...this.#unsignedSince.values()].map((sinceMs) => ({ count: 1, sinceMs })));
  }
}

async function readSize(database: Database): Promise<number> {
  const { rows } = await database.read(
    async (db) =>
      await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(db),
  );
  return rows[0]?.bytes ?? 0;
}

interface UnsignedBatch {
  readonly id: number;
  readonly since: Date;
}

type StoredRows = Omit<StoredFacts, 'databaseBytes' | 'acknowledgements'> & {
  readonly unsigned: readonly UnsignedBatch[];
};

async function readStored(database: Database): Promise<StoredRows> {
  return await database.read(async (db) => {
    const missing = await sql<{ channel: number; count: number; since: Date | null }>`
      select m.channel, m.count, b.applied_at as since
      from (select channel, count(*) as count, min(entry) as entry from batch where status = 'missing' group by channel) m
      left join log_entry e on e.entry = m.entry left join block b on b.height = e.height
      order by m.channel`.execute(db);
    // Allotted and not signed: it waits for other members.
    const unsigned = await sql<UnsignedBatch>`
      select id, created_at as since from batch
      where status = 'sending' and sequence is not null and statement is null and created_at is not null
      order by id limit ${SENDING_MAX}`.execute(db);
    const unordered = await sql<{ count: number; since: Date | null }>`
      select count(*) as count, min(since) as since from (
        select created_at as since from batch where status = 'sending' and statement is not null
        union all select created_at from governance_act where status = 'sending') s`.execute(db);
    const splitViews = await sql<{ organization: string; count: number; last: Date }>`
      select organization, count(*) as count, max(seen_at) as last from split_view group by organization`.execute(
      db,
    );
    const doubleVotes = await sql<{ organization: string; count: number; last: Date }>`
      select organization, count(*) as count, max(seen_at) as last from double_vote group by organization`.execute(
      db,
    );
    return {
      missing: missing.rows.map(({ channel, ...row }) => ({ channel, ...sumOf([row]) })),
      unsigned: unsigned.rows,
      unordered: sumOf(unordered.rows),
      splitViews: splitViews.rows.map(showEvidence),
      doubleVotes: doubleVotes.rows.map(showEvidence),
    };
  });
}

function showEvidence({
  organization,
  count,
  last,
}: {
  readonly organization: string;
  readonly count: number;
  readonly last: Date;
}): SplitViews {
  return { organization, count, lastMs: last.getTime() };
}

/** All of them together. */
export function sumWaiting(all: readonly Waiting[]): Waiting {
  const count = all.reduce((sum, one) => sum + one.count, 0);
  const since = all.flatMap(({ sinceMs }) => sinceMs ?? []);
  return { count, ...(since.length === 0 ? {} : { sinceMs: Math.min(...since) }) };
}

function sumOf(rows: readonly { readonly count: number; readonly since: Date | null }[]): Waiting {
  return sumWaiting(
    rows.map(({ count, since }) => ({ count, ...(since === null ? {} : { sinceMs: since.getTime() }) })),
  );
}

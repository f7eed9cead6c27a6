// Fetches payloads that the ledger has ordered and this member does not hold: from any member of the channel, checked
// against the ledger's root, with back-off, for as long as it takes (spec/replication.md). A missing payload holds up
// nothing else; it is a visible state that can be repaired by hand.
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

import type { Entry, LedgerState } from '@suyuan/ledger';
import {
  activeMembersOf,
  batchOf,
  channelOf,
  diskOf,
  parseStatement,
  policyOf,
  viewOf,
} from '@suyuan/ledger';
import { PAYLOAD_BYTES_MAX } from '@suyuan/ledger';
import { assert } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import { sql } from 'kysely';
import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import { DatabaseFault } from '../database/database-fault.ts';
import type { Database } from '../database/database.ts';
import { preparePartitions } from '../database/partitions.ts';
import type { Metrics } from '../metrics.ts';
import { checkPayload } from './check-payload.ts';
import type { CheckedPayload } from './check-payload.ts';
import { createLimiter } from './limiter.ts';
import { PAYLOADS_PATH } from './payload-message.ts';
import type { PeerClient } from './peer-client.ts';
import { listEarlier } from './list-earlier.ts';
import { copyRecords } from './store-payload.ts';
import { createStoreTogether } from './store-together.ts';
import type { StoreTogether } from './store-together.ts';
import { sweepPayloads } from './sweep-payloads.ts';

/** Small payloads fetched at once: their time goes into asking. */
const PULLING_MAX = 8;
/** Others: they take memory, 8 MiB at most. */
const PULLING_LARGE_MAX = 2;
const SMALL_BYTES_MAX = 1_048_576;
/** Missing batches looked at in one round; the next ones follow when these are done or wait. */
const ROUND_BATCHES_MAX = 64;
/** Milliseconds for a member to send a payload. */
const FETCH_TIMEOUT_MS = 60_000;
const PAUSE_MIN_MS = 250;
const PAUSE_MAX_MS = 300_000;
/** Milliseconds between removals of payloads that nobody wants any more. */
const SWEEP_MS = 3_600_000;

/** Why a member's answer did not help. */
export interface PullProblem {
  readonly organization: string;
  readonly code: string;
}

/** What was tried for a missing payload since this node started. */
export interface PullState {
  readonly attempts: number;
  /** Of the latest attempt. */
  readonly problems: readonly PullProblem[];
  /** Milliseconds since 1970 on the process's own clock. */
  readonly nextAttemptAt: number;
}

/** What became of a repair. */
export type RepairOutcome =
  | { readonly outcome: 'repaired' | 'not_missing' }
  | { readonly outcome: 'still_missing'; readonly problems: readonly PullProblem[] };

/** The worker of one organisation. */
export interface PullWorker {
  /** Takes up what is missing now. */
  readonly start: () => void;
  /** Tries one entry now, whatever its back-off. */
  readonly repair: (entry: number) => Promise<RepairOutcome>;
  readonly stateOf: (entry: number) => PullState | undefined;
  readonly stop: () => Promise<void>;
}

/** What pulling needs. */
export interface PullOptions {
  readonly database: Database;
  readonly state: () => LedgerState;
  readonly onApplied: (listener: (block: { readonly entries: readonly Entry[] }) => void) => void;
  readonly network: Uint8Array;
  readonly organization: string;
  readonly client: PeerClient;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Gets what no retry can mend: a bug. */
  readonly onBroken: (error: unknown) => void;
  /** Milliseconds after attempt 1, 2, ...; doubles from a quarter of a second to five minutes unless given. */
  readonly pauseMs?: (attempt: number) => number;
}

interface MissingBatch {
  readonly id: number;
  readonly entry: number;
  readonly kind: string;
  readonly count: number;
  readonly reporter: string;
  readonly channel: number;
  readonly storedOn: string;
  /** Bytes of the payload, by the ledger. */
  readonly size: number;
}

interface Fetched {
  readonly batch: MissingBatch;
  readonly checked: CheckedPayload;
}

/** A worker that does nothing before `start` or `repair`. */
export function createPullWorker(options: PullOptions): PullWorker {
  return new Puller(options);
}

class Puller implements PullWorker {
  readonly #options: PullOptions;
  readonly #stopping = new AbortController();
  readonly #limitSmall = createLimiter(PULLING_MAX);
  readonly #limitLarge = createLimiter(PULLING_LARGE_MAX);
  readonly #store: StoreTogether<Fetched>;
  readonly #states = new Map<number, PullState>();
  #wake = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #started = false;
  #sweptAt = 0;
  /** When the channels of this organisation were last looked at. */
  #lookedAt = 0;

  constructor(options: PullOptions) {
    this.#options = options;
    this.#store = createStoreTogether((fetched) => storeFetched(options.database, fetched));
    setMaxListeners(0, this.#stopping.signal);
    options.onApplied(({ entries }) => {
      if (entries.some(({ statement }) => statement.body.kind !== 'batch')) this.#lookedAt = 0;
      if (entries.length > 0) this.#wake.abort();
    });
  }

  readonly start = (): void => {
    assert(!this.#started, 'a pull worker starts once');
    this.#started = true;
    this.#running = this.#run().catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) this.#options.onBroken(error);
    });
  };

  readonly stateOf = (entry: number): PullState | undefined => this.#states.get(entry);

  readonly stop = async (): Promise<void> => {
    this.#stopping.abort();
    this.#wake.abort();
    await this.#running;
  };

  readonly repair = async (entry: number): Promise<RepairOutcome> => {
    const [batch] = await readMissing(this.#options.database, { entry });
    if (batch === undefined) return { outcome: 'not_missing' };
    const problems = await this.#pull(batch);
    return problems === undefined ? { outcome: 'repaired' } : { outcome: 'still_missing', problems };
  };

  /** Rounds over what is missing; sleeps until something is due or a block brings new batches. */
  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#wake = new AbortController();
      let sleepMs = PAUSE_MAX_MS;
      try {
        if (Date.now() - this.#lookedAt >= PAUSE_MAX_MS) {
          this.#lookedAt = Date.now();
          await listEarlier(this.#options, this.#stopping.signal);
        }
        sleepMs = await this.#round();
        if (Date.now() - this.#sweptAt >= SWEEP_MS) {
          this.#sweptAt = Date.now();
          await sweepPayloads(this.#options.database, this.#options.clock.now());
        }
      } catch (error) {
        if (!(error instanceof DatabaseFault)) throw error;
        sleepMs = PAUSE_MIN_MS * 4;
      }
      const ended = AbortSignal.any([this.#stopping.signal, this.#wake.signal]);
      await pause(sleepMs, undefined, { signal: ended, ref: false }).catch(() => undefined);
    }
  }

  /** Tries everything that is due and gives the milliseconds until more is. */
  async #round(): Promise<number> {
    const now = Date.now();
    const waiting = [...this.#states]
      .filter(([, state]) => state.nextAttemptAt > now)
      .map(([entry]) => entry);
    const due = await readMissing(this.#options.database, { except: waiting });
    await Promise.all(
      due.map(async (batch) => {
        const limit = batch.size <= SMALL_BYTES_MAX ? this.#limitSmall : this.#limitLarge;
        await limit(() => this.#pull(batch), this.#stopping.signal);
      }),
    );
    if (due.length === ROUND_BATCHES_MAX) return 0;
    const next = Math.min(...[...this.#states.values()].map((state) => state.nextAttemptAt));
    return Math.min(Math.max(next - Date.now(), 0), PAUSE_MAX_MS);
  }

  /** Asks one member after the other. Undefined where the payload is there now. */
  async #pull(batch: MissingBatch): Promise<readonly PullProblem[] | undefined> {
    const attempts = (this.#states.get(batch.entry)?.attempts ?? 0) + 1;
    const members = await this.#holdersOf(batch);
    const start = members.length === 0 ? 0 : (attempts - 1) % members.length;
    const problems: PullProblem[] = [];
    for (const organization of [...members.slice(start), ...members.slice(0, start)]) {
      if (this.#stopping.signal.aborted) break;
      const code = await this.#pullFrom(organization, batch);
      if (code === undefined) {
        this.#states.delete(batch.entry);
        this.#options.logger.info({ entry: batch.entry, organization }, 'a missing payload was fetched');
        return undefined;
      }
      problems.push({ organization, code });
    }
    const { pauseMs = (attempt) => Math.min(PAUSE_MIN_MS * 2 ** (attempt - 1), PAUSE_MAX_MS) } =
      this.#options;
    this.#states.set(batch.entry, { attempts, problems, nextAttemptAt: Date.now() + pauseMs(attempts) });
    this.#options.logger.warn({ entry: batch.entry, attempts, problems }, 'a payload is still missing');
    return problems;
  }

  /** Those who acknowledged, the reporter, then every other member. */
  async #holdersOf(batch: MissingBatch): Promise<readonly string[]> {
    const view = viewOf(nativeCrypto, this.#options.state());
    const row = await this.#options.database.read((db) =>
      db.selectFrom('log_entry').select('statement').where('entry', '=', batch.entry).executeTakeFirst(),
    );
    const parsed = row && parseStatement(row.statement);
    const body = parsed?.ok === true ? parsed.value.statement.body : undefined;
    const acknowledged = body?.kind === 'batch' ? body.fields.acknowledgements : [];
    const channel = channelOf(view, batch.channel);
    const members =
      channel === undefined ? [] : activeMembersOf(view, channel).filter((member) => member.keepsPayloads);
    const disks = [...acknowledged, { organization: batch.reporter }, ...members].map((member) =>
      diskOf(view, member.organization),
    );
    return [...new Set(disks)].filter((disk) => disk !== diskOf(view, this.#options.organization));
  }

  /** Undefined where it worked, or else the code of what was wrong. */
  async #pullFrom(organization: string, batch: MissingBatch): Promise<string | undefined> {
    const { client, network, state, metrics, logger } = this.#options;
    const answer = await client.send({
      organization,
      method: 'GET',
      target: `${PAYLOADS_PATH}/${batch.entry}`,
      answerBytesMax: PAYLOAD_BYTES_MAX,
      timeoutMs: FETCH_TIMEOUT_MS,
    });
    if (!answer.ok) {
      const { error } = answer;
      return error.code === 'peer_refused' ? (error.problem ?? `http_${error.status}`) : error.code;
    }
    const view = viewOf(nativeCrypto, state());
    const ordered = batchOf(view, batch.entry);
    assert(ordered !== undefined, 'a missing batch is one that the ledger accepted');
    const checked = await checkPayload({
      network,
      recordKind: ordered.recordKind,
      count: ordered.count,
      root: ordered.root,
      payload: answer.value,
      codes: policyOf(view).codes === 'strict' ? 'strict' : 'legacy',
    });
    if (!checked.ok) {
      const { code } = checked.error;
      metrics.payloadsRefused.inc({ sender: organization, code });
      logger.warn({ sender: organization, entry: batch.entry, code }, 'a payload was refused');
      return code;
    }
    await this.#store({ batch, checked: checked.value });
    return undefined;
  }
}

/** Missing batches in the order of the log. */
async function readMissing(
  database: Database,
  which: { readonly entry: number } | { readonly except: readonly number[] },
): Promise<readonly MissingBatch[]> {
  const rows = await database.read((db) =>
    db
      .selectFrom('batch')
      .select(['id', 'entry', 'kind', 'count', 'reporter', 'channel', 'stored_on', 'payload_size'])
      .where('status', '=', 'missing')
      .where('entry', 'is not', null)
      .$if('entry' in which, (query) => query.where('entry', '=', 'entry' in which ? which.entry : -1))
      .$if('except' in which, (query) =>
        query.where('entry', 'not in', [-1, ...('except' in which ? which.except : [])]),
      )
      .orderBy('entry')
      .limit(ROUND_BATCHES_MAX)
      .execute(),
  );
  return rows.map(({ entry, channel, stored_on: storedOn, payload_size: size, ...row }) => {
    assert(entry !== null && channel !== null && size !== null, 'a missing batch is as the ledger has it');
    return { ...row, entry, channel, storedOn, size };
  });
}

/** Stores the records and makes the batches reported, but for those that someone else has stored meanwhile. */
async function storeFetched(database: Database, fetched: readonly Fetched[]): Promise<void> {
  await preparePartitions(database, [...new Set(fetched.map(({ batch }) => batch.storedOn))]);
  await database.transact(async (tx) => {
    const { rows } = await sql<{ id: number }>`
      update batch set status = 'reported', leaves = a.leaves
      from unnest(${fetched.map(({ batch }) => batch.id)}::int8[],
        ${fetched.map(({ checked }) => checked.leaves)}::bytea[]) as a (id, leaves)
      where batch.id = a.id and batch.status = 'missing'
      returning batch.id`.execute(tx.sql);
    const taken = new Set(rows.map(({ id }) => id));
    await copyRecords(
      tx,
      fetched
        .filter(({ batch }) => taken.has(batch.id))
        .map(({ batch: { id, kind, storedOn }, checked: { records } }) => {
          return { batchId: id, kind, storedOn, records };
        }),
    );
  });
}

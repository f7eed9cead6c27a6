// Runs sources: on command, when they are due, and what an earlier process left in the middle; two at a time, each once
// at a time. Without a source that is due there is no timer (spec/source.md, D12, D15 to D17).
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { ok, reject } from '@suyuan/log';
import type { Result } from '@suyuan/log';

import { DatabaseFault } from '../database/database-fault.ts';
import { createLimiter } from '../replication/limiter.ts';
import { reportClean } from './auto-report.ts';
import { ColumnsChanged, runStreams } from './run-source.ts';
import { beginRun, endRun, pruneRuns, RunCancelled } from './run-store.ts';
import type { RunEnd, RunStart } from './run-store.ts';
import { nextRunAt, retryPauseMs } from './schedule.ts';
import type { SourceDeps } from './source-deps.ts';
import { SourceFault } from './source-fault.ts';
import { findSource } from './source-store.ts';
import type { StoredSource } from './source-store.ts';

/** Why a source is not started. */
export interface StartRejection {
  readonly code: 'source_not_found' | 'source_running' | 'source_stopped';
}

/** The worker of one node. */
export interface SourceWorker {
  /** Takes up what an earlier process left, and waits for what is due. */
  readonly start: () => Promise<void>;
  /** Begins a run and answers with its number; the work goes on. */
  readonly run: (
    source: number,
    by: RunStart['by'],
    account: string,
  ) => Promise<Result<number, StartRejection>>;
  /** Cancels a run; false where it is not running. */
  readonly cancel: (source: number, run: number) => Promise<boolean>;
  /** Says that sources have changed. */
  readonly wake: () => Promise<void>;
  /** Resolves when no run is under way. */
  readonly settled: () => Promise<void>;
  /** Ends what is under way; the next process goes on with it. */
  readonly stop: () => Promise<void>;
}

const runsAtOnceMax = 2;
const timerMaxMs = 3_600_000;
const databasePauseMs = 5_000;

/** A worker that does nothing before `start` or `run`. */
export function createSourceWorker(deps: SourceDeps): SourceWorker {
  return new Worker(deps);
}

class Worker implements SourceWorker {
  readonly #deps: SourceDeps;
  readonly #stopping = new AbortController();
  readonly #atOnce = createLimiter(runsAtOnceMax);
  readonly #running = new Map<number, { readonly ending: AbortController; readonly done: Promise<void> }>();
  readonly #known = new Map<number, Set<string>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: SourceDeps) {
    this.#deps = deps;
    setMaxListeners(0, this.#stopping.signal);
  }

  readonly start = async (): Promise<void> => {
    const { database, clock } = this.#deps;
    const now = new Date(clock.now());
    const left = await database.read((db) =>
      db
        .selectFrom('source_run')
        .select(['id', 'source_id', 'started_by', 'account'])
        .where('status', '=', 'running')
        .orderBy('id')
        .execute(),
    );
    for (const run of left) {
      await endRun(database, run.source_id, run.id, {
        status: 'failed',
        failure: { code: 'run_interrupted' },
        now,
      });
      await this.run(run.source_id, run.started_by, run.account);
    }
    await this.wake();
  };

  readonly run = async (
    id: number,
    by: RunStart['by'],
    account: string,
  ): Promise<Result<number, StartRejection>> => {
    const { database, clock } = this.#deps;
    const source = await findSource(database, id);
    if (source === undefined) return reject({ code: 'source_not_found' });
    if (source.status !== 'active') return reject({ code: 'source_stopped' });
    const nowMs = clock.now();
    const next = source.schedule === undefined ? null : new Date(nextRunAt(source.schedule, nowMs));
    const run = await beginRun(database, id, { by, account, now: new Date(nowMs) }, next);
    if (run === undefined) return reject({ code: 'source_running' });
    const ending = new AbortController();
    // One listener for each step under way.
    setMaxListeners(0, ending.signal);
    const done = this.#execute(source, run, ending)
      .catch((error: unknown) => this.#deps.onBroken(error))
      .finally(() => this.#running.delete(run));
    this.#running.set(run, { ending, done });
    return ok(run);
  };

  readonly cancel = async (source: number, run: number): Promise<boolean> => {
    const { database, clock } = this.#deps;
    const running = await database.read((db) =>
      db
        .selectFrom('source_run')
        .select('id')
        .where('id', '=', run)
        .where('source_id', '=', source)
        .where('status', '=', 'running')
        .executeTakeFirst(),
    );
    if (running === undefined) return false;
    await endRun(database, source, run, { status: 'cancelled', now: new Date(clock.now()) });
    const active = this.#running.get(run);
    active?.ending.abort(new RunCancelled());
    await active?.done;
    return true;
  };

  readonly wake = async (): Promise<void> => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#stopping.signal.aborted) return;
    try {
      await this.#runDue();
    } catch (error) {
      if (!(error instanceof DatabaseFault)) throw error;
      this.#deps.logger.warn({ code: error.code }, 'sources wait for the database');
      this.#wakeIn(databasePauseMs);
    }
  };

  readonly settled = async (): Promise<void> => {
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ done }) => done));
  };

  readonly stop = async (): Promise<void> => {
    this.#stopping.abort(new Error('the node stops'));
    clearTimeout(this.#timer);
    for (const { ending } of this.#running.values()) ending.abort(this.#stopping.signal.reason);
    await this.settled();
  };

  async #runDue(): Promise<void> {
    const { database, clock } = this.#deps;
    const waiting = await database.read((db) =>
      db
        .selectFrom('source')
        .select(['id', 'next_run_at'])
        .where('status', '=', 'active')
        .where('next_run_at', 'is not', null)
        .orderBy('next_run_at')
        .execute(),
    );
    const nowMs = clock.now();
    let nextMs: number | undefined;
    for (const { id, next_run_at: next } of waiting) {
      const dueMs = next?.getTime() ?? Number.POSITIVE_INFINITY;
      if (dueMs <= nowMs) {
        const begun = await this.run(id, 'schedule', 'schedule');
        // It is running: looked at again when it ends.
        if (begun.ok) nextMs = Math.min(nextMs ?? timerMaxMs, timerMaxMs);
      } else nextMs = Math.min(nextMs ?? timerMaxMs, dueMs - nowMs);
    }
    if (nextMs !== undefined) this.#wakeIn(nextMs);
  }

  #wakeIn(ms: number): void {
    if (this.#stopping.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => void this.wake().catch(this.#deps.onBroken),
      Math.min(Math.max(ms, 0), timerMaxMs),
    ).unref();
  }

  async #execute(source: StoredSource, run: number, ending: AbortController): Promise<void> {
    const done = await this.#atOnce(async () => await this.#toEnd(source, run, ending), ending.signal);
    if (done === undefined || this.#stopping.signal.aborted) return;
    await this.wake();
  }

  /** True once the row of the run says how it ended. A database that is down is waited for; then it goes on. */
  async #toEnd(source: StoredSource, run: number, { signal }: AbortController): Promise<true | undefined> {
    while (!signal.aborted) {
      try {
        await this.#once(source, run, signal);
        return true;
      } catch (error) {
        if (signal.aborted) break;
        if (error instanceof RunCancelled) return true;
        if (!(error instanceof DatabaseFault)) throw error;
        this.#deps.logger.warn({ code: error.code }, 'a source waits for the database');
        await delay(databasePauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  async #once(source: StoredSource, run: number, signal: AbortSignal): Promise<void> {
    const { database, logger, clock, random } = this.#deps;
    const known = this.#known.get(source.id) ?? new Set();
    this.#known.set(source.id, known);
    let end: Omit<RunEnd, 'now'> = { status: 'done' };
    try {
      await runStreams(this.#deps, { source, run, signal, known });
    } catch (error) {
      if (!(error instanceof SourceFault)) throw error;
      logger.info(
        { source: source.id, run, code: error.code },
        'a source did not give what it is bound to give',
      );
      end = endOf(error);
    }
    if (source.autoReport && end.stop === undefined) await this.#report(source, run);
    const now = new Date(clock.now());
    const pause = retryPauseMs(source.failures, (random(1)[0] ?? 0) / 255);
    const retryAt = end.status === 'failed' ? { retryAt: new Date(now.getTime() + pause) } : {};
    await endRun(database, source.id, run, { ...end, now, ...retryAt });
    await pruneRuns(database, source.id);
  }

  async #report(source: StoredSource, run: number): Promise<void> {
    const { database, clock, enqueueReport } = this.#deps;
    for (const id of await reportClean(database, source, run, new Date(clock.now()))) enqueueReport(id);
  }
}

function endOf(error: SourceFault): Omit<RunEnd, 'now'> {
  const { code, detail } = error;
  const failure = { code, ...(detail === undefined ? {} : { detail }) };
  if (!(error instanceof ColumnsChanged)) return { status: 'failed', failure };
  return { status: 'failed', failure, stop: { kind: error.kind, changed: error.difference } };
}

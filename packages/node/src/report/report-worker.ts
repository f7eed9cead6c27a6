// Brings claimed records to the ledger: several batches at once, each taken up where its row says it stands, after
// every failure and every restart, until it is reported or the ledger has refused it (ARCHITECTURE.md).
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

import type { Entry } from '@suyuan/ledger';

import { DatabaseFault } from '../database/database-fault.ts';
import type { Database } from '../database/database.ts';
import { createLimiter } from '../replication/limiter.ts';
import { isSpent } from './is-spent.ts';
import { mergeSmallBatches } from './merge-batches.ts';
import type { BatchStep, BatchWait, ReportContext } from './report-context.ts';
import { sendBatch } from './send-batch.ts';
import type { SignedBatch } from './send-batch.ts';
import { splitStagedBatches } from './split-batches.ts';

/** Batches that are read, sent or signed at once: each holds up to 8 MiB. */
const SENDING_MAX = 3;
/** Statements that wait to be ordered at once, well within the ledger's window of numbers. */
const ORDERING_MAX = 256;
/** Silence after which a statement is submitted again. */
const RESUBMIT_MS = 5_000;
const PAUSE_MIN_MS = 500;
const PAUSE_MAX_MS = 30_000;

/** What a batch is doing right now; only the process knows. */
export interface BatchActivity {
  readonly step: BatchStep;
  readonly wait?: BatchWait;
}

/** The worker of one organisation. */
export interface ReportWorker {
  /** Takes up everything that an earlier process left. */
  readonly start: () => Promise<void>;
  /** Takes up a report that was just committed. */
  readonly enqueue: (reportId: number) => void;
  readonly activityOf: (batchId: number) => BatchActivity | undefined;
  /** Calls the listener when something of a report changed, until the returned function is called. */
  readonly follow: (reportId: number, listener: () => void) => () => void;
  /** Ends after the steps that are under way; the rows say where to go on. */
  readonly stop: () => Promise<void>;
}

/** What the worker needs beside its surroundings. */
export interface ReportWorkerOptions extends ReportContext {
  readonly onApplied: (listener: (block: { readonly entries: readonly Entry[] }) => void) => void;
  /** Gets what no retry can mend: a bug. */
  readonly onBroken: (error: unknown) => void;
  /** Milliseconds before attempt 1, 2, ...; doubles from half a second to half a minute unless given. */
  readonly pauseMs?: (attempt: number) => number;
}

/** A worker that does nothing before `start` or `enqueue`. */
export function createReportWorker(options: ReportWorkerOptions): ReportWorker {
  return new Worker(options);
}

class Worker implements ReportWorker {
  readonly #options: ReportWorkerOptions;
  readonly #stopping = new AbortController();
  readonly #sending = createLimiter(SENDING_MAX);
  readonly #ordering = createLimiter(ORDERING_MAX);
  readonly #activities = new Map<number, BatchActivity>();
  readonly #followers = new Map<number, Set<() => void>>();
  readonly #running = new Map<number, Promise<void>>();
  /** Aborted by a block that may change channels, modules or members: what waits is tried again at once. */
  #governed = new AbortController();
  /** By sequence number: who waits for it to be ordered. */
  readonly #ordered = new Map<number, () => void>();

  constructor(options: ReportWorkerOptions) {
    this.#options = options;
    // One listener for each batch that waits for its turn.
    setMaxListeners(0, this.#stopping.signal);
    options.onApplied(({ entries }) => {
      for (const { statement } of entries)
        if (statement.issuer === options.organization) this.#ordered.get(statement.sequence)?.();
      if (entries.some(({ statement }) => statement.body.kind !== 'batch')) {
        this.#governed.abort();
        this.#governed = new AbortController();
      }
    });
  }

  readonly start = async (): Promise<void> => {
    const reports = await this.#options.database.read((db) =>
      db.selectFrom('report').select('id').where('status', '=', 'running').orderBy('id').execute(),
    );
    for (const { id } of reports) this.enqueue(id);
  };

  readonly enqueue = (reportId: number): void => {
    if (this.#stopping.signal.aborted || this.#running.has(reportId)) return;
    const run = this.#runReport(reportId)
      .catch((error: unknown) => {
        if (!this.#stopping.signal.aborted) this.#options.onBroken(error);
      })
      .finally(() => this.#running.delete(reportId));
    this.#running.set(reportId, run);
  };

  readonly activityOf = (batchId: number): BatchActivity | undefined => this.#activities.get(batchId);

  readonly follow = (reportId: number, listener: () => void): (() => void) => {
    const listeners = this.#followers.get(reportId) ?? new Set();
    this.#followers.set(reportId, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#followers.delete(reportId);
    };
  };

  readonly stop = async (): Promise<void> => {
    this.#stopping.abort();
    for (const wake of this.#ordered.values()) wake();
    await Promise.all(this.#running.values());
  };

  async #runReport(reportId: number): Promise<void> {
    const { database, reach } = this.#options;
    await this.#retry(async () => {
      await reach('report.claimed');
      await mergeSmallBatches(database, reportId);
      await reach('report.merged');
    });
    const batches = await this.#retry(() => sendingBatches(database, reportId));
    this.#tell(reportId);
    await Promise.all((batches ?? []).map(async (id) => await this.#runBatch(reportId, id)));
    await this.#retry(() => finishReport(this.#options, reportId));
    this.#tell(reportId);
  }

  async #runBatch(reportId: number, batchId: number): Promise<void> {
    let id: number | undefined = batchId;
    for (let attempt = 1; id !== undefined && !this.#stopping.signal.aborted;) {
      const current: number = id;
      const { signal: governed } = this.#governed;
      const progress = await this.#sending(() => this.#advance(reportId, current), this.#stopping.signal);
      if (progress?.state === 'signed') {
        attempt = 1;
        const { signed } = progress;
        await this.#ordering(() => this.#order(reportId, signed), this.#stopping.signal);
      } else if (progress?.state === 'moved') {
        this.#activities.delete(current);
        id = progress.id;
      } else if (progress?.state === 'waiting') {
        this.#wait(reportId, current, progress.wait);
        await this.#pause(attempt++, governed);
      } else break;
    }
    if (id !== undefined) this.#activities.delete(id);
    this.#tell(reportId);
  }

  /** A fault of the database is one more thing to wait for. */
  async #advance(reportId: number, id: number): ReturnType<typeof sendBatch> {
    try {
      return await sendBatch(this.#options, id, (step) => {
        this.#activities.set(id, { step });
        this.#tell(reportId);
      });
    } catch (error) {
      if (!(error instanceof DatabaseFault)) throw error;
      return { state: 'waiting', wait: { code: 'waiting_for_database', reason: error.code } };
    }
  }

  /** Submits a statement again and again until its number was ordered or can never be. */
  async #order(reportId: number, signed: SignedBatch): Promise<void> {
    const { signal } = this.#stopping;
    const settled = new AbortController();
    this.#ordered.set(signed.sequence, () => settled.abort());
    this.#activities.set(signed.id, { step: 'ordering' });
    this.#tell(reportId);
    while (!settled.signal.aborted && !signal.aborted && !isSpent(this.#options, signed)) {
      const submitted = await this.#options.submit(signed.statement);
      if (submitted.ok) await this.#options.reach('report.submitted');
      else if (!settled.signal.aborted)
        this.#wait(reportId, signed.id, { code: 'waiting_for_order', reason: submitted.error.code });
      await pause(submitted.ok ? RESUBMIT_MS : PAUSE_MIN_MS, undefined, { signal: settled.signal }).catch(
        () => undefined,
      );
    }
    this.#ordered.delete(signed.sequence);
  }

  #wait(reportId: number, id: number, wait: BatchWait): void {
    const step = this.#activities.get(id)?.step ?? 'reading';
    this.#activities.set(id, { step, wait });
    this.#tell(reportId);
  }

  #tell(reportId: number): void {
    for (const listener of this.#followers.get(reportId) ?? []) listener();
  }

  async #pause(attempt: number, sooner?: AbortSignal): Promise<void> {
    const { pauseMs = (n) => Math.min(PAUSE_MIN_MS * 2 ** (n - 1), PAUSE_MAX_MS) } = this.#options;
    const { signal: stopping } = this.#stopping;
    const signal = sooner === undefined ? stopping : AbortSignal.any([stopping, sooner]);
    await pause(pauseMs(attempt), undefined, { signal }).catch(() => undefined);
  }

  /** Runs work until the database lets it; undefined where the worker stops first. */
  async #retry<T>(work: () => Promise<T>): Promise<T | undefined> {
    for (let attempt = 1; !this.#stopping.signal.aborted; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof DatabaseFault)) throw error;
        this.#options.logger.warn({ code: error.code }, 'a report waits for the database');
      }
      await this.#pause(attempt);
    }
    return undefined;
  }
}

async function sendingBatches(database: Database, reportId: number): Promise<readonly number[]> {
  const rows = await database.read((db) =>
    db
      .selectFrom('batch')
      .select('id')
      .where('report_id', '=', reportId)
      .where('status', '=', 'sending')
      .orderBy('id')
      .execute(),
  );
  return rows.map(({ id }) => id);
}

/** Closes a report none of whose batches is under way any more. */
async function finishReport({ database, clock }: ReportContext, reportId: number): Promise<void> {
  await database.transact(async (tx) => {
    const batches = await tx.sql
      .selectFrom('batch')
      .select(['status', 'refusal', 'count'])
      .where('report_id', '=', reportId)
      .where((where) => where.or([where('status', '=', 'sending'), where('refusal', 'is not', null)]))
      .execute();
    if (batches.some(({ status }) => status === 'sending')) return;
    if (batches.length > 0) await splitStagedBatches(tx, reportId);
    const refusals = [...new Set(batches.map(({ refusal }) => refusal))];
    const refused = batches.reduce((sum, { count }) => sum + count, 0);
    await tx.sql
      .updateTable('report')
      .set({
        status: refusals.length === 0 ? 'done' : 'failed',
        finished_at: new Date(clock.now()),
        failure:
          refusals.length === 0
            ? null
            : JSON.stringify({ code: 'batches_refused', refusals, records: refused }),
      })
      .where('id', '=', reportId)
      .where('status', '=', 'running')
      .execute();
  });
}

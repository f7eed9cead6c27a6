// Imports that go on after their answer: one at a time, in the order in which they came, each in one transaction. What a
// dying process leaves is begun again from its stored file (spec/import.md, "Imports that go on after the answer").
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ok, reject } from '@suyuan/log';
import type { Result } from '@suyuan/log';
import type { Logger } from 'pino';
import { DatabaseFault } from '../../database/database-fault.ts';
import type { Transaction } from '../../database/database.ts';
import { isDiskFull } from '../../fault.ts';
import type { Limiter } from '../../replication/limiter.ts';
import type { ImportDeps } from '../import-deps.ts';
import { importWorkbook, sourceOf } from '../import-workbook.ts';
import type { WorkbookImport } from '../import-workbook.ts';
import { refuseRepeated } from '../repeated-import.ts';
import { storeFile, writeStoredFile } from '../store-file.ts';
import { refusalOf } from '../workbook-rejection.ts';
import type { WorkbookRejection } from '../workbook-rejection.ts';
import { closeJob, countAttempt, insertJob, readJobs } from './job-store.ts';
import type { StoredJob } from './job-store.ts';

/** Most jobs that wait. */
const jobsMax = 32;
/** A job that the process has died of so often is given up. */
const attemptsMax = 3;
const PAUSE_MIN_MS = 250;
const PAUSE_MAX_MS = 30_000;

/** What running jobs needs beside importing. */
export interface ImportJobsDeps extends ImportDeps {
  readonly uploadFolder: string;
  readonly logger: Logger;
  /** Shared with the imports whose sender waits, so that both together stay within the node's memory. */
  readonly atOnce: Limiter;
  readonly onBroken: (error: unknown) => void;
}

/** A file to import later. */
export interface JobRequest extends Pick<
  WorkbookImport,
  'upload' | 'form' | 'kind' | 'fileName' | 'createdBy' | 'idempotencyKey' | 'refuseRepeated'
> {
  /** Keeps the answer within the transaction that stores the file. */
  readonly remember: (tx: Transaction, job: AcceptedJob) => Promise<void>;
}

/** A job that is stored. */
export interface AcceptedJob {
  readonly id: number;
  readonly kind: string;
  /** How many go before it. */
  readonly ahead: number;
}

/** The jobs of one node. */
export interface ImportJobs {
  /** Takes up what an earlier process left. */
  start(): Promise<void>;
  /** Ends what runs; it is begun again at the next start. */
  stop(): Promise<void>;
  /** Stores the file; when this resolves, the import happens whatever dies. */
  accept(request: JobRequest): Promise<Result<AcceptedJob, JobRejection>>;
  /** Resolves when nothing of it can be staged any more. */
  cancel(id: number): Promise<Result<void, { readonly code: 'import_closed' }>>;
}

/** Why a job is not taken. */
export type JobRejection = { readonly code: 'import_queue_full'; readonly limit: number } | WorkbookRejection;

/** No jobs run before `start`. */
export function createImportJobs(deps: ImportJobsDeps): ImportJobs {
  return new Jobs(deps);
}

interface Running {
  readonly id: number;
  readonly ending: AbortController;
  isCancelled: boolean;
  readonly done: Promise<void>;
}

class Jobs implements ImportJobs {
  readonly #deps: ImportJobsDeps;
  readonly #stopping = new AbortController();
  /** Those that wait, in order. */
  #queue: StoredJob[] = [];
  /** Jobs on their way into the queue. */
  #coming = 0;
  #running: Running | undefined;
  #loop: Promise<void> | undefined;
  #wake: (() => void) | undefined;

  constructor(deps: ImportJobsDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const stored = await readJobs(this.#deps.database);
    const left = stored.filter(({ id }) => this.#queue.every((job) => job.id !== id));
    this.#queue = [...left, ...this.#queue];
    this.#tellPlaces();
    this.#loop = this.#run().catch((error: unknown) => this.#deps.onBroken(error));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#running?.ending.abort();
    this.#wake?.();
    await this.#loop;
  }

  async accept(request: JobRequest): Promise<Result<AcceptedJob, JobRejection>> {
    if (this.#queue.length + this.#coming >= jobsMax)
      return reject({ code: 'import_queue_full', limit: jobsMax });
    this.#coming += 1;
    try {
      return await refusalOf(async () => await this.#accept(request));
    } finally {
      this.#coming -= 1;
    }
  }

  async #accept({ upload, remember, ...request }: JobRequest): Promise<AcceptedJob> {
    const { database, importIds, clock } = this.#deps;
    const { kind, form } = request;
    const id = await importIds.take();
    const { digest } = upload;
    const job = { ...request, id, source: sourceOf(form), createdAt: new Date(clock.now()), digest };
    const accepted = { id, kind, ahead: this.#queue.length + (this.#running === undefined ? 0 : 1) };
    await database.transact(async (tx) => {
      if (request.refuseRepeated === true) await refuseRepeated(tx, kind, digest);
      await insertJob(tx, job);
      await storeFile(tx, id, upload.path);
      await remember(tx, accepted);
    });
    this.#queue.push({ ...job, digest: Buffer.from(digest), attempts: 0 });
    this.#tellPlaces();
    this.#wake?.();
    return accepted;
  }

  async cancel(id: number): Promise<Result<void, { readonly code: 'import_closed' }>> {
    const { database, clock } = this.#deps;
    const running = this.#running?.id === id ? this.#running : undefined;
    if (running !== undefined) {
      running.isCancelled = true;
      running.ending.abort();
      await running.done;
    }
    const waiting = this.#queue.filter((job) => job.id === id);
    this.#queue = this.#queue.filter((job) => job.id !== id);
    let isClosed: boolean;
    try {
      isClosed = await closeJob(database, id, { status: 'cancelled' }, new Date(clock.now()));
    } catch (error) {
      this.#queue.push(...waiting);
      this.#wake?.();
      throw error;
    }
    this.#deps.progress.end(id);
    this.#tellPlaces();
    return isClosed ? ok(undefined) : reject({ code: 'import_closed' });
  }

  /** Says of each that waits how many go before it. */
  #tellPlaces(): void {
    const before = this.#running === undefined ? 0 : 1;
    for (const [place, { id, kind, source, fileName, createdBy, createdAt }] of this.#queue.entries()) {
      this.#deps.progress.begin({
        id,
        kind,
        source,
        fileName,
        createdBy,
        startedAt: createdAt.getTime(),
        rows: 0,
        ahead: place + before,
        isStored: true,
      });
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const job = this.#queue.shift();
      if (job === undefined) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        this.#wake = undefined;
        continue;
      }
      const ending = new AbortController();
      const { promise, resolve } = deferred();
      const running: Running = { id: job.id, ending, isCancelled: false, done: promise };
      this.#running = running;
      this.#tellPlaces();
      try {
        await this.#finish(job, running);
      } finally {
        this.#running = undefined;
        resolve();
      }
      this.#tellPlaces();
    }
  }

  /** Runs a job until it has ended, is cancelled, or the node stops; faults of the database are waited out. */
  async #finish({ id, attempts }: StoredJob, running: Running): Promise<void> {
    const { database, logger } = this.#deps;
    let isCounted = false;
    for (let failures = 0; !running.ending.signal.aborted; failures += 1) {
      try {
        if (!isCounted) await countAttempt(database, id, 1);
        isCounted = true;
        if (attempts >= attemptsMax) await this.#fail(id, { code: 'import_job_died' });
        const [job] = await readJobs(database, id);
        if (job === undefined) break; // done, maybe by a COMMIT whose answer was lost
        await this.#attempt(job, running.ending.signal);
        break;
      } catch (error) {
        if (running.ending.signal.aborted) break;
        if (isDiskFull(error) || error instanceof DatabaseFault) {
          logger.warn({ import: id, err: error }, 'an import waits for the database or for room on the disk');
          const ms = Math.min(PAUSE_MIN_MS * 2 ** Math.min(failures, 10), PAUSE_MAX_MS);
          await pause(ms, undefined, { signal: running.ending.signal }).catch(() => undefined);
        } else {
          logger.error({ import: id, err: error }, 'an import failed');
          await this.#fail(id, { code: 'internal_fault' }).catch(() => undefined);
          break;
        }
      }
    }
    if (this.#stopping.signal.aborted) {
      // Ended by us, not by a death: it may be tried as often as before.
      if (isCounted) await countAttempt(database, id, -1).catch(() => undefined);
    } else if (!running.isCancelled) this.#deps.progress.end(id);
  }

  async #attempt(job: StoredJob, signal: AbortSignal): Promise<void> {
    const { uploadFolder, database, atOnce } = this.#deps;
    const folder = await mkdtemp(join(uploadFolder, 'suyuan-job-'));
    const remove = async (): Promise<void> => await rm(folder, { recursive: true, force: true });
    try {
      const path = join(folder, 'upload');
      const file = await open(path, 'w', 0o600);
      const size = await writeStoredFile(database, job.id, file).finally(async () => await file.close());
      const { id, kind, form, fileName, createdBy, digest } = job;
      const upload = { path, size, digest, [Symbol.asyncDispose]: remove };
      const request = { upload, kind, form, fileName, createdBy, signal, job: id };
      const result = await atOnce(
        async () =>
          await importWorkbook(this.#deps, {
            ...request,
            dryRun: false,
            idempotencyKey: undefined,
            remember: async () => undefined,
          }),
        signal,
      );
      if (result?.ok === false) await this.#fail(id, result.error);
    } finally {
      await remove();
    }
  }

  async #fail(id: number, failure: { readonly code: string }): Promise<void> {
    const { database, clock, logger } = this.#deps;
    logger.info({ import: id, code: failure.code }, 'an import is refused');
    await closeJob(database, id, { status: 'failed', failure }, new Date(clock.now()));
  }
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

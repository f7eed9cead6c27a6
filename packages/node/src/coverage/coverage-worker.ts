// Counts what is reported in the background, oldest first, where it does not stand in the way: it begins when reporting
// has been quiet for a moment, and rests between batches. Implements spec/coverage.md, "Counting".
import type { Logger } from 'pino';

import type { Background } from '../background/background.ts';
import type { Database } from '../database/database.ts';
import type { MasterStore } from '../master/master-store.ts';
import { createRestingWorker } from '../resting-worker.ts';
import { createRecount } from './recount.ts';

/** What counting needs. */
export interface CoverageWorkerOptions {
  readonly database: Database;
  readonly background: Background;
  readonly master: Pick<MasterStore, 'held'>;
  readonly logger: Logger;
  /** Milliseconds without a new block before counting begins; 2,000 unless given. */
  readonly quietMs?: number;
}

/** Counts in the background. */
export interface CoverageWorker {
  /** Says that something may be new, after each block. */
  readonly wake: () => void;
  /** Counts everything that is there now. */
  readonly catchUp: () => Promise<void>;
  /** Ends after the batch under way. */
  readonly stop: () => Promise<void>;
}

const QUIET_MS = 2_000;
const REST_MS_MAX = 5_000;
const RETRY_MS = 30_000;

/** Makes a worker; nothing runs before the first `wake`. */
export function createCoverageWorker(options: CoverageWorkerOptions): CoverageWorker {
  const { database, background, master, logger, quietMs = QUIET_MS } = options;
  const recountWhenChanged = createRecount(database);
  let hasCounted = false;
  const worker = createRestingWorker({
    step: async () => {
      // A node at rest reads no master data: whoever reports a deadline has a batch to be counted.
      if (!hasCounted && (await findUncounted(database)) === undefined) return false;
      hasCounted = true;
      const { due } = await master.held();
      await recountWhenChanged(due);
      const next = await findUncounted(database);
      if (next !== undefined) await background.countBatch(next, due);
      return next !== undefined;
    },
    onFault: (error) => logger.warn({ err: error }, 'counting the coverage failed and is tried again'),
    restMsMax: REST_MS_MAX,
    retryMs: RETRY_MS,
  });
  return {
    wake: () => {
      worker.noteBlock();
      worker.workWhenQuiet(quietMs);
    },
    catchUp: worker.catchUp,
    stop: worker.stop,
  };
}

/** The oldest batch that is not counted yet. */
async function findUncounted(
  database: Database,
): Promise<{ readonly id: number; readonly count: number } | undefined> {
  return await database.read(
    async (db) =>
      await db
        .selectFrom('batch')
        .select(['id', 'count'])
        .where('status', '=', 'reported')
        .where('summarized', '=', false)
        .where('entry', 'is not', null)
        .orderBy('entry')
        .limit(1)
        .executeTakeFirst(),
  );
}

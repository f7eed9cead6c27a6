// Counts what is reported in the background, oldest first, where it does not stand in the way: it begins when reporting
// has been quiet for a moment, and rests longer than it works. Implements spec/coverage.md, "Counting".
import { viewOf } from '@suyuan/ledger';
import type { LedgerState } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';
import type { Logger } from 'pino';

import type { Database } from '../database/database.ts';
import { createRestingWorker } from '../resting-worker.ts';

/** What counting needs. */
export interface CoverageWorkerOptions {
  readonly database: Database;
  readonly crypto: Crypto;
  readonly state: () => LedgerState;
  readonly logger: Logger;
  /** Milliseconds without a new block before counting begins; 2,000 unless given. */
  readonly quietMs?: number;
}

/** Counts in the background. */
export interface CoverageWorker {
  /** Says that something may be new. */
  readonly wake: () => void;
  /** Counts everything that is there now. */
  readonly catchUp: () => Promise<void>;
  /** Ends after the batch under way. */
  readonly stop: () => Promise<void>;
}

const QUIET_MS = 2_000;
/** However busy reporting is, counting begins after so long. */
const WAIT_MS_MAX = 30_000;
/** Rest for each unit of work. */
const REST_SHARE = 3;
const REST_MS_MAX = 5_000;
const RETRY_MS = 30_000;

/** Makes a worker; nothing runs before the first `wake`. */
export function createCoverageWorker(options: CoverageWorkerOptions): CoverageWorker {
  const { database, crypto, state, logger, quietMs = QUIET_MS } = options;
  let wokenSince: number | undefined;
  const worker = createRestingWorker({
    step: async () => {
      wokenSince = undefined;
      // Loaded when there is first something to count.
      const { countNextBatch } = await import('./count-batch.ts');
      return await database.transact(async (tx) => await countNextBatch(tx, viewOf(crypto, state())));
    },
    onFault: (error) => logger.warn({ err: error }, 'counting the coverage failed and is tried again'),
    restShare: REST_SHARE,
    restMsMax: REST_MS_MAX,
    retryMs: RETRY_MS,
  });
  return {
    wake: () => {
      const now = performance.now();
      wokenSince ??= now;
      if (now - wokenSince < WAIT_MS_MAX) worker.workIn(quietMs);
    },
    catchUp: worker.catchUp,
    stop: worker.stop,
  };
}

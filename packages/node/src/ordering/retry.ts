// Work that must be done in the end although the database comes and goes.
import { setTimeout } from 'node:timers/promises';

import { DatabaseFault, isUniqueViolation } from '../database/database-fault.ts';

const PAUSE_MIN_MS = 50;
const PAUSE_MAX_MS = 5_000;

/** How one piece of work is retried. */
export interface RetryControl {
  /** Gives up silently once this is aborted. */
  readonly signal: AbortSignal;
  /** Runs before the next attempt, to learn what the failed one left behind; true where the work is done. */
  readonly recover?: () => Promise<boolean>;
  /** The unique constraint that the work breaks when an earlier attempt was stored after all. */
  readonly storedBefore?: string;
}

/** Runs work until it succeeds. Only faults of the database are retried; anything else is thrown. */
export type Retry = (work: () => Promise<void>, control: RetryControl) => Promise<void>;

/** A `Retry` that pauses 50 ms, then twice as long each time up to 5 s. `onFault` is told of each fault. */
export function createRetry(onFault: (fault: unknown) => void): Retry {
  return async (work, { signal, recover, storedBefore }) => {
    let pauseMs = PAUSE_MIN_MS;
    let failed = false;
    while (!signal.aborted) {
      try {
        if (failed && (await recover?.()) === true) return;
        return await work();
      } catch (error) {
        const stored = storedBefore !== undefined && isUniqueViolation(error, storedBefore);
        if (!stored && !(error instanceof DatabaseFault)) throw error;
        onFault(error);
        failed = true;
      }
      await setTimeout(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
    }
  };
}

// Runs one step of a reading again after faults that may pass: with growing pauses, at random a little longer, and not
// before the source's own Retry-After (spec/source.md, D13).
import { setTimeout as delay } from 'node:timers/promises';

import type { RandomBytes } from '../clock.ts';
import { SourceFault } from './source-fault.ts';
import type { SourceLimits } from './source-limits.ts';

/** What retrying needs. */
export interface RetryOptions {
  readonly limits: SourceLimits;
  readonly signal: AbortSignal;
  readonly random: RandomBytes;
  /** Told of each attempt that failed and is made again. */
  readonly onRetry: () => Promise<void>;
}

const pauseMaxMs = 60_000;

/** A retry for {@link RetryOptions}. */
export function createRetry({
  limits,
  signal,
  random,
  onRetry,
}: RetryOptions): <T>(work: () => Promise<T>) => Promise<T> {
  return async (work) => {
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof SourceFault) || !error.isTemporary || attempt >= limits.attemptsMax)
          throw error;
        await onRetry();
        const share = (random(1)[0] ?? 0) / 255;
        const pause = Math.min(limits.pauseMs * 2 ** (attempt - 1), pauseMaxMs) * (1 + share / 2);
        await delay(Math.max(pause, error.waitMs), undefined, { signal });
      }
    }
  };
}

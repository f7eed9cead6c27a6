// Time and randomness as dependencies, so that a test or the bench can decide both.
import { randomFillSync } from 'node:crypto';

/** The clock of a node. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number;
}

/** A source of `size` random bytes, unpredictable in production. */
export type RandomBytes = (size: number) => Uint8Array;

/** The computer's clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** The operating system's randomness. */
export const systemRandom: RandomBytes = (size) => randomFillSync(new Uint8Array(size));

/** The civil date in Asia/Shanghai (UTC+8, no summer time) at a moment, `YYYY-MM-DD`. */
export function civilDateOf(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10);
}

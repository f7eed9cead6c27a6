// Background work in steps that stays out of the way: it begins when blocks have ceased for a moment, rests after each
// step as long as the step took, much longer while blocks come, and what failed is tried again later (spec/events.md,
// W15; spec/coverage.md, CV4).

/** What there is to do, and how often. */
export interface RestingWork {
  /** Does one step; true when there may be more. */
  readonly step: () => Promise<boolean>;
  /** Called with what a step threw, before it is tried again; not once the worker is told to stop. */
  readonly onFault: (error: unknown) => void;
  /** Longest rest on a quiet node, and how often a busy one is looked at to see whether it is quiet now. */
  readonly restMsMax: number;
  readonly retryMs: number;
}

/** Rest for each unit of work, and while the node is busy with blocks. */
const REST_SHARE = 1;
const BUSY_REST_SHARE = 9;
/** A node is busy while blocks follow each other within this time. */
const BUSY_MS = 2_000;
/** However busy a node is, work that waits for quiet begins after so long. */
const WAIT_MS_MAX = 30_000;

/** Does the steps, never two at a time. */
export interface RestingWorker {
  /** Says that a block was applied: the worker takes a tenth of the time for a while, instead of half of it. */
  readonly noteBlock: () => void;
  /** Works after so many milliseconds, instead of when it would have; after a step under way at the earliest. */
  readonly workIn: (ms: number) => void;
  /** The same, but each call puts it off anew, until half a minute after the first since it was done with everything. */
  readonly workWhenQuiet: (quietMs: number) => void;
  /** Whether blocks come one soon after the other. */
  readonly isBusy: () => boolean;
  /** True while a step is under way. */
  readonly isWorking: () => boolean;
  /** Does everything that is there now, without a rest; throws what a step throws. */
  readonly catchUp: () => Promise<void>;
  /** Ends after the step under way; nothing runs after it. */
  readonly stop: () => Promise<void>;
}

/** Makes a worker; nothing runs before the first `workIn`. */
export function createRestingWorker(work: RestingWork): RestingWorker {
  const { step, onFault, restMsMax, retryMs } = work;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> = Promise.resolve();
  let isWorking = false;
  let isDue = false;
  let blockAt = -Infinity;
  let blockBeforeAt = -Infinity;
  let busyRestUntil = -Infinity;
  let waitsSince: number | undefined;
  let stopped = false;

  const isBusy = (): boolean => performance.now() - blockAt < BUSY_MS && blockAt - blockBeforeAt < BUSY_MS;
  const restOn = (): void => {
    const leftMs = isBusy() ? busyRestUntil - performance.now() : 0;
    if (leftMs > 0) workIn(Math.min(restMsMax, leftMs), restOn);
    else running = workOnce();
  };
  const workIn = (ms: number, then: () => void = () => (running = workOnce())): void => {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(() => {
      if (isWorking) isDue = true;
      else then();
    }, ms);
    timer.unref();
  };
  const workOnce = async (): Promise<void> => {
    isWorking = true;
    isDue = false;
    const begun = performance.now();
    try {
      const isMore = await step();
      if (!isMore) waitsSince = undefined;
      const now = performance.now();
      busyRestUntil = now + BUSY_REST_SHARE * (now - begun);
      if (isMore || isDue) workIn(Math.min(restMsMax, REST_SHARE * (now - begun)), restOn);
    } catch (error) {
      if (!stopped) onFault(error);
      workIn(retryMs);
    } finally {
      isWorking = false;
    }
  };
  return {
    noteBlock: () => {
      blockBeforeAt = blockAt;
      blockAt = performance.now();
    },
    workIn: (ms) => workIn(ms),
    workWhenQuiet: (quietMs) => {
      waitsSince ??= performance.now();
      // After that only rests are left, which have set the timer.
      if (performance.now() - waitsSince < WAIT_MS_MAX) workIn(quietMs);
    },
    isBusy,
    isWorking: () => isWorking,
    catchUp: async () => {
      clearTimeout(timer);
      await running;
      let isMore = true;
      while (isMore) isMore = await step();
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

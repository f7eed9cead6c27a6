// Background work in steps that stays out of the way: after each step it rests as long as the step took, much longer
// while blocks come, and what failed is tried again later. When it begins is for its owner to say (spec/events.md, W15;
// spec/coverage.md).

/** What there is to do, and how often. */
export interface RestingWork {
  /** Does one step; true when there may be more. */
  readonly step: () => Promise<boolean>;
  /** Called with what a step threw, before it is tried again; not once the worker is told to stop. */
  readonly onFault: (error: unknown) => void;
  readonly restMsMax: number;
  readonly retryMs: number;
}

/** Rest for each unit of work, and while the node is busy with blocks. */
const REST_SHARE = 1;
const BUSY_REST_SHARE = 9;
/** A node is busy for so long after a block. */
const BUSY_MS = 2_000;

/** Does the steps, never two at a time. */
export interface RestingWorker {
  /** Says that a block was applied: the worker takes a tenth of the time for a while, instead of half of it. */
  readonly noteBlock: () => void;
  /** Works after so many milliseconds, instead of when it would have; after a step under way and its rest at the earliest. */
  readonly workIn: (ms: number) => void;
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
  let stopped = false;

  const workIn = (ms: number): void => {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(() => {
      if (isWorking) isDue = true;
      else running = workOnce();
    }, ms);
    timer.unref();
  };
  const workOnce = async (): Promise<void> => {
    isWorking = true;
    isDue = false;
    const begun = performance.now();
    try {
      const isMore = await step();
      const now = performance.now();
      const restShare = now - blockAt < BUSY_MS ? BUSY_REST_SHARE : REST_SHARE;
      if (isMore || isDue) workIn(Math.min(restMsMax, restShare * (now - begun)));
    } catch (error) {
      if (!stopped) onFault(error);
      workIn(retryMs);
    } finally {
      isWorking = false;
    }
  };
  return {
    noteBlock: () => (blockAt = performance.now()),
    workIn,
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

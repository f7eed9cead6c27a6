// A bound on how many tasks run at once; the others wait in order, as long as they are wanted.

/** Runs a task as soon as fewer than the maximum are running; undefined where the signal ended the waiting. */
export type Limiter = <T>(task: () => Promise<T>, unwanted?: AbortSignal) => Promise<T | undefined>;

/** A limiter of `concurrencyMax` tasks. */
export function createLimiter(concurrencyMax: number): Limiter {
  let running = 0;
  const waiting = new Set<() => void>();
  /** True once there is a place, false where nobody wants it any more. */
  const takePlace = async (unwanted: AbortSignal | undefined): Promise<boolean> => {
    if (unwanted?.aborted === true) return false;
    if (running < concurrencyMax) {
      running += 1;
      return true;
    }
    return await new Promise<boolean>((resolve) => {
      const giveUp = (): void => {
        waiting.delete(start);
        resolve(false);
      };
      const start = (): void => {
        unwanted?.removeEventListener('abort', giveUp);
        resolve(true);
      };
      unwanted?.addEventListener('abort', giveUp, { once: true });
      waiting.add(start);
    });
  };
  return async (task, unwanted) => {
    if (!(await takePlace(unwanted))) return undefined;
    try {
      return await task();
    } finally {
      const [next] = waiting;
      if (next === undefined) running -= 1;
      else {
        waiting.delete(next);
        next();
      }
    }
  };
}

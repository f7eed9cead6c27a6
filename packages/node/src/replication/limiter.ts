// A bound on how many tasks run at once; the others wait in order.

/** Runs a task as soon as fewer than the maximum are running. */
export type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

/** A limiter of `concurrencyMax` tasks. */
export function createLimiter(concurrencyMax: number): Limiter {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= concurrencyMax) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

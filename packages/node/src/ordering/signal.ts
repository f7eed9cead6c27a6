// A wake-up for loops that wait for work: no ticks, no lost wake-ups.

/** One waiter, any number of notifiers. A notification while nobody waits is remembered, once. */
export interface Signal {
  readonly notify: () => void;
  /** Resolves at the next notification, at once if there was one since the last wait. */
  readonly wait: () => Promise<void>;
}

/** A signal that nobody has notified yet. */
export function createSignal(): Signal {
  let notified = false;
  let wake: (() => void) | undefined;
  return {
    notify: () => {
      notified = true;
      wake?.();
    },
    wait: async () => {
      if (!notified) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
      notified = false;
    },
  };
}

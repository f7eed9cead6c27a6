// One transaction for what arrives while another one runs: a transaction costs about the same for one payload and for
// many, and the blocks of a node that catches up wait for the same disk.

/** Stores an item, together with what comes until its turn; rejects with what storing them rejected with. */
export type StoreTogether<T> = (item: T) => Promise<void>;

/** Stores one bundle after the other, each as soon as the one before has ended. Callers bound how many items wait. */
export function createStoreTogether<T>(store: (items: readonly T[]) => Promise<void>): StoreTogether<T> {
  let running: Promise<void> = Promise.resolve();
  let next: { readonly items: T[]; readonly stored: Promise<void> } | undefined;
  const storeAfter = async (before: Promise<void>, items: readonly T[]): Promise<void> => {
    await before.catch(() => undefined);
    next = undefined;
    await store(items);
  };
  return async (item) => {
    if (next === undefined) {
      const items: T[] = [];
      running = storeAfter(running, items);
      next = { items, stored: running };
    }
    next.items.push(item);
    await next.stored;
  };
}

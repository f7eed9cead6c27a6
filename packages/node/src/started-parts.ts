// What was started so far, so that a start which fails in the middle, and every stop, end it in reverse order.

/** A stack of things to end. */
export class StartedParts {
  readonly #ends: (() => Promise<void>)[] = [];

  /** Remembers how to end what was just started. */
  push(end: () => Promise<void>): void {
    this.#ends.push(end);
  }

  /** Ends everything, the newest first, and each once. What fails to end does not keep the rest from it. */
  async stop(): Promise<void> {
    const failures: unknown[] = [];
    for (let end = this.#ends.pop(); end !== undefined; end = this.#ends.pop()) {
      await end().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** Runs a start; when it throws, what it has started is ended and its own error is what is thrown. */
export async function startParts<T>(start: (started: StartedParts) => Promise<T>): Promise<T> {
  const started = new StartedParts();
  try {
    return await start(started);
  } catch (error) {
    await started.stop().catch(() => undefined); // the first failure says more
    throw error;
  }
}

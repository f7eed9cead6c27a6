// The feed of events: one reader of the table keeps the newest events in memory and wakes any number of subscribers,
// each of which takes events at its own pace (spec/events.md, W3 to W6).
import { setMaxListeners } from 'node:events';

import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import { DatabaseFault } from '../database/database-fault.ts';
import type { Database } from '../database/database.ts';
import { createLimiter } from '../replication/limiter.ts';
import { moveEvents, pruneEvents, readEventBounds, readEventsAfter } from './event-store.ts';
import type { ShownEvent } from './event-store.ts';

/** Events kept in memory; a live subscriber that falls behind them is cut off. */
const HELD_MAX = 4_096;
/** Events read from the table at a time. */
const PAGE_MAX = 1_000;
/** Subscribers that catch up from the table at once. */
const CATCHING_UP_MAX = 2;
/** How often the outbox is looked at without a wake-up. */
const TICK_MS = 250;
const PRUNE_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Days that events and ended deliveries are kept. */
export const eventDays = 30;

/** What a feed needs. */
export interface EventFeedOptions {
  readonly database: Database;
  readonly organization: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onBroken: (error: unknown) => void;
  /** Events kept in memory; 4,096 unless said. */
  readonly heldMax?: number;
}

/** The events of one node. */
export interface EventFeed {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Says that something may have happened. */
  readonly wake: () => void;
  /** Calls the listener when there are new events, until the returned function is called. */
  readonly onMoved: (listener: () => void) => () => void;
  /** The newest id. */
  readonly head: () => number;
  /** True where events after this cursor were removed already; 0 stands for the oldest that is kept. */
  readonly isPruned: (after: number) => boolean;
  /** A page after the cursor; where there is none yet, after at most `waitMs` or when `signal` aborts. */
  readonly read: (
    after: number,
    limit: number,
    waitMs: number,
    signal: AbortSignal,
  ) => Promise<readonly ShownEvent[]>;
  /** All events after the cursor as they come. Ends when `signal` aborts or the subscriber has fallen too far behind. */
  readonly follow: (after: number, signal: AbortSignal) => AsyncGenerator<ShownEvent>;
}

/** A feed that does nothing before `start`. */
export function createEventFeed(options: EventFeedOptions): EventFeed {
  return new Feed(options);
}

class Feed implements EventFeed {
  readonly #options: EventFeedOptions;
  readonly #heldMax: number;
  readonly #stopping = new AbortController();
  readonly #catchingUp = createLimiter(CATCHING_UP_MAX);
  readonly #listeners = new Set<() => void>();
  /** Every event with an id above `#floor` is in here, in order. */
  #held: ShownEvent[] = [];
  #floor = 0;
  #head = 0;
  #prunedThrough = 0;
  #prunedAtMs = 0;
  #wakeReader: (() => void) | undefined;
  #woken = false;
  #running: Promise<void> | undefined;

  constructor(options: EventFeedOptions) {
    this.#options = options;
    this.#heldMax = options.heldMax ?? HELD_MAX;
    setMaxListeners(0, this.#stopping.signal);
  }

  readonly start = async (): Promise<void> => {
    const { head, prunedThrough } = await readEventBounds(this.#options.database);
    this.#head = head;
    this.#floor = head;
    this.#prunedThrough = prunedThrough;
    this.#running = this.#run().catch((error: unknown) => this.#options.onBroken(error));
  };

  readonly stop = async (): Promise<void> => {
    this.#stopping.abort();
    this.wake();
    await this.#running;
  };

  readonly wake = (): void => {
    this.#woken = true;
    this.#wakeReader?.();
  };

  readonly onMoved = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly head = (): number => this.#head;

  readonly isPruned = (after: number): boolean => after > 0 && after < this.#prunedThrough;

  readonly read = async (
    after: number,
    limit: number,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<readonly ShownEvent[]> => {
    if (after >= this.#head && waitMs > 0) await this.#change(after, signal, waitMs);
    return (await this.#page(after, limit, signal)) ?? [];
  };

  readonly follow = (after: number, signal: AbortSignal): AsyncGenerator<ShownEvent> =>
    this.#follow(after, signal);

  async *#follow(after: number, signal: AbortSignal): AsyncGenerator<ShownEvent> {
    let cursor = after;
    let live = false;
    while (!signal.aborted && !this.#stopping.signal.aborted) {
      if (live && cursor < this.#floor) return;
      live ||= cursor >= this.#floor;
      const page = await this.#page(cursor, PAGE_MAX, signal);
      for (const event of page ?? []) {
        yield event;
        cursor = event.id;
        if (signal.aborted || (live && cursor < this.#floor)) return;
      }
      if (page?.length === 0) await this.#change(cursor, signal);
    }
  }

  /** From memory where it is there, else from the table. */
  async #page(after: number, limit: number, signal: AbortSignal): Promise<readonly ShownEvent[] | undefined> {
    if (after >= this.#floor) {
      // From the end: most subscribers are near it.
      const start = this.#held.findLastIndex(({ id }) => id <= after) + 1;
      return this.#held.slice(start, start + limit);
    }
    const { database, organization } = this.#options;
    return await this.#catchingUp(
      async () => await readEventsAfter(database, organization, after, limit),
      signal,
    );
  }

  /** Resolves when there is an event above the cursor, when `signal` aborts, or after `waitMs`. */
  async #change(after: number, signal: AbortSignal, waitMs?: number): Promise<void> {
    if (this.#head > after || signal.aborted || this.#stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        unlisten();
        signal.removeEventListener('abort', done);
        this.#stopping.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = waitMs === undefined ? undefined : setTimeout(done, waitMs);
      const unlisten = this.onMoved(done);
      signal.addEventListener('abort', done, { once: true });
      this.#stopping.signal.addEventListener('abort', done, { once: true });
    });
  }

  async #run(): Promise<void> {
    const { logger } = this.#options;
    /** After a fault: a COMMIT whose answer was lost may have moved events. */
    let unsure = true;
    while (!this.#stopping.signal.aborted) {
      this.#woken = false;
      try {
        if (unsure) await this.#take();
        unsure = false;
        while ((await moveEvents(this.#options.database)) > 0) await this.#take();
        await this.#prune();
      } catch (error) {
        if (!(error instanceof DatabaseFault)) throw error;
        unsure = true;
        logger.warn({ code: error.code }, 'the feed of events waits for the database');
      }
      await this.#rest();
    }
  }

  /** Takes what was moved into memory and wakes everyone. */
  async #take(): Promise<void> {
    const { database, organization } = this.#options;
    for (;;) {
      const events = await readEventsAfter(database, organization, this.#head, PAGE_MAX);
      const last = events.at(-1);
      if (last === undefined) return;
      this.#held.push(...events);
      this.#head = last.id;
      if (this.#held.length > 2 * this.#heldMax) {
        const gone = this.#held.splice(0, this.#held.length - this.#heldMax);
        this.#floor = gone.at(-1)?.id ?? this.#floor;
      }
      for (const listener of this.#listeners) listener();
    }
  }

  async #prune(): Promise<void> {
    const { database, clock } = this.#options;
    const now = clock.now();
    if (now - this.#prunedAtMs < PRUNE_MS) return;
    this.#prunedAtMs = now;
    const through = await pruneEvents(database, new Date(now - eventDays * DAY_MS));
    this.#prunedThrough = Math.max(this.#prunedThrough, through);
  }

  async #rest(): Promise<void> {
    if (this.#woken || this.#stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wakeReader = undefined;
        resolve();
      };
      const timer = setTimeout(done, TICK_MS);
      this.#wakeReader = done;
    });
  }
}

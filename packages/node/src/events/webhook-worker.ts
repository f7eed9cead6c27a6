// Delivers events to webhooks: several at once for each, tried again with growing pauses, each attempt in the log; a
// process that dies goes on where the rows stand (spec/events.md, W8, W12, W13).
import { setMaxListeners } from 'node:events';

import type { Logger } from 'pino';

import type { Clock, RandomBytes } from '../clock.ts';
import { DatabaseFault } from '../database/database-fault.ts';
import type { Database } from '../database/database.ts';
import { readDue, storeAttempts } from './delivery-queue.ts';
import type { Attempt, DueDelivery } from './delivery-queue.ts';
import type { WebhookSender } from './webhook-sender.ts';

/** Attempts under way for one webhook, so that a slow one takes nothing from the others. */
const PER_WEBHOOK_MAX = 8;
/** Attempts before a delivery is given up: about three days. */
export const attemptsMax = 16;
const PAUSE_FIRST_MS = 5_000;
const PAUSE_MAX_MS = 6 * 3_600_000;
/** A webhook to which nothing could be delivered for this long is disabled. */
const DISABLED_AFTER_MS = 5 * 86_400_000;
/** How often the queue is looked at without a wake-up: pauses end unannounced. */
const TICK_MS = 1_000;

/** What the worker needs. */
export interface WebhookWorkerOptions {
  readonly database: Database;
  readonly organization: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly logger: Logger;
  readonly sender: WebhookSender;
  readonly onBroken: (error: unknown) => void;
  /** Milliseconds after attempt 1, 2, ... */
  readonly pauseMs?: (attempt: number) => number;
}

/** The worker of one node. */
export interface WebhookWorker {
  readonly start: () => void;
  readonly stop: () => Promise<void>;
  /** Says that something is due. */
  readonly wake: () => void;
}

/** Five seconds, then three times as long each time, up to six hours; up to a fifth more, so that not all come at once. */
export function pauseAfter(attempt: number, random: RandomBytes): number {
  const pause = Math.min(PAUSE_FIRST_MS * 3 ** (attempt - 1), PAUSE_MAX_MS);
  const share = (random(1)[0] ?? 0) / 255;
  return Math.round(pause * (1 + share / 5));
}

/** The exact text that is posted for an event; the same at each attempt. */
function bodyOf({ event }: DueDelivery): string {
  return JSON.stringify({ type: event.type, timestamp: event.at, data: event });
}

/** A worker that does nothing before `start`. */
export function createWebhookWorker(options: WebhookWorkerOptions): WebhookWorker {
  return new Worker(options);
}

class Worker implements WebhookWorker {
  readonly #options: WebhookWorkerOptions;
  readonly #stopping = new AbortController();
  readonly #underWay = new Map<number, { readonly delivery: DueDelivery; readonly done: Promise<void> }>();
  #ended: Attempt[] = [];
  #woken = false;
  #wake: (() => void) | undefined;
  #running: Promise<void> | undefined;

  constructor(options: WebhookWorkerOptions) {
    this.#options = options;
    // One listener for each attempt under way.
    setMaxListeners(0, this.#stopping.signal);
  }

  readonly start = (): void => {
    this.#running = this.#run().catch((error: unknown) => this.#options.onBroken(error));
  };

  readonly stop = async (): Promise<void> => {
    this.#stopping.abort();
    this.wake();
    await this.#running;
    await Promise.all([...this.#underWay.values()].map(({ done }) => done));
  };

  readonly wake = (): void => {
    this.#woken = true;
    this.#wake?.();
  };

  async #run(): Promise<void> {
    const { database, organization, clock, logger } = this.#options;
    while (!this.#stopping.signal.aborted) {
      this.#woken = false;
      try {
        await this.#storeEnded();
        const underWay = [...this.#underWay.values()].map(({ delivery }) => delivery);
        const now = new Date(clock.now());
        for (const delivery of await readDue(database, organization, now, underWay, PER_WEBHOOK_MAX)) {
          this.#underWay.set(delivery.id, { delivery, done: this.#attempt(delivery) });
        }
      } catch (error) {
        if (!(error instanceof DatabaseFault)) throw error;
        logger.warn({ code: error.code }, 'webhooks wait for the database');
        this.#woken = false;
      }
      await this.#rest();
    }
  }

  async #attempt(delivery: DueDelivery): Promise<void> {
    const { sender, clock, random, pauseMs = (n) => pauseAfter(n, random) } = this.#options;
    const now = clock.now();
    const outcome = await sender.send(
      {
        url: delivery.url,
        secret: delivery.secret,
        id: delivery.message,
        body: bodyOf(delivery),
        timestamp: Math.floor(now / 1000),
      },
      this.#stopping.signal,
    );
    // Cut off by our own stop: nothing is known, and the next process tries again.
    if (this.#stopping.signal.aborted) return;
    const attempt = delivery.attempts + 1;
    const again = !outcome.delivered && attempt < attemptsMax && outcome.httpStatus !== 410;
    const nextAt = again ? new Date(clock.now() + pauseMs(attempt)) : undefined;
    this.#ended.push({ delivery, outcome, nextAt });
    this.wake();
  }

  /** An attempt stays under way until its outcome is stored, so that it is not taken twice. */
  async #storeEnded(): Promise<void> {
    const ended = [...this.#ended];
    if (ended.length === 0) return;
    const { database, clock } = this.#options;
    const now = clock.now();
    await storeAttempts(database, ended, new Date(now), new Date(now - DISABLED_AFTER_MS));
    this.#ended = this.#ended.slice(ended.length);
    for (const { delivery } of ended) this.#underWay.delete(delivery.id);
  }

  async #rest(): Promise<void> {
    if (this.#woken || this.#stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, TICK_MS);
      this.#wake = done;
    });
  }
}

// Statements on their way into a block: handed to the mempool, handed over again when CometBFT was restarted and has
// forgotten them, and let go when they are seen in a block of the node's own (spec/ordering.md, O9).
import { hash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';

import type { Result } from '@suyuan/log';
import { ok, reject } from '@suyuan/log';
import type { Logger } from 'pino';

import type { Application, SubmitRejection } from '../ordering.ts';
import { createSignal } from '../signal.ts';
import type { HandOver } from './rpc-client.ts';

/** Statements that may be on their way, and their bytes. */
const STATEMENTS_MAX = 8_192;
const BYTES_MAX = 64 * 1024 * 1024;
/** Statements that are handed over at once. */
const PARALLEL = 16;
const PAUSE_MIN_MS = 50;
const PAUSE_MAX_MS = 1_000;

/** What an outbox needs. */
export interface OutboxOptions {
  readonly check: Application['check'];
  readonly handOver: HandOver;
  readonly logger: Logger;
}

/** Statements of one node that are in no block yet. */
export interface Outbox {
  readonly submit: (statement: Uint8Array) => Promise<Result<void, SubmitRejection>>;
  /** These are in a block. */
  readonly forget: (statements: readonly Uint8Array[]) => void;
  /** The mempool was lost: everything is handed over again. */
  readonly again: () => void;
  readonly stop: () => Promise<void>;
}

/** An outbox that works until it is stopped. */
export function createOutbox(options: OutboxOptions): Outbox {
  return new WorkingOutbox(options);
}

class WorkingOutbox implements Outbox {
  readonly #options: OutboxOptions;
  /** Everything that is in no block, by digest, in order of submission. */
  readonly #waiting = new Map<string, Uint8Array>();
  /** Digests of what is to be handed over. */
  #unsent = new Set<string>();
  #bytes = 0;
  readonly #work = createSignal();
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  async submit(statement: Uint8Array): Promise<Result<void, SubmitRejection>> {
    const checked = await this.#options.check(statement);
    if (!checked.ok) return checked;
    if (this.#stopping.signal.aborted) return reject({ code: 'ordering_stopped' });
    const name = nameOf(statement);
    if (this.#waiting.has(name)) return ok(undefined);
    if (this.#isFull(statement)) await this.#dropImpossible();
    if (this.#isFull(statement))
      return reject({ code: 'queue_full', statements: this.#waiting.size, bytes: this.#bytes });
    if (this.#waiting.has(name)) return ok(undefined);
    this.#bytes += statement.length;
    this.#waiting.set(name, statement);
    this.#unsent.add(name);
    this.#work.notify();
    return ok(undefined);
  }

  forget(statements: readonly Uint8Array[]): void {
    if (this.#waiting.size > 0) for (const statement of statements) this.#drop(nameOf(statement));
  }

  again(): void {
    this.#unsent = new Set(this.#waiting.keys());
    this.#work.notify();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#work.notify();
    await this.#running;
  }

  #isFull(statement: Uint8Array): boolean {
    return this.#waiting.size >= STATEMENTS_MAX || this.#bytes + statement.length > BYTES_MAX;
  }

  #drop(name: string): void {
    const statement = this.#waiting.get(name);
    if (statement === undefined) return;
    this.#waiting.delete(name);
    this.#unsent.delete(name);
    this.#bytes -= statement.length;
  }

  /** Lets go of what has expired or was overtaken: it can't be in a block any more. */
  async #dropImpossible(): Promise<void> {
    for (const [name, statement] of this.#waiting) {
      const checked = await this.#options.check(statement);
      if (!checked.ok) this.#drop(name);
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let pauseMs = PAUSE_MIN_MS;
    while (!signal.aborted) {
      const next = [...take(this.#unsent, PARALLEL)];
      if (next.length === 0) {
        await this.#work.wait();
        continue;
      }
      const handed = await Promise.all(next.map((name) => this.#hand(name)));
      if (handed.every(Boolean)) pauseMs = PAUSE_MIN_MS;
      else {
        await setTimeout(pauseMs, undefined, { signal }).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
      }
    }
  }

  /** True where it need not be handed over again. */
  async #hand(name: string): Promise<boolean> {
    const statement = this.#waiting.get(name);
    this.#unsent.delete(name);
    if (statement === undefined) return true;
    const { logger, handOver } = this.#options;
    const handover = await handOver(statement);
    if (handover.status === 'refused') {
      logger.info({ code: handover.code }, 'a statement can be in no block any more');
      this.#drop(name);
    }
    if (handover.status !== 'later') return true;
    logger.debug({ reason: handover.reason }, 'a statement waits for the engine');
    if (this.#waiting.has(name)) this.#unsent.add(name);
    return false;
  }
}

function* take(names: ReadonlySet<string>, count: number): Iterable<string> {
  let taken = 0;
  for (const name of names) {
    if (taken === count) return;
    taken += 1;
    yield name;
  }
}

function nameOf(statement: Uint8Array): string {
  return hash('sha256', statement, 'base64');
}

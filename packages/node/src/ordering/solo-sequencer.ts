// The `solo` ordering: one sequencer inside the process that all nodes of a network connect to. A block is made
// as soon as a statement waits and some node has applied the block before it, so load alone sets the block size.
import type { Result } from '@suyuan/log';
import { assert, equalBytes, ok, reject } from '@suyuan/log';
import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import type { Reach } from '../crash-point.ts';
import type { Database } from '../database/database.ts';
import { OrderingFault } from './ordering-fault.ts';
import type { Application, Ordering, SubmitRejection } from './ordering.ts';
import type { Retry } from './retry.ts';
import { createRetry } from './retry.ts';
import { createSignal } from './signal.ts';
import type { ChainedBlock, Delivery, DeliverySource } from './delivery.ts';
import { startDelivery } from './delivery.ts';
import type { SoloStore } from './solo-store.ts';
import { createSoloStore } from './solo-store.ts';
import { createStatementQueue } from './statement-queue.ts';

/** Statements that may wait for a block. */
const QUEUE_LIMITS = { statementsMax: 8_192, bytesMax: 64 * 1024 * 1024 };
/** Statements of one block: so few that applying it does not hold up requests. */
const BLOCK_LIMITS = { statementsMax: 256, bytesMax: 2 * 1024 * 1024 };
/** Blocks kept in memory for nodes that are a little behind. */
const RECENT_BLOCKS_MAX = 8;

/** What a sequencer needs. */
export interface SoloOptions {
  /** The sequencer's own database, migrated; a network of one organisation may use the node's. */
  readonly database: Database;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly reach: Reach;
  /** Gets what no retry can mend. The sequencer or one node's delivery has ended then. */
  readonly onBroken: (error: unknown) => void;
}

/** The sequencer of one network. */
export interface SoloSequencer {
  /** One node's connection. */
  readonly connect: () => Ordering;
  /** Stops making blocks and all deliveries. What waits is lost; submitters keep their bytes. */
  readonly close: () => Promise<void>;
}

/** Opens the sequencer on its stored blocks. */
export async function openSoloSequencer(options: SoloOptions): Promise<SoloSequencer> {
  const store = createSoloStore(options.database);
  return new Sequencer(options, store, await store.head());
}

class Sequencer implements SoloSequencer {
  readonly #options: SoloOptions;
  readonly #store: SoloStore;
  readonly #retry: Retry;
  readonly #queue = createStatementQueue(QUEUE_LIMITS);
  readonly #recent = new Map<number, ChainedBlock>();
  /** Statements of blocks that no node has applied yet. */
  readonly #inFlight = new Map<number, readonly Uint8Array[]>();
  readonly #deliveries = new Set<Delivery>();
  readonly #work = createSignal();
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #head: number;

  constructor(options: SoloOptions, store: SoloStore, head: number) {
    this.#options = options;
    this.#store = store;
    this.#head = head;
    this.#retry = createRetry((err) => options.logger.warn({ err }, 'ordering waits for the database'));
    this.#running = this.#run().catch(options.onBroken);
  }

  connect(): Ordering {
    let delivery: Delivery | undefined;
    return {
      submit: async (statement) =>
        delivery === undefined
          ? reject({ code: 'ordering_stopped' })
          : await this.#submit(delivery.application, statement),
      isRunning: () => delivery !== undefined && !this.#closing.signal.aborted,
      start: async (application) => {
        const { height } = await application.status();
        if (height > this.#head)
          throw new OrderingFault(
            'ordering_behind',
            'the node has applied blocks that the sequencer does not have',
          );
        delivery = await startDelivery(this.#source(), application, this.#options.onBroken);
        this.#deliveries.add(delivery);
        this.#work.notify();
      },
      stop: async () => {
        if (delivery === undefined) return;
        const stopping = delivery;
        delivery = undefined;
        this.#deliveries.delete(stopping);
        await stopping.stop();
      },
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#work.notify();
    await this.#running;
    await Promise.all([...this.#deliveries].map((delivery) => delivery.stop()));
    this.#deliveries.clear();
  }

  #source(): DeliverySource {
    return {
      head: () => this.#head,
      read: async (fromHeight) => {
        const block = this.#recent.get(fromHeight);
        return block === undefined ? await this.#store.read(fromHeight) : [block];
      },
      retry: this.#retry,
      onDelivered: (height) => {
        this.#queue.forget(this.#inFlight.get(height) ?? []);
        this.#inFlight.delete(height);
        this.#work.notify();
      },
    };
  }

  async #submit(application: Application, statement: Uint8Array): Promise<Result<void, SubmitRejection>> {
    if (this.#queue.has(statement)) return ok(undefined);
    const checked = await application.check(statement);
    if (!checked.ok) return checked;
    if (this.#closing.signal.aborted) return reject({ code: 'ordering_stopped' });
    if (!this.#queue.push(statement)) return reject({ code: 'queue_full', ...this.#queue.size() });
    this.#work.notify();
    return ok(undefined);
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const proposer = this.#findProposer();
      if (this.#queue.size().statements === 0 || proposer === undefined) await this.#work.wait();
      else await this.#makeBlock(proposer);
    }
  }

  #findProposer(): Delivery | undefined {
    for (const delivery of this.#deliveries) if (delivery.applied().height === this.#head) return delivery;
    return undefined;
  }

  async #makeBlock({ application, applied }: Delivery): Promise<void> {
    const statements = await this.#select(application);
    if (statements.length === 0) return;
    const block = { height: this.#head + 1, statements, previousAppHash: applied().appHash };
    await this.#options.reach('order.before_block');
    await this.#retry(() => this.#store.append(block, this.#options.clock.now()), {
      signal: this.#closing.signal,
      storedBefore: 'solo_block_pkey',
      recover: () => this.#isStored(block),
    });
    if (this.#closing.signal.aborted) return;
    await this.#options.reach('order.block_stored');
    this.#head = block.height;
    this.#inFlight.set(block.height, statements);
    this.#recent.set(block.height, block);
    this.#recent.delete(block.height - RECENT_BLOCKS_MAX);
    for (const delivery of this.#deliveries) delivery.wake();
  }

  /** Takes what waits and keeps what may stand in the next block; the rest can't be ordered any more. */
  async #select(application: Application): Promise<readonly Uint8Array[]> {
    const candidates = this.#queue.take(BLOCK_LIMITS);
    const statements = await application.select(candidates, BLOCK_LIMITS.bytesMax);
    const kept = new Set(statements);
    const dropped = candidates.filter((statement) => !kept.has(statement));
    this.#queue.forget(dropped);
    if (dropped.length > 0) this.#options.logger.info({ dropped: dropped.length }, 'statements were dropped');
    if (statements.length > 0)
      assert(await application.accept(statements), 'a node accepts the block it has selected');
    return statements;
  }

  async #isStored(block: ChainedBlock): Promise<boolean> {
    const [stored] = await this.#store.read(block.height);
    if (stored !== undefined && !isSameBlock(stored, block))
      throw new OrderingFault('sequencer_conflict', 'another sequencer works on the same blocks');
    return stored !== undefined;
  }
}

function isSameBlock(a: ChainedBlock, b: ChainedBlock): boolean {
  const same =
    a.statements.length === b.statements.length && equalBytes(a.previousAppHash, b.previousAppHash);
  return same && a.statements.every((statement, i) => equalBytes(statement, b.statements[i] ?? EMPTY));
}

const EMPTY = new Uint8Array(0);

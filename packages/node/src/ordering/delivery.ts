// Delivers stored blocks to one node: in order, each height exactly once, however often the node's database fails.
// After a fault the node says what it has applied, and delivery goes on from there (spec/checkpoint.md, C1 and C3).
// The solo sequencer and a host deliver so.
import { equalBytes } from '@suyuan/log';

import type { Application, AppliedStatus, Block } from './ordering.ts';
import { OrderingFault } from './ordering-fault.ts';
import type { Retry } from './retry.ts';
import { createSignal } from './signal.ts';

/** A block, and the app hash of the height before it. */
export interface ChainedBlock extends Block {
  readonly previousAppHash: Uint8Array;
}

/** Where the blocks are. */
export interface DeliverySource {
  /** The greatest height that can be read. */
  readonly head: () => number;
  /** Some blocks from this height on, at least one where there is one. */
  readonly read: (fromHeight: number) => Promise<readonly ChainedBlock[]>;
  readonly retry: Retry;
  readonly onDelivered: (height: number) => void;
}

/** One node's delivery. */
export interface Delivery {
  readonly application: Application;
  /** The last height this node is known to have applied. */
  readonly applied: () => AppliedStatus;
  /** Tells it that the head moved. */
  readonly wake: () => void;
  readonly stop: () => Promise<void>;
}

/**
 * Starts delivery; a node that is ahead of the blocks gets none until they are there. `onBroken` gets what no retry
 * can mend; delivery to this node has ended then.
 */
export async function startDelivery(
  source: DeliverySource,
  application: Application,
  onBroken: (error: unknown) => void,
): Promise<Delivery> {
  let applied = await application.status();
  const stopping = new AbortController();
  let pending: readonly ChainedBlock[] = [];
  const signal = createSignal();

  const deliverNext = async (): Promise<void> => {
    if (pending[0]?.height !== applied.height + 1) pending = await source.read(applied.height + 1);
    const block = pending[0];
    if (block === undefined) throw new OrderingFault('block_missing', 'a stored block is gone');
    if (!equalBytes(block.previousAppHash, applied.appHash))
      throw new OrderingFault(
        'app_hash_differs',
        `the state at height ${applied.height} is not the network's`,
      );
    const { appHash } = await application.deliver(block);
    pending = pending.slice(1);
    applied = { height: block.height, appHash };
    source.onDelivered(block.height);
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (applied.height >= source.head()) {
        await signal.wait();
        continue;
      }
      await source.retry(deliverNext, {
        signal: stopping.signal,
        storedBefore: 'block_pkey',
        recover: async () => {
          applied = await application.status();
          pending = [];
          source.onDelivered(applied.height);
          return applied.height >= source.head();
        },
      });
    }
  };
  const running = run().catch(onBroken);
  return {
    application,
    applied: () => applied,
    wake: signal.notify,
    stop: async () => {
      stopping.abort();
      signal.notify();
      await running;
    },
  };
}

// A lost folder of CometBFT is built anew beside the database of the node: the blocks come from the other
// organisations, from the first one on, and are only compared with what the database has, until its height is reached.
// What this validator may have signed is unknown then, so it signs nothing up to a height that it can't have been
// beyond (spec/ordering.md, O13).
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { appHashOf, applyBlock, genesisState } from '@suyuan/ledger';
import type { LedgerState } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';
import { assert, equalBytes } from '@suyuan/log';

import { readPrivateFile, writePrivateFile } from '../../keys/private-file.ts';
import { validatorChanges } from '../../ledger-store/validator-changes.ts';
import type { AppliedStatus, Application, Block } from '../ordering.ts';
import { OrderingFault } from '../ordering-fault.ts';

/** An order to build the folder anew. */
export interface RebuildOrder {
  /** The highest block of the others when the order was given. */
  readonly heardHeight: number;
}

/** Blocks that may be under way above one that is known to be decided. */
const UNDER_WAY = 2;
/** With fewer validators every vote is needed, so one that keeps silent stops the network for good. */
export const REBUILD_VALIDATORS_MIN = 4;

function orderFileOf(home: string): string {
  return join(home, 'rebuild.json');
}

/** Puts what is left of the folder aside and gives the order; gives where it was put. */
export async function orderRebuild(home: string, order: RebuildOrder): Promise<string | undefined> {
  const aside = `${home}-before-${order.heardHeight}`;
  const moved = await rename(home, aside).then(
    () => aside,
    () => undefined,
  );
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writePrivateFile(orderFileOf(home), `${JSON.stringify(order)}\n`);
  return moved;
}

/** The order that stands; undefined where there is none. */
export async function readRebuildOrder(home: string): Promise<RebuildOrder | undefined> {
  const stored = await readPrivateFile(orderFileOf(home));
  if (stored === undefined) return undefined;
  const { heardHeight }: RebuildOrder = JSON.parse(stored.toString('utf8')); // its own file
  assert(Number.isSafeInteger(heardHeight) && heardHeight >= 0, 'an order names a height');
  return { heardHeight };
}

/** Ends the order. */
export async function endRebuild(home: string): Promise<void> {
  await rm(orderFileOf(home), { force: true });
}

/**
 * The last height at which a validator may have signed before it lost its record. It votes on a block only once its
 * own database has the one before; where the database came from a backup, the others have been as far.
 */
export function lastSigned({ heardHeight }: RebuildOrder, appliedHeight: number): number {
  return Math.max(appliedHeight + 1, heardHeight + UNDER_WAY);
}

/** What rebuilding needs. */
export interface RebuildOptions {
  readonly application: Application;
  /** What the database has. */
  readonly applied: AppliedStatus;
  readonly crypto: Crypto;
  readonly genesis: Uint8Array;
  /** The height of the database is reached. */
  readonly onDone: () => Promise<void>;
}

/**
 * The application as CometBFT has to see it meanwhile: at the first block, and changing nothing until it has caught up
 * with the database. Blocks that lead to another state than the database's are `app_hash_differs`.
 */
export function createRebuilding(options: RebuildOptions): Application {
  const { application, applied, crypto } = options;
  const genesis = genesisState(crypto, options.genesis);
  assert(genesis.ok, 'the ledger has accepted the genesis');
  let state: LedgerState | undefined = genesis.value;
  let computed: { readonly block: Block; readonly after: LedgerState } | undefined;
  const compute = (before: LedgerState, block: Block): LedgerState => {
    assert(block.height === before.height + 1, 'blocks are delivered in order');
    if (computed?.block !== block) computed = { block, after: applyBlock(crypto, before, block).state };
    return computed.after;
  };
  return {
    ...application,
    status: async () =>
      state === undefined
        ? await application.status()
        : { height: state.height, appHash: appHashOf(crypto, state) },
    compute: async (block) => {
      if (state === undefined) return await application.compute(block);
      const after = compute(state, block);
      return { appHash: appHashOf(crypto, after), validatorChanges: validatorChanges(crypto, state, after) };
    },
    deliver: async (block) => {
      if (state === undefined) return await application.deliver(block);
      state = compute(state, block);
      const appHash = appHashOf(crypto, state);
      if (block.height < applied.height) return { appHash };
      if (!equalBytes(appHash, applied.appHash))
        throw new OrderingFault(
          'app_hash_differs',
          `the blocks of the network lead to another state at height ${applied.height} than the database of this node has. Restore the database from a backup; it then catches up.`,
        );
      await options.onDone();
      state = undefined;
      computed = undefined;
      return { appHash };
    },
  };
}

// A block together with everything it changed: what is written in its one transaction, and what listeners hear of
// after the commit.
import type { Entry, LedgerState, StateChange } from '@suyuan/ledger';

import type { Transaction } from '../database/database.ts';
import type { Misbehavior } from '../ordering/ordering.ts';

/** One applied block. Nothing in it is durable before `Ledger.onApplied` hears of it. */
export interface AppliedBlock {
  readonly height: number;
  readonly before: LedgerState;
  readonly after: LedgerState;
  readonly appHash: Uint8Array;
  /** Whose misbehaviour at voting the block proves. */
  readonly misbehavior: readonly Misbehavior[];
  /** What the block added to the log, refused statements included, in order. */
  readonly entries: readonly Entry[];
  /** What the block changed in the state, each key once. */
  readonly changes: readonly StateChange[];
}

/** Something that stores its own rows in the transaction of a block. When it throws, the block is not applied. */
export type ApplyHook = (tx: Transaction, block: AppliedBlock) => Promise<void>;

// The port between a node and whatever puts statements in order: submit bytes, get blocks delivered in order,
// exactly once per height, with the state they produced (spec/checkpoint.md, C1). `solo-sequencer.ts` and
// `cometbft/cometbft-ordering.ts` implement it.
import type { Rejection, Result } from '@suyuan/log';

/** A validator that the engine has convicted, by two of its own signatures, of breaking the rules of voting. */
export interface Misbehavior {
  /** It signed two blocks of one height, or two chains to deceive those who follow by headers only. */
  readonly kind: 'double_vote' | 'light_client_attack';
  /** First 20 bytes of SHA-256 of its validator key, upper-case hexadecimal. */
  readonly address: string;
  /** At which it did so. */
  readonly height: number;
}

/** Statements decided together. Heights start at 1 and have no gaps. */
export interface Block {
  readonly height: number;
  readonly statements: readonly Uint8Array[];
  /** Whose misbehaviour the block proves; it changes nothing in the ledger. */
  readonly misbehavior?: readonly Misbehavior[];
}

/** What an application has applied and made durable: height 0 is genesis. */
export interface AppliedStatus {
  readonly height: number;
  readonly appHash: Uint8Array;
}

/** A validator's key that begins or ends to vote. */
export interface ValidatorChange {
  /** Raw Ed25519 key, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly votes: boolean;
}

/** What a block leads to. */
export interface BlockOutcome {
  readonly appHash: Uint8Array;
  /** Ascending by key: the same on every node. */
  readonly validatorChanges: readonly ValidatorChange[];
}

/** The state machine behind the port. Only `deliver` changes anything, and it alone waits for the disk. */
export interface Application {
  /** The height that is durable now. Asked at the start and after every fault of `deliver`. */
  readonly status: () => Promise<AppliedStatus>;
  /** Whether a statement may wait for a block: parsed, signed, not expired, not spent. */
  readonly check: (statement: Uint8Array) => Promise<Result<void, Rejection>>;
  /** Those of the candidates that may stand together in the next block, in order, `bytesMax` bytes in all. */
  readonly select: (candidates: readonly Uint8Array[], bytesMax: number) => Promise<readonly Uint8Array[]>;
  /** Whether every statement of a proposed block may stand in the next block. */
  readonly accept: (statements: readonly Uint8Array[]) => Promise<boolean>;
  /**
   * What the block that follows `status().height` would lead to. Nothing changes, so it may be asked again, of the
   * same block or another. A `deliver` of the very same object does not compute it again.
   */
  readonly compute: (block: Block) => Promise<BlockOutcome>;
  /**
   * Applies the block that follows `status().height`. On return it is durable; when it throws, it was applied or
   * not, and `status` tells which.
   */
  readonly deliver: (block: Block) => Promise<{ readonly appHash: Uint8Array }>;
}

/** Why a statement was not taken. Codes of the application's `check` pass through unchanged. */
export type SubmitRejection =
  | Rejection
  | { readonly code: 'queue_full'; readonly statements: number; readonly bytes: number }
  | { readonly code: 'ordering_stopped' };

/** Whether the organisations that vote are there, as the engine of this node sees it. */
export interface OrderingHealth {
  /** Organisations that vote, and how many of them a block needs. */
  readonly validators: number;
  readonly quorum: number;
  /** Those of them that are not connected, or do not vote although something waits; ascending. */
  readonly silent: readonly string[];
  /** How many more of them must be there before anything is ordered; 0 where enough are. */
  readonly waitingFor: number;
}

/** One node's connection to the order of its network. */
export interface Ordering {
  /**
   * Resolves once the statement waits for a block. Waiting is not durable: who needs the statement ordered keeps
   * its bytes and submits them again. Submitting the same bytes again is harmless.
   */
  readonly submit: (statement: Uint8Array) => Promise<Result<void, SubmitRejection>>;
  /** Whether what orders runs beside this node; false before `start` and after `stop`. */
  readonly isRunning: () => boolean;
  /** Begins to deliver, from the application's height on. */
  readonly start: (application: Application) => Promise<void>;
  /** Ends after the block that is being delivered; nothing is delivered afterwards. */
  readonly stop: () => Promise<void>;
  /** The proofs of misbehaviour in the block of this height, as the engine keeps them; undefined where it does not answer. */
  readonly evidenceAt?: (height: number) => Promise<readonly unknown[] | undefined>;
  /** Undefined where it is not known, or where nobody else is needed. */
  readonly health?: () => OrderingHealth | undefined;
}

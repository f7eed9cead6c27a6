// The ledger of one node: its state in memory, and the one transaction that makes a block durable. The state is
// swapped after COMMIT only, so readers never see what may still be undone
// (spec/checkpoint.md, C2).
import type { LedgerState } from '@suyuan/ledger';
import {
  acceptProposal,
  appHashOf,
  applyBlock,
  checkStatement,
  genesisState,
  rowsOf,
  selectStatements,
} from '@suyuan/ledger';
import type { Crypto, Rejection, Result } from '@suyuan/log';
import { assert, equalBytes, ok } from '@suyuan/log';

import type { Reach } from '../crash-point.ts';
import type { Database } from '../database/database.ts';
import type { Application, Block, BlockOutcome } from '../ordering/ordering.ts';
import type { AppliedBlock, ApplyHook } from './applied-block.ts';
import type { StoredHead } from './load-state.ts';
import { readHead, readState } from './load-state.ts';
import type { LogReader } from './log-reader.ts';
import { createLogReader } from './log-reader.ts';
import { validatorChanges } from './validator-changes.ts';
import { writeBatches } from './write-batches.ts';
import { writeBlock } from './write-block.ts';

/** What a ledger needs. */
export interface LedgerOptions {
  readonly database: Database;
  /** Best with `rememberSignatures`: a statement is checked again when it is proposed and when it is applied. */
  readonly crypto: Crypto;
  readonly genesis: Uint8Array;
  /** Whose node this is. */
  readonly organization: string;
  readonly reach: Reach;
  /** Told of each statement that may not be ordered, and of each proposal with one: where it came in, and why. */
  readonly onRefused?: (door: 'check' | 'proposal', code: string) => void;
}

/** The ledger of one node. */
export interface Ledger {
  /** The state after the last durable block: an immutable value. */
  readonly state: () => LedgerState;
  readonly log: LogReader;
  /** What the ordering drives. */
  readonly application: Application;
  /** Lets rows of others join the transaction of every block. Before ordering starts. */
  readonly join: (hook: ApplyHook) => void;
  /** Calls the listener after each commit, in order. It must neither throw nor wait. */
  readonly onApplied: (listener: (block: AppliedBlock) => void) => void;
}

/** Opens the ledger; the first time it stores the state of the genesis. Rejects a genesis that breaks its rules. */
export async function openLedger(options: LedgerOptions): Promise<Result<Ledger, Rejection>> {
  const { database, crypto } = options;
  const genesis = genesisState(crypto, options.genesis);
  if (!genesis.ok) return genesis;
  const log = createLogReader(crypto.sha256, database);
  const head = (await readHead(database)) ?? (await storeGenesis(database, crypto, genesis.value));
  return ok(new StoredLedger(options, log, await readState(database, crypto, log, head)));
}

async function storeGenesis(database: Database, crypto: Crypto, state: LedgerState): Promise<StoredHead> {
  const appHash = appHashOf(crypto, state);
  const changes = rowsOf(state).map(([key, value]) => ({ key, value }));
  const block = {
    height: state.height,
    before: state,
    after: state,
    appHash,
    entries: [],
    changes,
    misbehavior: [],
  };
  await database.transact(async ({ sql }) => await writeBlock(sql, crypto, block));
  return { height: state.height, appHash, logSize: 0 };
}

class StoredLedger implements Ledger {
  readonly log: LogReader;
  readonly application: Application;
  readonly #options: LedgerOptions;
  readonly #hooks: ApplyHook[] = [];
  readonly #listeners: ((block: AppliedBlock) => void)[] = [];
  #state: LedgerState;
  /** The last block that was computed. */
  #computed: { readonly block: Block; readonly applied: AppliedBlock } | undefined;
  /** Applied, and not known to be durable. */
  #pending: AppliedBlock | undefined;

  constructor(options: LedgerOptions, log: LogReader, state: LedgerState) {
    const { crypto, onRefused = (): void => undefined } = options;
    this.#options = options;
    this.#state = state;
    this.log = log;
    this.application = {
      status: () => this.#status(),
      check: async (statement) => {
        const checked = checkStatement(crypto, this.#state, statement);
        if (checked.ok) return ok(undefined);
        onRefused('check', checked.error.code);
        return checked;
      },
      select: async (candidates, bytesMax) => selectStatements(crypto, this.#state, candidates, { bytesMax }),
      accept: async (statements) => {
        const isRight = acceptProposal(crypto, this.#state, statements);
        if (!isRight) onRefused('proposal', 'proposal_invalid');
        return isRight;
      },
      compute: async (block) => this.#outcomeOf(block),
      deliver: (block) => this.#deliver(block),
    };
  }

  state(): LedgerState {
    return this.#state;
  }

  join(hook: ApplyHook): void {
    this.#hooks.push(hook);
  }

  onApplied(listener: (block: AppliedBlock) => void): void {
    this.#listeners.push(listener);
  }

  #compute(block: Block): AppliedBlock {
    const { crypto } = this.#options;
    const before = this.#state;
    if (this.#computed?.block === block && this.#computed.applied.before === before)
      return this.#computed.applied;
    const { height } = block;
    assert(height === before.height + 1, 'blocks are delivered in order');
    const { state: after, entries, changes } = applyBlock(crypto, before, block);
    const { misbehavior = [] } = block;
    const appHash = appHashOf(crypto, after);
    const applied = { height, before, after, appHash, misbehavior, entries, changes };
    this.#computed = { block, applied };
    return applied;
  }

  #outcomeOf(block: Block): BlockOutcome {
    const { before, after, appHash } = this.#compute(block);
    return { appHash, validatorChanges: validatorChanges(this.#options.crypto, before, after) };
  }

  async #deliver(decided: Block): Promise<{ readonly appHash: Uint8Array }> {
    const { database, crypto, organization, reach } = this.#options;
    const block = this.#compute(decided);
    this.#pending = block;
    await database.transact(async (tx) => {
      await writeBlock(tx.sql, crypto, block);
      await writeBatches(tx.sql, crypto, organization, block);
      for (const hook of this.#hooks) await hook(tx, block);
      await reach('apply.before_commit');
    });
    await reach('apply.committed');
    this.#swap(block);
    return { appHash: block.appHash };
  }

  /** Asks the database, since a COMMIT whose answer was lost may have been done. */
  async #status(): Promise<{ readonly height: number; readonly appHash: Uint8Array }> {
    const head = await readHead(this.#options.database);
    assert(head !== undefined, 'an open ledger has a genesis row');
    const pending = this.#pending;
    if (pending !== undefined && head.height === pending.height) {
      assert(equalBytes(head.appHash, pending.appHash), 'only this ledger writes blocks');
      this.#swap(pending);
    }
    assert(head.height === this.#state.height, 'only this ledger writes blocks');
    return head;
  }

  #swap(block: AppliedBlock): void {
    this.#pending = undefined;
    this.#computed = undefined;
    this.#state = block.after;
    for (const listener of this.#listeners) listener(block);
  }
}

// Brings the acts of this node into the log: each signed with a number that is given once, durable before it leaves,
// submitted until it is ordered or can never be, and followed until it is decided (spec/governance.md, N6 to N9).
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

import { foreseeStatement, pendingActOf, signStatement, viewOf } from '@suyuan/ledger';
import type { Entry } from '@suyuan/ledger';
import { assert } from '@suyuan/log';

import { DatabaseFault } from '../database/database-fault.ts';
import { allotSequence } from '../report/allot-sequence.ts';
import { holdsStatementKey, isSpent, VALID_BLOCKS } from '../report/is-spent.ts';
import { bodyOf, readOpenPlans, readPlan } from './act-store.ts';
import type { ActRow } from './act-store.ts';
import type { GovernanceContext } from './governance-context.ts';

/** Silence after which a statement is submitted again. */
const RESUBMIT_MS = 5_000;
const PAUSE_MS = 500;

/** The worker of one organisation. */
export interface ActWorker {
  /** Takes up everything that an earlier process left. */
  readonly start: () => Promise<void>;
  /** Takes up a plan that was just committed. */
  readonly enqueue: (plan: number) => void;
  /** Ends after the steps that are under way; the rows say where to go on. */
  readonly stop: () => Promise<void>;
}

/** What the worker needs beside its surroundings. */
export interface ActWorkerOptions extends GovernanceContext {
  readonly onApplied: (listener: (block: { readonly entries: readonly Entry[] }) => void) => void;
  /** Gets what no retry can mend: a bug. */
  readonly onBroken: (error: unknown) => void;
}

/** A worker that does nothing before `start` or `enqueue`. */
export function createActWorker(options: ActWorkerOptions): ActWorker {
  return new Worker(options);
}

class Worker implements ActWorker {
  readonly #options: ActWorkerOptions;
  readonly #stopping = new AbortController();
  readonly #running = new Map<number, Promise<void>>();
  /** Told of every block that held statements. */
  readonly #waiting = new Set<() => void>();

  constructor(options: ActWorkerOptions) {
    this.#options = options;
    setMaxListeners(0, this.#stopping.signal);
    options.onApplied(({ entries }) => {
      if (entries.length > 0) for (const wake of this.#waiting) wake();
    });
  }

  readonly start = async (): Promise<void> => {
    for (const plan of await this.#options.database.read(readOpenPlans)) this.enqueue(plan);
  };

  readonly enqueue = (plan: number): void => {
    if (this.#stopping.signal.aborted || this.#running.has(plan)) return;
    const run = this.#runPlan(plan)
      .catch((error: unknown) => {
        if (!this.#stopping.signal.aborted) this.#options.onBroken(error);
      })
      .finally(() => this.#running.delete(plan));
    this.#running.set(plan, run);
  };

  readonly stop = async (): Promise<void> => {
    this.#stopping.abort();
    await Promise.all(this.#running.values());
  };

  async #runPlan(plan: number): Promise<void> {
    const { database } = this.#options;
    await this.#options.reach('governance.planned');
    const rows = (await this.#retry(() => database.read((db) => readPlan(db, plan)))) ?? [];
    if (rows[0]?.chained !== true) {
      await Promise.all(rows.map(({ id }) => this.#runAct(id)));
      return;
    }
    for (const { id } of rows) {
      const status = await this.#runAct(id);
      if (status === undefined) return;
      if (status !== 'applied') return await this.#cancelRest(plan);
    }
  }

  /** Its final status; undefined where the worker stops first. */
  async #runAct(id: number): Promise<ActRow['status'] | undefined> {
    while (!this.#stopping.signal.aborted) {
      const next = this.#nextBlock();
      const row = await this.#retry(() => this.#read(id));
      if (row === undefined) break;
      if (row.status === 'planned' && !holdsStatementKey(this.#options)) await this.#awaitKey(row, next);
      else if (row.status === 'planned') await this.#retry(() => this.#sign(row));
      else if (row.status === 'sending') await this.#order(row, next);
      else if (row.status === 'pending') await this.#awaitVotes(row, next);
      else {
        next.forget();
        return row.status;
      }
      next.forget();
    }
    return undefined;
  }

  async #read(id: number): Promise<ActRow> {
    const { database } = this.#options;
    return await database.read((db) =>
      db.selectFrom('governance_act').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    );
  }

  /** The key was replaced elsewhere, or is not registered yet: a block changes that, or another key file at the next start. */
  async #awaitKey({ id }: ActRow, next: Wake): Promise<void> {
    this.#options.logger.warn(
      { act: id },
      'an act waits: the ledger does not have the statement key of this node',
    );
    await next.within(undefined, this.#stopping.signal);
  }

  /** Asks the rules once more, then signs; number and bytes are stored together. */
  async #sign(row: ActRow): Promise<void> {
    const { database, crypto, organization, network, signer, reach } = this.#options;
    const body = bodyOf(row);
    const state = this.#options.state();
    const issuer = { issuer: organization, signedWith: 'statement' } as const;
    const { outcome } = foreseeStatement(crypto, state, issuer, body);
    if (outcome.status === 'refused') {
      const { code, about = null } = outcome.rejection;
      await this.#finish(row, {
        status: 'refused',
        refusal: code,
        about: about === null ? null : String(about),
      });
      return;
    }
    const lastValidHeight = state.height + VALID_BLOCKS;
    await database.transact(async (tx) => {
      const sequence = await allotSequence(tx, viewOf(crypto, state), organization);
      const statement = signStatement(
        crypto,
        { network, issuer: organization, sequence, lastValidHeight, body },
        signer,
      );
      await tx.sql
        .updateTable('governance_act')
        .set({ status: 'sending', sequence, statement, last_valid_height: lastValidHeight })
        .where('id', '=', row.id)
        .where('status', '=', 'planned')
        .execute();
    });
    await reach('governance.signed');
  }

  /** Submits until the row is settled by its block, or the bytes can never be ordered: then it is signed anew. */
  async #order(row: ActRow, next: Wake): Promise<void> {
    const { sequence, last_valid_height: lastValidHeight, statement } = row;
    assert(
      sequence !== null && lastValidHeight !== null && statement !== null,
      'what is being sent was signed',
    );
    if (isSpent(this.#options, { sequence, lastValidHeight, statement })) {
      await this.#retry(() => this.#withdraw(row));
      return;
    }
    const submitted = await this.#options.submit(statement);
    if (submitted.ok) await this.#options.reach('governance.submitted');
    else this.#options.logger.info({ act: row.id, code: submitted.error.code }, 'an act waits to be ordered');
    await next.within(submitted.ok ? RESUBMIT_MS : PAUSE_MS, this.#stopping.signal);
  }

  /** Its own block would have settled the row in the same transaction, so the bytes were not ordered and never will be. */
  async #withdraw({ id, statement }: ActRow): Promise<void> {
    await this.#options.database.transact(async (tx) => {
      await tx.sql
        .updateTable('governance_act')
        .set({ status: 'planned', statement: null, sequence: null, last_valid_height: null })
        .where('id', '=', id)
        .where('status', '=', 'sending')
        .where('statement', '=', statement)
        .execute();
    });
  }

  async #awaitVotes(row: ActRow, next: Wake): Promise<void> {
    const { crypto } = this.#options;
    assert(row.entry !== null, 'what waits for votes has an entry');
    if (pendingActOf(crypto, this.#options.state(), row.entry) === undefined) {
      // Decided in the same transaction as its block; where the row still waits, its time is over.
      const now = await this.#retry(() => this.#read(row.id));
      if (now?.status === 'pending') await this.#retry(() => this.#finish(row, { status: 'lapsed' }));
      return;
    }
    await next.within(undefined, this.#stopping.signal);
  }

  async #finish(
    row: ActRow,
    values: { readonly status: ActRow['status']; readonly refusal?: string; readonly about?: string | null },
  ): Promise<void> {
    await this.#options.database.transact(async (tx) => {
      await tx.sql
        .updateTable('governance_act')
        .set({ finished_at: new Date(this.#options.clock.now()), ...values })
        .where('id', '=', row.id)
        .where('status', '=', row.status)
        .execute();
    });
  }

  async #cancelRest(plan: number): Promise<void> {
    await this.#retry(() =>
      this.#options.database.transact(async (tx) => {
        await tx.sql
          .updateTable('governance_act')
          .set({ status: 'cancelled', finished_at: new Date(this.#options.clock.now()) })
          .where('plan', '=', plan)
          .where('status', '=', 'planned')
          .execute();
      }),
    );
  }

  /** A wait that hears of blocks from now on, so that none between reading and waiting is missed. */
  #nextBlock(): Wake {
    const controller = new AbortController();
    const wake = (): void => controller.abort();
    this.#waiting.add(wake);
    return {
      within: async (ms, stopping) => {
        const signal = AbortSignal.any([controller.signal, stopping]);
        if (ms !== undefined) await pause(ms, undefined, { signal }).catch(() => undefined);
        else if (!signal.aborted)
          await new Promise<void>((resolve) =>
            signal.addEventListener('abort', () => resolve(), { once: true }),
          );
      },
      forget: () => this.#waiting.delete(wake),
    };
  }

  /** Runs work until the database lets it; undefined where the worker stops first. */
  async #retry<T>(work: () => Promise<T>): Promise<T | undefined> {
    while (!this.#stopping.signal.aborted) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof DatabaseFault)) throw error;
        this.#options.logger.warn({ code: error.code }, 'an act waits for the database');
      }
      await pause(PAUSE_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
    return undefined;
  }
}

/** A wait for the next block with statements. */
interface Wake {
  /** Resolves at the block, after `ms` where given, or when the worker stops. */
  readonly within: (ms: number | undefined, stopping: AbortSignal) => Promise<void>;
  readonly forget: () => void;
}

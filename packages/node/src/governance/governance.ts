// Governance of one node put together: wishes become statements, are judged before they are sent, stored, sent and
// followed (spec/governance.md).
import type { GovernanceAct, GovernanceWish } from '@suyuan/api';
import type { Entry } from '@suyuan/ledger';
import { viewOf } from '@suyuan/ledger';
import type { Rejection, Result } from '@suyuan/log';
import { ok, reject } from '@suyuan/log';

import type { Transaction } from '../database/database.ts';
import { readPlan, storePlan } from './act-store.ts';
import { createActWorker } from './act-worker.ts';
import { buildActs } from './build-acts.ts';
import type { BuiltActs, Joining, WishRejection } from './build-acts.ts';
import { foreseeActs } from './foresee-acts.ts';
import type { Foresee, ForeseenAct } from './foresee-acts.ts';
import type { GovernanceContext } from './governance-context.ts';
import { handIn } from './hand-in.ts';
import type { HandedIn } from './hand-in.ts';
import { saltNote } from './salt-note.ts';
import { showAct } from './show-acts.ts';

/** The acts of one request. */
export interface ShownPlan {
  readonly plan: number;
  readonly acts: GovernanceAct[];
}

/** Acts as they would go. */
export interface Preview {
  readonly built: BuiltActs;
  readonly acts: readonly ForeseenAct[];
  readonly isAllowed: boolean;
}

/** What governance needs. */
export interface GovernanceOptions extends GovernanceContext {
  readonly onApplied: (listener: (block: { readonly entries: readonly Entry[] }) => void) => void;
  readonly onBroken: (error: unknown) => void;
  /** The request to join of this number, where it waits. */
  readonly joiningOf: (request: number) => Promise<Joining | undefined>;
}

/** Governance of one node. */
export interface Governance {
  /** The state as it is now, for showing. */
  readonly now: () => Foresee;
  /** What a wish would lead to; nothing is signed. */
  readonly preview: (wish: GovernanceWish) => Promise<Result<Preview, WishRejection>>;
  /** Stores the acts of a wish and begins to send them; `refused` where the ledger would refuse one of them now. */
  readonly issue: (
    wish: GovernanceWish,
    createdBy: string,
    onStored: (tx: Transaction, plan: ShownPlan) => Promise<void>,
  ) => Promise<Result<ShownPlan | { readonly refused: ForeseenAct }, WishRejection>>;
  /** Takes what a recovery key has signed elsewhere. */
  readonly handIn: (
    statement: Uint8Array,
  ) => Promise<Result<HandedIn, Rejection & { readonly about?: string | number }>>;
  readonly readPlan: (plan: number) => Promise<ShownPlan | undefined>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Puts it together; nothing is sent before `start`. */
export function createGovernance(options: GovernanceOptions): Governance {
  const { database, crypto, organization, peers, random } = options;
  const worker = createActWorker(options);
  const now = (): Foresee => ({
    crypto,
    state: options.state(),
    organization,
    nameOf: (id) => peers.nameOf(id),
  });
  const prepare = async (
    wish: GovernanceWish,
    salt: Uint8Array | undefined,
  ): Promise<Result<Preview, WishRejection>> => {
    const joining = wish.kind === 'admission' ? await options.joiningOf(wish.request) : undefined;
    const note = noteOf(wish);
    const digest = note === undefined || salt === undefined ? null : saltNote(crypto, salt, note);
    const newKeys = wish.kind === 'key_rotation' ? await options.keys.prepare(wish.purposes) : [];
    if (newKeys === undefined)
      return reject({ code: 'governance_wish_invalid', detail: 'this node holds no key for a purpose' });
    const view = viewOf(crypto, options.state());
    const built = buildActs(wish, { view, organization, digest, newKeys, joining });
    if (!built.ok) return built;
    const acts = foreseeActs(now(), built.value);
    return ok({ built: built.value, acts, isAllowed: acts.every(({ outcome }) => outcome !== 'refused') });
  };
  return {
    now,
    preview: async (wish) => await prepare(wish, undefined),
    issue: async (wish, createdBy, onStored) => {
      const note = noteOf(wish);
      const salt = note === undefined ? undefined : random(32);
      const prepared = await prepare(wish, salt);
      if (!prepared.ok) return prepared;
      const refused = prepared.value.acts.find(({ outcome }) => outcome === 'refused');
      if (refused !== undefined) return ok({ refused });
      const stored = await database.transact(async (tx) => {
        const plan = await storePlan(tx, prepared.value.built, { createdBy, note, salt });
        const rows = await readPlan(tx.sql, plan);
        const shown = { plan, acts: rows.map((row) => showAct(now(), row)) };
        await onStored(tx, shown);
        return shown;
      });
      worker.enqueue(stored.plan);
      return ok(stored);
    },
    handIn: async (statement) => await handIn(options, statement),
    readPlan: async (plan) => {
      const rows = await database.read((db) => readPlan(db, plan));
      return rows.length === 0 ? undefined : { plan, acts: rows.map((row) => showAct(now(), row)) };
    },
    start: worker.start,
    stop: worker.stop,
  };
}

function noteOf(wish: GovernanceWish): string | undefined {
  const note = 'note' in wish ? wish.note : undefined;
  return note === '' ? undefined : note;
}

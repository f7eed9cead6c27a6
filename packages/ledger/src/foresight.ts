// What a statement would do, and who must still agree to what waits: questions that change nothing, answered by the
// same rules as a block (spec/ledger.md, G8 to G15).
import type { Crypto } from '@suyuan/log';

import { draftOn } from './draft.ts';
import type { KeyPurpose } from './key.ts';
import type { LedgerState } from './ledger-state.ts';
import type { Outcome } from './rules/act.ts';
import { applyStatement, electorateOfAct } from './rules/act.ts';
import type { RuleContext } from './rules/rule.ts';
import type { StateChange, StateTree } from './state-tree.ts';
import { changeTree } from './state-tree.ts';
import type { PendingValue } from './state-values.ts';
import { tables } from './state-values.ts';
import type { StatementBody } from './statement.ts';
import { parseBody } from './statement.ts';
import { organizationsOf, pendingOf, viewOf } from './view.ts';

/** Who would issue a statement, and with a key of which purpose. */
export interface Issuer {
  readonly issuer: string;
  readonly signedWith: KeyPurpose;
}

/** What would become of a statement if the next block held it alone. */
export interface Foresight {
  /** The entry that it would have. */
  readonly entry: number;
  readonly outcome: Outcome;
  /** Empty where it is refused. Its sequence number is not counted. */
  readonly changes: readonly StateChange[];
  /** The state with these changes, to be asked further; its log and height are those of before. */
  readonly after: LedgerState;
}

/** Asks the rules about a body; nothing is signed and nothing changes. Forms are not checked, only rules. */
export function foreseeStatement(
  crypto: Crypto,
  state: LedgerState,
  by: Issuer,
  body: StatementBody,
): Foresight {
  const draft = draftOn(crypto, state.tree);
  const nested = draft.nested();
  const entry = state.log.size;
  const outcome = applyStatement(
    { ...contextOf(crypto, state, by, entry), draft: nested, read: nested.read },
    body,
  );
  if (outcome.status !== 'refused') nested.keep();
  const changes = draft.changes();
  const tree: StateTree = changeTree(crypto.sha256, state.tree, changes);
  return { entry, outcome, changes, after: { height: state.height, log: state.log, tree } };
}

/** An act that waits for votes. */
export interface PendingAct extends PendingValue {
  /** Its entry. */
  readonly entry: number;
  readonly act: StatementBody;
  /** Who may vote, those who have included. */
  readonly voters: readonly string[];
  /** Approvals that decide it. For invitations to a channel each approval counts for itself. */
  readonly needed: number;
  /** Voters that have neither approved nor rejected. */
  readonly missing: readonly string[];
}

/** One act that waits, with its voters as they are now; undefined once it is decided or its time is over. */
export function pendingActOf(crypto: Crypto, state: LedgerState, entry: number): PendingAct | undefined {
  const view = viewOf(crypto, state);
  const pending = pendingOf(view, entry);
  const act = pending && parseBody(pending.body);
  if (pending === undefined || act === undefined) return undefined;
  const by: Issuer = { issuer: pending.issuer, signedWith: 'statement' };
  const { voters, needed } = electorateOfAct(contextOf(crypto, state, by, entry), act);
  const hasVoted = new Set([...pending.approvals, ...pending.rejections]);
  return { ...pending, entry, act, voters, needed, missing: voters.filter((voter) => !hasVoted.has(voter)) };
}

/** Every act that waits for votes, oldest first. */
export function pendingActsOf(crypto: Crypto, state: LedgerState): readonly PendingAct[] {
  const view = viewOf(crypto, state);
  const entries = organizationsOf(view).flatMap((id) => view.read(tables.pending_by, id) ?? []);
  return entries.toSorted((a, b) => a - b).flatMap((entry) => pendingActOf(crypto, state, entry) ?? []);
}

function contextOf(
  crypto: Crypto,
  state: LedgerState,
  { issuer, signedWith }: Issuer,
  entry: number,
): RuleContext {
  const draft = draftOn(crypto, state.tree);
  const height = state.height + 1;
  return {
    crypto,
    draft,
    read: draft.read,
    height,
    issuer,
    signedWith,
    entry,
    sequence: 0,
    keyId: new Uint8Array(32),
  };
}

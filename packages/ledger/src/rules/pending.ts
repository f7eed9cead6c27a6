// Acts that wait for votes: kept in the state until decided, and for a bounded number of blocks
// (spec/ledger.md, G10 to G15).
import type { StatementBody } from '../statement.ts';
import { encodeBody } from '../statement.ts';
import { tables } from '../state-values.ts';
import { policyOf } from '../view.ts';
import type { RuleContext, RuleRejection } from './rule.ts';
import { refuse } from './rule.ts';

/** Most acts of one issuer that wait at a time. */
const PENDING_MAX = 32;

/** Refuses one more act where too many of the issuer wait. */
export function roomForPending(context: RuleContext): RuleRejection | undefined {
  return waitingOf(context).length >= PENDING_MAX ? refuse('too_many_pending', context.issuer) : undefined;
}

/** Lets the act wait. What waited too long goes away. */
export function openPending(context: RuleContext, body: StatementBody, approvals: readonly string[]): void {
  const waiting = waitingOf(context);
  for (const entry of context.read(tables.pending_by, context.issuer) ?? []) {
    if (!waiting.includes(entry)) context.draft.remove(tables.pending, entry);
  }
  context.draft.write(tables.pending_by, context.issuer, [...waiting, context.entry]);
  context.draft.write(tables.pending, context.entry, {
    issuer: context.issuer,
    body: encodeBody(body),
    expires: context.height + policyOf(context).pendingBlocksMax,
    approvals,
    rejections: [],
  });
}

/** Ends the waiting of an act. */
export function closePending(context: RuleContext, entry: number, issuer: string): void {
  context.draft.remove(tables.pending, entry);
  const rest = (context.read(tables.pending_by, issuer) ?? []).filter((other) => other !== entry);
  if (rest.length === 0) context.draft.remove(tables.pending_by, issuer);
  else context.draft.write(tables.pending_by, issuer, rest);
}

function waitingOf(context: RuleContext): readonly number[] {
  return (context.read(tables.pending_by, context.issuer) ?? []).filter((entry) => {
    const pending = context.read(tables.pending, entry);
    return pending !== undefined && pending.expires >= context.height;
  });
}

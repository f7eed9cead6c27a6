// From a statement that may be ordered to what becomes of it: refused, in force, or waiting for votes
// (spec/ledger.md, G8 to G15).
import type { StatementBody } from '../statement.ts';
import { parseBody } from '../statement.ts';
import type { ChannelFields, FieldsByKind, StatementKind, VoteFields } from '../statement-fields.ts';
import type { PendingValue } from '../state-values.ts';
import { tables } from '../state-values.ts';
import { isActive, organizationOf } from '../view.ts';
import { batchRule } from './batch.ts';
import { CHANNEL_MEMBERSHIPS_MAX, channelRule, withMember } from './channel.ts';
import { anchorRule, auditRule, grantRule } from './evidence.ts';
import { keyRule } from './key.ts';
import { organizationRule } from './organization.ts';
import { closePending, openPending, roomForPending } from './pending.ts';
import { resolutionRule } from './resolution.ts';
import type { Electorate, Rule, RuleContext, RuleRejection } from './rule.ts';
import { activationOf, refuse } from './rule.ts';
import { modulesRule, policyRule } from './settings.ts';
import { voidDoneRule, voidRule } from './void.ts';

/** What a vote decided about an act. */
export interface Decision {
  /** The entry of the act. */
  readonly entry: number;
  readonly status: 'applied' | 'rejected' | 'refused';
  /** With `refused`: approved, but no longer possible. */
  readonly rejection?: RuleRejection;
}

/** What became of a statement in the log. */
export type Outcome =
  | { readonly status: 'accepted'; readonly decision?: Decision }
  | { readonly status: 'pending' }
  | { readonly status: 'refused'; readonly rejection: RuleRejection };

const rules: { readonly [K in Exclude<StatementKind, 'vote'>]: Rule<FieldsByKind[K]> } = {
  batch: batchRule,
  void: voidRule,
  void_done: voidDoneRule,
  resolution: resolutionRule,
  organization: organizationRule,
  key: keyRule,
  modules: modulesRule,
  channel: channelRule,
  policy: policyRule,
  grant: grantRule,
  audit: auditRule,
  anchor: anchorRule,
};

/** Applies a statement, or says why not. A refusal may leave writes in the draft: the caller drops it. */
export function applyStatement(context: RuleContext, body: StatementBody): Outcome {
  const refusal = checkIssuer(context, body);
  if (refusal !== undefined) return { status: 'refused', rejection: refusal };
  if (body.kind === 'vote') return castVote(context, body.fields);
  const rule = ruleOf(body);
  const rejection = rule.check(context, body.fields);
  if (rejection !== undefined) return { status: 'refused', rejection };
  const electorate = rule.electorate(context, body.fields);
  const approvals = electorate?.voters.includes(context.issuer) === true ? [context.issuer] : [];
  if (electorate === undefined || approvals.length >= electorate.needed) {
    rule.apply(context, body.fields);
    return { status: 'accepted' };
  }
  const full = roomForPending(context);
  if (full !== undefined) return { status: 'refused', rejection: full };
  openPending(context, body, approvals);
  return { status: 'pending' };
}

/** Who decides an act that waits. Each invited organisation decides about itself. */
export function electorateOfAct(context: RuleContext, body: StatementBody): Electorate {
  if (body.kind === 'vote') return { voters: [], needed: 0 };
  if (body.kind === 'channel') {
    const voters = body.fields.invited.map(({ organization }) => organization);
    return { voters, needed: voters.length };
  }
  return electorateNow(context, body);
}

/** Where no vote is needed any more, the issuer's own word is enough. */
function electorateNow(
  context: RuleContext,
  body: Exclude<StatementBody, { readonly kind: 'vote' }>,
): Electorate {
  return ruleOf(body).electorate(context, body.fields) ?? { voters: [context.issuer], needed: 0 };
}

/** A suspended organisation may only change its keys and say that it deleted; a retired one only the latter. */
function checkIssuer(context: RuleContext, body: StatementBody): RuleRejection | undefined {
  const status = organizationOf(context, context.issuer)?.status;
  if (status === undefined) return refuse('organization_unknown', context.issuer);
  if (
    context.signedWith === 'recovery' &&
    (body.kind !== 'key' || body.fields.organization !== context.issuer)
  ) {
    return refuse('recovery_key_only_for_keys', context.issuer);
  }
  if (status === 'active' || body.kind === 'void_done') return undefined;
  if (status === 'retired') return refuse('organization_retired', context.issuer);
  const isOwnKey = body.kind === 'key' && body.fields.organization === context.issuer;
  return isOwnKey ? undefined : refuse('organization_suspended', context.issuer);
}

/** The rule of a kind, to be asked with the fields of that kind. */
function ruleOf(body: Exclude<StatementBody, { readonly kind: 'vote' }>): Rule<unknown> {
  return rules[body.kind];
}

function castVote(context: RuleContext, vote: VoteFields): Outcome {
  const pending = context.read(tables.pending, vote.entry);
  if (pending === undefined) return refused('act_unknown', vote.entry);
  if (pending.expires < context.height) return refused('act_expired', vote.entry);
  const body = parseBody(pending.body);
  if (body === undefined || body.kind === 'vote') return refused('act_unknown', vote.entry);
  if (pending.approvals.includes(context.issuer) || pending.rejections.includes(context.issuer)) {
    return refused('vote_exists', vote.entry);
  }
  const voted: PendingValue = vote.approves
    ? { ...pending, approvals: [...pending.approvals, context.issuer] }
    : { ...pending, rejections: [...pending.rejections, context.issuer] };
  if (body.kind === 'channel') return answerInvitation(context, vote, voted, body.fields);

  const act: RuleContext = { ...context, issuer: pending.issuer, entry: vote.entry };
  const rule = ruleOf(body);
  const electorate = electorateNow(act, body);
  if (!electorate.voters.includes(context.issuer)) return refused('not_entitled', context.issuer);
  const verdict = tally(electorate, voted);
  if (verdict === 'open') {
    context.draft.write(tables.pending, vote.entry, voted);
    return { status: 'accepted' };
  }
  closePending(context, vote.entry, pending.issuer);
  if (verdict === 'rejected') return decided({ entry: vote.entry, status: 'rejected' });
  const rejection = isActive(context, pending.issuer)
    ? rule.check(act, body.fields)
    : refuse('not_entitled', pending.issuer);
  if (rejection !== undefined) return decided({ entry: vote.entry, status: 'refused', rejection });
  rule.apply(act, body.fields);
  return decided({ entry: vote.entry, status: 'applied' });
}

function tally({ voters, needed }: Electorate, votes: PendingValue): 'approved' | 'rejected' | 'open' {
  const approvals = votes.approvals.filter((voter) => voters.includes(voter)).length;
  const rejections = votes.rejections.filter((voter) => voters.includes(voter)).length;
  if (approvals >= needed) return 'approved';
  return voters.length - rejections < needed ? 'rejected' : 'open';
}

/** Each invited organisation answers for itself. */
function answerInvitation(
  context: RuleContext,
  vote: VoteFields,
  voted: PendingValue,
  { channel, invited, activation }: ChannelFields,
): Outcome {
  const invitation = invited.find(({ organization }) => organization === context.issuer);
  const value = channel === null ? undefined : context.read(tables.channel, channel);
  if (invitation === undefined) return refused('not_entitled', context.issuer);
  if (channel === null || value === undefined) return refused('channel_unknown');
  if (vote.approves) {
    if (value.settings.at(-1)?.value.status === 'closed') return refused('channel_closed', channel);
    if (value.members.length >= 2 * CHANNEL_MEMBERSHIPS_MAX) return refused('channel_full', channel);
    const members = withMember(value.members, invitation, activationOf(context, activation));
    context.draft.write(tables.channel, channel, { ...value, members });
  }
  const isLast = voted.approvals.length + voted.rejections.length === invited.length;
  if (isLast) closePending(context, vote.entry, voted.issuer);
  else context.draft.write(tables.pending, vote.entry, voted);
  return decided({ entry: vote.entry, status: vote.approves ? 'applied' : 'rejected' });
}

function refused(...reason: Parameters<typeof refuse>): Outcome {
  return { status: 'refused', rejection: refuse(...reason) };
}

function decided(decision: Decision): Outcome {
  return { status: 'accepted', decision };
}

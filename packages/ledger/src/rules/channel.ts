// `channel`: opened and changed by the managing organisation, joined by who is invited and agrees, left at will
// (spec/ledger.md, G67 to G71).
import type { ChannelFields, Invitation } from '../statement-fields.ts';
import type { ChannelSettings, ChannelValue, Membership } from '../state-values.ts';
import { tables } from '../state-values.ts';
import { channelCountOf, latestOrganizationOf, networkOf } from '../view.ts';
import { withVersion } from '../versions.ts';
import { openPending, roomForPending } from './pending.ts';
import type { Rule, RuleContext, RuleRejection } from './rule.ts';
import { activationOf, FUTURE_VERSIONS_MAX, isManaging, issuerAlone, refuse } from './rule.ts';

/** Most stays in a channel, past ones included. */
export const CHANNEL_MEMBERSHIPS_MAX = 16_384;
/** Most channels. */
const CHANNELS_MAX = 65_536;

/** Opens or changes a channel. Whoever is invited is a member once its vote approves. */
export const channelRule: Rule<ChannelFields> = {
  check: (context, fields) => {
    if (fields.channel === null) return checkOpening(context, fields);
    const value = context.read(tables.channel, fields.channel);
    const latest = value?.settings.at(-1)?.value;
    if (value === undefined || latest === undefined) return refuse('channel_unknown', fields.channel);
    if (!isManaging(context) && !isLeaving(context, fields, latest))
      return refuse('not_entitled', context.issuer);
    if (latest.status === 'closed') return refuse('channel_closed', fields.channel);
    const future = value.settings.filter((version) => version.from > context.height);
    if (future.length >= FUTURE_VERSIONS_MAX) return refuse('too_many_changes', fields.channel);
    const absent = fields.removed.find((id) => !isStaying(value.members, id));
    if (absent !== undefined) return refuse('member_unknown', absent);
    return checkInvited(context, fields, value.members);
  },
  electorate: issuerAlone,
  apply: (context, fields) => {
    const channel = fields.channel ?? channelCountOf(context) + 1;
    if (fields.channel === null) context.draft.write(tables.channels, '', channel);
    const from = activationOf(context, fields.activation);
    const before = context.read(tables.channel, channel);
    const value = changeChannel(context, before, fields, from);
    const atOnce = joiningAtOnce(context, fields, before === undefined);
    const members = atOnce.reduce((all, invitation) => withMember(all, invitation, from), value.members);
    context.draft.write(tables.channel, channel, { ...value, members });
    const invited = fields.invited.filter(({ organization }) => organization !== context.issuer);
    if (invited.length === 0) return;
    openPending(context, { kind: 'channel', fields: { ...fields, channel, invited } }, []);
  },
};

/** The stays with one more, from a height on; a stay of the same organisation ends there. */
export function withMember(
  members: readonly Membership[],
  { organization, keepsPayloads }: Invitation,
  from: number,
): readonly Membership[] {
  return [...withoutMember(members, organization, from), { organization, keepsPayloads, from, until: null }];
}

function withoutMember(
  members: readonly Membership[],
  organization: string,
  until: number,
): readonly Membership[] {
  return members
    .map((member) =>
      member.organization === organization && member.until === null
        ? { ...member, until: Math.max(until, member.from) }
        : member,
    )
    .filter((member) => member.until === null || member.until > member.from);
}

function checkOpening(context: RuleContext, fields: ChannelFields): RuleRejection | undefined {
  if (!isManaging(context)) return refuse('not_entitled', context.issuer);
  if (fields.recordKinds === null || fields.acknowledgements === null || fields.status === 'closed') {
    return refuse('channel_unknown');
  }
  if (channelCountOf(context) >= CHANNELS_MAX) return refuse('too_many_changes');
  const stranger = fields.removed.find((organization) => organization !== context.issuer);
  if (stranger !== undefined) return refuse('member_unknown', stranger);
  return checkInvited(context, fields, []);
}

function checkInvited(
  context: RuleContext,
  { invited, removed }: ChannelFields,
  members: readonly Membership[],
): RuleRejection | undefined {
  if (members.length + invited.length >= CHANNEL_MEMBERSHIPS_MAX) return refuse('channel_full');
  for (const { organization, keepsPayloads } of invited) {
    const latest = latestOrganizationOf(context, organization);
    if (latest === undefined) return refuse('organization_unknown', organization);
    if (latest.status === 'retired') return refuse('organization_retired', organization);
    const isThere = members.some(
      (member) =>
        member.organization === organization &&
        member.until === null &&
        member.keepsPayloads === keepsPayloads,
    );
    if (isThere || removed.includes(organization)) return refuse('member_exists', organization);
  }
  const isWaiting = invited.some(({ organization }) => organization !== context.issuer);
  return isWaiting ? roomForPending(context) : undefined;
}

/** Any member may take itself out, and change nothing else. */
function isLeaving(context: RuleContext, fields: ChannelFields, latest: ChannelSettings): boolean {
  const isAlone = fields.removed.length === 1 && fields.removed[0] === context.issuer;
  const isNothingElse = fields.recordKinds === null && fields.acknowledgements === null;
  return isAlone && isNothingElse && fields.invited.length === 0 && fields.status === latest.status;
}

function isStaying(members: readonly Membership[], organization: string): boolean {
  return members.some((member) => member.organization === organization && member.until === null);
}

function changeChannel(
  context: RuleContext,
  before: ChannelValue | undefined,
  fields: ChannelFields,
  from: number,
): ChannelValue {
  const latest = before?.settings.at(-1)?.value;
  const settings: ChannelSettings = {
    recordKinds: fields.recordKinds ?? latest?.recordKinds ?? [],
    acknowledgements: fields.acknowledgements ?? latest?.acknowledgements ?? 0,
    status: fields.status,
  };
  return {
    settings: withVersion(before?.settings ?? [], { from, value: settings }, context.height),
    members: fields.removed.reduce((members, id) => withoutMember(members, id, from), before?.members ?? []),
  };
}

/** The managing organisation is in every channel that it opens, unless it takes itself out. */
function joiningAtOnce(
  context: RuleContext,
  fields: ChannelFields,
  isOpening: boolean,
): readonly Invitation[] {
  const own = fields.invited.filter(({ organization }) => organization === context.issuer);
  const { managing } = networkOf(context);
  if (!isOpening || own.length > 0 || fields.removed.includes(managing)) return own;
  return [{ organization: managing, keepsPayloads: true }];
}

// `batch`: records reported to a channel (spec/ledger.md, G30 to G34).
import type { Acknowledgement } from '../acknowledgement.ts';
import { acknowledgementBytes } from '../acknowledgement.ts';
import type { BatchFields } from '../statement-fields.ts';
import { tables } from '../state-values.ts';
import type { Channel } from '../view.ts';
import {
  acknowledgementsNeeded,
  activeMembersOf,
  channelOf,
  diskOf,
  isKeyValid,
  keyOf,
  modulesOf,
  networkOf,
} from '../view.ts';
import type { Rule, RuleContext, RuleRejection } from './rule.ts';
import { issuerAlone, refuse } from './rule.ts';

/** Records of one kind, reported to a channel. */
export const batchRule: Rule<BatchFields> = {
  check: (context, fields) => {
    const channel = channelOf(context, fields.channel);
    if (channel === undefined) return refuse('channel_unknown', fields.channel);
    if (channel.status === 'closed') return refuse('channel_closed', fields.channel);
    if (!channel.members.some((member) => member.organization === context.issuer)) {
      return refuse('not_a_member', context.issuer);
    }
    if (channel.recordKinds.length > 0 && !channel.recordKinds.includes(fields.recordKind)) {
      return refuse('record_kind_not_in_channel', fields.recordKind);
    }
    if (!modulesOf(context, context.issuer).includes(fields.recordKind)) {
      return refuse('record_kind_not_in_modules', fields.recordKind);
    }
    return checkAcknowledgements(context, fields, channel);
  },
  electorate: issuerAlone,
  apply: (context, fields) => {
    context.draft.write(tables.batch, context.entry, {
      channel: fields.channel,
      recordKind: fields.recordKind,
      reporter: context.issuer,
      keyId: context.keyId,
      sequence: context.sequence,
      count: fields.count,
      root: fields.root,
      height: context.height,
      createdAt: fields.createdAt,
      voids: [],
    });
  },
};

function checkAcknowledgements(
  context: RuleContext,
  fields: BatchFields,
  channel: Channel,
): RuleRejection | undefined {
  const keepers = new Set<string>();
  for (const member of activeMembersOf(context, channel)) {
    if (member.keepsPayloads) keepers.add(member.organization);
  }
  const disks = new Set<string>();
  for (const { organization } of fields.acknowledgements) {
    if (organization === context.issuer) return refuse('acknowledgement_own', organization);
    if (!keepers.has(organization)) return refuse('acknowledgement_not_a_member', organization);
    disks.add(diskOf(context, organization));
  }
  disks.delete(diskOf(context, context.issuer));
  const needed = acknowledgementsNeeded(context, channel, context.issuer);
  if (disks.size < needed) return refuse('acknowledgements_too_few', needed);
  const { network } = networkOf(context);
  const { issuer: reporter, sequence } = context;
  const signed = acknowledgementBytes({ ...fields, network, reporter, sequence });
  for (const item of fields.acknowledgements) {
    const refusal = checkSignature(context, signed, item);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function checkSignature(
  context: RuleContext,
  signed: Uint8Array,
  { organization, keyId, signature }: Acknowledgement,
): RuleRejection | undefined {
  const key = keyOf(context, keyId);
  if (key?.organization !== organization || key.purpose !== 'statement' || !isKeyValid(key, context.height)) {
    return refuse('acknowledgement_key_invalid', organization);
  }
  if (!context.crypto.verifyEd25519(key.publicKey, signed, signature)) {
    return refuse('acknowledgement_invalid', organization);
  }
  return undefined;
}

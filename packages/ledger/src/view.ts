// Questions to the state at one height: who takes part and how, whose keys, which channels and policy
// (spec/ledger.md, "State").
import type { Crypto } from '@suyuan/log';
import { assert, encodeHex } from '@suyuan/log';

import type { StateReader } from './draft.ts';
import { readerOf } from './draft.ts';
import type { KeyPurpose } from './key.ts';
import type { LedgerState } from './ledger-state.ts';
import type { Policy } from './policy.ts';
import type { SequenceWindow } from './sequence-window.ts';
import { EMPTY_WINDOW } from './sequence-window.ts';
import type {
  ChannelSettings,
  KeyValue,
  Membership,
  NetworkValue,
  OrganizationValue,
  PendingValue,
  Version,
} from './state-values.ts';
import { tables } from './state-values.ts';

/** A state, seen at one height. */
export interface View extends StateReader {
  readonly height: number;
}

/** A channel at one height. */
export interface Channel extends ChannelSettings {
  readonly channel: number;
  /** Who is a member at this height, suspended organisations included. */
  readonly members: readonly Membership[];
}

/** A key with its name. */
export interface NamedKey extends KeyValue {
  readonly keyId: Uint8Array;
}

/** The state as the next block will see it, or as it is at another height. */
export function viewOf(crypto: Crypto, state: LedgerState, height: number = state.height + 1): View {
  return { ...readerOf(crypto, state.tree), height };
}

/** What never changes. */
export function networkOf(view: StateReader): NetworkValue {
  const network = view.read(tables.network, '');
  assert(network !== undefined, 'genesis wrote the network');
  return network;
}

/** The policy in force. */
export function policyOf(view: View): Policy {
  const policy = valueAt(view.read(tables.policy, '') ?? [], view.height);
  assert(policy !== undefined, 'genesis wrote a policy');
  return policy;
}

/** Ids of all organisations that were ever admitted, ascending. */
export function organizationsOf(view: StateReader): readonly string[] {
  return view.read(tables.organizations, '') ?? [];
}

/** How an organisation takes part at this height; undefined before its admission. */
export function organizationOf(view: View, organization: string): OrganizationValue | undefined {
  return valueAt(view.read(tables.organization, organization) ?? [], view.height);
}

/** How an organisation will take part once all that is decided has come into force. */
export function latestOrganizationOf(view: StateReader, organization: string): OrganizationValue | undefined {
  return view.read(tables.organization, organization)?.at(-1)?.value;
}

/** Whether an organisation may act. */
export function isActive(view: View, organization: string): boolean {
  return organizationOf(view, organization)?.status === 'active';
}

/** Where an organisation's data lies: with itself, or with the host of a hosted one. */
export function diskOf(view: View, organization: string): string {
  return organizationOf(view, organization)?.host ?? organization;
}

/** The record kinds that an organisation may report. */
export function modulesOf(view: View, organization: string): readonly string[] {
  return valueAt(view.read(tables.modules, organization) ?? [], view.height) ?? [];
}

/** A key, whether still valid or not. */
export function keyOf(view: StateReader, keyId: Uint8Array): KeyValue | undefined {
  return view.read(tables.key, encodeHex(keyId));
}

/** Whether a key is valid at a height. */
export function isKeyValid(key: Pick<KeyValue, 'from' | 'until'>, height: number): boolean {
  return key.from <= height && (key.until === null || height < key.until);
}

/** The key of an organisation for a purpose at this height. */
export function activeKeyOf(view: View, organization: string, purpose: KeyPurpose): NamedKey | undefined {
  const current = (view.read(tables.keys, organization) ?? []).find(
    (key) => key.purpose === purpose && isKeyValid(key, view.height),
  );
  if (current === undefined) return undefined;
  const key = keyOf(view, current.keyId);
  assert(key !== undefined, 'every key listed for an organisation is there');
  return { ...key, keyId: current.keyId };
}

/** The organisations that vote at this height, ascending. */
export function validatorsOf(view: View): readonly string[] {
  return (view.read(tables.validators, '') ?? []).filter((id) => {
    const organization = organizationOf(view, id);
    return organization?.role === 'validator' && organization.status === 'active';
  });
}

/** More than two thirds of `count`. */
export function quorumOf(count: number): number {
  return Math.floor((2 * count) / 3) + 1;
}

/** A channel at this height. */
export function channelOf(view: View, channel: number): Channel | undefined {
  const value = view.read(tables.channel, channel);
  if (value === undefined) return undefined;
  const settings = valueAt(value.settings, view.height) ?? value.settings[0]?.value;
  assert(settings !== undefined, 'a channel has settings');
  return { channel, ...settings, members: value.members.filter((member) => isKeyValid(member, view.height)) };
}

/** The number of channels; they are numbered from 1. */
export function channelCountOf(view: StateReader): number {
  return view.read(tables.channels, '') ?? 0;
}

/** The channels that an organisation is a member of, ascending. */
export function channelsOf(view: View, organization: string): readonly number[] {
  const channels: number[] = [];
  for (let channel = 1; channel <= channelCountOf(view); channel++) {
    if (channelOf(view, channel)?.members.some((member) => member.organization === organization)) {
      channels.push(channel);
    }
  }
  return channels;
}

/** The members of a channel that may act. */
export function activeMembersOf(view: View, channel: Channel): readonly Membership[] {
  return channel.members.filter((member) => isActive(view, member.organization));
}

/**
 * How many acknowledgements a batch needs: of n disks in the channel that keep payloads, the reporter's included,
 * floor(n/2), at least 1 and at most 31; none where there is no other disk; more where the channel asks for more.
 */
export function acknowledgementsNeeded(view: View, channel: Channel, reporter: string): number {
  const disks = new Set([diskOf(view, reporter)]);
  for (const member of activeMembersOf(view, channel)) {
    if (member.keepsPayloads) disks.add(diskOf(view, member.organization));
  }
  const byDefault = disks.size === 1 ? 0 : Math.min(31, Math.max(1, Math.floor(disks.size / 2)));
  return Math.max(byDefault, channel.acknowledgements);
}

/** The sequence numbers that an organisation has used. */
export function sequenceOf(view: StateReader, organization: string): SequenceWindow {
  return view.read(tables.sequence, organization) ?? EMPTY_WINDOW;
}

/** An act that still waits for votes at this height. */
export function pendingOf(view: View, entry: number): PendingValue | undefined {
  const pending = view.read(tables.pending, entry);
  return pending !== undefined && pending.expires >= view.height ? pending : undefined;
}

/** The value in force at a height. */
function valueAt<T>(versions: readonly Version<T>[], height: number): T | undefined {
  return versions.findLast((version) => version.from <= height)?.value;
}

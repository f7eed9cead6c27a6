// Who may ask what of whom between nodes: read from the ledger's state, nothing else (spec/replication.md).
import type { Channel, View } from '@suyuan/ledger';
import { activeMembersOf, channelOf, diskOf, isActive, isKeyValid, keyOf, modulesOf } from '@suyuan/ledger';
import { parseHex } from '@suyuan/log';

import type { TransportKey } from './peer-signature.ts';

/** The transport key in force with this kid, of an organisation that may act. */
export function findTransportKey(view: View, keyIdHex: string): TransportKey | undefined {
  const keyId = parseHex(keyIdHex);
  const key = keyId?.length === 32 ? keyOf(view, keyId) : undefined;
  if (key === undefined || key.purpose !== 'transport' || !isKeyValid(key, view.height)) return undefined;
  return isActive(view, key.organization) ? key : undefined;
}

/** Whether this node's requests speak for the organisation: its own, or one that it hosts. */
export function speaksFor(view: View, sender: string, organization: string): boolean {
  return sender === organization || diskOf(view, organization) === sender;
}

/** Whether an organisation, or one that it hosts, is a member of the channel. */
export function isMemberOf(view: View, channel: Channel | undefined, organization: string): boolean {
  return (channel?.members ?? []).some((member) => speaksFor(view, organization, member.organization));
}

/** Whether a payload of this kind may go from this reporter to this member through this channel now. */
export function mayReport(
  view: View,
  batch: { readonly channel: number; readonly reporter: string; readonly recordKind: string },
  receiver: string,
): boolean {
  const channel = channelOf(view, batch.channel);
  if (channel === undefined || channel.status !== 'open') return false;
  if (channel.recordKinds.length > 0 && !channel.recordKinds.includes(batch.recordKind)) return false;
  if (!modulesOf(view, batch.reporter).includes(batch.recordKind)) return false;
  const members = activeMembersOf(view, channel);
  return (
    members.some(({ organization }) => organization === batch.reporter) &&
    members.some(({ organization, keepsPayloads }) => organization === receiver && keepsPayloads)
  );
}

/** The members whose acknowledgement counts for this reporter: other disks that keep payloads, ascending. */
export function acknowledgersOf(view: View, channel: Channel, reporter: string): readonly string[] {
  const ownDisk = diskOf(view, reporter);
  return activeMembersOf(view, channel)
    .filter((member) => member.keepsPayloads && diskOf(view, member.organization) !== ownDisk)
    .map(({ organization }) => organization);
}

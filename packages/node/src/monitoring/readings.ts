// The value of every alert, read off the picture of the network (spec/monitoring.md, MO4 to MO8). Ages that another
// node tells are counted by its own clock, so that a clock that is wrong does not make them old.
import type { MachineReport, NodeReport, Waiting } from '@suyuan/api';

import { CLOCK_SKEW_SECONDS } from '../replication/peer-signature.ts';
import type { Reading } from './alert-book.ts';
import type { NameOf } from './alert-store.ts';
import { medianOf, skewOfOthers } from './picture.ts';
import type { NodePicture, Picture } from './picture.ts';

const DAY_MS = 86_400_000;
const MEBIBYTE = 1_048_576;

/** All readings of a round. What can't be known now has no value, so that it changes nothing. */
export function readingsOf(picture: Picture, nameOf: NameOf): readonly Reading[] {
  return [
    ...picture.nodes.flatMap((node) => contactReadings(picture, node)),
    ...picture.nodes.flatMap(signingReadings),
    ...picture.nodes.flatMap((node) => (node.isSelf || picture.isManager ? innerReadings(node) : [])),
    ...networkReadings(picture, nameOf),
  ];
}

function secondsSince(sinceMs: number | undefined, nowMs: number): number {
  return sinceMs === undefined ? 0 : Math.max(0, nowMs - sinceMs) / 1000;
}

function contactReadings({ atMs }: Picture, node: NodePicture): readonly Reading[] {
  const { organization, contact, behind, isSelf } = node;
  const facts = { blocks: behind?.blocks ?? 0 };
  if (isSelf)
    return [{ code: 'node_behind', organization, value: secondsSince(behind?.sinceMs, atMs), facts }];
  const answers = contact?.report !== undefined && contact.silentSinceMs === undefined;
  return [
    {
      code: 'member_unreachable',
      organization,
      value: contact === undefined ? undefined : secondsSince(contact.silentSinceMs, atMs),
      facts: { reason: contact?.reason ?? '' },
    },
    {
      code: 'member_behind',
      organization,
      value: answers ? secondsSince(behind?.sinceMs, atMs) : undefined,
      facts,
    },
  ];
}

function signingReadings({ organization, role, cosignatures }: NodePicture): readonly Reading[] {
  if (role !== 'validator') return [];
  return [
    {
      code: 'cosignatures_missing',
      organization,
      value: cosignatures?.missedInRow,
      facts: {},
    },
  ];
}

/** What a node tells of its inside: read of this node, and of all at the managing organisation. */
function innerReadings(node: NodePicture): readonly Reading[] {
  const { organization, isSelf } = node;
  const isKnown = isSelf || (node.contact !== undefined && node.contact.silentSinceMs === undefined);
  const report = isKnown ? node.report : undefined;
  const machine = report?.machine;
  const age = (sinceMs: number | undefined): number | undefined =>
    report === undefined ? undefined : secondsSince(sinceMs, report.atMs);
  const waits = (code: Reading['code'], waiting: Waiting | undefined): Reading => ({
    code,
    organization,
    value: waiting === undefined || isDatabaseSilent(machine) ? undefined : age(waiting.sinceMs),
    facts: { count: waiting?.count ?? 0 },
  });
  return [
    {
      code: 'ordering_stopped',
      organization,
      value: report === undefined ? undefined : age(report.orderingStoppedSinceMs),
      facts: {},
    },
    waits('payloads_missing', machine === undefined ? undefined : report?.missingPayloads),
    waits('acknowledgements_late', machine?.acknowledgements),
    waits('ordering_late', machine?.unordered),
    {
      code: 'database_unreachable',
      organization,
      value: machine === undefined ? undefined : age(machine.database.silentSinceMs),
      facts: {},
    },
    ...diskReadings(organization, machine),
    ...certificateReadings(node, report),
    { code: 'clock_skew', organization, value: skewSeconds(machine), facts: {} },
  ];
}

function isDatabaseSilent(machine: MachineReport | undefined): boolean {
  return machine?.database.silentSinceMs !== undefined;
}

function diskReadings(organization: string, machine: MachineReport | undefined): readonly Reading[] {
  const free = machine?.disk?.freeBytes;
  const value = free === undefined ? undefined : Math.floor(free / MEBIBYTE);
  return [
    { code: 'disk_low', organization, value, facts: {} },
    { code: 'disk_full', organization, value, facts: {} },
  ];
}

function certificateReadings(
  { organization, contact }: NodePicture,
  report: NodeReport | undefined,
): readonly Reading[] {
  const machine = report?.machine;
  const until = machine?.certificateUntilMs ?? contact?.certificateUntilMs;
  const value = report === undefined || until === undefined ? undefined : (until - report.atMs) / DAY_MS;
  return [
    { code: 'certificate_expiring', organization, value, facts: {} },
    { code: 'certificate_ending', organization, value, facts: {} },
  ];
}

function skewSeconds(machine: MachineReport | undefined): number | undefined {
  return machine?.clockSkewMs === undefined ? undefined : Math.abs(machine.clockSkewMs) / 1000;
}

function networkReadings(picture: Picture, nameOf: NameOf): readonly Reading[] {
  const { atMs, organization, ordering, quorumLostSinceMs, checkpoint, stored } = picture;
  return [
    {
      code: 'quorum_lost',
      organization,
      value: secondsSince(quorumLostSinceMs, atMs),
      facts: {
        validators: ordering?.validators ?? 0,
        needed: ordering?.quorum ?? 0,
        missing: ordering?.waitingFor ?? 0,
        names: (ordering?.silent ?? []).map(nameOf).join(', '),
      },
    },
    {
      code: 'checkpoint_late',
      organization,
      value: secondsSince(checkpoint.lateSinceMs, atMs),
      facts: { have: checkpoint.signedBy.length, needed: checkpoint.needed },
    },
    ...(stored?.splitViews ?? []).map(({ organization: signer, count, lastMs }): Reading => ({
      code: 'split_view',
      organization: signer,
      value: Math.max(0, atMs - lastMs) / DAY_MS,
      facts: { count },
    })),
    ...(stored?.doubleVotes ?? []).map(({ organization: signer, count, lastMs }): Reading => ({
      code: 'double_vote',
      organization: signer,
      value: Math.max(0, atMs - lastMs) / DAY_MS,
      facts: { count },
    })),
  ];
}

/**
 * How far this node's clock is ahead of the others': by what they tell, or where most of them refuse its requests
 * because of their time, by at least what they bear. Undefined where nobody tells.
 */
export function ownSkewMs(nodes: readonly Pick<NodePicture, 'contact'>[]): number | undefined {
  const contacts = nodes.flatMap(({ contact }) => contact ?? []);
  const refused = contacts.filter(({ reason }) => reason === 'peer_signature_expired').length;
  if (refused > 0 && refused * 2 >= contacts.length) return CLOCK_SKEW_SECONDS * 1000;
  const skew = skewOfOthers(contacts);
  return skew === undefined ? undefined : -skew;
}

/** The end of this node's certificate as the others see it: the one in the middle, so that no liar decides. */
export function certificateSeenBy(nodes: readonly Pick<NodePicture, 'contact'>[]): number | undefined {
  return medianOf(nodes.flatMap(({ contact }) => contact?.report?.yourCertificateUntilMs ?? []));
}

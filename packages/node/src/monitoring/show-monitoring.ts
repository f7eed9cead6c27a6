// The picture of the network as the API shows it (packages/api/src/monitoring.ts).
import { alertCodes, alertRules } from '@suyuan/api';
import type {
  AnswerOf,
  getMonitoring,
  getMonitoringHistory,
  listAlertRules,
  MachineReport,
  Waiting,
} from '@suyuan/api';
import type { View } from '@suyuan/ledger';
import {
  channelOf,
  channelsOf,
  organizationOf,
  organizationsOf,
  quorumOf,
  validatorsOf,
} from '@suyuan/ledger';

import type { AlertThresholds } from './alert-book.ts';
import type { NameOf, ShownAlert } from './alert-store.ts';
import type { HistoryPoint } from './monitor.ts';
import type { NodePicture, Picture } from './picture.ts';

type Shown = AnswerOf<typeof getMonitoring>;
type ShownNode = Shown['nodes'][number];

const momentOf = (ms: number): string => new Date(ms).toISOString();

/** The state of the network; before the first round without nodes. */
export function showMonitoring(
  picture: Picture | undefined,
  view: View,
  organization: string,
  alerts: readonly ShownAlert[],
  nameOf: NameOf,
): Shown {
  const validators = validatorsOf(view);
  const nodes = picture?.nodes ?? [];
  const reachable = nodes.filter(
    ({ organization: id, isSelf, contact }) =>
      validators.includes(id) && (isSelf || (contact !== undefined && contact.silentSinceMs === undefined)),
  );
  const silent = picture?.ordering?.silent.length;
  return {
    ...(picture === undefined ? {} : { at: momentOf(picture.atMs) }),
    nodes: nodes.map((node) => ({ ...showNode(node, nameOf), ...showHosting(view, node.organization) })),
    validators: {
      count: validators.length,
      needed: quorumOf(validators.length),
      reachable: silent === undefined ? reachable.length : Math.max(0, validators.length - silent),
    },
    checkpoint: {
      size: picture?.checkpoint.size ?? 0,
      logSize: picture?.checkpoint.logSize ?? 0,
      signedBy: [...(picture?.checkpoint.signedBy ?? [])],
    },
    channels: channelsOf(view, organization).flatMap((number) => {
      const channel = channelOf(view, number);
      if (channel === undefined) return [];
      const missing = picture?.stored?.missing.find((one) => one.channel === number);
      return [
        {
          channel: number,
          status: channel.status,
          members: channel.members.map((member) => member.organization),
          kinds: [...channel.recordKinds],
          missingPayloads: showWaiting(missing ?? { count: 0 }),
        },
      ];
    }),
    alerts: [...alerts],
  };
}

function showWaiting({ count, sinceMs }: Waiting): { count: number; since?: string } {
  return { count, ...(sinceMs === undefined ? {} : { since: momentOf(sinceMs) }) };
}

function stateOf({ isSelf, contact, report, behind }: NodePicture): ShownNode['state'] {
  if (!isSelf && contact === undefined) return 'unknown';
  if (contact?.silentSinceMs !== undefined) return contact.isRefusing ? 'refusing' : 'unreachable';
  if (report === undefined) return 'unknown';
  return behind === undefined ? 'good' : 'behind';
}

/** Who lives where, by the ledger. */
function showHosting(view: View, organization: string): Pick<ShownNode, 'host' | 'hosts'> {
  const host = organizationOf(view, organization)?.host ?? undefined;
  const hosts = organizationsOf(view).filter((id) => {
    const one = organizationOf(view, id);
    return one?.host === organization && one.status !== 'retired';
  });
  return { ...(host === undefined ? {} : { host }), hosts };
}

function showNode(node: NodePicture, nameOf: NameOf): Omit<ShownNode, 'host' | 'hosts'> {
  const { organization, role, isSelf, contact, report, behind, cosignatures } = node;
  const sinceMs = contact?.silentSinceMs ?? behind?.sinceMs;
  const certificateUntilMs = report?.machine?.certificateUntilMs ?? contact?.certificateUntilMs;
  const skewMs = isSelf ? report?.machine?.clockSkewMs : contact?.clockSkewMs;
  return {
    organization,
    name: nameOf(organization),
    role,
    isSelf,
    state: stateOf(node),
    behindBlocks: behind?.blocks ?? 0,
    unreachable: [...(report?.unreachable ?? [])],
    ...(sinceMs === undefined ? {} : { since: momentOf(sinceMs) }),
    ...(contact?.reason === undefined ? {} : { reason: contact.reason }),
    ...(contact?.toldAtMs === undefined ? {} : { toldAt: momentOf(contact.toldAtMs) }),
    ...(contact?.roundTripMs === undefined ? {} : { roundTripMs: contact.roundTripMs }),
    ...(cosignatures === undefined ? {} : { cosignatures }),
    ...(skewMs === undefined ? {} : { clockSkewMs: skewMs }),
    ...(certificateUntilMs === undefined ? {} : { certificateUntil: momentOf(certificateUntilMs) }),
    ...(report === undefined ? {} : showReport(report)),
  };
}

function showReport(
  report: NonNullable<NodePicture['report']>,
): Omit<
  ShownNode,
  'organization' | 'name' | 'role' | 'host' | 'hosts' | 'isSelf' | 'state' | 'behindBlocks' | 'unreachable'
> {
  const { version, height, logSize, checkpointSize, lastBlockAtMs, machine } = report;
  return {
    version,
    height,
    logSize,
    checkpointSize,
    ordering: report.orderingStoppedSinceMs === undefined ? 'running' : 'stopped',
    missingPayloads: showWaiting(report.missingPayloads),
    ...(lastBlockAtMs === undefined ? {} : { lastBlockAt: momentOf(lastBlockAtMs) }),
    ...(machine === undefined ? {} : { machine: showMachine(machine) }),
  };
}

function showMachine(machine: MachineReport): NonNullable<ShownNode['machine']> {
  const { database, disk, acknowledgements, unordered, alerts } = machine;
  return {
    database: {
      reachable: database.silentSinceMs === undefined,
      ...(database.bytes === undefined ? {} : { bytes: database.bytes }),
    },
    acknowledgements: showWaiting(acknowledgements),
    unordered: showWaiting(unordered),
    alerts,
    ...(disk === undefined ? {} : { disk }),
  };
}

/** The points of the last hour. */
export function showHistory(points: readonly HistoryPoint[]): AnswerOf<typeof getMonitoringHistory> {
  return { items: points.map(({ atMs, heights }) => ({ at: momentOf(atMs), heights: { ...heights } })) };
}

/** The rules with the thresholds in force. */
export function showRules(thresholds: AlertThresholds): AnswerOf<typeof listAlertRules> {
  return {
    items: alertCodes.map((code) => {
      const { level, unit, worse, threshold, todo } = alertRules[code];
      return { code, level, unit, worse, threshold: thresholds[code] ?? threshold, todo };
    }),
  };
}

// The picture of the network for Prometheus, read when it is asked for (spec/monitoring.md, MO14). What is not known is
// absent. The label `peer` is the id of an organisation.
import { alertCodes, alertRules } from '@suyuan/api';
import type { Registry } from 'prom-client';
import { Gauge } from 'prom-client';

import type { Monitor } from './monitor.ts';
import type { NodePicture, Picture } from './picture.ts';

const secondsUntil = (fromMs: number, untilMs: number | undefined): number | undefined =>
  untilMs === undefined ? undefined : (untilMs - fromMs) / 1000;
/** 0 where there is nothing since then. */
const secondsSince = (sinceMs: number | undefined, nowMs: number): number =>
  sinceMs === undefined ? 0 : (nowMs - sinceMs) / 1000;

type OfNode = (node: NodePicture, picture: Picture) => number | undefined;

const ofPeers: readonly (readonly [name: string, help: string, read: OfNode])[] = [
  [
    'reachable',
    '1 where the node of this organisation answered the last time',
    ({ contact }) => (contact === undefined ? undefined : contact.silentSinceMs === undefined ? 1 : 0),
  ],
  [
    'silent_seconds',
    'Seconds since the node of this organisation has not answered; 0 where it does',
    ({ contact }, { atMs }) =>
      contact === undefined ? undefined : secondsSince(contact.silentSinceMs, atMs),
  ],
  ['height', 'Height that the node of this organisation told last', ({ report }) => report?.height],
  [
    'behind_blocks',
    'Blocks by which the node of this organisation is behind',
    ({ behind }) => behind?.blocks ?? 0,
  ],
  [
    'clock_skew_seconds',
    'How far the clock of the node of this organisation is ahead of this one',
    ({ contact }) => (contact?.clockSkewMs === undefined ? undefined : contact.clockSkewMs / 1000),
  ],
  [
    'payloads_missing',
    'Batches in the log whose data the node of this organisation misses',
    ({ report }) => report?.missingPayloads.count,
  ],
  [
    'certificate_expiry_seconds',
    'Seconds until the HTTPS certificate at the address of this organisation ends',
    ({ contact }, { atMs }) => secondsUntil(atMs, contact?.certificateUntilMs),
  ],
  [
    'round_trip_seconds',
    'Time of the last answer of the node of this organisation',
    ({ contact }) => (contact?.roundTripMs === undefined ? undefined : contact.roundTripMs / 1000),
  ],
];

const ofSelf: readonly (readonly [name: string, help: string, read: OfNode])[] = [
  [
    'behind_blocks',
    'Blocks by which this node is behind what the others tell',
    ({ behind }) => behind?.blocks ?? 0,
  ],
  [
    'last_block_seconds',
    'Seconds since the last block; grows without bound in an idle network',
    ({ report }) => (report === undefined ? undefined : secondsSince(report.lastBlockAtMs, report.atMs)),
  ],
  [
    'ordering_running',
    '1 while the ordering engine runs',
    ({ report }) => (report?.orderingStoppedSinceMs === undefined ? 1 : 0),
  ],
  [
    'payloads_missing',
    'Batches in the log whose data is not here',
    ({ report }) => report?.missingPayloads.count,
  ],
  [
    'payloads_missing_oldest_seconds',
    'Age of the oldest of them',
    ({ report }) =>
      report === undefined ? undefined : secondsSince(report.missingPayloads.sinceMs, report.atMs),
  ],
  [
    'acknowledgements_waiting',
    'Own batches that wait for other members',
    ({ report }) => report?.machine?.acknowledgements.count,
  ],
  [
    'acknowledgements_waiting_oldest_seconds',
    'Age of the oldest of them',
    ({ report }) =>
      report?.machine === undefined
        ? undefined
        : secondsSince(report.machine.acknowledgements.sinceMs, report.atMs),
  ],
  [
    'statements_unordered',
    'Own signed statements that wait for a block',
    ({ report }) => report?.machine?.unordered.count,
  ],
  [
    'disk_free_bytes',
    'Free bytes of the disk of the data folder',
    ({ report }) => report?.machine?.disk?.freeBytes,
  ],
  [
    'disk_bytes',
    'All bytes of the disk of the data folder',
    ({ report }) => report?.machine?.disk?.totalBytes,
  ],
  [
    'database_up',
    '1 where the database answered the last time',
    ({ report }) =>
      report?.machine === undefined ? undefined : report.machine.database.silentSinceMs === undefined ? 1 : 0,
  ],
  ['database_bytes', 'Size of the database', ({ report }) => report?.machine?.database.bytes],
  [
    'clock_skew_seconds',
    'How far this clock is ahead of the median of the others',
    ({ report }) =>
      report?.machine?.clockSkewMs === undefined ? undefined : report.machine.clockSkewMs / 1000,
  ],
  [
    'certificate_expiry_seconds',
    'Seconds until the HTTPS certificate of this node ends',
    ({ report }) =>
      report === undefined ? undefined : secondsUntil(report.atMs, report.machine?.certificateUntilMs),
  ],
];

/** Adds the figures to a registry. */
export function addMonitoringMetrics(registry: Registry, monitor: Monitor): void {
  for (const [name, help, read] of ofSelf) {
    addGauge(registry, `suyuan_node_${name}`, help, [], (set) => {
      const picture = monitor.picture();
      const self = picture?.nodes.find(({ isSelf }) => isSelf);
      if (picture !== undefined && self !== undefined) set({}, read(self, picture));
    });
  }
  for (const [name, help, read] of ofPeers) {
    addGauge(registry, `suyuan_peer_${name}`, help, ['peer'], (set) => {
      const picture = monitor.picture();
      for (const node of picture?.nodes ?? [])
        if (picture !== undefined && !node.isSelf) set({ peer: node.organization }, read(node, picture));
    });
  }
  const cosignatures = 'Newest checkpoints in a row that this validator has not signed';
  addGauge(registry, 'suyuan_cosignatures_missed', cosignatures, ['peer'], (set) => {
    for (const { organization, cosignatures: counted } of monitor.picture()?.nodes ?? [])
      set({ peer: organization }, counted?.missedInRow);
  });
  const missing = 'Validators that must come back before anything is ordered';
  addGauge(registry, 'suyuan_validators_missing', missing, [], (set) => {
    set({}, monitor.picture()?.ordering?.waitingFor);
  });
  addGauge(registry, 'suyuan_alerts', 'Open alerts', ['code', 'level'], (set) => {
    const open = monitor.openAlerts();
    for (const code of alertCodes)
      set({ code, level: alertRules[code].level }, open.filter((alert) => alert.code === code).length);
  });
}

type Set = (labels: Record<string, string>, value: number | undefined) => void;

function addGauge(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly string[],
  read: (set: Set) => void,
): void {
  const gauge = new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [],
    collect() {
      this.reset();
      // A gauge without labels starts at 0 again, which would be a false value.
      if (labelNames.length === 0) this.remove();
      read((labels, value) => {
        if (value !== undefined) this.set(labels, value);
      });
    },
  });
  registry.registerMetric(gauge);
}

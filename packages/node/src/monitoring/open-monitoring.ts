// Monitoring put together: the monitor, its metrics, its routes for people and for other nodes (spec/monitoring.md).
import type { View } from '@suyuan/ledger';

import type { EventFeed } from '../events/event-feed.ts';
import type { AppPlugin } from '../http/app.ts';
import type { Binding } from '../http/handle.ts';
import { monitoringBindings, statusPlugin } from '../http/routes/monitoring.ts';
import type { PeerGuard } from '../replication/peer-guard.ts';
import type { Surroundings } from '../surroundings.ts';
import { version } from '../version.ts';
import { createMonitor } from './monitor.ts';
import type { Monitor, MonitorOptions } from './monitor.ts';
import { addMonitoringMetrics } from './monitoring-metrics.ts';
import { readDiskOf } from './own-facts.ts';

/** What the slice is made of. */
export interface MonitoringSliceOptions
  extends
    Surroundings,
    Omit<
      MonitorOptions,
      | keyof Surroundings
      | 'nameOf'
      | 'addressOf'
      | 'readDisk'
      | 'certificate'
      | 'thresholds'
      | 'version'
      | 'onAlerts'
    > {
  readonly guard: PeerGuard;
  readonly feed: Pick<EventFeed, 'wake'>;
  readonly view: () => View;
}

/** The slice. */
export interface MonitoringSlice {
  readonly monitor: Monitor;
  readonly bindings: readonly Binding[];
  readonly plugins: readonly AppPlugin[];
}

/** Puts it together; nothing runs before `monitor.start`. */
export function openMonitoring(options: MonitoringSliceOptions): MonitoringSlice {
  const { metrics, peers, dataDir, readDisk, tls, alertThresholds: thresholds = {} } = options;
  const nameOf = (organization: string): string => peers.nameOf(organization);
  const monitor = createMonitor({
    ...options,
    nameOf,
    thresholds,
    addressOf: (organization) => peers.addressOf(organization),
    readDisk: readDisk ?? (async () => await readDiskOf(dataDir)),
    certificate: tls?.cert,
    version,
    onAlerts: options.feed.wake,
  });
  addMonitoringMetrics(metrics.registry, monitor);
  return {
    monitor,
    bindings: monitoringBindings({ ...options, monitor, thresholds, nameOf }),
    plugins: [statusPlugin({ ...options, monitor })],
  };
}

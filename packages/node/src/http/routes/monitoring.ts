// Monitoring over HTTP: for people (packages/api/src/monitoring.ts), and between nodes (spec/monitoring.md, MO1 to MO3).
import {
  getMonitoring,
  getMonitoringHistory,
  listAlertRules,
  listAlerts,
  pageSizeDefault,
} from '@suyuan/api';
import type { View } from '@suyuan/ledger';
import { networkOf } from '@suyuan/ledger';

import type { Database } from '../../database/database.ts';
import type { AlertThresholds } from '../../monitoring/alert-book.ts';
import type { NameOf, ShownAlert } from '../../monitoring/alert-store.ts';
import type { Monitor } from '../../monitoring/monitor.ts';
import { encodeNodeReport, STATUS_PATH } from '../../monitoring/node-report.ts';
import type { PeerGuard } from '../../replication/peer-guard.ts';
import type { AppPlugin } from '../app.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem } from '../problem.ts';

/** What these routes need. */
export interface MonitoringDependencies {
  readonly organization: string;
  readonly database: Database;
  readonly monitor: Monitor;
  readonly thresholds: AlertThresholds;
  readonly view: () => View;
  readonly nameOf: NameOf;
}

// oxlint-disable-next-line typescript/explicit-function-return-type -- the type of a module has no name
const loadShow = async () => await import('../../monitoring/show-monitoring.ts');
// oxlint-disable-next-line typescript/explicit-function-return-type -- as above
const loadStore = async () => await import('../../monitoring/alert-store.ts');

/** More than can be open: one for each code and organisation. */
const openMax = 10_000;

/** Critical ones come first. */
const rankOf = ({ level }: ShownAlert): number => (level === 'critical' ? 0 : 1);

/** The routes for people; what they need is loaded when they are first asked. */
export function monitoringBindings(dependencies: MonitoringDependencies): readonly Binding[] {
  const { organization, database, monitor, thresholds, view, nameOf } = dependencies;
  return [
    handle(getMonitoring, async () => {
      const { readAlerts } = await loadStore();
      const { showMonitoring } = await loadShow();
      const query = { before: Number.MAX_SAFE_INTEGER, limit: openMax, open: true };
      const open = await readAlerts(database, nameOf, monitor.openAlerts(), query);
      const sorted = open.toSorted((a, b) => rankOf(a) - rankOf(b) || a.id - b.id);
      return showMonitoring(monitor.picture(), view(), organization, sorted, nameOf);
    }),
    handle(getMonitoringHistory, async () => (await loadShow()).showHistory(monitor.history())),
    handle(listAlerts, async ({ query }) => {
      const { limit = pageSizeDefault, after, open } = query;
      const before = after === undefined ? Number.MAX_SAFE_INTEGER : Number(after);
      if (!Number.isSafeInteger(before)) return problem('request_invalid', { detail: 'after: not a cursor' });
      const { readAlerts } = await loadStore();
      const found = await readAlerts(database, nameOf, monitor.openAlerts(), {
        before,
        limit: limit + 1,
        ...(open === undefined ? {} : { open }),
      });
      const next = found.length > limit ? found[limit - 1]?.id : undefined;
      return { items: found.slice(0, limit), ...(next === undefined ? {} : { next: String(next) }) };
    }),
    handle(listAlertRules, async () => (await loadShow()).showRules(thresholds)),
  ];
}

/** What other nodes ask. */
export function statusPlugin({
  guard,
  monitor,
  view,
}: Pick<MonitoringDependencies, 'monitor' | 'view'> & { readonly guard: PeerGuard }): AppPlugin {
  const config = { rateLimit: false as const };
  return async (app) => {
    app.get(STATUS_PATH, { config }, async (request, reply) => {
      const { organization } = await guard.admit(request);
      const isForManager = networkOf(view()).managing === organization;
      return await reply
        .type('application/json')
        .send(encodeNodeReport(monitor.report(organization), isForManager));
    });
  };
}

// For tests: records on their way through the HTTP door of a node, from push to an entry of the log.
import { assert } from '@suyuan/log';

import type { Answered, GovernanceNetwork } from './governance-network.ts';
import { until } from './governance-network.ts';

/** Pushes records of a kind; they are staged. */
export async function pushRecords(
  network: Pick<GovernanceNetwork, 'call'>,
  organization: string,
  kind: string,
  records: readonly object[],
): Promise<Answered> {
  return await network.call(organization, 'POST', `/records/${kind}`, { records }, 'operator');
}

/** Reports everything that is staged and waits until nothing of it is under way; gives the report. */
export async function reportAll(
  network: Pick<GovernanceNetwork, 'call'>,
  organization: string,
): Promise<Record<string, unknown>> {
  const begun = await network.call(organization, 'POST', '/reports', { all: true }, 'operator');
  assert(begun.status === 202, `the report begins: ${JSON.stringify(begun.body)}`);
  const path = `/reports/${String(begun.body['id'])}`;
  let report = begun.body;
  await until(async () => {
    report = (await network.call(organization, 'GET', path)).body;
    return report['status'] !== 'running';
  });
  return report;
}

/** The batches of a report. */
export function batchesOf(report: Record<string, unknown>): readonly Record<string, unknown>[] {
  const { batches } = report;
  return Array.isArray(batches) ? batches : [];
}

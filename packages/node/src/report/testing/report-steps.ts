// What tests of reporting do again and again.
import { setTimeout as pause } from 'node:timers/promises';

import { generateRecords } from '@suyuan/testkit';

import type { TestNode } from '../../testing/test-network.ts';
import { claimRecords } from '../claim-records.ts';

/** So many modules as an API push gives them; another seed gives other codes. */
export function moduleRecords(count: number, seed: number): readonly unknown[] {
  const options = { seed, count: count * 2, from: '2026-01-01', to: '2026-06-30', batchSize: count };
  const [batch] = generateRecords(options);
  return batch?.records.slice(0, count) ?? [];
}

/** Resolves once no report of the node is running, to the number of those that are done. */
export async function waitForReports(node: TestNode): Promise<number> {
  for (;;) {
    const statuses = await node.database
      .read((db) => db.selectFrom('report').select('status').execute())
      .catch(() => [{ status: 'running' }]);
    if (statuses.every(({ status }) => status !== 'running'))
      return statuses.filter(({ status }) => status === 'done').length;
    await pause(10);
  }
}

/** Reports everything that is staged. */
export async function reportAndWait(node: TestNode): Promise<number> {
  const selection = { by: 'all', kind: undefined } as const;
  const begun = await claimRecords(node.database, { selection, createdBy: 'operator', now: new Date() });
  if (!begun.ok) throw new Error(begun.error.code);
  node.worker.enqueue(begun.value.id);
  return await waitForReports(node);
}

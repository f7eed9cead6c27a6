/** API push to staged, staged to reported with a receipt, both against plain COPY of the same rows. */
import { startBenchNode } from '../bench-node.ts';
import { measureCopy } from '../copy-baseline.ts';
import { figure, medianOf, type Figure } from '../figure.ts';
import { makeBodies, pushAll, reportAll } from '../load.ts';

const RECORDS = 40_000;
const ROUNDS = 3;

export const measureRecords = async (): Promise<readonly Figure[]> => {
  const pushes: number[] = [];
  const reports: number[] = [];
  const copies: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    await using node = await startBenchNode();
    const bodies = makeBodies({ seed: round, count: RECORDS, from: '2026-10-01', to: '2026-10-31' });
    const pushed = RECORDS / (await pushAll(node, bodies));
    const reported = RECORDS / (await reportAll(node)).seconds;
    const copied = await measureCopy(node.databaseUrl);
    if (round === 0) continue; // warms the machine's caches
    pushes.push(pushed);
    reports.push(reported);
    copies.push(copied);
  }
  const baseline = medianOf(copies);
  return [
    figure('records.push', medianOf(pushes), 'records/s', 'ratio 0.6', baseline),
    figure('records.report', medianOf(reports), 'records/s', 'ratio 0.4', baseline),
  ];
};

/** One day of a cell factory: 200,000 cells in workbooks of modules and packs, imported and reported. */
import { peakMemoryOf, resetPeakMemory, startBenchNode } from '../bench-node.ts';
import { measureCopy } from '../copy-baseline.ts';
import { figure, type Figure } from '../figure.ts';
import { reportAll } from '../load.ts';
import { workbookOf, xlsx } from '../nine-kinds.ts';
import { generateRecords } from '../../packages/invented/src/records.ts';

const CELLS = 200_000;
const CELLS_PER_MODULE = 6;
const MODULES_PER_PACK = 4;
const ROWS_PER_WORKBOOK = 10_000;

const makeWorkbooks = async (): Promise<readonly { kind: string; rows: number; body: Uint8Array }[]> => {
  const packs = Math.ceil(CELLS / CELLS_PER_MODULE / MODULES_PER_PACK);
  const options = { seed: 9, count: packs * (MODULES_PER_PACK + 1), from: '2026-10-15', to: '2026-10-15' };
  const workbooks: { kind: string; rows: number; body: Uint8Array }[] = [];
  for (const { kind, records } of generateRecords({ ...options, batchSize: ROWS_PER_WORKBOOK })) {
    workbooks.push({ kind, rows: records.length, body: await workbookOf(kind, records) });
  }
  return workbooks;
};

export const measureDay = async (): Promise<readonly Figure[]> => {
  const workbooks = await makeWorkbooks();
  await using node = await startBenchNode();
  await resetPeakMemory(node.pid);
  const begin = performance.now();
  for (const { kind, rows, body } of workbooks) {
    const response = await node.request('POST', `/imports?kind=${kind}`, new Uint8Array(body), xlsx);
    const outcome: { staged: number } = await response.json();
    if (outcome.staged !== rows) throw new Error(`${outcome.staged} of ${rows} rows staged`);
  }
  await reportAll(node);
  const seconds = (performance.now() - begin) / 1_000;
  const peak = await peakMemoryOf(node.pid);
  const rows = workbooks.reduce((sum, workbook) => sum + workbook.rows, 0);
  const copySeconds = rows / (await measureCopy(node.databaseUrl));
  return [
    figure('day.seconds', seconds, 's', 'under 60', copySeconds),
    figure('day.peak_memory', peak, 'MB', 'under 500', 500),
  ];
};

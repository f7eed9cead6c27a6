/** A workbook of 100,000 rows x 15 columns to staged records, and what memory the node takes for it. */
import { peakMemoryOf, resetPeakMemory, startBenchNode } from '../bench-node.ts';
import { measureCopy } from '../copy-baseline.ts';
import { figure, medianOf, type Figure } from '../figure.ts';
import { workbookOf, xlsx } from '../nine-kinds.ts';
import { generateRecords, type RecordMembers } from '../../packages/invented/src/records.ts';

const ROWS = 100_000;
const COLUMNS = 15;
const ROUNDS = 3;
const KIND = 'battery_module';

/** Materials of the cells: optional columns that fill the rows up to 15. */
const materials = { cathode: 'LFP', anode: 'graphite', electrolyte: 'LiPF6' };

/** A filled-in workbook of modules; codes are text, numbers are numbers. */
export const makeWorkbook = async (rows: number): Promise<Uint8Array> => {
  const records: RecordMembers[] = [];
  const options = { seed: 7, count: Math.ceil(rows / 4) * 5, from: '2026-10-01', to: '2026-10-31' };
  for (const batch of generateRecords(options)) {
    if (batch.kind !== KIND) continue;
    records.push(...batch.records.map((record) => ({ ...record, ...materials })));
  }
  records.length = rows;
  const columns = Object.keys(records[0] ?? {}).length;
  if (columns !== COLUMNS) throw new Error(`${columns} columns instead of ${COLUMNS}`);
  return await workbookOf(KIND, records);
};

export const measureExcel = async (): Promise<readonly Figure[]> => {
  const workbook = await makeWorkbook(ROWS);
  const rates: number[] = [];
  const peaks: number[] = [];
  const copies: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await using node = await startBenchNode();
    await resetPeakMemory(node.pid);
    const begin = performance.now();
    const response = await node.request('POST', `/imports?kind=${KIND}`, new Uint8Array(workbook), xlsx);
    const outcome: { staged: number; findings: unknown[] } = await response.json();
    const seconds = (performance.now() - begin) / 1_000;
    if (outcome.staged !== ROWS) {
      throw new Error(`${outcome.staged} rows staged: ${JSON.stringify(outcome.findings[0])}`);
    }
    rates.push(ROWS / seconds);
    peaks.push(await peakMemoryOf(node.pid));
    copies.push(await measureCopy(node.databaseUrl));
  }
  return [
    figure('excel.rows', medianOf(rates), 'rows/s', '20,000', medianOf(copies)),
    figure('excel.peak_memory', Math.max(...peaks), 'MB', 'under 400', 400),
  ];
};

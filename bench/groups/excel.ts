/** A workbook of 100,000 rows x 15 columns to staged records, and what memory the node takes for it. */
import { recordKind, recognizeHeader } from '@suyuan/battery';
import { writeXlsx } from 'hucre/xlsx';
import { peakMemoryOf, resetPeakMemory, startBenchNode } from '../bench-node.ts';
import { measureCopy } from '../copy-baseline.ts';
import { figure, medianOf, type Figure } from '../figure.ts';
import { generateRecords, type RecordMembers } from '../../packages/invented/src/records.ts';

const ROWS = 100_000;
const COLUMNS = 15;
const ROUNDS = 3;
const mediaType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Materials of the cells: optional columns that fill the rows up to 15. */
const materials = { cathode: 'LFP', anode: 'graphite', electrolyte: 'LiPF6' };

/** A filled-in workbook of modules; codes are text, numbers are numbers. */
export const makeWorkbook = async (rows: number): Promise<Uint8Array> => {
  const kind = recordKind('battery_module');
  if (kind === undefined) throw new Error('battery_module is a record kind');
  const records: RecordMembers[] = [];
  const options = { seed: 7, count: Math.ceil(rows / 4) * 5, from: '2026-10-01', to: '2026-10-31' };
  for (const batch of generateRecords(options)) {
    if (batch.kind !== kind.id) continue;
    records.push(...batch.records.map((record) => ({ ...record, ...materials })));
  }
  records.length = rows;
  const [first] = records;
  if (first === undefined) throw new Error('no records');
  const columns = kind.fields.map((field) => field.id).filter((id) => first[id] !== undefined);
  if (columns.length !== COLUMNS) throw new Error(`${columns.length} columns instead of ${COLUMNS}`);
  if (recognizeHeader(kind, [...columns]) === undefined) throw new Error('the header is not recognised');
  const cell = (value: RecordMembers[string] | undefined) =>
    value === undefined ? null : typeof value === 'object' ? value.join('\n') : value;
  const body = records.map((record) => columns.map((column) => cell(record[column])));
  return await writeXlsx({ sheets: [{ name: kind.id, rows: [[...columns], ...body] }] });
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
    const response = await node.request(
      'POST',
      '/imports?kind=battery_module',
      new Uint8Array(workbook),
      mediaType,
    );
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

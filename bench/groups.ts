/** The groups of figures; `--only NAME` runs one. */
import type { Figure } from './figure.ts';
import { measureExcel } from './groups/excel.ts';
import { measureRecords } from './groups/records.ts';
import { measureRest } from './groups/rest.ts';
import { measureTrace } from './groups/trace.ts';
import { measureVerify } from './groups/verify.ts';

/** A group of figures that are measured together. */
export interface Group {
  readonly name: string;
  readonly what: string;
  readonly run: () => Promise<readonly Figure[]>;
}

export const groups: readonly Group[] = [
  { name: 'records', what: 'API push and report of 40,000 records, 3 rounds', run: measureRecords },
  { name: 'excel', what: 'a workbook of 100,000 rows, 3 rounds', run: measureExcel },
  { name: 'verify', what: 'a bundle of 4,096 records and one receipt', run: measureVerify },
  { name: 'trace', what: 'a million records over 36 months', run: measureTrace },
  { name: 'rest', what: 'a node that does nothing', run: measureRest },
];

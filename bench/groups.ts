/** The groups of figures; `--only NAME` runs one. */
import type { Figure } from './figure.ts';
import { measureDay } from './groups/day.ts';
import { measureEvents } from './groups/events.ts';
import { measureExcel } from './groups/excel.ts';
import { measureMillion } from './groups/million.ts';
import { measureNetworkEndurance, measureNetworkFault } from './groups/network-fault.ts';
import { measureNetwork } from './groups/network.ts';
import { measureRecords } from './groups/records.ts';
import { measureRest } from './groups/rest.ts';
import { measureSearch } from './groups/search.ts';
import { measureVerify } from './groups/verify.ts';
import { measureWays } from './groups/ways.ts';

/** A group of figures that are measured together. */
export interface Group {
  readonly name: string;
  readonly what: string;
  /** Takes so long that it runs only when it is named. */
  readonly isLong?: boolean;
  readonly run: () => Promise<readonly Figure[]>;
}

export const groups: readonly Group[] = [
  { name: 'records', what: 'API push and report of 40,000 records, 3 rounds', run: measureRecords },
  { name: 'excel', what: 'a workbook of 100,000 rows, 3 rounds', run: measureExcel },
  { name: 'verify', what: 'a bundle of 4,096 records and one receipt', run: measureVerify },
  {
    name: 'ways',
    what: 'imports of 10,000 rows of each kind as Excel and lines of JSON, 5 rounds',
    run: measureWays,
  },
  { name: 'day', what: '200,000 cells in workbooks, imported and reported', run: measureDay },
  {
    name: 'million',
    what: 'trace, family and custody with a million records over 36 months',
    run: measureMillion,
  },
  { name: 'network', what: 'four organisations, each with its own processes', run: measureNetwork },
  { name: 'network_fault', what: 'one of four is killed and comes back', run: measureNetworkFault },
  {
    name: 'network_endurance',
    what: 'four organisations under load for 20 minutes',
    isLong: true,
    run: measureNetworkEndurance,
  },
  { name: 'search', what: 'pages of search over ten million records', run: measureSearch },
  { name: 'events', what: '1,000 events to 100 subscribers', run: measureEvents },
  { name: 'rest', what: 'a node that does nothing', run: measureRest },
];

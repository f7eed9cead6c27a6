// For tests: rows as a production system might have them, and a mapping that turns them into modules.
import { recordKind, suggestMapping } from '@suyuan/battery';
import type { Mapping } from '@suyuan/battery';
import { assert } from '@suyuan/log';

/** Headings of the system's table. */
export const mesColumns: readonly string[] = [
  'sn',
  'model',
  'pack sn',
  'cell model',
  'cells',
  'cell_qty',
  'series_parallel',
  'capacity_mah',
  'voltage_mv',
  'chem',
  'weight_g',
  'made',
  'state',
];

/** One row of it; the serial numbers count up. */
export function mesRow(
  index: number,
  changes: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const serial = String(index).padStart(7, '0');
  return {
    sn: `SY1MB01A000001GB2${serial}`,
    model: 'SYM-2S',
    'pack sn': 'SY1PB01A000001GB20000001',
    'cell model': 'SYC-LFP-100',
    cells: `SY1CB01A001001GB1${serial}|SY1CB01A002001GB1${serial}`,
    cell_qty: '2',
    series_parallel: '1P2S',
    capacity_mah: '100000',
    voltage_mv: '6400',
    chem: 'LFP',
    weight_g: '4567',
    made: '2026/11/02',
    state: 'ok',
    ...changes,
  };
}

/** The cells of a row, in the order of the columns. */
export function mesCells(index: number, changes: Readonly<Record<string, string>> = {}): readonly string[] {
  const row = mesRow(index, changes);
  return mesColumns.map((column) => row[column] ?? '');
}

/** The mapping that is suggested for these rows; rows that are not `ok` are passed over. */
export function mesMapping(changes: Partial<Mapping> = {}): Mapping {
  const kind = recordKind('battery_module');
  assert(kind !== undefined, 'there are modules');
  const { mapping } = suggestMapping(kind, mesColumns, [mesRow(1)]);
  return Object.assign({}, mapping, {
    only: [{ column: 'state', is: 'one_of' as const, values: ['ok'] }],
    ...changes,
  });
}

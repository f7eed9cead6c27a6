/** Writes the samples in the four-sheet layout: a clean workbook, one with mistakes, and the values that it has no columns for. */
import { generateRecords } from '@suyuan/testkit';
import { writeXlsx } from 'hucre/xlsx';
import type { CellStyle, WriteSheet } from 'hucre/xlsx';
import { sheetColumns } from '../packages/node/src/import/four-sheet/layout.ts';
import type { SheetName } from '../packages/node/src/import/four-sheet/layout.ts';

type Rows = Record<SheetName, string[][]>;

const titles: Readonly<Record<SheetName, string>> = {
  order: 'A-1 订单信息',
  pack: 'A-2 储能装置及电池包',
  module: 'A-3 模块',
  cell: 'A-4 单体',
};

const note =
  '第 1 行为说明，第 2 行为表头（红色必填），第 3 行为示例，请勿删除；数据从第 4 行开始，每个文件一个订单。';

/** As makers find it: the two codes of A-4 stand in each other's columns. */
const samples: Readonly<Rows> = {
  order: [['PO-2026-0000', '示例电池有限公司', '91350100M000100Y43', '1']],
  pack: [['SYS-61', 'SYS-2026-000000', 'SYP-61', 'SYC-100', 'SY1PB01M000000GB10000001', '1']],
  module: [['SY1PB01M000000GB10000001', 'SYM-6S', 'SY1MB01M000000GB10000001']],
  cell: [['SY1CB01M000000GB10000001', 'SY1MB01M000000GB10000001']],
};

/** What the layout has no column for, as an import takes it. */
export const fourSheetDefaults = {
  battery_pack: { ratedCapacity: 100, ratedEnergy: 7.68, nominalVoltage: 76.8, mass: 52 },
  battery_module: { connection: '1P6S', ratedCapacity: 100, nominalVoltage: 19.2 },
};

function textsOf(record: Readonly<Record<string, unknown>>, fields: readonly string[]): string[] {
  return fields.map((field) => {
    const value = record[field];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  });
}

function listIn(record: Readonly<Record<string, unknown>>, field: string): string[] {
  const list = record[field];
  return Array.isArray(list) ? list.map(String) : [];
}

/** Six packs of one order, with their modules and cells. */
function goodRows(): Rows {
  const batches = [...generateRecords({ seed: 22, count: 30, from: '2026-11-09', to: '2026-11-13' })];
  const of = (kind: string) => batches.flatMap((batch) => (batch.kind === kind ? batch.records : []));
  const packs = of('battery_pack');
  const modules = of('battery_module');
  const cellModel = String(modules[0]?.['cellModelId'] ?? '');
  const [first = {}] = packs;
  return {
    order: [[...textsOf(first, ['orderNo', 'supplierName', 'supplierUscc']), String(packs.length)]],
    pack: packs.map((pack) => {
      const [model = '', system = '', packModel = '', code = '', box = ''] = textsOf(pack, [
        'systemModelId',
        'systemCode',
        'packModelId',
        'packCode',
        'boxNo',
      ]);
      return [model, system, packModel, cellModel, code, box];
    }),
    module: modules.map((module) => textsOf(module, ['packCode', 'moduleModelId', 'moduleCode'])),
    cell: modules.flatMap((module) =>
      listIn(module, 'cellCodes').map((cell) => [String(module['moduleCode']), cell]),
    ),
  };
}

/** The same with what goes wrong in such files: swapped and missing codes, cells and modules that belong to nothing. */
function wrongRows(): Rows {
  const { order, pack, module, cell } = goodRows();
  const [swapped = [], missing = [], twice = []] = cell;
  return {
    order,
    pack: pack.map((row, index) => (index === 1 ? row.with(5, '3') : row)),
    module: [...module, ['SY1PB01M000000GB10000009', 'SYM-6S', 'SY1MB01M000000GB10000009']],
    cell: [
      swapped.toReversed(),
      missing.with(1, ''),
      twice,
      ...cell.slice(3),
      twice,
      ['SY1MB01M000000GB10000008', 'SY1CB01M000000GB10000008'],
    ],
  };
}

/** No date of its own, so that the same rows give the same bytes. */
const noDate = new Date(Date.UTC(2026, 0, 1));
const heading: CellStyle = { font: { bold: true, color: { rgb: 'C00000' } } };

async function workbookOf(rows: Rows): Promise<Uint8Array> {
  const sheets = (['order', 'pack', 'module', 'cell'] as const).map((name): WriteSheet => {
    const headings = Object.values(sheetColumns[name]);
    return {
      name: titles[name],
      rows: [[note], headings, ...samples[name], ...rows[name]],
      columns: headings.map(() => ({ width: 30, numFmt: '@' })),
      cells: new Map(headings.map((_, column) => [`1,${column}`, { style: heading }])),
    };
  });
  return await writeXlsx({ sheets, properties: { created: noDate, modified: noDate } });
}

/** The files by name. */
export async function fourSheetFiles(): Promise<readonly (readonly [string, Uint8Array])[]> {
  return [
    ['four-sheet.xlsx', await workbookOf(goodRows())],
    ['four-sheet-with-mistakes.xlsx', await workbookOf(wrongRows())],
    ['four-sheet-defaults.json', new TextEncoder().encode(`${JSON.stringify(fourSheetDefaults, null, 2)}\n`)],
  ];
}

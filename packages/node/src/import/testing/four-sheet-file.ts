// For tests: workbooks in the four-sheet layout, as makers fill them in: instructions, headings, a sample that stays,
// data from row 4.
import { sheetColumns } from '../four-sheet/layout.ts';
import type { SheetName } from '../four-sheet/layout.ts';
import { rowXml, workbookFile } from './workbook-file.ts';
import type { CellText } from './workbook-file.ts';

/** Rows of data of each sheet. */
export type FourSheetRows = Record<SheetName, CellText[][]>;

const digits = (value: number): string => String(value).padStart(7, '0');
/** Code of a pack; the module and cell codes below follow from its number. */
export const packCode = (pack: number): string => `SY1PB01A000001GB2${digits(pack)}`;
export const moduleCode = (pack: number, module: number): string =>
  `SY1MB01A000001GB2${digits(pack * 100 + module)}`;
export const cellCode = (pack: number, module: number, cell: number): string =>
  `SY1CB01A000001GB1${digits(pack * 10_000 + module * 100 + cell)}`;

/** Rows without fault: one order, so many packs, with so many modules each, with so many cells each. */
export function fourSheetRows(packs: number, modules: number, cells: number): FourSheetRows {
  const rows: FourSheetRows = {
    order: [['PO-2026-1102', '示例电池有限公司', '91350100M000100Y43', '620']],
    pack: [],
    module: [],
    cell: [],
  };
  for (let pack = 1; pack <= packs; pack += 1) {
    rows.pack.push(['SYS-40', 'SYS-2026-000001', 'SYP-102', 'SYC-100', packCode(pack), pack]);
    for (let module = 1; module <= modules; module += 1) {
      rows.module.push([packCode(pack), 'SYM-2S', moduleCode(pack, module)]);
      for (let cell = 1; cell <= cells; cell += 1)
        rows.cell.push([moduleCode(pack, module), cellCode(pack, module, cell)]);
    }
  }
  return rows;
}

const titles: Readonly<Record<SheetName, string>> = {
  order: 'A-1 订单信息',
  pack: 'A-2 储能装置及电池包',
  module: 'A-3 模块',
  cell: 'A-4 单体',
};

/** The bytes of the workbook; the sample row of A-4 has its codes in each other's columns, as the real one has, unless
 * it is given. The heading `without` is left empty; `more` names one more sheet, with the cells of A-4; `further` are
 * headings that A-2 has behind its own. */
export function fourSheetFile(
  rows: FourSheetRows,
  afterData = '',
  without?: string,
  cellSample: CellText[] = [cellCode(99, 9, 9), moduleCode(99, 9)],
  more?: string,
  further: readonly string[] = [],
): Buffer {
  const sheets: Record<string, string> = {};
  for (const sheet of ['order', 'pack', 'module', 'cell'] as const) {
    const headings = Object.values(sheetColumns[sheet]).map((heading, place) => {
      if (heading === without) return '';
      return place === 0 ? `${heading}（必填）` : ` ${heading}*`;
    });
    const sample = sheet === 'cell' ? cellSample : headings.map(() => '示例');
    if (sheet === 'pack') headings.push(...further);
    const lines = [['请按说明填写，第 3 行示例请勿删除'], headings, sample, ...rows[sheet]];
    sheets[titles[sheet]] = lines.map((line, index) => rowXml(index + 1, line)).join('');
  }
  if (more !== undefined) sheets[more] = sheets[titles.cell] ?? '';
  return workbookFile({ sheets, afterData });
}

// The workbook of four sheets that battery makers fill in for the national platform: which sheets and columns it has,
// and how its rows are numbered within one import (spec/import.md, "The four-sheet layout").
import { recordKind } from '@suyuan/battery';
import type { RecordKind } from '@suyuan/battery';

/** The kind under which such a workbook is imported. */
export const fourSheetKind = 'four_sheet';
/** The record kinds that come out of it. */
export const fourSheetRecordKinds = ['battery_pack', 'battery_module'] as const;

/** One of the sheets. */
export type SheetName = 'order' | 'pack' | 'module' | 'cell';

/** Columns of each sheet by id, with their headings; all must be there. */
export const sheetColumns: Readonly<Record<SheetName, Readonly<Record<string, string>>>> = {
  order: {
    orderNo: '订单号',
    supplierName: '供货电池厂名称',
    supplierUscc: '统一社会信用代码',
    systemCount: '所含储能装置数量',
  },
  pack: {
    systemModelId: '所属储能装置型号',
    systemCode: '所属储能装置编码',
    packModelId: '电池包型号',
    cellModelId: '单体型号',
    packCode: '电池包编码',
    boxNo: '箱号',
  },
  module: { packCode: '所属电池包编码', moduleModelId: '电池模块型号', moduleCode: '电池模块编码' },
  cell: { moduleCode: '所属电池模块编码', cellCode: '单体电池编码' },
};

/** How the sheets are called: `A-1 订单信息` and so on. */
export const sheetMarks: Readonly<Record<SheetName, string>> = {
  order: 'A-1',
  pack: 'A-2',
  module: 'A-3',
  cell: 'A-4',
};

/** Row 1 holds instructions, row 2 the headings, row 3 a sample that stays. */
export const headingRow = 2;
/** The row of the sample. */
export const sampleRow = 3;
/** The first row of data. */
export const firstRow = 4;
/** Most packs of one file. */
export const packsMax = 100;

/** Rows of a sheet are fewer than this; the import numbers its rows through all sheets by it. */
export const rowsPerSheet = 200_000;
/** The sheets in the order in which their rows are numbered. */
const numbered: readonly SheetName[] = ['pack', 'module', 'cell', 'order'];

/** What is added to a sheet's row to give its number within the import. */
export function rowBaseOf(sheet: SheetName): number {
  return numbered.indexOf(sheet) * rowsPerSheet;
}

/** Where a row of an import stands in its sheet, and the kind of its record; nothing where an import has one sheet. */
export function placeOfRow(
  importKind: string,
  row: number,
): { readonly sheet?: string; readonly sheetRow?: number; readonly kind?: string } {
  if (importKind !== fourSheetKind) return {};
  const sheet = numbered[Math.floor(row / rowsPerSheet)];
  const kind = kindOfRow(row);
  return {
    ...(sheet === undefined ? {} : { sheet: sheetMarks[sheet] }),
    sheetRow: sheetRowOf(row),
    ...(kind === undefined ? {} : { kind: kind.id }),
  };
}

/** The row of its sheet that a row of the import stands in. */
export function sheetRowOf(row: number): number {
  return row % rowsPerSheet;
}

/** The record kind of a row of the import; undefined for rows that are no record of their own. */
export function kindOfRow(row: number): RecordKind | undefined {
  const id = fourSheetRecordKinds[Math.floor(row / rowsPerSheet)];
  return id === undefined ? undefined : recordKind(id);
}

// Findings of an import: what the record kind says about a value, placed in the sheet or in the list of
// records that was sent; and the few findings that only a whole file can have (spec/import.md).
import { columnLetters } from './sheet-rows.ts';
import type { Finding, HeaderLayout, Label, Level } from '@suyuan/battery';

/** One finding with its place. `row` counts from 1 as in the sheet, or from 0 in a list of records. */
export interface ImportFinding {
  readonly level: Level;
  readonly code: string;
  readonly message: Label;
  readonly sheet?: string;
  readonly row: number;
  /** Letters of the column, or the member's name in a list of records. */
  readonly column?: string;
  readonly field?: string;
  readonly value?: string;
  readonly at?: number;
  readonly item?: number;
  /** ENTRY/LEAF of the reported record that stands in the way. */
  readonly record?: string;
  /** Address of that record's receipt. */
  readonly receipt?: string;
}

/** A finding code of this file's catalogue. */
export type ImportFindingCode =
  | 'merged_cells'
  | 'duplicate_in_file'
  | 'duplicate_staged'
  | 'sheet_not_read'
  | 'cells_outside_table'
  | 'charset_assumed'
  | 'line_not_json'
  | 'layout_read'
  | 'layout_column_missing'
  | 'order_not_single'
  | 'packs_too_many'
  | 'sample_row_needed'
  | 'codes_swapped'
  | 'module_not_in_file'
  | 'pack_not_in_file'
  | 'box_number_repeated'
  | 'box_numbers_gap'
  | 'record_reported'
  | 'record_sending'
  | 'record_id_repeated'
  | 'mapped_column_missing'
  | 'mapped_rows_skipped'
  | 'attachment_missing';

/** Finding codes that are not about one value alone; `{fact}` places are filled in. */
const importFindingCatalogue: Readonly<Record<ImportFindingCode, Label & { readonly level: Level }>> = {
  merged_cells: {
    level: 'error',
    zh: '该行在合并单元格 {range} 内，请取消合并后逐行填写',
    en: 'the row lies in the merged cells {range}; split them and fill in each row',
  },
  duplicate_in_file: {
    level: 'error',
    zh: '与本次导入第 {first} 行重复',
    en: 'it is in row {first} of this import already',
  },
  duplicate_staged: {
    level: 'error',
    zh: '已有相同的待上报记录（导入 {import}）',
    en: 'it is staged already (import {import})',
  },
  sheet_not_read: {
    level: 'warning',
    zh: '工作表“{sheet}”也有本类表头，但每次只读取第一个',
    en: 'sheet "{sheet}" has a header of this kind too, but only the first such sheet is read',
  },
  cells_outside_table: {
    level: 'warning',
    zh: '有 {count} 个单元格（首个为 {cell}）所在列没有表头，未读取',
    en: '{count} cells, the first of them {cell}, stand in columns without a heading and were not read',
  },
  charset_assumed: {
    level: 'info',
    zh: '文件不是 UTF-8 编码，已按 {charset} 读取；请核对中文是否正确',
    en: 'the file is not UTF-8 and was read as {charset}; make sure that its Chinese is right',
  },
  line_not_json: { level: 'error', zh: '该行不是有效的 JSON', en: 'the line is not valid JSON' },
  layout_read: {
    level: 'info',
    zh: '已读取电池包 {packs} 行、模块 {modules} 行、单体 {cells} 行；第 3 行为示例，不读取；电池类型与生产日期取自编码',
    en: 'read {packs} packs, {modules} modules and {cells} cells; row 3 is the sample and is not read; chemistry and production date are those of the codes',
  },
  layout_column_missing: {
    level: 'error',
    zh: '第 2 行缺少“{heading}”列',
    en: 'row 2 has no column "{heading}"',
  },
  order_not_single: {
    level: 'error',
    zh: '每个文件应有且仅有一个订单，实际 {count} 个',
    en: 'a file holds exactly one order, this one {count}',
  },
  packs_too_many: {
    level: 'error',
    zh: '每个文件最多 {max} 个电池包，实际 {count} 个',
    en: 'a file holds at most {max} packs, this one {count}',
  },
  sample_row_needed: {
    level: 'warning',
    zh: '第 3 行为示例，不读取；但下方各行需要该编码，请确认此行不是数据',
    en: 'row 3 is the sample and is not read, but the rows below need this code; make sure that it is no data',
  },
  codes_swapped: {
    level: 'warning',
    zh: '两列编码填反，已按编码第 4 位互换读取',
    en: 'the two codes stand in each other’s columns; they were read by their fourth character',
  },
  module_not_in_file: {
    level: 'error',
    zh: '模块 {code} 不在 A-3 中，该单体未导入',
    en: 'module {code} is not in sheet A-3; the cell was not imported',
  },
  pack_not_in_file: {
    level: 'warning',
    zh: '电池包 {code} 不在 A-2 中',
    en: 'pack {code} is not in sheet A-2',
  },
  box_number_repeated: {
    level: 'error',
    zh: '箱号与第 {first} 行重复（同一储能装置）',
    en: 'row {first} has the same box number in the same system',
  },
  record_reported: {
    level: 'error',
    zh: '该记录号已上报，为记录 {record}；如需更正请作废后另报',
    en: 'the record of this number is reported, as {record}; to correct it, report another and void it',
  },
  record_sending: {
    level: 'error',
    zh: '该记录号正在上报',
    en: 'the record of this number is being reported',
  },
  record_id_repeated: {
    level: 'error',
    zh: '本次导入中记录号重复',
    en: 'the same record number is in this import twice',
  },
  mapped_column_missing: {
    level: 'error',
    zh: '缺少映射所需的列“{column}”；相近的列：{guess}',
    en: 'the column "{column}" that the mapping reads is missing; the nearest there is: {guess}',
  },
  mapped_rows_skipped: {
    level: 'info',
    zh: '按映射的条件跳过 {count} 行',
    en: '{count} rows were passed over by the conditions of the mapping',
  },
  attachment_missing: {
    level: 'warning',
    zh: '附件“{name}”（摘要 {digest}…）尚未上传；请在上报前上传',
    en: 'the file "{name}" (digest {digest}…) is not here yet; upload it before the report',
  },
  box_numbers_gap: {
    level: 'warning',
    zh: '该储能装置的箱号应为 1 至 {count} 连续编号',
    en: 'the box numbers of this system should be 1 to {count} without gaps',
  },
};

/** Makes a finding of this file's catalogue. */
export function importFinding(
  code: ImportFindingCode,
  place: Pick<ImportFinding, 'row' | 'sheet' | 'column' | 'field' | 'value'>,
  facts: Readonly<Record<string, string | number>>,
): ImportFinding {
  const entry = importFindingCatalogue[code];
  const fill = (sentence: string): string =>
    sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? '').slice(0, 64));
  return { level: entry.level, code, message: { zh: fill(entry.zh), en: fill(entry.en) }, ...place };
}

/** Places a kind's finding at the cell of its field. */
export function findingInSheet(
  finding: Finding,
  sheet: string | undefined,
  row: number,
  layout: HeaderLayout,
): ImportFinding {
  const column = finding.field === undefined ? undefined : layout.columns.get(finding.field);
  return {
    ...finding,
    ...(sheet === undefined ? {} : { sheet }),
    row,
    ...(column === undefined ? {} : { column: columnLetters(column) }),
  };
}

/** Places what is wrong with a header at its columns. */
export function headerFindings(
  layout: HeaderLayout,
  sheet: string | undefined,
  row: number,
): readonly ImportFinding[] {
  return layout.findings.map(({ column, ...finding }) => ({
    ...findingInSheet(finding, sheet, row, layout),
    ...(column === undefined ? {} : { column: columnLetters(column) }),
  }));
}

/** Places a kind's finding at the member of record `row` of a list. */
export function findingInList(finding: Finding, row: number): ImportFinding {
  return { ...finding, row, ...(finding.field === undefined ? {} : { column: finding.field }) };
}

/** How many findings of each level that counts. */
export function countFindings(findings: readonly ImportFinding[]): { errors: number; warnings: number } {
  let errors = 0;
  let warnings = 0;
  for (const { level } of findings) {
    if (level === 'error') errors += 1;
    else if (level === 'warning') warnings += 1;
  }
  return { errors, warnings };
}

// Reads the four sheets as lines of named cells; everything about packs, modules and cells comes later (join.ts).
import type { Cell } from '@suyuan/battery';
import { cellText } from '@suyuan/battery';
import type { ByteSource } from '../byte-source.ts';
import { importFinding } from '../import-finding.ts';
import type { ImportFinding } from '../import-finding.ts';
import { openSheets } from '../read-workbook.ts';
import { columnLetters } from '../sheet-rows.ts';
import type { MergedRange, SheetRow } from '../sheet-rows.ts';
import type { SheetPart } from '../workbook-parts.ts';
import { WorkbookRefusal } from '../workbook-rejection.ts';
import { firstRow, headingRow, rowsPerSheet, sampleRow, sheetColumns, sheetMarks } from './layout.ts';
import type { SheetName } from './layout.ts';

/** A cell with its place. */
export interface PlacedCell {
  readonly cell: Cell;
  readonly column: string;
}

/** A row of data; `findings` are those of the row as such. */
export interface Line {
  readonly sheet: string;
  readonly row: number;
  readonly cells: ReadonlyMap<string, PlacedCell>;
  readonly findings: ImportFinding[];
}

/** The four sheets. */
export interface Sheets {
  readonly lines: Readonly<Record<SheetName, readonly Line[]>>;
  /** What stands in the row of the sample. */
  readonly samples: Readonly<Partial<Record<SheetName, Line>>>;
  /** The sheets' own names. */
  readonly names: Readonly<Record<SheetName, string>>;
  /** Columns that are missing, and sheets that are not read. */
  readonly findings: readonly ImportFinding[];
}

/** Reads all four sheets, at most `rowsMax` rows of data together. */
export async function readSheets(source: ByteSource, rowsMax: number): Promise<Sheets> {
  const { parts, rowsOf } = await openSheets(source);
  const found = (name: SheetName): SheetPart => {
    const [sheet, ...others] = parts.sheets
      .filter((part) => isSheet(part.name, name))
      .toSorted((a, b) => Number(a.hidden) - Number(b.hidden));
    for (const { name: other, hidden } of others)
      if (!hidden) findings.push(importFinding('sheet_not_read', { row: 1, sheet: other }, {}));
    if (sheet !== undefined) return sheet;
    const sheets = parts.sheets.slice(0, 20).map((part) => part.name.slice(0, 64));
    throw new WorkbookRefusal({ code: 'workbook_sheet_missing', sheets });
  };
  const findings: ImportFinding[] = [];
  const sheets = { order: found('order'), pack: found('pack'), module: found('module'), cell: found('cell') };
  const lines: Record<SheetName, Line[]> = { order: [], pack: [], module: [], cell: [] };
  const samples: Partial<Record<SheetName, Line>> = {};
  let count = 0;
  for (const name of ['order', 'pack', 'module', 'cell'] as const) {
    const sheet = sheets[name];
    const merged: MergedRange[] = [];
    let columns: ReadonlyMap<string, number> = new Map();
    for await (const rows of rowsOf(sheet, merged)) {
      for (const row of rows) {
        if (row.number === headingRow) columns = columnsOf(name, row);
        if (row.number === sampleRow) samples[name] = lineOf(sheet.name, row, columns);
        if (row.number < firstRow || isBlank(row, columns)) continue;
        count += 1;
        if (count > rowsMax || row.number >= rowsPerSheet)
          throw new WorkbookRefusal({ code: 'workbook_too_many_rows', limit: rowsMax });
        lines[name].push(lineOf(sheet.name, row, columns));
      }
    }
    findings.push(...missingColumns(name, sheet.name, columns));
    markMerged(lines[name], merged);
  }
  const names = {
    order: sheets.order.name,
    pack: sheets.pack.name,
    module: sheets.module.name,
    cell: sheets.cell.name,
  };
  return { lines, samples, names, findings };
}

function isSheet(title: string, name: SheetName): boolean {
  const mark = sheetMarks[name];
  return title
    .replace(/\s|[－—–_]/g, (blank) => (blank.trim() === '' ? '' : '-'))
    .toUpperCase()
    .startsWith(mark);
}

/** A heading without blanks, stars and what stands in brackets. */
function columnsOf(name: SheetName, { cells }: SheetRow): ReadonlyMap<string, number> {
  const columns = new Map<string, number>();
  for (const [column, cell] of cells.entries()) {
    const heading = cellText(cell)
      .slice(0, 200)
      .replace(/[（(].*$/s, '')
      .replace(/[\s*＊]/g, '');
    const id = Object.entries(sheetColumns[name]).find(([, zh]) => zh === heading)?.[0];
    if (id !== undefined && !columns.has(id)) columns.set(id, column);
  }
  return columns;
}

function missingColumns(
  name: SheetName,
  sheet: string,
  columns: ReadonlyMap<string, number>,
): ImportFinding[] {
  return Object.entries(sheetColumns[name])
    .filter(([id]) => !columns.has(id))
    .map(([field, heading]) =>
      importFinding('layout_column_missing', { sheet, row: headingRow, field }, { heading }),
    );
}

function isBlank({ cells }: SheetRow, columns: ReadonlyMap<string, number>): boolean {
  return [...columns.values()].every((column) => cellText(cells[column]).trim() === '');
}

function lineOf(sheet: string, { number, cells }: SheetRow, columns: ReadonlyMap<string, number>): Line {
  const placed = [...columns].map(([id, column]): [string, PlacedCell] => [
    id,
    { cell: cells[column], column: columnLetters(column) },
  ]);
  return { sheet, row: number, cells: new Map(placed), findings: [] };
}

function markMerged(lines: readonly Line[], merged: readonly MergedRange[]): void {
  const inData = merged.filter(({ bottom }) => bottom >= firstRow).toSorted((a, b) => a.top - b.top);
  let next = 0;
  let current: MergedRange | undefined;
  for (const line of lines) {
    for (; (inData[next]?.top ?? Infinity) <= line.row; next += 1) {
      const range = inData[next];
      if (range !== undefined && range.bottom >= (current?.bottom ?? 0)) current = range;
    }
    if (current === undefined || current.bottom < line.row) continue;
    const range = `${columnLetters(current.left)}${current.top}:${columnLetters(current.right)}${current.bottom}`;
    line.findings.push(importFinding('merged_cells', { sheet: line.sheet, row: line.row }, { range }));
  }
}

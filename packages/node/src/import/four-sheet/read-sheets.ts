// Reads the four sheets as lines of named cells; everything about packs, modules and cells comes later (join.ts).
import type { Cell, HeaderLayout } from '@suyuan/battery';
import { cellText, makeFinding } from '@suyuan/battery';
import type { ByteSource } from '../byte-source.ts';
import { headerFindings, importFinding } from '../import-finding.ts';
import type { ImportFinding } from '../import-finding.ts';
import { OutsideCells } from '../outside-cells.ts';
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
  /** Columns that are missing, repeated or unknown, values without a column, and sheets that are not read. */
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
    let layout: HeaderLayout = { places: [], columns: new Map(), findings: [] };
    let outside = new OutsideCells(layout);
    for await (const rows of rowsOf(sheet, merged)) {
      for (const row of rows) {
        if (row.number === headingRow) {
          layout = layoutOf(name, row);
          outside = new OutsideCells(layout);
        }
        if (row.number === sampleRow) samples[name] = lineOf(sheet.name, row, layout.columns);
        if (row.number < firstRow) continue;
        outside.note(row);
        if (isBlank(row, layout.columns)) continue;
        count += 1;
        if (count > rowsMax || row.number >= rowsPerSheet)
          throw new WorkbookRefusal({ code: 'workbook_too_many_rows', limit: rowsMax });
        lines[name].push(lineOf(sheet.name, row, layout.columns));
      }
    }
    const missing = missingColumns(name, sheet.name, layout.columns);
    findings.push(...headerFindings(layout, sheet.name, headingRow), ...missing);
    if (missing.length === 0) findings.push(...outside.findings(sheet.name));
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

/** Which column each heading names; one that names none, or one that is there already, has a finding. */
function layoutOf(name: SheetName, { cells }: SheetRow): HeaderLayout {
  const ids = Object.keys(sheetColumns[name]);
  const columns = new Map<string, number>();
  const findings: HeaderLayout['findings'][number][] = [];
  const places = cells.map((cell, column) => {
    const value = cellText(cell).trim().slice(0, 200);
    const place = Object.values(sheetColumns[name]).indexOf(plainHeading(value));
    const id = ids[place];
    if (id !== undefined && !columns.has(id)) {
      columns.set(id, column);
      return place;
    }
    const code = id === undefined ? 'unknown_column' : 'duplicate_column';
    if (value !== '') findings.push({ ...makeFinding(code, { value }), column });
    return -1;
  });
  return { places, columns, findings };
}

/** A heading without blanks, stars and what stands in brackets. */
function plainHeading(text: string): string {
  return text.replace(/[（(].*$/s, '').replace(/[\s*＊]/g, '');
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

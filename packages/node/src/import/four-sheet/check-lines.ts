// What is wrong with lines of the four sheets before they are joined: what a list of codes could not say of a single
// cell, repeated and missing numbers, and data in the place of the sample (spec/import.md, "The four-sheet layout").
import { cellText, makeFinding } from '@suyuan/battery';
import { importFinding } from '../import-finding.ts';
import type { ImportFinding } from '../import-finding.ts';
import { sampleRow } from './layout.ts';
import type { SheetName } from './layout.ts';
import type { Line, Sheets } from './read-sheets.ts';

/** Says what is wrong with the two codes of each line of A-4: missing, a formula, an error. */
export function sayCellCodes(lines: readonly Line[]): void {
  for (const line of lines) {
    for (const id of ['moduleCode', 'cellCode']) {
      const cell = line.cells.get(id)?.cell;
      if (codeIn(line, id) === '') say(line, id, 'value_missing');
      else if (typeof cell === 'object' && cell !== null && cell.kind === 'formula')
        say(line, id, 'cell_formula');
      else if (typeof cell === 'object' && cell !== null && cell.kind === 'error')
        say(line, id, 'cell_error');
    }
  }
}

function say(line: Line, field: string, code: Parameters<typeof makeFinding>[0]): void {
  const { value } = placeOf(line, field);
  const finding = makeFinding(code, { field, ...(value === '' ? {} : { value }) });
  const column = line.cells.get(field)?.column;
  line.findings.push({
    ...finding,
    sheet: line.sheet,
    row: line.row,
    ...(column === undefined ? {} : { column }),
  });
}

/** A cell code that stands in the file twice is an error of the second module that claims it. */
export function sayRepeatedCells(lines: readonly Line[]): void {
  const rows = new Map<string, number>();
  for (const line of lines) {
    const code = codeIn(line, 'cellCode');
    const first = rows.get(code);
    if (code === '') continue;
    if (first === undefined) rows.set(code, line.row);
    else line.findings.push(importFinding('duplicate_in_file', placeOf(line, 'cellCode'), { first }));
  }
}

/** The box numbers of a system are 1 to n. */
export function sayBoxNumbers(lines: readonly Line[]): void {
  for (const packs of groupBy(lines, 'systemCode').values()) {
    const rows = new Map<number, number>();
    for (const line of packs) {
      const box = Number(codeIn(line, 'boxNo'));
      const first = rows.get(box);
      if (first === undefined) rows.set(box, line.row);
      else line.findings.push(importFinding('box_number_repeated', placeOf(line, 'boxNo'), { first }));
    }
    const [line] = packs;
    const expected = Array.from({ length: rows.size }, (_, index) => index + 1);
    if (line !== undefined && rows.size === packs.length && !expected.every((box) => rows.has(box)))
      line.findings.push(importFinding('box_numbers_gap', placeOf(line, 'boxNo'), { count: packs.length }));
  }
}

/** Row 3 of a sheet whose codes the rows below need: data that stands where the sample should. */
export function filledSamples({ lines, samples }: Sheets): ImportFinding[] {
  const codesOf = (sheet: SheetName, id: string): ReadonlySet<string> =>
    new Set(lines[sheet].map((line) => codeIn(line, id)));
  const sample = (sheet: SheetName, id: string): string => {
    const line = samples[sheet];
    return line === undefined ? '' : codeIn(line, id);
  };
  const found = (sheet: SheetName, id: string): ImportFinding[] => {
    const line = samples[sheet];
    if (line === undefined) return [];
    return [importFinding('sample_row_needed', { ...placeOf(line, id), row: sampleRow }, {})];
  };
  const pack = sample('pack', 'packCode');
  const packs = codesOf('pack', 'packCode');
  const isPack = pack !== '' && !packs.has(pack) && codesOf('module', 'packCode').has(pack);
  const module = sample('module', 'moduleCode');
  const modules = codesOf('module', 'moduleCode');
  const isModule =
    module !== '' &&
    !modules.has(module) &&
    (codesOf('cell', 'moduleCode').has(module) || packs.has(sample('module', 'packCode')));
  const cell = sample('cell', 'cellCode');
  const isCell =
    cell !== '' && !codesOf('cell', 'cellCode').has(cell) && modules.has(sample('cell', 'moduleCode'));
  return [
    ...(isPack ? found('pack', 'packCode') : []),
    ...(isModule ? found('module', 'moduleCode') : []),
    ...(isCell ? found('cell', 'cellCode') : []),
  ];
}

/** Lines by the text of one of their cells. */
export function groupBy(lines: readonly Line[], id: string): ReadonlyMap<string, Line[]> {
  const groups = new Map<string, Line[]>();
  for (const line of lines) {
    const code = codeIn(line, id);
    const group = groups.get(code);
    if (group === undefined) groups.set(code, [line]);
    else group.push(line);
  }
  return groups;
}

/** The text of a line's cell without blanks around it; empty when there is none. */
export function codeIn(line: Line, id: string): string {
  return cellText(line.cells.get(id)?.cell).trim();
}

/** Where a line's cell stands, and what is in it. */
export function placeOf(
  line: Line,
  field: string,
): { sheet: string; row: number; field: string; value: string; column?: string } {
  const placed = line.cells.get(field);
  const place = { sheet: line.sheet, row: line.row, field, value: codeIn(line, field).slice(0, 64) };
  return placed === undefined ? place : { ...place, column: placed.column };
}

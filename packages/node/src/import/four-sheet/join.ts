// Joins the lines of the four sheets into drafts of packs and modules: what each is part of, what it holds, and where
// every value of it stands (spec/import.md, "The four-sheet layout").
import { batteryCodeDate, cellText } from '@suyuan/battery';
import type { Cell, RecordContext } from '@suyuan/battery';
import { importFinding } from '../import-finding.ts';
import type { ImportFinding } from '../import-finding.ts';
import type { DefaultValue, FourSheetDefaults } from './defaults.ts';
import { codeIn, groupBy, placeOf, sayBoxNumbers, sayCellCodes, sayRepeatedCells } from './check-lines.ts';
import type { Line, PlacedCell, Sheets } from './read-sheets.ts';

/** A value with its place; one that comes from the defaults has none. */
export interface PlacedValue {
  readonly cell: Cell;
  readonly at?: { readonly sheet: string; readonly row: number; readonly column: string };
}

/** What will be a record: its line, its values by field, and where the items of its lists stand. */
export interface Draft {
  readonly line: Line;
  readonly values: ReadonlyMap<string, PlacedValue>;
  readonly items: ReadonlyMap<string, readonly PlacedValue[]>;
  readonly findings: readonly ImportFinding[];
}

/** The drafts, and the lines that belong to nothing. */
export interface Joined {
  readonly packs: readonly Draft[];
  readonly modules: readonly Draft[];
  readonly orphans: readonly Line[];
}

/** What joining goes by beside the sheets. */
export interface JoinOptions {
  readonly defaults: FourSheetDefaults;
  readonly context: Pick<RecordContext, 'today' | 'tables'>;
}

/** Joins the sheets; the order is that of the only line of the first. */
export function joinSheets({ lines }: Sheets, order: Line, options: JoinOptions): Joined {
  const packLines = lines.pack;
  const moduleLines = lines.module.map((line) =>
    inTheirColumns(line, ['packCode', 'P'], ['moduleCode', 'M']),
  );
  const cellLines = lines.cell.map((line) => inTheirColumns(line, ['moduleCode', 'M'], ['cellCode', 'C']));
  const packOf = new Map(packLines.map((line) => [codeIn(line, 'packCode'), line]));
  const modulesOf = groupBy(moduleLines, 'packCode');
  const cellsOf = groupBy(cellLines, 'moduleCode');
  const known = new Set(moduleLines.map((line) => codeIn(line, 'moduleCode')));
  const orphans = cellLines.filter((line) => !known.has(codeIn(line, 'moduleCode')));
  for (const line of orphans) {
    const code = codeIn(line, 'moduleCode');
    if (code !== '')
      line.findings.push(importFinding('module_not_in_file', placeOf(line, 'moduleCode'), { code }));
  }
  sayCellCodes(cellLines);
  sayRepeatedCells(cellLines);
  sayBoxNumbers(packLines);
  const packs = packLines.map((line) =>
    packDraft(line, order, modulesOf.get(codeIn(line, 'packCode')) ?? [], options),
  );
  const modules = moduleLines.map((line) => {
    const pack = packOf.get(codeIn(line, 'packCode'));
    return moduleDraft(line, pack, cellsOf.get(codeIn(line, 'moduleCode')) ?? [], options);
  });
  return { packs, modules, orphans };
}

function packDraft(line: Line, order: Line, modules: readonly Line[], options: JoinOptions): Draft {
  const values = new Map<string, PlacedValue>();
  for (const [id, placed] of order.cells) values.set(id, valueOf(order, placed));
  for (const [id, placed] of line.cells) if (id !== 'cellModelId') values.set(id, valueOf(line, placed));
  const items = modules.map((module) => itemOf(module, 'moduleCode'));
  if (items.length > 0) values.set('moduleCodes', { cell: listOf(items) });
  addDefaults(values, options.defaults, 'battery_pack', codeIn(line, 'packModelId'));
  addFromCode(values, codeIn(line, 'packCode'), options);
  return { line, values, items: new Map([['moduleCodes', items]]), findings: line.findings };
}

function moduleDraft(
  line: Line,
  pack: Line | undefined,
  cells: readonly Line[],
  options: JoinOptions,
): Draft {
  const values = new Map<string, PlacedValue>();
  for (const [id, placed] of line.cells) values.set(id, valueOf(line, placed));
  const model = pack?.cells.get('cellModelId');
  if (pack !== undefined && model !== undefined) values.set('cellModelId', valueOf(pack, model));
  const items = cells
    .filter((cell) => codeIn(cell, 'cellCode') !== '')
    .map((cell) => itemOf(cell, 'cellCode'));
  if (items.length > 0) {
    values.set('cellCodes', { cell: listOf(items) });
    values.set('cellCount', { cell: items.length });
  }
  addDefaults(values, options.defaults, 'battery_module', codeIn(line, 'moduleModelId'));
  addFromCode(values, codeIn(line, 'moduleCode'), options);
  const code = codeIn(line, 'packCode');
  const findings = [...line.findings, ...cells.flatMap((cell) => cell.findings)];
  if (pack === undefined && code !== '')
    findings.push(importFinding('pack_not_in_file', placeOf(line, 'packCode'), { code }));
  return { line, values, items: new Map([['cellCodes', items]]), findings };
}

/** Values that the layout has no column for; those of the model go first, and empty cells count as not given. */
function addDefaults(
  values: Map<string, PlacedValue>,
  defaults: FourSheetDefaults,
  kind: string,
  model: string,
): void {
  const own = Object.hasOwn(defaults.models, model) ? defaults.models[model] : undefined;
  for (const given of [own, defaults.kinds[kind]])
    for (const [id, value] of Object.entries<DefaultValue>(given ?? {}))
      if (isBlank(values.get(id)?.cell)) values.set(id, { cell: value });
}

/** What the code itself says: its fifth character and its date. */
function addFromCode(values: Map<string, PlacedValue>, code: string, { context }: JoinOptions): void {
  if (isBlank(values.get('chemistry')?.cell)) values.set('chemistry', { cell: code.charAt(4) });
  const date = batteryCodeDate(code, context);
  if (date !== undefined && isBlank(values.get('productionDate')?.cell))
    values.set('productionDate', { cell: date });
}

function isBlank(cell: Cell): boolean {
  return cellText(cell).trim() === '';
}

/** The line with its two codes in their own columns; when their fourth characters show them swapped, it says so. */
function inTheirColumns(
  line: Line,
  [left, leftLetter]: readonly [string, string],
  [right, rightLetter]: readonly [string, string],
): Line {
  if (codeIn(line, left).charAt(3) !== rightLetter || codeIn(line, right).charAt(3) !== leftLetter)
    return line;
  const cells = new Map(line.cells);
  const [first, second] = [line.cells.get(left), line.cells.get(right)];
  if (first === undefined || second === undefined) return line;
  cells.set(left, second).set(right, first);
  const place = { sheet: line.sheet, row: line.row, field: left, column: first.column };
  const finding = importFinding('codes_swapped', { ...place, value: cellText(first.cell) }, {});
  return { ...line, cells, findings: [...line.findings, finding] };
}

function valueOf({ sheet, row }: Line, { cell, column }: PlacedCell): PlacedValue {
  return { cell, at: { sheet, row, column } };
}

function itemOf(line: Line, id: string): PlacedValue {
  const placed = line.cells.get(id);
  return placed === undefined ? { cell: undefined } : valueOf(line, placed);
}

function listOf(items: readonly PlacedValue[]): string {
  return items.map(({ cell }) => cellText(cell).trim()).join('\n');
}

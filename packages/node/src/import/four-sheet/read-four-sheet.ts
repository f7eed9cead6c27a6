// From a workbook in the four-sheet layout to parsed packs and modules. Nothing of it is lost silently: what becomes
// no record is a bad row with a finding (spec/import.md, "The four-sheet layout").
import { makeFinding, parseRow, recordKind } from '@suyuan/battery';
import type { Cell, Finding, HeaderLayout, RecordContext, RecordKind } from '@suyuan/battery';
import { assert } from '@suyuan/log';
import type { ByteSource } from '../byte-source.ts';
import { codeFieldOf } from '../code-field.ts';
import { importFinding } from '../import-finding.ts';
import type { ImportFinding } from '../import-finding.ts';
import { cellsByField } from '../problem-rows.ts';
import type { ReadEnd, SourcePiece, SourceReading, SourceRow } from '../source-piece.ts';
import { filledSamples } from './check-lines.ts';
import type { FourSheetDefaults } from './defaults.ts';
import { joinSheets } from './join.ts';
import type { Draft } from './join.ts';
import { packsMax, rowBaseOf } from './layout.ts';
import type { SheetName } from './layout.ts';
import { readSheets } from './read-sheets.ts';
import type { Line, Sheets } from './read-sheets.ts';

/** How to read the workbook. */
export interface FourSheetOptions {
  readonly context: RecordContext;
  /** Most rows of data of all sheets together. */
  readonly rowsMax: number;
  readonly defaults: FourSheetDefaults;
}

/** Reads the workbook: packs first, then modules, then lines that belong to neither. */
export async function* readFourSheet(source: ByteSource, options: FourSheetOptions): SourceReading {
  const sheets = await readSheets(source, options.rowsMax);
  const { names, lines } = sheets;
  const [order] = lines.order;
  const wrong = [...sheets.findings, ...wholeFileFindings(sheets), ...filledSamples(sheets)];
  if (order === undefined || wrong.some(({ level }) => level === 'error')) return endOf(names.order, wrong);
  const { line, findings } = withCount(order);
  const joined = joinSheets(sheets, line, options);
  yield pieceOf('battery_pack', 'pack', joined.packs, options, sheets);
  yield pieceOf('battery_module', 'module', joined.modules, options, sheets);
  const orphans = joined.orphans.map(orphanRow);
  if (orphans.length > 0) {
    const kind = kindNamed('battery_module');
    yield { kind, sheet: names.cell, codeColumn: undefined, rowBase: rowBaseOf('cell'), rows: orphans };
  }
  const counts = { packs: lines.pack.length, modules: lines.module.length, cells: lines.cell.length };
  const read = importFinding('layout_read', { sheet: names.order, row: order.row }, counts);
  return endOf(names.order, [...wrong, ...order.findings, ...findings, read]);
}

function endOf(sheet: string, findings: readonly ImportFinding[]): ReadEnd {
  return { sheet, findings, merged: [] };
}

/** What forbids to read any row: not one order, or too many packs. */
function wholeFileFindings({ lines, names, findings }: Sheets): ImportFinding[] {
  if (findings.some(({ level }) => level === 'error')) return [];
  const wrong: ImportFinding[] = [];
  const count = lines.order.length;
  if (count !== 1) {
    const row = lines.order[1]?.row ?? 4;
    wrong.push(importFinding('order_not_single', { sheet: names.order, row }, { count }));
  }
  const packs = lines.pack.length;
  if (packs > packsMax) {
    const row = lines.pack[packsMax]?.row ?? 0;
    wrong.push(importFinding('packs_too_many', { sheet: names.pack, row }, { max: packsMax, count: packs }));
  }
  return wrong;
}

/** The order with its count as a number, as it often is text; said once and not for each pack. */
function withCount(order: Line): { line: Line; findings: readonly ImportFinding[] } {
  const count = order.cells.get('systemCount');
  const text = typeof count?.cell === 'string' ? count.cell.trim() : '';
  if (count === undefined || !/^\d{1,15}$/.test(text)) return { line: order, findings: [] };
  const cells = new Map(order.cells).set('systemCount', { ...count, cell: Number(text) });
  const said = makeFinding('number_as_text', { field: 'systemCount', value: text });
  const { sheet, row } = order;
  return { line: { ...order, cells }, findings: [{ ...said, sheet, row, column: count.column }] };
}

function kindNamed(id: string): RecordKind {
  const kind = recordKind(id);
  assert(kind !== undefined, 'the kinds of the layout are there');
  return kind;
}

function pieceOf(
  kindId: string,
  sheet: SheetName,
  drafts: readonly Draft[],
  options: FourSheetOptions,
  { names, lines }: Sheets,
): SourcePiece {
  const kind = kindNamed(kindId);
  const field = codeFieldOf(kindId);
  const codes = new Map<string, number>();
  const rowBase = rowBaseOf(sheet);
  const rows = drafts.map((draft) => readDraft(kind, draft, rowBase, codes, options.context));
  const codeColumn = lines[sheet][0]?.cells.get(field ?? '')?.column;
  return { kind, sheet: names[sheet], codeColumn, rowBase, rows };
}

function readDraft(
  kind: RecordKind,
  draft: Draft,
  rowBase: number,
  codes: Map<string, number>,
  context: RecordContext,
): SourceRow {
  const layout = layoutOf(kind);
  const cells: Cell[] = kind.fields.map(({ id }) => draft.values.get(id)?.cell);
  const parsed = parseRow(kind, layout, cells, context);
  const findings = [...draft.findings, ...parsed.findings.map((finding) => placed(finding, draft))];
  const { subjects } = parsed;
  const code = subjects.find(({ role }) => role === 'subject')?.code;
  const first = code === undefined ? undefined : codes.get(code);
  if (code !== undefined && first === undefined) codes.set(code, draft.line.row);
  if (code !== undefined && first !== undefined) {
    const field = codeFieldOf(kind.id);
    const { sheet, row } = draft.line;
    const column = field === undefined ? undefined : draft.line.cells.get(field)?.column;
    const place = {
      sheet,
      row,
      value: code,
      ...(field === undefined ? {} : { field }),
      ...(column === undefined ? {} : { column }),
    };
    findings.push(importFinding('duplicate_in_file', place, { first }));
  }
  const good = findings.some(({ level }) => level === 'error') ? undefined : parsed.record;
  const kept = good === undefined ? cellsByField(kind, layout, cells) : {};
  return { row: rowBase + draft.line.row, record: good, subjects, findings, kept };
}

/** The finding at the cell that it is about, in whichever sheet that stands. */
function placed(finding: Finding, { line, values, items }: Draft): ImportFinding {
  const { field, item } = finding;
  const own = { sheet: line.sheet, row: line.row };
  if (field === undefined) return { ...finding, ...own };
  const value = item === undefined ? values.get(field) : items.get(field)?.[item - 1];
  return { ...finding, ...(value?.at ?? own) };
}

const layouts = new WeakMap<RecordKind, HeaderLayout>();

/** All fields of the kind in their order. */
function layoutOf(kind: RecordKind): HeaderLayout {
  const known = layouts.get(kind);
  if (known !== undefined) return known;
  const layout: HeaderLayout = {
    places: kind.fields.map((_, place) => place),
    columns: new Map(kind.fields.map(({ id }, place) => [id, place])),
    findings: [],
  };
  layouts.set(kind, layout);
  return layout;
}

/** A cell whose module is not in the file: kept with its codes, and never a record by itself. */
function orphanRow(line: Line): SourceRow {
  const kept = Object.fromEntries([...line.cells].map(([id, { cell }]) => [id, cell ?? null]));
  return {
    row: rowBaseOf('cell') + line.row,
    record: undefined,
    subjects: [],
    findings: line.findings,
    kept,
  };
}

// From the bytes of a workbook to parsed rows of one record kind: finds the sheet with the kind's header and
// hands out its rows piece by piece, good and bad (spec/import.md). Does no I/O but through the byte source.
import { headerRowsMax, recognizeHeader, rowRole } from '@suyuan/battery';
import type { HeaderLayout, RecordContext, RecordKind } from '@suyuan/battery';
import type { ByteSource } from './byte-source.ts';
import { headerFindings, importFinding } from './import-finding.ts';
import { OutsideCells } from './outside-cells.ts';
import { codeColumnOf, readRow } from './read-row.ts';
import type { ReadRow } from './read-row.ts';
import { readSharedStrings, SharedStrings, sharedStringBytesMax } from './shared-strings.ts';
import { sheetRows } from './sheet-rows.ts';
import type { MergedRange, SheetRow } from './sheet-rows.ts';
import type { ReadEnd, SourcePiece } from './source-piece.ts';
import { openWorkbook, sheetBytesMax } from './workbook-parts.ts';
import type { SheetPart, WorkbookParts } from './workbook-parts.ts';
import { WorkbookRefusal } from './workbook-rejection.ts';
import { inflateEntry } from './zip-inflate.ts';

/** Some rows of the sheet, in order. */
export interface RowPiece extends SourcePiece {
  readonly rows: readonly ReadRow[];
}

/** What to read a workbook as. */
export interface ReadOptions {
  readonly kind: RecordKind;
  readonly context: RecordContext;
  readonly rowsMax: number;
  /** Merged ranges that an earlier reading of the same file ended with: rows in them are refused. */
  readonly merged: readonly MergedRange[];
}

const sharedPartBytesMax = 3 * sharedStringBytesMax;
/** Columns of a sheet that are looked at, as in the kind's header. */
const columnsMax = 200;
/** Columns of the kind that make a row the head of a table beyond doubt. */
const TABLE_COLUMNS_MIN = 3;

/**
 * Reads a workbook. Ends in a {@link WorkbookRefusal} when the file is not readable as a whole; when the
 * header itself is wrong, no row is handed out and the end's findings say why.
 */
export async function* readWorkbook(
  source: ByteSource,
  options: ReadOptions,
): AsyncGenerator<RowPiece, ReadEnd, undefined> {
  const { parts, strings } = await openSheets(source);
  const sheets = parts.sheets.filter((sheet) => !sheet.hidden);
  const found: { sheet: SheetPart; layout: HeaderLayout; row: number }[] = [];
  for (const sheet of sheets) {
    const header = await findHeader(parts, sheet, strings, options.kind);
    if (header !== undefined) found.push({ sheet, ...header });
  }
  // A sheet of notes may name a single column; where another sheet has a whole head, that is no second table.
  const tables = found.filter(({ layout }) => layout.columns.size >= TABLE_COLUMNS_MIN);
  const [first, ...others] = tables.length === 0 ? found : tables;
  if (first === undefined)
    throw new WorkbookRefusal({
      code: 'workbook_sheet_missing',
      sheets: parts.sheets.slice(0, 20).map((sheet) => sheet.name.slice(0, 64)),
    });
  const { sheet, layout, row } = first;
  const findings = [
    ...headerFindings(layout, sheet.name, row),
    ...others.map((other) =>
      importFinding(
        'sheet_not_read',
        { sheet: other.sheet.name, row: other.row },
        { sheet: other.sheet.name },
      ),
    ),
  ];
  if (findings.some((finding) => finding.level === 'error'))
    return { sheet: sheet.name, findings, merged: [] };
  const outside = new OutsideCells(layout);
  const merged = yield* readRows(parts, { ...first, outside }, strings, options);
  return { sheet: sheet.name, findings: [...findings, ...outside.findings(sheet.name)], merged };
}

/** A workbook whose sheets can be read. */
export interface OpenSheets {
  readonly parts: WorkbookParts;
  readonly strings: SharedStrings;
  /** The rows of a sheet, a piece at a time; `merged` receives its merged ranges. */
  readonly rowsOf: (sheet: SheetPart, merged: MergedRange[]) => AsyncGenerator<readonly SheetRow[]>;
}

/** Opens a workbook with its shared strings. */
export async function openSheets(source: ByteSource): Promise<OpenSheets> {
  const parts = await openWorkbook(source);
  const strings =
    parts.sharedStrings === undefined
      ? new SharedStrings()
      : await readSharedStrings(
          parts.sharedStrings.name,
          inflateEntry(source, parts.sharedStrings, sharedPartBytesMax),
        );
  return { parts, strings, rowsOf: (sheet, merged) => rowsOf(parts, sheet, strings, merged) };
}

async function* rowsOf(
  parts: WorkbookParts,
  sheet: SheetPart,
  strings: SharedStrings,
  merged: MergedRange[],
): AsyncGenerator<readonly SheetRow[]> {
  const context = { strings, isDateStyle: parts.isDateStyle, epoch: parts.epoch, columnsMax };
  yield* sheetRows(sheet.entry.name, inflateEntry(parts.source, sheet.entry, sheetBytesMax), context, merged);
}

async function findHeader(
  parts: WorkbookParts,
  sheet: SheetPart,
  strings: SharedStrings,
  kind: RecordKind,
): Promise<{ layout: HeaderLayout; row: number } | undefined> {
  for await (const rows of rowsOf(parts, sheet, strings, [])) {
    for (const { number, cells } of rows) {
      if (number > headerRowsMax) return undefined;
      const layout = recognizeHeader(kind, cells);
      if (layout !== undefined) return { layout, row: number };
    }
  }
  return undefined;
}

async function* readRows(
  parts: WorkbookParts,
  header: {
    readonly sheet: SheetPart;
    readonly layout: HeaderLayout;
    readonly row: number;
    readonly outside: OutsideCells;
  },
  strings: SharedStrings,
  options: ReadOptions,
): AsyncGenerator<RowPiece, readonly MergedRange[], undefined> {
  const { sheet, layout } = header;
  const merged: MergedRange[] = [];
  const { kind, context } = options;
  const table = { kind, layout, sheet: sheet.name, context, codes: new Map<string, number>() };
  const codeColumn = codeColumnOf(kind, layout);
  const mergedRows = new MergedRows(options.merged);
  let count = 0;
  for await (const piece of rowsOf(parts, sheet, strings, merged)) {
    const rows: ReadRow[] = [];
    for (const row of piece) {
      const { number, cells } = row;
      if (number <= header.row) continue;
      const role = rowRole(kind, layout, cells);
      if (role === 'data' || role === 'blank') header.outside.note(row);
      if (role !== 'data') continue;
      count += 1;
      if (count > options.rowsMax)
        throw new WorkbookRefusal({ code: 'workbook_too_many_rows', limit: options.rowsMax });
      rows.push(readRow(table, number, cells, mergedRows.at(number)));
    }
    if (rows.length > 0) yield { kind, sheet: sheet.name, codeColumn, rows };
  }
  return options.merged.length > 0 ? [] : merged.filter((range) => touchesData(range, header.row, layout));
}

function touchesData(range: MergedRange, headerRow: number, layout: HeaderLayout): boolean {
  return (
    range.bottom > headerRow &&
    layout.places.some((place, column) => place >= 0 && column >= range.left && column <= range.right)
  );
}

/** Which merged range, if any, a row lies in; rows are asked for in ascending order. */
export class MergedRows {
  readonly #ranges: readonly MergedRange[];
  #next = 0;
  #current: MergedRange | undefined;

  constructor(ranges: readonly MergedRange[]) {
    this.#ranges = ranges.toSorted((a, b) => a.top - b.top);
  }

  at(row: number): MergedRange | undefined {
    for (;;) {
      const candidate = this.#ranges[this.#next];
      if (candidate === undefined || candidate.top > row) break;
      if (this.#current === undefined || candidate.bottom > this.#current.bottom) this.#current = candidate;
      this.#next += 1;
    }
    return this.#current !== undefined && this.#current.bottom >= row ? this.#current : undefined;
  }
}

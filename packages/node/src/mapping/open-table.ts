// A workbook's sheet or a CSV file as a table of any layout: a row of headings that names the columns, and the rows
// below it, a piece at a time (spec/mapping.md, M4 and M18). Does no I/O but through the byte source.
import { cellText, columnNames } from '@suyuan/battery';
import type { Cell, TableRule } from '@suyuan/battery';
import type { ByteSource } from '../import/byte-source.ts';
import { csvRows, firstRows, separators } from '../import/csv/csv-rows.ts';
import type { Separator } from '../import/csv/csv-rows.ts';
import { openCsvText } from '../import/csv/csv-text.ts';
import { openSheets } from '../import/read-workbook.ts';
import type { MergedRange, SheetRow } from '../import/sheet-rows.ts';
import { WorkbookRefusal } from '../import/workbook-rejection.ts';

/** A table whose headings are known. */
export interface OpenTable {
  /** Undefined for a file without sheets. */
  readonly sheet: string | undefined;
  /** The row of the headings, from 1. */
  readonly headings: number;
  /** Names of the columns, in order. */
  readonly columns: readonly string[];
  /** Rows below the headings, a piece at a time; `merged` receives the sheet's merged ranges. */
  readonly rows: (merged: MergedRange[]) => AsyncGenerator<readonly SheetRow[]>;
}

/** The tables of a file: one for each visible sheet that has headings, or one. */
export interface FileTables {
  readonly tables: readonly OpenTable[];
  /** The encoding of a CSV file that nobody named. */
  readonly assumedCharset: string | undefined;
}

/** What a file is read as. */
export type TableForm =
  | { readonly type: 'workbook' }
  | { readonly type: 'csv'; readonly charset: string | undefined };

/** Rows among which the headings are looked for unless a mapping names theirs. */
const headingsRowsMax = 100;
const csvHeadBytes = 262_144;

/** Opens every table of a file. Ends in a {@link WorkbookRefusal} when the file is not readable as a whole. */
export async function openTables(source: ByteSource, form: TableForm, rule: TableRule): Promise<FileTables> {
  return form.type === 'csv' ? openCsv(source, form.charset, rule) : await openBook(source, rule);
}

async function openBook(source: ByteSource, rule: TableRule): Promise<FileTables> {
  const { parts, rowsOf } = await openSheets(source);
  const tables: OpenTable[] = [];
  for (const part of parts.sheets) {
    if (part.hidden || (rule.sheet !== undefined && part.name !== rule.sheet)) continue;
    const found = await findHeadings(rowsOf(part, []), rule.headings);
    if (found === undefined) continue;
    tables.push({
      ...found,
      sheet: part.name,
      rows: (merged) => below(rowsOf(part, merged), found.headings),
    });
  }
  if (tables.length === 0) {
    const sheets = parts.sheets.slice(0, 20).map(({ name }) => name.slice(0, 64));
    throw new WorkbookRefusal({ code: 'workbook_sheet_missing', sheets });
  }
  return { tables, assumedCharset: undefined };
}

type Headings = Pick<OpenTable, 'headings' | 'columns'>;

async function findHeadings(
  pieces: AsyncGenerator<readonly SheetRow[]>,
  wanted: number | undefined,
): Promise<Headings | undefined> {
  for await (const rows of pieces) {
    for (const { number, cells } of rows) {
      if (number > (wanted ?? headingsRowsMax)) return undefined;
      if (wanted === undefined ? cells.some(isFilled) : number === wanted)
        return { headings: number, columns: columnNames(cells) };
    }
  }
  return undefined;
}

function isFilled(cell: Cell): boolean {
  return cellText(cell).trim() !== '';
}

async function* below(
  pieces: AsyncGenerator<readonly SheetRow[]>,
  headings: number,
): AsyncGenerator<readonly SheetRow[]> {
  for await (const rows of pieces) {
    const data = rows.filter(({ number, cells }) => number > headings && cells.some(isFilled));
    if (data.length > 0) yield data;
  }
}

function openCsv(source: ByteSource, charset: string | undefined, rule: TableRule): FileTables {
  const text = openCsvText(source, charset);
  const [head = Buffer.alloc(0)] = text.pieces();
  const found = csvHeadings(head.subarray(0, csvHeadBytes), rule.headings);
  if (found === undefined) throw new WorkbookRefusal({ code: 'csv_header_missing' });
  const { separator, headings, columns } = found;
  const rows = (): AsyncGenerator<readonly SheetRow[]> =>
    below(numbered(csvRows(text.pieces(), separator)), headings);
  return {
    tables: [{ sheet: undefined, headings, columns, rows }],
    assumedCharset: text.assumed ? text.charset.toUpperCase() : undefined,
  };
}

/** Of the separators the one that cuts the headings into most columns. */
function csvHeadings(
  head: Buffer,
  wanted: number | undefined,
): (Headings & { readonly separator: Separator }) | undefined {
  let best: (Headings & { readonly separator: Separator }) | undefined;
  for (const separator of separators) {
    const rows = firstRows(head, separator, wanted ?? headingsRowsMax);
    const index = wanted === undefined ? rows.findIndex((cells) => cells.some(isFilled)) : wanted - 1;
    const cells = rows[index];
    if (cells === undefined || cells.length <= (best?.columns.length ?? 0)) continue;
    best = { separator, headings: index + 1, columns: columnNames(cells) };
  }
  return best;
}

async function* numbered(
  pieces: AsyncGenerator<readonly (readonly string[])[]>,
): AsyncGenerator<readonly SheetRow[]> {
  let number = 0;
  for await (const rows of pieces) yield rows.map((cells) => ({ number: (number += 1), cells }));
}

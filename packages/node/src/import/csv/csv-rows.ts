// Rows of a CSV text (RFC 4180, with the separators that spreadsheet programs use), a piece at a time. Rows count
// as a spreadsheet program counts them, blank lines included.
import { finished } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { parse as parseWhole } from 'csv-parse/sync';
import { WorkbookRefusal } from '../workbook-rejection.ts';

/** Characters that may stand between the cells of a row. */
export const separators = [',', ';', '\t'] as const;
/** One of them. */
export type Separator = (typeof separators)[number];

/** Most bytes of one row; a record has at most 64 KiB. */
const csvRowBytesMax = 1_048_576;

/** The first rows of a text that may be cut off anywhere. Never refuses. */
export function firstRows(head: Buffer, separator: Separator, count: number): readonly (readonly string[])[] {
  const rows: string[][] = [];
  try {
    parseWhole(head, {
      delimiter: separator,
      relax_column_count: true,
      relax_quotes: true,
      to: count,
      on_record: (row: string[]) => void rows.push(row),
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
  }
  return rows;
}

/** Yields the rows of each piece. Refuses quotation marks that RFC 4180 does not allow, and rows that are too long. */
export async function* csvRows(
  pieces: Iterable<Buffer>,
  separator: Separator,
): AsyncGenerator<readonly (readonly string[])[]> {
  let rows: string[][] = [];
  let count = 0;
  const parser = parse({
    delimiter: separator,
    relax_column_count: true,
    max_record_size: csvRowBytesMax,
    on_record: (row: string[]) => {
      rows.push(row);
      count += 1;
      return null;
    },
  });
  let failure: unknown;
  parser.on('error', (error) => (failure = error));
  parser.resume();
  for (const piece of pieces) {
    await new Promise<void>((resolve) => parser.write(piece, () => resolve()));
    if (failure !== undefined) throw refusalFor(failure, count + 1);
    if (rows.length > 0) yield rows;
    rows = [];
  }
  parser.end();
  try {
    await finished(parser);
  } catch (error) {
    throw refusalFor(error, count + 1);
  }
  if (rows.length > 0) yield rows;
}

function refusalFor(error: unknown, row: number): unknown {
  if (!(error instanceof CsvError)) return error;
  const { code } = error;
  if (code === 'CSV_QUOTE_NOT_CLOSED') return new WorkbookRefusal({ code: 'csv_quote_open', row });
  if (code === 'CSV_MAX_RECORD_SIZE')
    return new WorkbookRefusal({ code: 'csv_row_too_long', row, limit: csvRowBytesMax });
  if (code === 'INVALID_OPENING_QUOTE' || code === 'CSV_INVALID_CLOSING_QUOTE')
    return new WorkbookRefusal({ code: 'csv_quote_misplaced', row });
  return error;
}

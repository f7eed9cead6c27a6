// From the bytes of a CSV file to parsed rows of one record kind, through the same header and the same checks as a
// sheet (spec/import.md, "CSV").
import { headerRowsMax, recognizeHeader, rowRole } from '@suyuan/battery';
import type { Cell, Field, HeaderLayout, RecordContext, RecordKind } from '@suyuan/battery';
import type { ByteSource } from '../byte-source.ts';
import { headerFindings, importFinding } from '../import-finding.ts';
import type { ImportFinding } from '../import-finding.ts';
import { codeColumnOf, readRow } from '../read-row.ts';
import type { SourceReading, SourceRow } from '../source-piece.ts';
import { WorkbookRefusal } from '../workbook-rejection.ts';
import { csvRows, firstRows, separators } from './csv-rows.ts';
import type { Separator } from './csv-rows.ts';
import { openCsvText } from './csv-text.ts';

/** What to read a CSV file as. */
export interface CsvOptions {
  readonly kind: RecordKind;
  readonly context: RecordContext;
  readonly rowsMax: number;
  readonly charset: string | undefined;
}

/** Columns that are looked at, as in a sheet. */
const columnsMax = 200;
const headBytes = 65_536;

/** The header, wherever it stands among the first rows, and the separator under which it shows. */
export interface CsvHeader {
  readonly separator: Separator;
  readonly layout: HeaderLayout;
  readonly row: number;
}

/** Reads a CSV file. Ends in a {@link WorkbookRefusal} when the file is not readable as a whole. */
export async function* readCsv(source: ByteSource, options: CsvOptions): SourceReading {
  const { kind, context } = options;
  const text = openCsvText(source, options.charset);
  const header = findCsvHeader(kind, text.pieces());
  if (header === undefined) throw new WorkbookRefusal({ code: 'csv_header_missing' });
  const { layout, separator } = header;
  const findings: ImportFinding[] = [...headerFindings(layout, undefined, header.row)];
  if (text.assumed)
    findings.push(importFinding('charset_assumed', { row: 1 }, { charset: text.charset.toUpperCase() }));
  const end = { sheet: undefined, findings, merged: [] };
  if (findings.some(({ level }) => level === 'error')) return end;
  const fields = layout.places.map((place) => kind.fields[place]);
  const table = { kind, layout, sheet: undefined, context, codes: new Map<string, number>() };
  const codeColumn = codeColumnOf(kind, layout);
  let row = 0;
  let count = 0;
  for await (const piece of csvRows(text.pieces(), separator)) {
    const rows: SourceRow[] = [];
    for (const texts of piece) {
      row += 1;
      if (row <= header.row) continue;
      const cells = csvCells(texts, fields);
      if (rowRole(kind, layout, cells) !== 'data') continue;
      count += 1;
      if (count > options.rowsMax)
        throw new WorkbookRefusal({ code: 'workbook_too_many_rows', limit: options.rowsMax });
      rows.push(readRow(table, row, cells, undefined));
    }
    if (rows.length > 0) yield { kind, sheet: undefined, codeColumn, rows };
  }
  return end;
}

/** Of the separators the one under which most columns of the kind are named; undefined when none shows a header. */
export function findCsvHeader(kind: RecordKind, pieces: Iterable<Buffer>): CsvHeader | undefined {
  const [head] = pieces;
  let best: CsvHeader | undefined;
  for (const separator of separators) {
    const rows = firstRows(head?.subarray(0, headBytes) ?? Buffer.alloc(0), separator, headerRowsMax);
    for (const [index, cells] of rows.entries()) {
      const layout = recognizeHeader(kind, cells);
      if (layout === undefined) continue;
      if (layout.columns.size > (best?.layout.columns.size ?? 0))
        best = { separator, layout, row: index + 1 };
      break;
    }
  }
  return best;
}

/** A row of a CSV file as cells of these fields. Everything is text: plain decimals in columns of numbers are numbers, and nothing else is. */
export function csvCells(texts: readonly string[], fields: readonly (Field | undefined)[]): readonly Cell[] {
  return texts.slice(0, columnsMax).map((text, column) => {
    const type = fields[column]?.type;
    const isNumber = (type === 'number' || type === 'integer') && /^-?\d{1,15}(\.\d{1,15})?$/.test(text);
    return isNumber ? Number(text) : text;
  });
}

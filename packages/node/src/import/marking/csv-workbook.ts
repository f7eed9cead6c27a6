// The rows of a CSV file as a workbook of one sheet, row for row and column for column, so that they can be given back
// marked (spec/import.md, I27). Cells are what the import reads: text, and numbers in columns of numbers.
import type { Cell, RecordKind } from '@suyuan/battery';
import type { ByteSource } from '../byte-source.ts';
import { csvRows, firstRows, separators } from '../csv/csv-rows.ts';
import type { Separator } from '../csv/csv-rows.ts';
import { openCsvText } from '../csv/csv-text.ts';
import type { CsvText } from '../csv/csv-text.ts';
import { csvCells, findCsvHeader } from '../csv/read-csv.ts';
import { memorySource } from '../byte-source.ts';
import { mainNamespace, packageParts, sheetPath, stylesPath, xmlHead } from '../new-package.ts';
import { xmlText } from './xml-rewriter.ts';
import { compressEntry, writeZip } from './zip-output.ts';

/** What a CSV file was imported as; no kind where a mapping has read it. */
export interface CsvForm {
  readonly kind: RecordKind | undefined;
  readonly charset: string | undefined;
}

/** The name of the sheet. */
export const csvSheetName = 'CSV';

/** Rows that a sheet can have, and characters that a cell can hold, for spreadsheet programs. */
const sheetRowsMax = 1_048_576;
const cellLengthMax = 32_767;
const rowsAtOnce = 250;
const headBytes = 65_536;

/** Style 1 is text, so that nothing is converted when a cell is edited. */
const styles = `${xmlHead}<styleSheet xmlns="${mainNamespace}"><fonts count="1"><font><sz val="11"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>`;

/** Yields the bytes of the workbook. Columns that the import does not read are left out. */
export async function* csvWorkbook(source: ByteSource, { kind, charset }: CsvForm): AsyncGenerator<Buffer> {
  const text = openCsvText(source, charset);
  const sheet = await compressEntry(sheetPath(0), sheetXml(text, kind));
  const entries = [sheet];
  for (const [path, xml] of [[stylesPath, styles] as const, ...packageParts([csvSheetName])])
    entries.push(await compressEntry(path, Buffer.from(xml)));
  yield* writeZip(memorySource(new Uint8Array(0)), entries);
}

async function* sheetXml(text: CsvText, kind: RecordKind | undefined): AsyncGenerator<Buffer> {
  yield Buffer.from(`${xmlHead}<worksheet xmlns="${mainNamespace}"><sheetData>`);
  const header = kind && findCsvHeader(kind, text.pieces());
  const fields = header?.layout.places.map((place) => kind?.fields[place]) ?? [];
  const fieldsOf = (row: number): typeof fields => (row > (header?.row ?? 0) ? fields : []);
  let next = 1;
  for await (const piece of csvRows(text.pieces(), header?.separator ?? widestSeparator(text))) {
    for (let from = 0; from < piece.length; from += rowsAtOnce) {
      const first = next;
      const rows = piece.slice(from, from + rowsAtOnce);
      next += rows.length;
      const xml = rows.map((texts, index) => rowXml(first + index, csvCells(texts, fieldsOf(first + index))));
      yield Buffer.from(xml.join(''));
    }
  }
  yield Buffer.from('</sheetData></worksheet>');
}

/** Of the separators the one that cuts the first rows into most columns. */
function widestSeparator(text: CsvText): Separator {
  const [head = Buffer.alloc(0)] = text.pieces();
  const widths = separators.map((separator) => {
    const rows = firstRows(head.subarray(0, headBytes), separator, 10);
    return { separator, width: Math.max(0, ...rows.map((row) => row.length)) };
  });
  return widths.reduce((best, other) => (other.width > best.width ? other : best)).separator;
}

function rowXml(number: number, cells: readonly Cell[]): string {
  if (number > sheetRowsMax) return '';
  return `<row r="${number}">${cells.map(cellXml).join('')}</row>`;
}

function cellXml(cell: Cell): string {
  if (typeof cell === 'number') return `<c><v>${cell}</v></c>`;
  if (typeof cell !== 'string' || cell === '') return '<c/>';
  const text = xmlText(cell.slice(0, cellLengthMax));
  return `<c s="1" t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
}

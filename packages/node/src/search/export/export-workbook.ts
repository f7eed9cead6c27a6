// An export as a workbook with a sheet for each kind found: row 1 (hidden) field ids and row 2 headings as in the template,
// then the records, so that a sheet can be imported again. Texts are inline strings, which no program calculates.
// Rows become compressed XML as they are found; only the compressed parts are held. Implements spec/search.md, "Export".
import { cellText } from '@suyuan/battery';
import type { Cell, RecordKind } from '@suyuan/battery';

import { memorySource } from '../../import/byte-source.ts';
import { xmlText } from '../../import/marking/xml-rewriter.ts';
import { compressEntry, writeZip } from '../../import/marking/zip-output.ts';
import type { CompressedEntry } from '../../import/marking/zip-output.ts';
import { mainNamespace, packageParts, sheetPath, stylesPath, xmlHead } from '../../import/new-package.ts';
import { exportCells, headingsOf } from './export-rows.ts';
import type { ExportRow } from './export-rows.ts';

/** A sheet to write. */
export interface ExportSheet {
  readonly kind: RecordKind;
  readonly pages: AsyncIterable<readonly ExportRow[]>;
}

/** Rows above the records. */
const HEADING_ROWS = 2;

/** Places in `cellXfs` below. */
const STYLES = { text: 1, date: 2, heading: 3 };

const styles = `${xmlHead}<styleSheet xmlns="${mainNamespace}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>
<fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>
<cellXfs count="4"><xf/><xf numFmtId="49" quotePrefix="1" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/>
<xf numFmtId="49" fontId="1" applyFont="1" applyNumberFormat="1" applyAlignment="1"><alignment wrapText="1" vertical="center"/></xf></cellXfs>
</styleSheet>`;

/** Yields the workbook's bytes once all sheets are read; `notes` are lines of a last sheet, made after the others. */
export async function* exportWorkbook(
  sheets: readonly ExportSheet[],
  notes: () => readonly string[],
): AsyncGenerator<Buffer> {
  const entries: CompressedEntry[] = [];
  const names: string[] = [];
  for (const { kind, pages } of sheets) {
    const written = { rows: 0 };
    const part = await compressEntry(sheetPath(names.length), sheetXml(kind, pages, written));
    if (written.rows === 0 && sheets.length > 1) continue;
    entries.push(part);
    names.push(kind.label.zh);
  }
  const noteRows = notes().map((line, index) => rowXml(index + 1, [line]));
  names.push('说明 Notes');
  const notesXml = `${xmlHead}<worksheet xmlns="${mainNamespace}"><cols><col min="1" max="1" width="100"/></cols><sheetData>${noteRows.join('')}</sheetData></worksheet>`;
  const parts: readonly (readonly [string, string])[] = [
    [sheetPath(names.length - 1), notesXml],
    [stylesPath, styles],
    ...packageParts(names),
  ];
  for (const [name, xml] of parts) entries.push(await compressEntry(name, Buffer.from(xml)));
  yield* writeZip(memorySource(new Uint8Array(0)), entries);
}

async function* sheetXml(
  kind: RecordKind,
  pages: AsyncIterable<readonly ExportRow[]>,
  written: { rows: number },
): AsyncGenerator<Buffer> {
  const headings = headingsOf(kind);
  yield Buffer.from(
    `${xmlHead}<worksheet xmlns="${mainNamespace}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="2" topLeftCell="A3" state="frozen"/></sheetView></sheetViews><cols><col min="1" max="${headings.length}" width="22"/></cols><sheetData>` +
      rowXml(
        1,
        kind.fields.map(({ id }) => id),
        ' hidden="1"',
      ) +
      rowXml(2, headings, ' ht="34" customHeight="1"', STYLES.heading),
  );
  for await (const rows of pages) {
    const first = HEADING_ROWS + written.rows + 1;
    const xml = rows.map((row, index) => rowXml(first + index, exportCells(kind, row)));
    written.rows += rows.length;
    yield Buffer.from(xml.join(''));
  }
  yield Buffer.from('</sheetData></worksheet>');
}

function rowXml(number: number, cells: readonly Cell[], attributes = '', style = STYLES.text): string {
  return `<row r="${number}"${attributes}>${cells.map((cell) => cellXml(cell, style)).join('')}</row>`;
}

/** A number or a date stays one; everything else is a string that is not calculated. */
function cellXml(cell: Cell, style: number): string {
  if (typeof cell === 'number' && Number.isFinite(cell)) return `<c><v>${cell}</v></c>`;
  if (typeof cell === 'object' && cell !== null && cell.kind === 'date') {
    return `<c s="${STYLES.date}"><v>${serialOf(cell.year, cell.month, cell.day)}</v></c>`;
  }
  const text = cellText(cell);
  if (text === '') return '<c/>';
  return `<c s="${style}" t="inlineStr"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`;
}

/** Days since 30 December 1899, as workbooks count them. */
function serialOf(year: number, month: number, day: number): number {
  return (Date.UTC(year, month - 1, day) - Date.UTC(1899, 11, 30)) / 86_400_000;
}

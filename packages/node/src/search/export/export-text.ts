// Exports as text: lines of JSON, and CSV in UTF-8 with a byte order mark, as Excel reads it. No field of a CSV file can
// be taken for a formula (OWASP, CSV injection). Implements spec/search.md, "Export".
import { cellText } from '@suyuan/battery';
import type { Cell, RecordKind } from '@suyuan/battery';

import { plainText } from '../../import/marking/xml-rewriter.ts';
import { exportCells, headingsOf } from './export-rows.ts';
import type { ExportRow, ExportTally } from './export-rows.ts';

type Pages = AsyncIterable<readonly ExportRow[]>;

/** A line of JSON for each record, and one that says so where more was found. */
export async function* exportJson(pages: Pages, tally: ExportTally): AsyncGenerator<string> {
  for await (const rows of pages) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  if (tally.isCut) yield `${JSON.stringify({ isComplete: false, records: tally.records })}\n`;
}

/** Headings and a line for each record (RFC 4180), and one that says so where more was found. */
export async function* exportCsv(kind: RecordKind, pages: Pages, tally: ExportTally): AsyncGenerator<string> {
  yield `\ufeff${csvLine(headingsOf(kind).map((heading) => heading.replaceAll('\n', ' ')))}`;
  for await (const rows of pages) yield rows.map((row) => csvLine(exportCells(kind, row))).join('');
  if (tally.isCut) yield csvLine([cutSentence(tally.records)]);
}

/** What the end of an export says that holds only a part. */
export function cutSentence(records: number): string {
  return `仅导出前 ${records} 条，请缩小检索范围 · Only the first ${records} records; narrow the search`;
}

/** One line; a number stays one, a text that a spreadsheet would calculate gets a quote before it. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map((cell) => csvField(cell)).join(',')}\r\n`;
}

function csvField(cell: Cell): string {
  const text = typeof cell === 'string' ? plainText(cell) : cellText(cell);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

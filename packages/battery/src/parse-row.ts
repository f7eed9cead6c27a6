/**
 * From a row of a sheet to a record, through the same readers as an API push. Implements spec/battery.md, "Sheets".
 */
import type { Cell } from './cell.ts';
import { cellValue, unreadable } from './cell.ts';
import type { HeaderLayout } from './header.ts';
import { fieldNamed, markedPlace } from './header.ts';
import type { RecordContext, RecordKind } from './kind.ts';
import type { ParsedRecord } from './parse-record.ts';
import { compileKind, finishRecord, PartTexts, readField } from './parse-record.ts';
import { Reading } from './reading.ts';
import { trimBlanks } from './unicode.ts';

/** What a row below the first header is: only `data` rows are parsed. */
export type RowRole = 'blank' | 'header' | 'sample' | 'data';

/** How the subject cell of a sample row begins, in either language. */
export const sampleMarks: readonly string[] = ['示例', 'sample', 'Sample', 'SAMPLE'];

/** Tells data from blank rows, repeated headers (the template has ids and labels) and the sample row. */
export function rowRole(kind: RecordKind, layout: HeaderLayout, cells: readonly Cell[]): RowRole {
  let blank = true;
  const marked = markedPlace(kind);
  for (let column = 0; column < layout.places.length; column += 1) {
    const place = layout.places[column] ?? -1;
    if (place < 0) continue;
    const cell = cells[column];
    if (cell === null || cell === undefined || cell === '') continue;
    const text = typeof cell === 'string' ? trimBlanks(cell) : '#';
    if (text === '') continue;
    blank = false;
    if (place !== marked) continue;
    if (sampleMarks.some((mark) => text.startsWith(mark))) return 'sample';
    return fieldNamed(kind, text) === place ? 'header' : 'data';
  }
  return blank ? 'blank' : 'data';
}

/**
 * Parses a row under the layout that its header gave. Cells of columns that the layout does not know are not read.
 * Never throws.
 */
export function parseRow(
  kind: RecordKind,
  layout: HeaderLayout,
  cells: readonly Cell[],
  context: RecordContext,
): ParsedRecord {
  const compiled = compileKind(kind);
  const reading = new Reading(context, compiled);
  const texts = new PartTexts();
  for (const entry of compiled.fields) {
    const column = layout.columns.get(entry.field.id);
    const value = column === undefined ? undefined : cellValue(entry.field, cells[column], reading);
    if (value === unreadable) reading.markGiven(entry.place);
    else readField(entry, value, reading, texts);
  }
  return finishRecord(kind, reading, texts);
}

// One row of a table, of a sheet or of a CSV file, to a record with its findings in place (spec/import.md).
import { parseRow } from '@suyuan/battery';
import type { Cell, HeaderLayout, RecordContext, RecordKind } from '@suyuan/battery';
import { codeFieldOf } from './code-field.ts';
import { findingInSheet, importFinding } from './import-finding.ts';
import type { ImportFinding } from './import-finding.ts';
import { ownCodeOfRow, shownCode } from './own-code.ts';
import { cellsByField } from './problem-rows.ts';
import { columnLetters } from './sheet-rows.ts';
import type { MergedRange } from './sheet-rows.ts';
import type { SourceRow } from './source-piece.ts';

/** A row with its cells as they were read. */
export interface ReadRow extends SourceRow {
  readonly cells: readonly Cell[];
}

/** The table that rows belong to. */
export interface Table {
  readonly kind: RecordKind;
  readonly layout: HeaderLayout;
  /** Undefined for a file without sheets. */
  readonly sheet: string | undefined;
  readonly context: RecordContext;
  /** The row in which each record, by its own code or content, stood first; filled by {@link readRow}. */
  readonly codes: Map<string, number>;
}

/** The letters of the column that holds the records' own codes. */
export function codeColumnOf(kind: RecordKind, layout: HeaderLayout): string | undefined {
  const field = kind.fields.find(({ role }) => role === 'subject');
  const column = field === undefined ? undefined : layout.columns.get(field.id);
  return column === undefined ? undefined : columnLetters(column);
}

/** Parses a data row; one that lies in a merged range, or repeats a code of the table or a whole record, is refused. */
export function readRow(
  table: Table,
  row: number,
  cells: readonly Cell[],
  merged: MergedRange | undefined,
): ReadRow {
  const { kind, layout, sheet, codes } = table;
  const { record, subjects, findings } = parseRow(kind, layout, cells, table.context);
  const placed = findings.map((finding) => findingInSheet(finding, sheet, row, layout));
  if (merged !== undefined)
    placed.push(importFinding('merged_cells', placeIn(sheet, row), { range: rangeText(merged) }));
  const code = ownCodeOfRow(record, subjects);
  const first = code === undefined ? undefined : codes.get(code);
  if (code !== undefined && first === undefined) codes.set(code, row);
  if (code !== undefined && first !== undefined) placed.push(duplicate(table, first, code, row));
  const good = merged === undefined && first === undefined ? record : undefined;
  const kept = good === undefined ? cellsByField(kind, layout, cells) : {};
  return { row, record: good, subjects, findings: placed, cells, kept };
}

function placeIn(sheet: string | undefined, row: number): { sheet?: string; row: number } {
  return sheet === undefined ? { row } : { sheet, row };
}

function duplicate({ kind, layout, sheet }: Table, first: number, code: string, row: number): ImportFinding {
  const field = codeFieldOf(kind.id);
  const column = codeColumnOf(kind, layout);
  const place = {
    ...placeIn(sheet, row),
    ...(field === undefined ? {} : { field }),
    value: shownCode(code),
    ...(column === undefined ? {} : { column }),
  };
  return importFinding('duplicate_in_file', place, { first });
}

/** A merged range as a spreadsheet program writes it, `A1:B2`. */
export function rangeText({ left, top, right, bottom }: MergedRange): string {
  return `${columnLetters(left)}${top}:${columnLetters(right)}${bottom}`;
}

// From a workbook or a CSV file of any layout, through a mapping, to parsed rows of one record kind (spec/mapping.md,
// M18). Runs in the reading thread, like the readers of our own templates.
import { columnsOfRule, compareColumns, compileMapping, rowOfCells, sourceColumns } from '@suyuan/battery';
import type { Mapping, RecordContext, RecordKind } from '@suyuan/battery';
import type { ByteSource } from '../import/byte-source.ts';
import { importFinding } from '../import/import-finding.ts';
import type { ImportFinding } from '../import/import-finding.ts';
import { MergedRows } from '../import/read-workbook.ts';
import { columnLetters } from '../import/sheet-rows.ts';
import type { MergedRange } from '../import/sheet-rows.ts';
import type { SourcePiece, SourceReading, SourceRow } from '../import/source-piece.ts';
import { rangeText } from '../import/read-row.ts';
import { WorkbookRefusal } from '../import/workbook-rejection.ts';
import { mapRow, mappedList } from './map-row.ts';
import { openTables } from './open-table.ts';
import type { OpenTable, TableForm } from './open-table.ts';

/** What to read a file as. */
export interface MappedOptions {
  readonly kind: RecordKind;
  readonly mapping: Mapping;
  readonly form: TableForm;
  readonly context: RecordContext;
  readonly rowsMax: number;
  /** Merged ranges that an earlier reading of the same file ended with: rows in them are refused. */
  readonly merged: readonly MergedRange[];
}

/** Reads the file. Ends in a {@link WorkbookRefusal} when it is not readable as a whole. */
export async function* readMapped(source: ByteSource, options: MappedOptions): SourceReading {
  const { mapping, form } = options;
  const { tables, assumedCharset } = await openTables(source, form, mapping.table ?? {});
  const needed = sourceColumns(mapping);
  const table = tables.find(({ columns }) => needed.every((name) => columns.includes(name))) ?? tables[0];
  if (table === undefined) throw new WorkbookRefusal({ code: 'csv_header_missing' });
  const findings = missingColumns(table, needed);
  const isWhole = findings.length === 0;
  if (assumedCharset !== undefined)
    findings.push(importFinding('charset_assumed', { row: 1 }, { charset: assumedCharset }));
  const { sheet } = table;
  if (!isWhole) return { sheet, findings, merged: [] };
  const { merged, skipped } = yield* readRows(table, options);
  if (skipped > 0) findings.push(importFinding('mapped_rows_skipped', headingsOf(table), { count: skipped }));
  return { sheet, findings, merged, skipped };
}

function headingsOf({ sheet, headings }: OpenTable): { row: number; sheet?: string } {
  return sheet === undefined ? { row: headings } : { row: headings, sheet };
}

function missingColumns(table: OpenTable, needed: readonly string[]): ImportFinding[] {
  const { missing, renamed } = compareColumns(needed, table.columns);
  return missing.map((column) => {
    const guess = renamed.find(({ from }) => from === column)?.to;
    return importFinding(
      'mapped_column_missing',
      { ...headingsOf(table), value: column.slice(0, 64) },
      { column, guess: guess ?? '—' },
    );
  });
}

async function* readRows(
  table: OpenTable,
  options: MappedOptions,
): AsyncGenerator<SourcePiece, { merged: readonly MergedRange[]; skipped: number }, undefined> {
  const { kind, mapping, context } = options;
  const { columns, sheet } = table;
  const letters = lettersOf(mapping, columns);
  const list = Object.assign(mappedList(compileMapping(kind, mapping), context), { sheet, columns: letters });
  const codeColumn = letters.get(list.codeField ?? '');
  const merged: MergedRange[] = [];
  const mergedRows = new MergedRows(options.merged);
  let count = 0;
  let skipped = 0;
  for await (const piece of table.rows(merged)) {
    const rows: SourceRow[] = [];
    for (const { number, cells } of piece) {
      count += 1;
      if (count > options.rowsMax)
        throw new WorkbookRefusal({ code: 'workbook_too_many_rows', limit: options.rowsMax });
      const row = mapRow(list, number, rowOfCells(columns, cells));
      if (row === undefined) skipped += 1;
      else rows.push(withoutMerged(row, mergedRows.at(number), sheet));
    }
    if (rows.length > 0) yield { kind, sheet, codeColumn, rows };
  }
  const touched = merged.filter(({ bottom, left }) => bottom > table.headings && left < columns.length);
  return { merged: options.merged.length > 0 ? [] : touched, skipped };
}

/** The letters of the first column that each field is read from. */
function lettersOf(mapping: Mapping, columns: readonly string[]): ReadonlyMap<string, string> {
  const letters = new Map<string, string>();
  for (const [field, rule] of Object.entries(mapping.fields)) {
    const [first] = columnsOfRule(rule);
    const column = first === undefined ? -1 : columns.indexOf(first);
    if (column >= 0) letters.set(field, columnLetters(column));
  }
  return letters;
}

/** A row that lies in merged cells is refused (I16). */
function withoutMerged(row: SourceRow, range: MergedRange | undefined, sheet: string | undefined): SourceRow {
  if (range === undefined) return row;
  const place = sheet === undefined ? { row: row.row } : { row: row.row, sheet };
  const finding = importFinding('merged_cells', place, { range: rangeText(range) });
  return { ...row, record: undefined, findings: [...row.findings, finding] };
}

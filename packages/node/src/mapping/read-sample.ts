// The columns and first rows of a sample file, for a person to map (packages/api/src/mappings.ts, readSample). Runs in
// a thread of its own, since a sample is as hostile as any file.
import { mappingRowsMax } from '@suyuan/api';
import { columnsOfRows, mappingLimits, rowOfCells } from '@suyuan/battery';
import type { ByteSource } from '../import/byte-source.ts';
import { readJsonLines } from '../import/read-lines.ts';
import { openTables } from './open-table.ts';
import type { OpenTable, TableForm } from './open-table.ts';

/** What to read a sample as. */
export interface SampleTask {
  readonly path: string;
  readonly form: TableForm | { readonly type: 'lines' };
  readonly sheet: string | undefined;
  readonly headings: number | undefined;
}

/** What a sample holds. */
export interface Sample {
  readonly sheets: string[];
  readonly sheet?: string;
  readonly headings?: number;
  readonly columns: string[];
  readonly rows: unknown[];
}

/** Reads a sample. Ends in a refusal by throwing when the file is not readable. */
export async function readSample(source: ByteSource, task: Omit<SampleTask, 'path'>): Promise<Sample> {
  const { form, sheet: wanted, headings } = task;
  if (form.type === 'lines') {
    const rows = readJsonLines(source, mappingRowsMax);
    return { sheets: [], columns: [...columnsOfRows(rows, mappingLimits.columnsMax)], rows };
  }
  const rule = headings === undefined ? {} : { headings };
  const { tables } = await openTables(source, form, rule);
  const table = tables.find(({ sheet }) => sheet === wanted) ?? tables[0];
  const sheets = tables.flatMap(({ sheet }) => (sheet === undefined ? [] : [sheet]));
  if (table === undefined) return { sheets, columns: [], rows: [] };
  return {
    sheets,
    ...(table.sheet === undefined ? {} : { sheet: table.sheet }),
    headings: table.headings,
    columns: [...table.columns],
    rows: await firstRowsOf(table),
  };
}

async function firstRowsOf({ columns, rows }: OpenTable): Promise<unknown[]> {
  const first: unknown[] = [];
  for await (const piece of rows([])) {
    for (const { cells } of piece) {
      first.push(rowOfCells(columns, cells));
      if (first.length === mappingRowsMax) return first;
    }
  }
  return first;
}

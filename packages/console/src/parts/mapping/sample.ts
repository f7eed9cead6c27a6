/** A sample of a source: its columns and first rows, out of a file that the node reads or of pasted JSON. */
import { mappingRowsMax, readSample, type AnswerOf } from '@suyuan/api';
import { columnsOfRows, mappingLimits } from '@suyuan/battery';
import { call } from '../../client/call.ts';

/** Columns, rows and, of a workbook, its sheets. */
export type Sample = AnswerOf<typeof readSample>;

/** Where the table of a file begins. */
export interface TableChoice {
  readonly sheet?: string;
  readonly headings?: number;
}

/** Reads pasted JSON: a list of rows, one row, `{"records": [...]}` or a row a line. Throws on anything else. */
export const sampleOfText = (text: string): Sample => {
  const rows = rowsOfText(text.trim()).slice(0, mappingRowsMax);
  return { sheets: [], columns: [...columnsOfRows(rows, mappingLimits.columnsMax)], rows };
};

const rowsOfText = (text: string): unknown[] => {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
    const records =
      typeof value === 'object' && value !== null && 'records' in value ? value.records : undefined;
    return Array.isArray(records) ? records : [value];
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2) throw error;
    return lines.map((line): unknown => JSON.parse(line));
  }
};

/** Reads a file: JSON here, tables and lines of JSON at the node. */
export const sampleOfFile = async (file: File, { sheet, headings }: TableChoice): Promise<Sample> => {
  if (/\.json$/iu.test(file.name)) return sampleOfText(await file.text());
  const isLines = /\.(?:ndjson|jsonl)$/iu.test(file.name);
  const isCsv = /\.csv$/iu.test(file.name);
  return await call(readSample, {
    query: { ...(sheet === undefined ? {} : { sheet }), ...(headings === undefined ? {} : { headings }) },
    file,
    ...(isLines ? { mediaType: 'application/x-ndjson' } : isCsv ? { mediaType: 'text/csv' } : {}),
  });
};

/** The value of a column in the first row that has one, as a short text. */
export const exampleOf = (sample: Sample | undefined, column: string): string => {
  for (const row of sample?.rows ?? []) {
    const value = valueAt(row, column);
    if (value !== undefined && value !== null && value !== '') return shorten(value);
  }
  return '';
};

const LENGTH_MAX = 48;

/** A value as a short text; cells of a sheet as a person sees them. */
export const shorten = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(cellOf(value));
  return text.length <= LENGTH_MAX ? text : `${text.slice(0, LENGTH_MAX - 1)}…`;
};

const cellOf = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return value;
  if (value.kind === 'date' && 'year' in value && 'month' in value && 'day' in value)
    return `${String(value.year)}-${String(value.month).padStart(2, '0')}-${String(value.day).padStart(2, '0')}`;
  return 'value' in value ? value.value : 'text' in value ? value.text : value;
};

/** What stands in a row under a column, by its name or its path. */
const valueAt = (row: unknown, column: string): unknown => {
  const own = member(row, column);
  if (own !== undefined) return own;
  let value: unknown = row;
  for (const step of column.replaceAll(/\[(\d*)\]/gu, '.$1').split('.')) {
    if (Array.isArray(value)) value = value[step === '' ? 0 : Number(step)];
    else value = member(value, step);
    if (value === undefined) return undefined;
  }
  return value;
};

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? new Map<string, unknown>(Object.entries(value)).get(name)
    : undefined;

const EXAMPLES_MAX = 50;

/** The different plain values of a column in the sample. */
export const exampleValues = (sample: Sample | undefined, column: string): readonly string[] => {
  const values = new Set<string>();
  for (const row of sample?.rows ?? []) {
    const value = cellOf(valueAt(row, column));
    if (['string', 'number', 'boolean'].includes(typeof value) && value !== '')
      values.add(String(value).trim());
    if (values.size >= EXAMPLES_MAX) break;
  }
  return [...values];
};

// Rows out of texts: JSON with a list at a path, lines of JSON, CSV with a header. None trusts what it reads; a row that
// is broken becomes a row to correct, a text that is broken as a whole ends the run (spec/source.md, D8).
import { columnNames, isMembers, rowOfCells } from '@suyuan/battery';

import { isWithinLevels } from '../http/request-body.ts';
import type { ByteSource } from '../import/byte-source.ts';
import { csvRows, firstRows, separators } from '../import/csv/csv-rows.ts';
import type { Separator } from '../import/csv/csv-rows.ts';
import { openCsvText } from '../import/csv/csv-text.ts';
import { lineBytesMax } from '../import/read-lines.ts';
import { WorkbookRefusal } from '../import/workbook-rejection.ts';
import { SourceFault } from './source-fault.ts';
import { chunkRowsMax } from './source-limits.ts';

/** Rows in pieces; the names of the columns where the text has a header. */
export interface TextRows {
  readonly columns?: readonly string[];
  readonly chunks: AsyncIterable<readonly unknown[]> | Iterable<readonly unknown[]>;
}

/** The value of a JSON text. */
export function parseJsonText(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new SourceFault('answer_not_json', { cause: error });
  }
  if (!isWithinLevels(value)) throw new SourceFault('answer_not_json', { detail: 'nested_too_deeply' });
  return value;
}

/** The member at a path such as `data.rows`; the value itself without one. */
export function memberAt(value: unknown, path: string | undefined): unknown {
  let found = value;
  for (const name of path?.split('.') ?? [])
    found = isMembers(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  return found;
}

/** The list of rows in a JSON value. */
export function listAt(value: unknown, path: string | undefined): readonly unknown[] {
  const list = memberAt(value, path);
  if (!Array.isArray(list))
    throw new SourceFault('answer_not_list', path === undefined ? {} : { detail: path });
  return list;
}

/** Cuts a list into chunks; always one, also of no rows. */
export function* chunksOf(rows: readonly unknown[]): Generator<readonly unknown[]> {
  for (let at = 0; at === 0 || at < rows.length; at += chunkRowsMax) yield rows.slice(at, at + chunkRowsMax);
}

/** Rows of lines of JSON. */
export function* rowsOfLines(source: ByteSource): Generator<readonly unknown[]> {
  let rows: unknown[] = [];
  for (const line of linesOf(source)) {
    const text = line.toString('utf8').trim();
    if (text === '') continue;
    rows.push(lineValue(text));
    if (rows.length < chunkRowsMax) continue;
    yield rows;
    rows = [];
  }
  yield rows;
}

/** A line that is no JSON stays a text, which is then a row that is no record. */
function lineValue(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isWithinLevels(value) ? value : text.slice(0, 1_000);
  } catch {
    return text.slice(0, 1_000);
  }
}

const pieceBytes = 256 * 1024;

function* linesOf(source: ByteSource): Generator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for (let at = 0; at < source.size; at += pieceBytes) {
    const bytes = Buffer.concat([rest, source.read(at, pieceBytes)]);
    let from = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, from)) {
      yield bytes.subarray(from, end);
      from = end + 1;
    }
    rest = bytes.subarray(from);
    if (rest.length > lineBytesMax) throw new SourceFault('row_malformed', { detail: 'line_too_long' });
  }
  yield rest;
}

/** Rows of a CSV text whose first line that is not blank names the columns. */
export function rowsOfCsv(source: ByteSource): TextRows {
  return refusalAsFault(() => {
    const text = openCsvText(source, undefined);
    const [head] = text.pieces();
    const header = headerOf(head ?? Buffer.alloc(0));
    if (header === undefined) throw new SourceFault('answer_not_table', { detail: 'csv_header_missing' });
    const columns = columnNames(header.names);
    return { columns, chunks: csvChunks(text.pieces(), header, columns) };
  });
}

interface CsvHeader {
  readonly separator: Separator;
  readonly names: readonly string[];
  readonly row: number;
}

const headBytes = 65_536;
const headRowsMax = 10;

/** Of the separators the one that gives the first line most columns. */
function headerOf(head: Buffer): CsvHeader | undefined {
  let best: CsvHeader | undefined;
  for (const separator of separators) {
    const rows = firstRows(head.subarray(0, headBytes), separator, headRowsMax);
    const row = rows.findIndex((cells) => cells.some((cell) => cell.trim() !== ''));
    const names = rows[row];
    if (names !== undefined && names.length > (best?.names.length ?? 0)) best = { separator, names, row };
  }
  return best;
}

async function* csvChunks(
  pieces: Iterable<Buffer>,
  { separator, row: headerRow }: CsvHeader,
  columns: readonly string[],
): AsyncGenerator<readonly unknown[]> {
  let rows: unknown[] = [];
  let row = -1;
  try {
    for await (const piece of csvRows(pieces, separator)) {
      for (const cells of piece) {
        row += 1;
        if (row <= headerRow || cells.every((cell) => cell === '')) continue;
        rows.push(rowOfCells(columns, cells));
        if (rows.length < chunkRowsMax) continue;
        yield rows;
        rows = [];
      }
    }
  } catch (error) {
    throw asFault(error);
  }
  yield rows;
}

function asFault(error: unknown): unknown {
  return error instanceof WorkbookRefusal
    ? new SourceFault('answer_not_table', { detail: error.rejection.code, cause: error })
    : error;
}

function refusalAsFault<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asFault(error);
  }
}

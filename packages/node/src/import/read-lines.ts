// From lines of JSON (NDJSON), one record each, to parsed records of one kind. A line that is no JSON is a bad row
// like any other, so that one broken line does not stop 100,000 good ones (spec/import.md, "Lines of JSON").
import { compileMapping } from '@suyuan/battery';
import type { Mapping, RecordContext, RecordKind } from '@suyuan/battery';
import { isWithinLevels } from '../http/request-body.ts';
import type { ByteSource } from './byte-source.ts';
import { codeFieldOf } from './code-field.ts';
import { importFinding } from './import-finding.ts';
import { mapRow, mappedList } from '../mapping/map-row.ts';
import { readRecord } from './read-record.ts';
import type { SourceReading, SourceRow } from './source-piece.ts';
import { WorkbookRefusal } from './workbook-rejection.ts';

/** What to read the lines as. */
export interface LinesOptions {
  readonly kind: RecordKind;
  readonly context: RecordContext;
  readonly linesMax: number;
  /** When given, a line is a row of the sender's own system. */
  readonly mapping?: Mapping | undefined;
}

/** Most bytes of one line; a record has at most 64 KiB, its escapes six times that. */
export const lineBytesMax = 524_288;
const pieceBytes = 256 * 1024;
const rowsPerPiece = 1_000;
const keptLengthMax = 32_767;

/** Reads every line. Ends in a {@link WorkbookRefusal} when there are too many, or one is too long. */
export async function* readLines(source: ByteSource, options: LinesOptions): SourceReading {
  const { kind } = options;
  const codeField = codeFieldOf(kind.id);
  const read = lineReader(options);
  let skipped = 0;
  const piece = { kind, sheet: undefined, codeColumn: codeField };
  let rows: SourceRow[] = [];
  let row = -1;
  for (const line of linesOf(source)) {
    row += 1;
    const text = textOf(line);
    if (text?.trim() === '') continue;
    if (row >= options.linesMax)
      throw new WorkbookRefusal({ code: 'lines_too_many', limit: options.linesMax });
    const value = text === undefined ? undefined : jsonOf(text);
    const parsed = value === undefined ? brokenLine(row, line) : read(row, value);
    if (parsed === undefined) skipped += 1;
    else rows.push(parsed);
    if (rows.length < rowsPerPiece) continue;
    yield { ...piece, rows };
    rows = [];
  }
  if (rows.length > 0) yield { ...piece, rows };
  return {
    sheet: undefined,
    findings: [],
    merged: [],
    ...(options.mapping === undefined ? {} : { skipped }),
  };
}

/** Reads one line's value; undefined when a mapping passes it over. */
function lineReader({
  kind,
  context,
  mapping,
}: LinesOptions): (row: number, value: unknown) => SourceRow | undefined {
  if (mapping !== undefined) {
    const list = mappedList(compileMapping(kind, mapping), context);
    return (row, value) => mapRow(list, row, value);
  }
  const list = { kind, context, codeField: codeFieldOf(kind.id), codes: new Map<string, number>() };
  return (row, value) => readRecord(list, row, value);
}

/** The values of the first lines that are JSON. Ends in a {@link WorkbookRefusal} when a line is too long. */
export function readJsonLines(source: ByteSource, max: number): unknown[] {
  const values: unknown[] = [];
  for (const line of linesOf(source)) {
    const text = textOf(line);
    const value = text === undefined ? undefined : jsonOf(text);
    if (value !== undefined) values.push(value);
    if (values.length === max) break;
  }
  return values;
}

function* linesOf(source: ByteSource): Generator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let row = 0;
  for (let at = 0; at < source.size; at += pieceBytes) {
    const bytes = Buffer.concat([rest, source.read(at, pieceBytes)]);
    let from = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, from)) {
      if (end - from > lineBytesMax) throw tooLong(row);
      yield bytes.subarray(from, end);
      from = end + 1;
      row += 1;
    }
    rest = bytes.subarray(from);
    if (rest.length > lineBytesMax) throw tooLong(row);
  }
  yield rest;
}

function tooLong(row: number): WorkbookRefusal {
  return new WorkbookRefusal({ code: 'line_too_long', row, limit: lineBytesMax });
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function textOf(line: Buffer): string | undefined {
  try {
    return decoder.decode(line);
  } catch {
    return undefined;
  }
}

/** The value of a line; undefined when it is no JSON, or nested deeper than any record. */
function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isWithinLevels(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function brokenLine(row: number, line: Buffer): SourceRow {
  const text = line.toString('utf8', 0, keptLengthMax);
  const finding = importFinding('line_not_json', { row, value: text.slice(0, 64) }, {});
  return { row, record: undefined, subjects: [], findings: [finding], kept: { '': text } };
}

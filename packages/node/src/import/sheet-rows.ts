// Reads the rows of one sheet as typed cells from its inflated XML, a piece at a time, holding no more than
// the rows of one piece (ECMA-376 part 1, 18.3.1). What lies right of the columns asked for is passed over.
import type { Cell } from '@suyuan/battery';
import { dateOfSerial } from './date-cell.ts';
import { unescapeCellText } from './shared-strings.ts';
import type { SharedStrings } from './shared-strings.ts';
import { damaged } from './workbook-rejection.ts';
import { decodeXmlText, XmlScanner } from './xml-scanner.ts';
import type { XmlAttributes, XmlHandler } from './xml-scanner.ts';

/** A row that has cells: its number as the user sees it, from 1, and its cells by column, from 0. */
export interface SheetRow {
  readonly number: number;
  readonly cells: readonly Cell[];
  /** The first column right of those asked for that is not empty. */
  readonly beyond?: number;
}

/** A merged range; rows count from 1, columns from 0. */
export interface MergedRange {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** What cells mean in this workbook. */
export interface CellContext {
  readonly strings: SharedStrings;
  readonly isDateStyle: (index: number) => boolean;
  readonly epoch: 1900 | 1904;
  /** Cells in this column and right of it are not read. */
  readonly columnsMax: number;
}

const rowNumberMax = 1_048_576;
const columnMax = 16_384;
const mergedRangesMax = 65_536;

/**
 * Yields the rows of each piece, in order. `merged` receives the merged ranges, which the format puts after
 * the rows. Refuses rows and cells out of order.
 */
export async function* sheetRows(
  part: string,
  pieces: AsyncIterable<Buffer>,
  context: CellContext,
  merged: MergedRange[],
): AsyncGenerator<readonly SheetRow[]> {
  const reader = new RowReader(part, context, merged);
  const scanner = new XmlScanner(part, reader);
  for await (const piece of pieces) {
    scanner.push(piece);
    if (reader.rows.length > 0) yield reader.takeRows();
  }
  scanner.end();
  if (reader.rows.length > 0) yield reader.takeRows();
}

class RowReader implements XmlHandler {
  rows: SheetRow[] = [];
  readonly #part: string;
  readonly #context: CellContext;
  readonly #merged: MergedRange[];
  #inData = false;
  #row = 0;
  #cells: Cell[] = [];
  #beyond: number | undefined;
  #column = -1;
  #type = '';
  #style = -1;
  #formula = false;
  #reading = false;
  #inline = false;
  #phonetic = false;
  #text = '';

  constructor(part: string, context: CellContext, merged: MergedRange[]) {
    this.#part = part;
    this.#context = context;
    this.#merged = merged;
  }

  takeRows(): readonly SheetRow[] {
    const rows = this.rows;
    this.rows = [];
    return rows;
  }

  open(name: string, attributes: XmlAttributes): void {
    if (!this.#inData) {
      if (name === 'sheetData') this.#inData = true;
      else if (name === 'mergeCell') this.#addMerged(attributes.get('ref') ?? '');
    } else if (name === 'c') this.#openCell(attributes);
    else if (name === 'v') this.#reading = true;
    else if (name === 'f') this.#formula = true;
    else if (name === 't') this.#reading = this.#inline && !this.#phonetic;
    else if (name === 'is') this.#inline = true;
    else if (name === 'rPh') this.#phonetic = true;
    else if (name === 'row') this.#openRow(attributes);
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#reading = false;
    else if (name === 'c') this.#closeCell();
    else if (name === 'row') this.#closeRow();
    else if (name === 'is') this.#inline = false;
    else if (name === 'rPh') this.#phonetic = false;
    else if (name === 'sheetData') this.#inData = false;
  }

  text(bytes: Buffer, start: number, end: number, literal: boolean): void {
    if (!this.#reading) return;
    if (this.#column >= this.#context.columnsMax) {
      this.#beyond ??= this.#column;
      return;
    }
    this.#text += decodeXmlText(this.#part, bytes, start, end, literal);
    if (this.#text.length > 1 << 20) throw damaged(this.#part, 'a cell is too long');
  }

  #openRow(attributes: XmlAttributes): void {
    const given = attributes.get('r');
    const number = given === undefined ? this.#row + 1 : Number(given);
    if (!Number.isInteger(number) || number <= this.#row || number > rowNumberMax)
      throw damaged(this.#part, 'its rows are not in order');
    this.#row = number;
    this.#column = -1;
    this.#cells = [];
    this.#beyond = undefined;
  }

  #closeRow(): void {
    const row = { number: this.#row, cells: this.#cells };
    if (this.#inData && this.#beyond !== undefined) this.rows.push({ ...row, beyond: this.#beyond });
    else if (this.#inData && this.#cells.length > 0) this.rows.push(row);
    this.#cells = [];
  }

  #openCell(attributes: XmlAttributes): void {
    this.#type = '';
    this.#style = -1;
    this.#formula = false;
    this.#text = '';
    let column = this.#column + 1;
    for (let index = 0; index < attributes.count; index += 1) {
      const start = attributes.starts[index] ?? 0;
      const end = attributes.ends[index] ?? 0;
      if (attributes.isNamed(index, 0x72)) column = this.#columnOf(attributes.bytes, start, end);
      else if (attributes.isNamed(index, 0x74)) this.#type = typeName(attributes.bytes, start, end);
      else if (attributes.isNamed(index, 0x73)) this.#style = wholeNumber(attributes.bytes, start, end);
    }
    if (column <= this.#column || column >= columnMax)
      throw damaged(this.#part, 'its cells are not in order');
    this.#column = column;
  }

  /** The column of a reference such as `AB12`, from 0; its row must be the current one. */
  #columnOf(bytes: Buffer, start: number, end: number): number {
    let at = start;
    let column = 0;
    for (; at < end && at < start + 3; at += 1) {
      const letter = (bytes[at] ?? 0) - 0x40;
      if (letter < 1 || letter > 26) break;
      column = column * 26 + letter;
    }
    if (wholeNumber(bytes, at, end) !== this.#row)
      throw damaged(this.#part, 'a cell is in another row than its own');
    return column - 1;
  }

  #closeCell(): void {
    if (!this.#inData || this.#column >= this.#context.columnsMax) return;
    const value = this.#value();
    if (value === undefined && !this.#formula) return;
    while (this.#cells.length < this.#column) this.#cells.push(undefined);
    this.#cells.push(this.#formula ? { kind: 'formula', value } : value);
  }

  #value(): Exclude<Cell, { kind: 'formula' }> {
    const text = this.#text;
    switch (this.#type) {
      case 's':
        return text === '' ? undefined : this.#context.strings.at(Number(text));
      case '':
      case 'n':
        return this.#number(text);
      case 'b':
        return text === '' ? undefined : text === '1' || text === 'true';
      case 'e':
        return { kind: 'error', text: text.slice(0, 64) };
      case 'd':
        return text === '' ? undefined : (isoDate(text) ?? text);
      default:
        return text === '' ? undefined : unescapeCellText(text);
    }
  }

  #number(text: string): Exclude<Cell, { kind: 'formula' }> {
    if (text === '') return undefined;
    const number = Number(text);
    if (Number.isNaN(number)) throw damaged(this.#part, 'a number cell holds no number');
    if (this.#style < 0 || !this.#context.isDateStyle(this.#style)) return number;
    return dateOfSerial(number, this.#context.epoch) ?? number;
  }

  #addMerged(reference: string): void {
    const match = /^\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?$/.exec(reference);
    if (match === null) throw damaged(this.#part, 'a merged range is malformed');
    const [, left = '', top = '', right = left, bottom = top] = match;
    if (this.#merged.length >= mergedRangesMax) throw damaged(this.#part, 'it has too many merged ranges');
    this.#merged.push({
      top: Number(top),
      bottom: Number(bottom),
      left: columnIndex(left),
      right: columnIndex(right),
    });
  }
}

function columnIndex(letters: string): number {
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 0x40;
  return column - 1;
}

/** The letters of a column, from 0: `A`, `B`, … `AA`. */
export function columnLetters(column: number): string {
  let letters = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(0x41 + ((rest - 1) % 26)) + letters;
  return letters;
}

function typeName(bytes: Buffer, start: number, end: number): string {
  if (end - start !== 1) return bytes.toString('latin1', start, end);
  return String.fromCharCode(bytes[start] ?? 0);
}

/** The decimal number in the bytes, or -1. */
function wholeNumber(bytes: Buffer, start: number, end: number): number {
  if (start >= end || end - start > 9) return -1;
  let number = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

function isoDate(text: string): (Cell & { kind: 'date' }) | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?Z?)?$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0'] = match;
  const time = { hour: Number(hour), minute: Number(minute), second: Number(second) };
  return { kind: 'date', year: Number(year), month: Number(month), day: Number(day), ...time };
}

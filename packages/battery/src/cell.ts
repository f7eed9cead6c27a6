/**
 * Cells of a sheet as the reader of a workbook gives them, and their conversion to the values that an API push would
 * hold. Implements spec/battery.md, "Sheets".
 */
import { splitAttachments } from './attachment.ts';
import { formatCivilDate, isCivilDate, twoDigits } from './civil-date.ts';
import type { CodeTables } from './code/code-tables.ts';
import type { Field, Say } from './kind.ts';
import { decimalsOf } from './read-value.ts';
import { isBlank, trimBlanks } from './unicode.ts';

/** A cell with a date format: the civil date and time that a person sees. */
export interface DateCell {
  readonly kind: 'date';
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
}

/** A cell with an error such as `#REF!`. */
export interface ErrorCell {
  readonly kind: 'error';
  readonly text: string;
}

/** A cell with a formula and its stored result. */
export interface FormulaCell {
  readonly kind: 'formula';
  readonly value: string | number | boolean | DateCell | ErrorCell | null | undefined;
}

/** One cell; null or undefined when empty. */
export type Cell = string | number | boolean | null | undefined | DateCell | ErrorCell | FormulaCell;

/** What takes the findings of reading a cell, and the tables whose codes people may write by name. */
export interface Sayer {
  say: Say;
  readonly context?: { readonly tables?: CodeTables };
}

/** What `cellValue` gives when the cell cannot be read and a finding says so. */
export const unreadable: unique symbol = Symbol('unreadable');

/** The cell as a person sees it; the text of a formula is that of its result. */
export function cellText(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'object') return String(cell);
  if (cell.kind === 'formula') return cellText(cell.value);
  return cell.kind === 'error' ? cell.text : formatCivilDate(cell.year, cell.month, cell.day);
}

/** Converts a cell to the JSON value of its field, saying what it had to read another way. */
export function cellValue(field: Field, cell: Cell, reading: Sayer): unknown {
  if (cell === null || cell === undefined) return undefined;
  if (typeof cell === 'object') {
    if (cell.kind === 'error') {
      reading.say('cell_error', field.id, { value: cell.text });
      return unreadable;
    }
    if (cell.kind === 'formula') {
      if (cell.value === null || cell.value === undefined || cell.value === '') {
        reading.say('cell_formula_empty', field.id);
        return unreadable;
      }
      if (typeof cell.value !== 'object' || cell.value.kind === 'date') {
        reading.say('cell_formula', field.id, { value: cellText(cell) });
      }
      return cellValue(field, cell.value, reading);
    }
    return dateValue(field, cell, reading);
  }
  switch (field.type) {
    case 'text':
      return typeof cell === 'number' ? numberInTextColumn(field, cell, reading) : cell;
    case 'number':
    case 'integer':
      return typeof cell === 'string'
        ? textInNumberColumn(field, cell, reading)
        : tidyNumber(cell, field.decimals);
    case 'enum':
      return typeof cell === 'string' ? enumValue(field, cell, reading.context?.tables) : cell;
    case 'boolean':
      return typeof cell === 'boolean' ? cell : booleanValue(field, String(cell), reading);
    case 'date':
      return typeof cell === 'string' ? dateText(field, cell, reading) : cell;
    case 'battery_codes':
      return typeof cell === 'string' ? splitCodes(cell) : [cell];
    case 'datetime':
      return typeof cell === 'string' ? momentText(field, cell, reading) : cell;
    case 'attachments':
      return typeof cell === 'string' ? splitAttachments(cell) : cell;
    case 'battery_code':
    case 'vin':
    case 'uscc':
    default:
      return cell;
  }
}

function dateValue(field: Field, cell: DateCell, reading: Sayer): unknown {
  const date = formatCivilDate(cell.year, cell.month, cell.day);
  const { hour = 0, minute = 0, second = 0 } = cell;
  if (field.type === 'datetime')
    return `${date}T${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}+08:00`;
  if (field.type !== 'date') {
    reading.say('value_type', field.id, {
      value: date,
      expectedZh: '非日期的值',
      expectedEn: 'a value, not a date',
    });
    return unreadable;
  }
  if (hour + minute + second > 0) reading.say('date_read_as', field.id, { value: date, date });
  return date;
}

function numberInTextColumn(field: Field, cell: number, reading: Sayer): string {
  const text = String(cell);
  reading.say('text_as_number', field.id, { value: text });
  return text;
}

/** Only plain decimals are read; separators of thousands and units are not. */
function textInNumberColumn(field: Field, cell: string, reading: Sayer): unknown {
  const text = trimBlanks(cell);
  if (text === '') return undefined;
  if (!/^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return cell;
  reading.say('number_as_text', field.id, { value: cell });
  return Number(text);
}

/** Sheets compute in binary fractions and show 15 digits: what has too many decimals is read as it is shown. */
function tidyNumber(cell: number | boolean, decimals: number): number | boolean {
  if (typeof cell === 'boolean' || !Number.isFinite(cell)) return cell;
  return decimalsOf(String(cell)) > decimals ? Number(cell.toPrecision(15)) : cell;
}

const enumNames = new WeakMap<Field, ReadonlyMap<string, string>>();

/** How the template shows a value of an enum in its list. */
export function enumChoice(value: { readonly id: string; readonly label: { readonly zh: string } }): string {
  return value.id.length === 1 ? `${value.id} ${value.label.zh}` : value.label.zh;
}

function enumValue(
  field: Extract<Field, { type: 'enum' }>,
  cell: string,
  tables: CodeTables | undefined,
): string {
  let names = enumNames.get(field);
  if (names === undefined) {
    names = new Map(
      field.values.flatMap((value) => [
        [value.id, value.id],
        [value.label.zh, value.id],
        [value.label.en, value.id],
        [enumChoice(value), value.id],
      ]),
    );
    enumNames.set(field, names);
  }
  const name = trimBlanks(cell);
  const added = field.table === undefined ? undefined : tables?.codeNamed(field.table, name);
  return names.get(name) ?? added ?? cell;
}

function booleanValue(field: Field, cell: string, reading: Sayer): unknown {
  const text = trimBlanks(cell).toLowerCase();
  if (text === '') return undefined;
  if (text === '是' || text === 'yes' || text === 'true') return true;
  if (text === '否' || text === 'no' || text === 'false') return false;
  reading.say('boolean_value', field.id, { value: cell });
  return unreadable;
}

/** Reads the ways in which people write a date; anything but `YYYY-MM-DD` is said. */
function dateText(field: Field, cell: string, reading: Sayer): string {
  const text = trimBlanks(cell);
  if (text.length === 10 && text[4] === '-' && text[7] === '-') return text;
  const match =
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (match === null) return text;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = formatCivilDate(year, month, day);
  if (isCivilDate(year, month, day)) reading.say('date_read_as', field.id, { value: text, date });
  return date;
}

/** Reads `2026-11-05 09:30` and the like as times in Asia/Shanghai, and says so. */
function momentText(field: Field, cell: string, reading: Sayer): string {
  const text = trimBlanks(cell);
  const match = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T](\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(text);
  if (match === null) return text;
  const [year = 0, month = 0, day = 0, hour = 0] = match.slice(1, 5).map(Number);
  const time = `${twoDigits(hour)}:${match[5] ?? '00'}:${match[6] ?? '00'}`;
  const date = `${formatCivilDate(year, month, day)}T${time}+08:00`;
  reading.say('date_read_as', field.id, { value: text, date });
  return date;
}

/** The codes in one cell, separated by blanks, line breaks, commas or semicolons of either language. */
export function splitCodes(text: string): string[] {
  const codes: string[] = [];
  let from = 0;
  for (let i = 0; i <= text.length; i += 1) {
    const unit = i < text.length ? text.charCodeAt(i) : 0x20;
    if (!isBlank(unit) && !isSeparator(unit)) continue;
    if (i > from) codes.push(text.slice(from, i));
    from = i + 1;
  }
  return codes;
}

/** Comma, semicolon, and the Chinese comma, semicolon and enumeration comma. */
function isSeparator(unit: number): boolean {
  return unit === 0x2c || unit === 0x3b || unit === 0xff0c || unit === 0xff1b || unit === 0x3001;
}

/**
 * Readers of single values: each field of a kind is compiled once into a closure that checks a JSON value and gives
 * its canonical JSON text. Implements spec/battery.md, "Values".
 */
import { batteryCodeProduct, checkBatteryCode, isPlainBatteryCode } from './code/battery-code.ts';
import { fieldValues } from './code/field-values.ts';
import type { ProductType } from './code/tables.ts';
import { productTypeLabel } from './code/tables.ts';
import { checkUscc } from './code/uscc.ts';
import { checkVin } from './code/vin.ts';
import { civilDateFault, digitsAt } from './civil-date.ts';
import { shorten } from './finding.ts';
import type {
  BatteryCodeField,
  BatteryCodesField,
  EnumField,
  Field,
  NumberField,
  OtherCodeField,
  SimpleField,
  TextField,
} from './kind.ts';
import { readAttachments } from './attachment.ts';
import type { Reading } from './reading.ts';
import { scanText, textPlain, textWide, trimBlanks } from './unicode.ts';

/** Checks a value that is present and puts it in `reading.values[place]`; gives its JSON text, or undefined. */
export type ReadValue = (value: unknown, reading: Reading, place: number) => string | undefined;

/** Compiles the reader of a field. */
export function compileReader(field: Field): ReadValue {
  switch (field.type) {
    case 'text':
      return readText(field);
    case 'number':
    case 'integer':
      return readNumber(field);
    case 'enum':
      return readEnum(field);
    case 'boolean':
      return readBoolean(field);
    case 'date':
    case 'datetime':
      return readTime(field);
    case 'battery_code':
      return readBatteryCode(field);
    case 'battery_codes':
      return readBatteryCodes(field);
    case 'attachments':
      return readAttachments(field);
    case 'vin':
    case 'uscc':
    default:
      return readOtherCode(field);
  }
}

/** Lists up to this length are searched for repetition directly, without a set. */
const SHORT_LIST = 16;

/** Says what type was expected. */
function refuseType(reading: Reading, field: Field, value: unknown, zh: string, en: string): undefined {
  reading.say('value_type', field.id, { value: shownValue(value), expectedZh: zh, expectedEn: en });
  return undefined;
}

function shownValue(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? '[…]' : '{…}';
}

/** The text without blanks around it; says so when there were some. */
function trimmed(reading: Reading, field: Field, value: string): string {
  const text = trimBlanks(value);
  if (text !== value) reading.say('text_trimmed', field.id, { value });
  return text;
}

function readText(field: TextField): ReadValue {
  const pattern = field.pattern === undefined ? undefined : new RegExp(`^(?:${field.pattern})$`);
  return (value, reading, place) => {
    if (typeof value !== 'string') return refuseType(reading, field, value, '文本', 'text');
    const text = trimmed(reading, field, value);
    if (text.length > field.maxLength && longerThan(text, field.maxLength)) {
      reading.say('text_too_long', field.id, { value: text, max: field.maxLength });
      return undefined;
    }
    const scan = scanText(text);
    if (scan.controlAt >= 0) {
      reading.say('text_control', field.id, { value: text, at: scan.controlAt + 1 });
      return undefined;
    }
    if (scan.surrogateAt >= 0) {
      reading.say('text_not_unicode', field.id, { value: text, at: scan.surrogateAt + 1 });
      return undefined;
    }
    if (pattern !== undefined && !pattern.test(text)) {
      reading.say('text_format', field.id, { value: text, example: field.example });
      return undefined;
    }
    if ((scan.flags & textWide) !== 0 && text.normalize('NFC') !== text) {
      reading.say('text_not_composed', field.id, { value: text });
    }
    reading.values[place] = text;
    if (field.role !== undefined) reading.addSubject(text, field.role);
    return scan.flags === textPlain ? `"${text}"` : JSON.stringify(text);
  };
}

/** True when the text has more than `max` characters, a surrogate pair counting as one. */
function longerThan(text: string, max: number): boolean {
  let count = 0;
  for (let i = 0; i < text.length && count <= max; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0xdc00 || unit > 0xdfff) count += 1;
  }
  return count > max;
}

function readNumber(field: NumberField): ReadValue {
  return (value, reading, place) => {
    if (typeof value !== 'number') return refuseType(reading, field, value, '数值', 'a number');
    const text = String(value);
    if (!Number.isFinite(value)) reading.say('number_not_finite', field.id, { value: text });
    else if (field.type === 'integer' && !Number.isInteger(value)) {
      reading.say('number_not_integer', field.id, { value: text });
    } else if (value < field.min) reading.say('number_too_small', field.id, { value: text, min: field.min });
    else if (value > field.max) reading.say('number_too_large', field.id, { value: text, max: field.max });
    else if (decimalsOf(text) > field.decimals) {
      reading.say('number_decimals', field.id, { value: text, decimals: field.decimals });
    } else {
      reading.values[place] = value;
      return text;
    }
    return undefined;
  };
}

/** Digits after the point in the text of a finite number below 1e21; infinite for one in exponent form. */
export function decimalsOf(text: string): number {
  const point = text.indexOf('.');
  if (text.includes('e')) return Infinity;
  return point < 0 ? 0 : text.length - point - 1;
}

function readEnum(field: EnumField): ReadValue {
  const texts = new Map(field.values.map((entry) => [entry.id, `"${entry.id}"`]));
  const { table } = field;
  return (value, reading, place) => {
    const known = typeof value === 'string' ? texts.get(value) : undefined;
    const { tables, today } = reading.context;
    const isAdded =
      known === undefined && table !== undefined && typeof value === 'string' && tables?.has(table, value);
    // Codes of tables have letters, digits and underscores only.
    const text = isAdded === true ? `"${value}"` : known;
    if (text === undefined) {
      reading.say('enum_value', field.id, {
        value: typeof value === 'string' ? value : typeof value,
        allowed: fieldValues(field, tables && { tables, today })
          .map(({ id }) => id)
          .join(', '),
      });
      return undefined;
    }
    reading.values[place] = value;
    return text;
  };
}

function readBoolean(field: SimpleField): ReadValue {
  return (value, reading, place) => {
    if (typeof value !== 'boolean')
      return refuseType(reading, field, value, '是或否（true/false）', 'true or false');
    reading.values[place] = value;
    return value ? 'true' : 'false';
  };
}

function readTime(field: SimpleField): ReadValue {
  const isDate = field.type === 'date';
  return (value, reading, place) => {
    if (typeof value !== 'string') {
      return refuseType(
        reading,
        field,
        value,
        isDate ? '日期文本' : '时间文本',
        isDate ? 'a date' : 'a time',
      );
    }
    const fault = civilDateFault(isDate ? value : value.slice(0, 10));
    const form = isDate || isTimeOfDay(value);
    if (fault === 1 || !form) reading.say(isDate ? 'date_format' : 'datetime_format', field.id, { value });
    else if (fault === 2) reading.say('date_impossible', field.id, { value });
    else if (field.past === true && value.slice(0, 10) > reading.context.today) {
      reading.say('date_future', field.id, { value, today: reading.context.today });
    } else {
      reading.values[place] = value;
      return `"${value}"`;
    }
    return undefined;
  };
}

/** True when `Thh:mm:ss+hh:mm` follows the first ten characters and holds an existing time and offset. */
function isTimeOfDay(value: string): boolean {
  if (value.length !== 25 || !/^T\d\d:\d\d:\d\d[+-]\d\d:\d\d$/.test(value.slice(10))) return false;
  const inDay = digitsAt(value, 11, 2) < 24 && digitsAt(value, 14, 2) < 60 && digitsAt(value, 17, 2) < 60;
  return inDay && digitsAt(value, 20, 2) <= 14 && digitsAt(value, 23, 2) < 60 && !value.endsWith('-00:00');
}

/** Checks one code for a field; gives it when it may stand, else says why not and gives undefined. */
function acceptCode(
  value: unknown,
  reading: Reading,
  field: BatteryCodeField | BatteryCodesField,
  item: number | undefined,
): string | undefined {
  if (typeof value !== 'string') {
    if (typeof value !== 'number') return refuseType(reading, field, value, '编码文本', 'the text of a code');
    reading.say('code_as_number', field.id, {
      value: String(value),
      ...(item === undefined ? {} : { item }),
    });
    return undefined;
  }
  const code = trimmed(reading, field, value);
  if (!isPlainBatteryCode(code, reading.today, reading.symbols)) {
    const check = checkBatteryCode(code, reading.context);
    for (const finding of check.findings) {
      if (finding.code === 'code_lookalike' || finding.code === 'code_day_31') continue;
      reading.add({
        ...finding,
        field: field.id,
        value: shorten(code),
        ...(item === undefined ? {} : { item }),
      });
    }
    if (!check.valid) return undefined;
  }
  const sister = reading.context.sisters?.see(code);
  if (sister !== undefined) {
    reading.say('code_sister_lookalike', field.id, {
      value: code,
      sister,
      ...(item === undefined ? {} : { item }),
    });
  }
  const product = batteryCodeProduct(code);
  for (const type of field.products) if (type === product) return code;
  reading.say('code_level', field.id, {
    value: code,
    at: 4,
    ...(item === undefined ? {} : { item }),
    ...expectedProducts(field.products),
  });
  return undefined;
}

function expectedProducts(products: readonly ProductType[]): Record<string, string> {
  const labels = products.map(productTypeLabel);
  return {
    expected: products.join(' / '),
    expectedZh: labels.map((label) => label.zh).join('或'),
    expectedEn: labels.map((label) => label.en).join(' or '),
  };
}

function readBatteryCode(field: BatteryCodeField): ReadValue {
  return (value, reading, place) => {
    const code = acceptCode(value, reading, field, undefined);
    if (code === undefined) return undefined;
    reading.values[place] = code;
    if (field.role !== undefined) reading.addSubject(code, field.role);
    return `"${code}"`;
  };
}

function readBatteryCodes(field: BatteryCodesField): ReadValue {
  return (value, reading, place) => {
    if (!Array.isArray(value)) return refuseType(reading, field, value, '编码列表', 'a list of codes');
    if (value.length > field.itemsMax) {
      reading.say('list_too_long', field.id, { max: field.itemsMax, value: String(value.length) });
      return undefined;
    }
    if (value.length < field.itemsMin) {
      reading.say('list_empty', field.id, { min: field.itemsMin });
      return undefined;
    }
    const codes: string[] = [];
    const seen = value.length > SHORT_LIST ? new Set<string>() : undefined;
    let text = '';
    for (let i = 0; i < value.length; i += 1) {
      const code = acceptCode(value[i], reading, field, i + 1);
      if (code === undefined) continue;
      if (seen === undefined ? codes.includes(code) : seen.has(code)) {
        reading.say('code_duplicate', field.id, { value: code, item: i + 1 });
        continue;
      }
      seen?.add(code);
      codes.push(code);
      text += codes.length === 1 ? `"${code}"` : `,"${code}"`;
    }
    if (codes.length !== value.length) return undefined;
    reading.values[place] = codes;
    if (field.role !== undefined) for (const code of codes) reading.addSubject(code, field.role);
    return `[${text}]`;
  };
}

function readOtherCode(field: OtherCodeField): ReadValue {
  const check = field.type === 'vin' ? checkVin : checkUscc;
  return (value, reading, place) => {
    if (typeof value !== 'string') {
      if (typeof value !== 'number')
        return refuseType(reading, field, value, '编码文本', 'the text of a code');
      reading.say('code_as_number', field.id, { value: String(value) });
      return undefined;
    }
    const code = trimmed(reading, field, value);
    const outcome = check(code);
    for (const finding of outcome.findings)
      reading.add({ ...finding, field: field.id, value: shorten(code) });
    if (!outcome.valid) return undefined;
    reading.values[place] = code;
    if (field.role !== undefined) reading.addSubject(code, field.role);
    return `"${code}"`;
  };
}

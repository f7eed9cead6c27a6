/**
 * Reads dates and times as a source writes them, by a pattern of a few fixed tokens or as a count of seconds,
 * milliseconds or days. A pattern is compiled once and read in one pass. Implements spec/mapping.md, "Dates".
 */
import { addDays, civilDateOfMoment, formatCivilDate, isCivilDate, twoDigits } from '../civil-date.ts';
import type { DateRule } from './mapping.ts';

/** The text for the field; undefined when the value is written otherwise, null when there is no such day or time. */
export type ReadDate = (value: string | number) => string | undefined | null;

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction' | 'offset';

interface Token {
  readonly part: Part;
  readonly min: number;
  readonly max: number;
}

/** Longer tokens come before their beginnings. */
const TOKENS: readonly (readonly [string, Token])[] = [
  ['yyyy', { part: 'year', min: 4, max: 4 }],
  ['MM', { part: 'month', min: 2, max: 2 }],
  ['M', { part: 'month', min: 1, max: 2 }],
  ['dd', { part: 'day', min: 2, max: 2 }],
  ['d', { part: 'day', min: 1, max: 2 }],
  ['HH', { part: 'hour', min: 2, max: 2 }],
  ['H', { part: 'hour', min: 1, max: 2 }],
  ['mm', { part: 'minute', min: 2, max: 2 }],
  ['ss', { part: 'second', min: 2, max: 2 }],
  ['SSS', { part: 'fraction', min: 1, max: 9 }],
  ['XXX', { part: 'offset', min: 0, max: 0 }],
];

/** Counts instead of patterns. */
export const dateCounts: readonly string[] = ['epoch_seconds', 'epoch_milliseconds', 'excel_serial'];

const SHANGHAI = '+08:00';
const DAY_SECONDS = 86_400;
/** Counts up to the year 9999 in spreadsheets, and to 2100 for epochs: a later one is in another unit. */
const SERIAL_MIN = 61;
const SERIAL_MAX = 2_958_465;
const EPOCH_SECONDS_MAX = 4_102_444_800;

/** The parts of a pattern in order, literals as texts; undefined when it is malformed or has no whole date. */
export function parsePattern(pattern: string): readonly (Token | string)[] | undefined {
  const items: (Token | string)[] = [];
  const parts = new Set<Part>();
  let at = 0;
  while (at < pattern.length) {
    const found = TOKENS.find(([symbols]) => pattern.startsWith(symbols, at));
    if (found === undefined) {
      const symbol = pattern.charAt(at);
      if (/[0-9A-SU-Za-z]/.test(symbol)) return undefined;
      items.push(symbol);
      at += 1;
      continue;
    }
    const [symbols, token] = found;
    if (parts.has(token.part)) return undefined;
    parts.add(token.part);
    items.push(token);
    at += symbols.length;
  }
  const isWhole = parts.has('year') && parts.has('month') && parts.has('day');
  const isOrdered =
    (!parts.has('minute') || parts.has('hour')) &&
    (!parts.has('second') || parts.has('minute')) &&
    (!parts.has('fraction') || parts.has('second')) &&
    (!parts.has('offset') || parts.has('hour'));
  return isWhole && isOrdered ? items : undefined;
}

/** True when what the rule reads has a time of day. */
export function hasTime({ pattern, time }: DateRule): boolean {
  if (time !== undefined || dateCounts.includes(pattern)) return true;
  return parsePattern(pattern)?.some((item) => typeof item !== 'string' && item.part === 'hour') === true;
}

/** Minutes of `+08:00` or `Z`; undefined for any other text. */
export function offsetMinutesOf(text: string): number | undefined {
  if (text === 'Z') return 0;
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [, sign, hours, minutes] = match;
  const total = Number(hours) * 60 + Number(minutes);
  if (Number(hours) > 14 || Number(minutes) > 59) return undefined;
  return sign === '-' ? -total : total;
}

/** `HH:mm` or `HH:mm:ss` as `HH:mm:ss`; undefined for a time that is none. */
export function timeOfDayOf(text: string): string | undefined {
  const match = /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
  if (match === null) return undefined;
  const [, hour = '', minute = '', second = '00'] = match;
  return Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60
    ? `${hour}:${minute}:${second}`
    : undefined;
}

/** Compiles a rule whose pattern, offset and time are known to be good, for a field of dates or of times. */
export function compileDate(rule: DateRule, type: 'date' | 'datetime'): ReadDate {
  const offset = offsetText(offsetMinutesOf(rule.offset ?? SHANGHAI) ?? 480);
  switch (rule.pattern) {
    case 'epoch_seconds':
      return (value) => ofEpoch(decimalOf(value), type);
    case 'epoch_milliseconds':
      return (value) => ofEpoch(decimalOf(value) / 1_000, type);
    case 'excel_serial':
      return (value) => ofSerial(decimalOf(value), offset, type);
    default:
      return ofPattern(
        parsePattern(rule.pattern) ?? [],
        timeOfDayOf(rule.time ?? '') ?? '00:00:00',
        offset,
        type,
      );
  }
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`;
}

function decimalOf(value: string | number): number {
  if (typeof value === 'number') return value;
  return /^\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : Number.NaN;
}

function ofEpoch(seconds: number, type: 'date' | 'datetime'): string | undefined {
  if (!(seconds >= 0 && seconds <= EPOCH_SECONDS_MAX)) return undefined;
  return ofLocalSeconds(Math.floor(seconds) + 8 * 3_600, '1970-01-01', SHANGHAI, type);
}

/** Spreadsheet days from 1900-03-01 on; the days before are counted differently by different programs. */
function ofSerial(days: number, offset: string, type: 'date' | 'datetime'): string | undefined {
  if (!(days >= SERIAL_MIN && days <= SERIAL_MAX)) return undefined;
  return ofLocalSeconds(Math.round(days * DAY_SECONDS), '1899-12-30', offset, type);
}

function ofLocalSeconds(seconds: number, origin: string, offset: string, type: 'date' | 'datetime'): string {
  const days = Math.floor(seconds / DAY_SECONDS);
  const rest = seconds - days * DAY_SECONDS;
  const date = addDays(origin, days);
  if (type === 'date') return date;
  const time = [Math.floor(rest / 3_600), Math.floor(rest / 60) % 60, rest % 60].map(twoDigits).join(':');
  return `${date}T${time}${offset}`;
}

function ofPattern(
  items: readonly (Token | string)[],
  timeWithout: string,
  offset: string,
  type: 'date' | 'datetime',
): ReadDate {
  const timed = items.some((item) => typeof item !== 'string' && item.part === 'hour');
  return (value) => {
    const text = String(value);
    const found: Record<Part, number> = {
      year: 0,
      month: 0,
      day: 0,
      hour: 0,
      minute: 0,
      second: 0,
      fraction: 0,
      offset: Number.NaN,
    };
    let at = 0;
    for (const item of items) {
      const size = typeof item === 'string' ? literalSize(text, at, item) : partSize(text, at, item, found);
      if (size < 0) return undefined;
      at += size;
    }
    if (at !== text.length) return undefined;
    const { year, month, day, hour, minute, second } = found;
    if (year < 1900 || !isCivilDate(year, month, day)) return null;
    if (hour > 23 || minute > 59 || second > 59) return null;
    const date = formatCivilDate(year, month, day);
    if (type === 'date' && !timed) return date;
    const time = timed ? `${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}` : timeWithout;
    const moment = `${date}T${time}${Number.isNaN(found.offset) ? offset : offsetText(found.offset)}`;
    return type === 'date' ? civilDateOfMoment(moment) : moment;
  };
}

function literalSize(text: string, at: number, literal: string): number {
  return text.startsWith(literal, at) ? literal.length : -1;
}

/** Reads one part into `found`; gives the characters that it took, or -1. */
function partSize(text: string, at: number, { part, min, max }: Token, found: Record<Part, number>): number {
  if (part === 'offset') {
    const size = text[at] === 'Z' ? 1 : text[at + 3] === ':' ? 6 : 5;
    const minutes = offsetMinutesOf(text.slice(at, at + size));
    if (minutes === undefined) return -1;
    found.offset = minutes;
    return size;
  }
  let value = 0;
  let size = 0;
  for (; size < max; size += 1) {
    const digit = text.charCodeAt(at + size) - 0x30;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
  }
  if (size < min) return -1;
  found[part] = value;
  return size;
}

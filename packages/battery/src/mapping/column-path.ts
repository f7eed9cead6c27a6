/**
 * Reads the value of a column from a row: by the column's name, or by a path into nested JSON such as
 * `order.lines[0].code` and `cells[].code`. Implements spec/mapping.md, "Columns".
 */
import { isMembers } from '../members.ts';
import { trimBlanks } from '../unicode.ts';
import type { SourceValues } from './mapping.ts';

/** Reads one column. Missing, null and blank are undefined; a text comes without blanks around it. Never throws. */
export type ReadColumn = (row: SourceValues) => unknown;

/** A member's name, a place in a list, or each item of a list. */
type Step = string | number | typeof EACH;

const EACH = Symbol('each');
const STEPS_MAX = 10;
const INDEX_DIGITS_MAX = 6;
/** A list with more items is cut here, far beyond what any field takes, so that the field refuses it. */
const ITEMS_MAX = 5_000;

/** Compiles the reader of a column. A column with exactly this name comes before a path that reads the same. */
export function compileColumn(name: string): ReadColumn {
  const steps = parsePath(name);
  if (steps === undefined) return (row) => (Object.hasOwn(row, name) ? present(row[name]) : undefined);
  return (row) => present(Object.hasOwn(row, name) ? row[name] : follow(row, steps, 0));
}

/** The value without blanks around it, or undefined when there is none. */
function present(value: unknown): unknown {
  if (typeof value === 'string') {
    const text = trimBlanks(value);
    return text === '' ? undefined : text;
  }
  return value === null ? undefined : value;
}

function follow(value: unknown, steps: readonly Step[], from: number): unknown {
  let current = value;
  for (let at = from; at < steps.length; at += 1) {
    const step = steps[at];
    if (step === EACH) {
      if (!Array.isArray(current)) return undefined;
      const items: unknown[] = [];
      for (const item of current) {
        const found = present(follow(item, steps, at + 1));
        if (Array.isArray(found)) items.push(...found.slice(0, ITEMS_MAX));
        else if (found !== undefined) items.push(found);
        if (items.length > ITEMS_MAX) break;
      }
      return items.length === 0 ? undefined : items;
    }
    if (typeof step === 'number') current = Array.isArray(current) ? current[step] : undefined;
    else if (typeof step === 'string' && isMembers(current) && Object.hasOwn(current, step))
      current = current[step];
    else return undefined;
  }
  return current;
}

/** The steps of a path; undefined for a name that is no path and so names a column as it stands. */
function parsePath(name: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  let at = 0;
  while (at < name.length) {
    const isList = name[at] === '[';
    if (isList) {
      const close = name.indexOf(']', at);
      if (close < 0) return undefined;
      const step = indexStep(name.slice(at + 1, close));
      if (step === undefined || steps.length === 0) return undefined;
      steps.push(step);
      at = close + 1;
    } else {
      const end = segmentEnd(name, at);
      if (end === at) return undefined;
      steps.push(name.slice(at, end));
      at = end;
    }
    if (at === name.length || name[at] === '[') continue;
    // After an index or a segment only a point with something behind it may follow.
    if (name[at] !== '.' || at + 1 === name.length || name[at + 1] === '[') return undefined;
    at += 1;
  }
  return steps.length < 2 || steps.length > STEPS_MAX ? undefined : steps;
}

function segmentEnd(name: string, from: number): number {
  let at = from;
  while (at < name.length && name[at] !== '.' && name[at] !== '[' && name[at] !== ']') at += 1;
  return at;
}

function indexStep(text: string): Step | undefined {
  if (text === '') return EACH;
  if (text.length > INDEX_DIGITS_MAX) return undefined;
  for (const symbol of text) if (symbol < '0' || symbol > '9') return undefined;
  return Number(text);
}

/** The path with every place in a list replaced by `[]`, so that `cells[0].code` and `cells[].code` are one column. */
export function columnFamily(name: string): string {
  return name.replace(/\[\d{1,6}\]/g, '[]');
}

/** Rows that are looked at, and levels of nesting, when columns are listed. */
const ROWS_MAX = 100;
const LEVELS_MAX = 6;

/** The columns that rows of JSON have, as paths, in the order of their first appearance, at most `max`. */
export function columnsOfRows(rows: readonly unknown[], max: number): readonly string[] {
  const columns = new Set<string>();
  const visit = (value: unknown, path: string, level: number): void => {
    if (columns.size >= max) return;
    if (isMembers(value) && level < LEVELS_MAX && !isCellLike(value)) {
      for (const [name, member] of Object.entries(value))
        visit(member, path === '' ? name : `${path}.${name}`, level + 1);
    } else if (Array.isArray(value) && value.some(isMembers) && level < LEVELS_MAX) {
      for (const item of value.slice(0, ROWS_MAX)) visit(item, `${path}[]`, level + 1);
    } else if (path !== '') columns.add(path);
  };
  for (const row of rows.slice(0, ROWS_MAX)) visit(row, '', 0);
  return [...columns];
}

/** True for a cell of a sheet that is no plain value. */
function isCellLike(value: Readonly<Record<string, unknown>>): boolean {
  const { kind } = value;
  return kind === 'date' || kind === 'formula' || kind === 'error';
}

/**
 * The rule that a column most likely needs for a field: the unit in its name, the pattern of its dates, a look-up for
 * words that the field calls otherwise. Implements spec/mapping.md, "Suggestion".
 */
import { enumChoice } from '../cell.ts';
import type { Field } from '../kind.ts';
import type { Members } from '../members.ts';
import { flagAliases, valueAliases } from './column-aliases.ts';
import { compileColumn } from './column-path.ts';
import { compileDate } from './date-pattern.ts';
import type { DateRule, Lookup, MappingValue, Rule } from './mapping.ts';
import { mappingLimits } from './mapping.ts';
import { unitsFor } from './units.ts';

/** Different values that are looked at. */
const VALUES_MAX = 50;

/** A rule that reads this column. */
export function suggestRule(field: Field, column: string, rows: readonly Members[]): Rule {
  const rule: Rule = { column };
  const values = valuesOf(column, rows);
  switch (field.type) {
    case 'number': {
      const from = unitIn(column, field.unit);
      return from === undefined || from === field.unit ? rule : { column, unit: { from, round: true } };
    }
    case 'date':
    case 'datetime': {
      const date = dateRuleFor(field.type, values);
      return date === undefined ? rule : { column, date };
    }
    case 'boolean':
    case 'enum': {
      const lookup = lookupFor(field, values);
      return lookup === undefined ? rule : { column, lookup };
    }
    case 'battery_codes': {
      const split = ['|', '/'].find((mark) => values.some((value) => String(value).includes(mark)));
      return split === undefined ? rule : { column, split };
    }
    case 'text':
      return values.length > 0 && values.every((value) => Number.isSafeInteger(value))
        ? { column, text: true }
        : rule;
    case 'integer':
    case 'battery_code':
    case 'vin':
    case 'uscc':
    case 'attachments':
    default:
      return rule;
  }
}

/** The plain values of a column, each once. */
function valuesOf(column: string, rows: readonly Members[]): readonly (string | number)[] {
  const read = compileColumn(column);
  const values = new Set<string | number>();
  for (const row of rows) {
    const value = read(row);
    if (typeof value === 'string' || typeof value === 'number') values.add(value);
    if (typeof value === 'boolean') values.add(String(value));
    if (values.size >= VALUES_MAX) break;
  }
  return [...values];
}

/** `mass_g`, `mass (g)`, `重量（g）`, `mass[g]`: the name and its unit. */
function splitUnit(column: string): readonly [string, string] | undefined {
  const text = column.trim();
  const closed = /^(.{1,190}?)\s{0,3}[([（【]([^()[\]（）【】]{1,8})[)\]）】]$/.exec(text);
  const open = closed ?? /^(.{1,190})[_\s/-]([A-Za-z%‰Ωµ]{1,4})$/.exec(text);
  return open === null ? undefined : [open[1] ?? '', open[2] ?? ''];
}

const everyUnit: ReadonlySet<string> = new Set(
  ['kg', 'mm', 'V', 'A', 'Ah', 'kWh', 'kW', 'Ω', '%'].flatMap((unit) =>
    unitsFor(unit).map((symbol) => symbol.toLowerCase()),
  ),
);

/** The name without the unit that it ends in. */
export function withoutUnit(column: string): string {
  const split = splitUnit(column);
  return split !== undefined && everyUnit.has(split[1].toLowerCase()) ? split[0] : column;
}

/** The unit in a column's name, of the quantity of the field's. */
function unitIn(column: string, unit: string | undefined): string | undefined {
  const found = splitUnit(column)?.[1];
  if (found === undefined || unit === undefined) return undefined;
  const symbols = unitsFor(unit);
  const alike = symbols.filter((symbol) => symbol.toLowerCase() === found.toLowerCase());
  return symbols.find((symbol) => symbol === found) ?? (alike.length === 1 ? alike[0] : undefined);
}

const DATES: readonly string[] = [
  'yyyy-MM-dd',
  'yyyy/M/d',
  'yyyy.M.d',
  'yyyyMMdd',
  'yyyy年M月d日',
  'dd.MM.yyyy',
];
const TIMES: readonly string[] = ['HH:mm:ss', 'HH:mm', 'HH:mm:ss.SSS', 'HH:mm:ssXXX', 'HH:mm:ss.SSSXXX'];
const PATTERNS: readonly string[] = [
  ...DATES,
  ...DATES.flatMap((date) => TIMES.flatMap((time) => [`${date} ${time}`, `${date}T${time}`])),
  'yyyyMMddHHmmss',
  'yyyyMMddHHmm',
  'epoch_milliseconds',
  'epoch_seconds',
];
/** What the fields themselves take, so that no rule is needed. */
const OWN = { date: 'yyyy-MM-dd', datetime: 'yyyy-MM-ddTHH:mm:ssXXX' } as const;
/** Smaller counts are no times of this century. */
const COUNT_MIN = 1_000_000_000;

/** The first pattern that reads every value; undefined when none does or none is needed. */
function dateRuleFor(type: 'date' | 'datetime', values: readonly (string | number)[]): DateRule | undefined {
  if (values.length === 0) return undefined;
  const reads = (rule: DateRule): boolean => {
    const read = compileDate(rule, type);
    return values.every((value) => typeof read(value) === 'string');
  };
  if (reads({ pattern: OWN[type] })) return undefined;
  for (const pattern of PATTERNS) {
    if (pattern.startsWith('epoch') && !values.every((value) => Number(value) >= COUNT_MIN)) continue;
    if (!reads({ pattern })) continue;
    const isDateOnly = type === 'datetime' && DATES.includes(pattern);
    return isDateOnly ? { pattern, time: '00:00' } : { pattern };
  }
  return undefined;
}

/** A look-up for values that the field calls otherwise; undefined when it knows them all, or none of them. */
function lookupFor(
  field: Extract<Field, { type: 'enum' | 'boolean' | 'date' | 'datetime' }>,
  values: readonly (string | number)[],
): Lookup | undefined {
  const table: { from: string; to: MappingValue }[] = [];
  for (const value of values) {
    const from = String(value);
    if (from.length > mappingLimits.textLengthMax) continue;
    const to = meaningOf(field, from);
    if (to !== undefined && to !== from) table.push({ from, to });
  }
  return table.length === 0 ? undefined : { table, otherwise: 'keep' };
}

function meaningOf(field: Field, text: string): MappingValue | undefined {
  const small = text.toLowerCase();
  if (field.type === 'boolean') return Object.hasOwn(flagAliases, small) ? flagAliases[small] : undefined;
  if (field.type !== 'enum') return undefined;
  const aliases = Object.hasOwn(valueAliases, field.id) ? valueAliases[field.id] : undefined;
  const alias = aliases !== undefined && Object.hasOwn(aliases, small) ? aliases[small] : undefined;
  const own = field.values.find(({ id, label }) =>
    [id, label.zh, label.en, enumChoice({ id, label })].some((name) => name.toLowerCase() === small),
  );
  if (own !== undefined) return isSpelled(own, text) ? text : own.id;
  return field.values.some(({ id }) => id === alias) ? alias : undefined;
}

/** True when the field itself reads the text as this value. */
function isSpelled(
  value: { readonly id: string; readonly label: { readonly zh: string; readonly en: string } },
  text: string,
): boolean {
  return [value.id, value.label.zh, value.label.en, enumChoice(value)].includes(text);
}

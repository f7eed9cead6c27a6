/**
 * Compiles a mapping to a function from a row of the source to the members of a record. Everything that a rule changes
 * beyond what it plainly says is a finding. Implements spec/mapping.md, "Rules".
 */
import { assert } from '@suyuan/log';
import type { Cell, DateCell } from '../cell.ts';
import { cellText, cellValue, unreadable } from '../cell.ts';
import type { Finding, FindingCode, FindingFacts } from '../finding.ts';
import { makeFinding } from '../finding.ts';
import type { Field, RecordKind } from '../kind.ts';
import { isMembers } from '../members.ts';
import { findingsMax } from '../reading.ts';
import { isBlank, trimBlanks } from '../unicode.ts';
import type { ReadColumn } from './column-path.ts';
import { compileColumn } from './column-path.ts';
import { compileDate } from './date-pattern.ts';
import type { Mapping, MappingValue, RowCondition, Rule, SourceValues } from './mapping.ts';
import { factorBetween, scaleDecimal } from './units.ts';

/**
 * What a row becomes: members for `parseRecord` with the findings of mapping itself; `ok` is false when one of them
 * is an error, and then a member that it is about holds the value of the source, or nothing. `skipped` when the
 * mapping's conditions pass it over.
 */
export type MappedRow =
  | {
      readonly ok: boolean;
      readonly members: Readonly<Record<string, unknown>>;
      readonly findings: readonly Finding[];
      readonly skipped?: undefined;
    }
  | { readonly skipped: true };

/** Maps one row. Never throws on any row; the same row gives the same outcome. */
export type MapRow = (row: SourceValues) => MappedRow;

/** Gathers the findings of one row. */
class Findings {
  list: Finding[] = [];
  errors = 0;

  say(code: FindingCode, field: string, facts: FindingFacts = {}): void {
    const finding = makeFinding(code, { ...facts, field });
    if (finding.level === 'error') this.errors += 1;
    if (this.list.length < findingsMax) this.list.push(finding);
  }
}

type Step = (value: unknown, findings: Findings) => unknown;

interface CompiledRule {
  readonly id: string;
  readonly read: (row: SourceValues, findings: Findings) => unknown;
}

const SKIPPED: MappedRow = { skipped: true };

/** Compiles a mapping that `parseMapping` has accepted for this kind. */
export function createMapper(kind: RecordKind, mapping: Mapping): MapRow {
  assert(mapping.kind === kind.id, 'a mapping is compiled for its own kind');
  const conditions = (mapping.only ?? []).map(compileCondition);
  const rules = kind.fields.flatMap((field): CompiledRule[] => {
    const rule = Object.hasOwn(mapping.fields, field.id) ? mapping.fields[field.id] : undefined;
    return rule === undefined ? [] : [{ id: field.id, read: compileRule(field, rule) }];
  });
  return (row) => {
    for (const holds of conditions) if (!holds(row)) return SKIPPED;
    const findings = new Findings();
    const members: Record<string, unknown> = {};
    for (const rule of rules) {
      const value = rule.read(row, findings);
      if (value !== undefined && value !== unreadable) members[rule.id] = value;
    }
    return { ok: findings.errors === 0, members, findings: findings.list };
  };
}

function compileCondition({ column, is, values }: RowCondition): (row: SourceValues) => boolean {
  const read = compileColumn(column);
  const set = new Set(values);
  const wanted = is === 'one_of';
  return (row) => set.has(textOf(read(row)) ?? '') === wanted;
}

function compileRule(field: Field, rule: Rule): CompiledRule['read'] {
  const fetch = compileSource(field, rule);
  const steps = stepsOf(field, rule);
  const standIn = rule.default === undefined ? undefined : plainValue(field, rule.default);
  return (row, findings) => {
    let value = fetch(row, findings);
    for (const step of steps) {
      if (value === undefined || value === unreadable) break;
      value = step(value, findings);
    }
    return value === undefined ? standIn : value;
  };
}

/** The value that the mapping itself gives, as the field takes it. */
export function plainValue(field: Field, value: MappingValue): unknown {
  const silent = new Findings();
  const converted = cellValue(field, value, silent);
  return silent.errors > 0 || converted === unreadable ? value : converted;
}

function compileSource(field: Field, rule: Rule): CompiledRule['read'] {
  const { column, join, constant } = rule;
  if (constant !== undefined) {
    const value = plainValue(field, constant);
    return () => value;
  }
  if (column !== undefined) {
    const read = compileColumn(column);
    return (row, findings) => openCell(field, read(row), findings);
  }
  assert(join !== undefined, 'a rule has a source');
  return compileJoin(field, join.columns.map(compileColumn), join.with);
}

function compileJoin(field: Field, columns: readonly ReadColumn[], separator: string): CompiledRule['read'] {
  return (row, findings) => {
    let joined = '';
    for (const read of columns) {
      const value = openCell(field, read(row), findings);
      if (value === unreadable) return unreadable;
      if (value === undefined) continue;
      const text = textOf(value);
      if (text === undefined) {
        findings.say('value_type', field.id, { expectedZh: '文本', expectedEn: 'text' });
        return unreadable;
      }
      joined = joined === '' ? text : `${joined}${separator}${text}`;
    }
    return joined === '' ? undefined : joined;
  };
}

/** The value within a cell: the result of a formula, with a finding; nothing for an error. */
function openCell(field: Field, value: unknown, findings: Findings): unknown {
  if (typeof value !== 'object' || !isMembers(value)) return value;
  if (value['kind'] === 'error') {
    findings.say('cell_error', field.id, { value: textOf(value['text']) ?? '' });
    return unreadable;
  }
  if (value['kind'] !== 'formula') return value;
  const result = value['value'];
  const text = textOf(result);
  if (text === undefined && !isDateCell(result)) {
    findings.say('cell_formula_empty', field.id);
    return unreadable;
  }
  findings.say('cell_formula', field.id, { value: text ?? cellText(isDateCell(result) ? result : null) });
  return typeof result === 'string' ? trimBlanks(result) : result;
}

/** The plain text of a text, number or boolean; undefined for anything else and for a blank. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') {
    const text = trimBlanks(value);
    return text === '' ? undefined : text;
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function isDateCell(value: unknown): value is DateCell {
  if (!isMembers(value) || value['kind'] !== 'date') return false;
  const { year, month, day, hour = 0, minute = 0, second = 0 } = value;
  return [year, month, day, hour, minute, second].every((part) => Number.isInteger(part));
}

function stepsOf(field: Field, rule: Rule): readonly Step[] {
  const steps: Step[] = [];
  if (rule.split !== undefined) steps.push(splitStep(rule.split));
  if (rule.strip !== undefined || rule.upper === true) steps.push(tidyStep(field, rule));
  if (rule.lookup !== undefined) steps.push(lookupStep(field, rule.lookup));
  if (rule.date !== undefined && (field.type === 'date' || field.type === 'datetime'))
    steps.push(dateStep(field, rule.date, field.type));
  if (rule.unit !== undefined && field.type === 'number') steps.push(unitStep(field, rule.unit));
  // A constant has been converted already.
  if (rule.constant === undefined) steps.push(fieldStep(field, rule));
  return steps;
}

function splitStep(separator: string): Step {
  return (value) => {
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string') return value;
    const items = text
      .split(separator)
      .map(trimBlanks)
      .filter((item) => item !== '');
    return items.length === 0 ? undefined : items;
  };
}

/** Applies a step to each item of a list, or to the value itself; items that it gives nothing for fall out. */
function each(value: unknown, change: (item: unknown) => unknown): unknown {
  if (!Array.isArray(value)) return change(value);
  const items: unknown[] = [];
  for (const item of value) {
    const changed = change(item);
    if (changed !== undefined && changed !== unreadable) items.push(changed);
  }
  return items.length === 0 ? undefined : items;
}

function tidyStep(field: Field, { strip = '', upper = false }: Rule): Step {
  const dropped = new Set(strip);
  return (value, findings) =>
    each(value, (item) => {
      if (typeof item !== 'string') return item;
      let text = item;
      if (dropped.size > 0 && hasAny(text, dropped)) text = without(text, dropped);
      if (upper) text = text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
      if (text !== item) findings.say('mapped_text_changed', field.id, { value: item, after: text });
      return text === '' ? undefined : text;
    });
}

function hasAny(text: string, symbols: ReadonlySet<string>): boolean {
  for (const symbol of text) if (symbols.has(symbol)) return true;
  return false;
}

function without(text: string, symbols: ReadonlySet<string>): string {
  let kept = '';
  for (const symbol of text) if (!symbols.has(symbol)) kept += symbol;
  return trimBlanks(kept);
}

function lookupStep(field: Field, { table, otherwise }: NonNullable<Rule['lookup']>): Step {
  const values = new Map(table.map(({ from, to }) => [trimBlanks(from), to]));
  return (value, findings) =>
    each(value, (item) => {
      const text = textOf(item);
      const found = text === undefined ? undefined : values.get(text);
      if (found !== undefined) return found === '' ? undefined : found;
      if (otherwise === 'keep') return item;
      const shown = text ?? (isDateCell(item) ? cellText(item) : '{…}');
      findings.say(otherwise === 'missing' ? 'mapped_left_out' : 'mapped_not_in_table', field.id, {
        value: shown,
      });
      return otherwise === 'missing' ? undefined : item;
    });
}

function dateStep(field: Field, rule: NonNullable<Rule['date']>, type: 'date' | 'datetime'): Step {
  const read = compileDate(rule, type);
  return (value, findings) => {
    if (typeof value !== 'string' && typeof value !== 'number') return value;
    const outcome = read(value);
    if (typeof outcome === 'string') return outcome;
    const text = String(value);
    if (outcome === null) findings.say('date_impossible', field.id, { value: text });
    else findings.say('mapped_date_form', field.id, { value: text, pattern: rule.pattern });
    return text;
  };
}

function unitStep(field: Extract<Field, { min: number }>, rule: NonNullable<Rule['unit']>): Step {
  const factor = factorBetween(rule.from, field.unit ?? '');
  assert(factor !== undefined, 'the units of a mapping convert');
  const decimals = rule.round === true ? field.decimals : undefined;
  return (value, findings) => {
    if (typeof value !== 'string' && typeof value !== 'number') return value;
    const text = String(value);
    const scaled = scaleDecimal(text, factor, decimals);
    if (scaled === undefined) return value;
    if (scaled.rounded)
      findings.say('mapped_rounded', field.id, { value: `${text} ${rule.from}`, after: scaled.value });
    return scaled.value;
  };
}

const PLAIN_DECIMAL = /^-?\d{1,15}(\.\d{1,15})?$/;

/** Turns the value to what an API push would hold, as a cell of a sheet is turned. */
function fieldStep(field: Field, { date, text: numbersAreText = false }: Rule): Step {
  const isNumber = field.type === 'number' || field.type === 'integer';
  return (value, findings) => {
    if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(tidyItem);
    if (typeof value === 'string') {
      if (isNumber && PLAIN_DECIMAL.test(value)) return Number(value);
      // What a date rule gave, or could not read, is not read in yet another way.
      if (date !== undefined) return value;
      return cellValue(field, value, findings);
    }
    if (typeof value === 'number') {
      // Beyond 2^53 the reader of JSON has lost digits already, so it stays a number, which a text field refuses.
      if (field.type === 'text' && !Number.isSafeInteger(value) && Number.isInteger(value)) return value;
      if (field.type === 'text' && numbersAreText) return String(value);
      return cellValue(field, value, findings);
    }
    if (typeof value === 'boolean' || isDateCell(value))
      return cellValue(field, value satisfies Cell, findings);
    return value;
  };
}

function tidyItem(item: unknown): unknown {
  if (typeof item !== 'string' || item === '') return item;
  const isEdged = isBlank(item.charCodeAt(0)) || isBlank(item.charCodeAt(item.length - 1));
  return isEdged ? trimBlanks(item) : item;
}

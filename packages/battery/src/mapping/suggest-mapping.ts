/**
 * A first guess of a mapping from the names of columns and a few rows: names are compared with field ids, labels and
 * aliases, and every guess is tried on the rows. A person looks at it before it is used. Implements spec/mapping.md,
 * "Suggestion".
 */
import { headingOf } from '../header.ts';
import type { Field, RecordKind } from '../kind.ts';
import { columnAliases } from './column-aliases.ts';
import { columnsOfRows } from './column-path.ts';
import { nameDifference, plainName } from './compare-columns.ts';
import { createMapper } from './create-mapper.ts';
import { compileTrial } from './field-trial.ts';
import type { Mapping, Rule } from './mapping.ts';
import { mappingFormat, mappingLimits } from './mapping.ts';
import { isMembers } from '../members.ts';
import type { Members } from '../members.ts';
import { suggestRule, withoutUnit } from './suggest-rule.ts';

/** One guess; `confidence` is between 0 and 1. */
export interface Guess {
  readonly field: string;
  readonly column: string;
  readonly confidence: number;
}

/** A mapping that may be wrong, with what it rests on. */
export interface Suggestion {
  readonly mapping: Mapping;
  readonly guesses: readonly Guess[];
  /** Columns that no field takes. */
  readonly unused: readonly string[];
}

/** A guess below this is not made. */
const CONFIDENCE_MIN = 0.5;
/** Rows on which guesses are tried. */
const ROWS_MAX = 20;

/** Suggests a mapping. Without `columns` they are those of the rows. Never throws. */
export function suggestMapping(
  kind: RecordKind,
  columns: readonly string[],
  sampleRows: readonly unknown[],
): Suggestion {
  const rows = sampleRows.slice(0, ROWS_MAX).filter(isMembers);
  const given = columns.length > 0 ? columns : columnsOfRows(rows, mappingLimits.columnsMax);
  const names = [...new Set(given)]
    .filter((name) => name.trim() !== '' && name.length <= mappingLimits.nameLengthMax)
    .slice(0, mappingLimits.columnsMax);
  const taken = new Map<string, Guess & { readonly rule: Rule }>();
  const used = new Set<string>();
  for (const guess of guessesOf(kind, names, rows)) {
    if (taken.has(guess.field) || used.has(guess.column)) continue;
    taken.set(guess.field, guess);
    used.add(guess.column);
  }
  const kept = kind.fields.flatMap(({ id }) => taken.get(id) ?? []);
  return {
    mapping: {
      format: mappingFormat,
      kind: kind.id,
      fields: Object.fromEntries(kept.map(({ field, rule }) => [field, rule])),
      columns: names,
    },
    guesses: kept.map(({ field, column, confidence }) => ({ field, column, confidence })),
    unused: names.filter((name) => !used.has(name)),
  };
}

/** Every pair that is likely enough, the surest first. */
function guessesOf(
  kind: RecordKind,
  columns: readonly string[],
  rows: readonly Members[],
): readonly (Guess & { readonly rule: Rule })[] {
  const named = columns.map((column) => ({ column, names: namesOfColumn(column) }));
  return kind.fields
    .flatMap((field) => {
      const own = namesOfField(field);
      return named.flatMap(({ column, names }) => {
        const alike = likeness(own, names);
        if (alike < LIKENESS_MIN && !isCode(field)) return [];
        const rule = suggestRule(field, column, rows);
        const confidence =
          Math.round(confidenceOf(field, alike, shareThatFits(kind, field, rule, rows)) * 100) / 100;
        return confidence < CONFIDENCE_MIN ? [] : [{ field: field.id, column, confidence, rule }];
      });
    })
    .toSorted((a, b) => b.confidence - a.confidence);
}

interface Name {
  readonly plain: string;
  /** How much it counts when it is equal. */
  readonly weight: number;
}

const LIKENESS_MIN = 0.35;

function namesOfField(field: Field): readonly Name[] {
  const own = [field.id, field.label.zh, field.label.en, headingOf(field)];
  const aliases = Object.hasOwn(columnAliases, field.id) ? (columnAliases[field.id] ?? []) : [];
  return [
    ...own.map((name) => ({ plain: plainName(name), weight: 1 })),
    ...aliases.map((name) => ({ plain: plainName(name), weight: 0.85 })),
  ];
}

/** The whole name, the name without a unit, and the last member of a path. */
function namesOfColumn(column: string): readonly Name[] {
  const last = column.slice(Math.max(column.lastIndexOf('.'), column.lastIndexOf(']')) + 1);
  const owner = column.split(/[.[]/)[0] ?? '';
  return [
    { plain: plainName(column), weight: 1 },
    { plain: plainName(withoutUnit(column)), weight: 0.98 },
    ...(last === column ? [] : [{ plain: plainName(last), weight: 0.8 }]),
    ...(owner === column ? [] : [{ plain: plainName(owner), weight: 0.85 }]),
  ].filter(({ plain }) => plain !== '');
}

function likeness(own: readonly Name[], names: readonly Name[]): number {
  let best = 0;
  for (const one of own) for (const other of names) best = Math.max(best, pairLikeness(one, other));
  return best;
}

const HELD_MIN = 2;
const DIFFERENCE_MAX = 0.25;

function pairLikeness(one: Name, other: Name): number {
  const weight = one.weight * other.weight;
  if (one.plain === other.plain) return weight;
  const [short, long] =
    one.plain.length < other.plain.length ? [one.plain, other.plain] : [other.plain, one.plain];
  if (short.length >= HELD_MIN && long.includes(short))
    return weight * (0.4 + (0.4 * short.length) / long.length);
  const difference = nameDifference(one.plain, other.plain);
  return difference <= DIFFERENCE_MAX ? weight * (1 - difference) * 0.85 : 0;
}

/** True for fields whose values tell by themselves what they are. */
function isCode({ type }: Field): boolean {
  return type === 'battery_code' || type === 'battery_codes' || type === 'vin' || type === 'uscc';
}

/** Names and values together: values that do not fit speak against any name, codes that fit speak for themselves. */
function confidenceOf(field: Field, alike: number, fits: number | undefined): number {
  if (fits === undefined) return alike;
  if (fits < 0.5) return alike * 0.3;
  const weighed = alike * (0.5 + fits / 2);
  if (isCode(field)) return Math.min(1, Math.max(weighed, 0.4) + 0.15 * fits);
  return field.type === 'text' ? weighed : Math.min(1, weighed + 0.1 * fits);
}

/** The share of the rows with a value that the field takes under the rule; undefined when none has a value. */
function shareThatFits(
  kind: RecordKind,
  field: Field,
  rule: Rule,
  rows: readonly Members[],
): number | undefined {
  const mapRow = createMapper(kind, { format: mappingFormat, kind: kind.id, fields: { [field.id]: rule } });
  const takes = compileTrial(field);
  let given = 0;
  let good = 0;
  for (const row of rows) {
    const mapped = mapRow(row);
    if (mapped.skipped === true) continue;
    const value = mapped.members[field.id];
    if (value === undefined && mapped.ok) continue;
    given += 1;
    if (value === undefined || !mapped.ok) continue;
    if (takes(value)) good += 1;
  }
  return given === 0 ? undefined : good / given;
}

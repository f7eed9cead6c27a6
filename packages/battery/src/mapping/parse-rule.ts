/**
 * Checks the rule of one field: its source, what is done with the value, and whether the field takes that. Implements
 * spec/mapping.md, "Rules".
 */
import { trimBlanks } from '../unicode.ts';
import type { Field } from '../kind.ts';
import type { Checked } from './checked.ts';
import { plainValue } from './create-mapper.ts';
import { dateCounts, hasTime, offsetMinutesOf, parsePattern, timeOfDayOf } from './date-pattern.ts';
import { compileTrial } from './field-trial.ts';
import type { DateRule, Lookup, MappingValue, Rule, UnitRule } from './mapping.ts';
import { mappingLimits } from './mapping.ts';
import { factorBetween, isUnit } from './units.ts';

const { joinedMax, lookupMax, patternLengthMax, separatorLengthMax, textLengthMax } = mappingLimits;

/** A rule while it is put together. */
type Draft = { -readonly [member in keyof Rule]: Rule[member] };

/** What is done with a value of the source; a constant stands as it is. */
type Change = Exclude<keyof Rule, 'column' | 'join' | 'constant'>;

const CHANGES: readonly Change[] = ['split', 'strip', 'upper', 'lookup', 'date', 'unit', 'text', 'default'];

/** The rule as far as it can be read; problems are said. */
export function checkRule(field: Field, at: Checked): Rule {
  const rule: Draft = {};
  if (!at.object(['column', 'join', 'constant', ...CHANGES])) return rule;
  checkSource(field, at, rule);
  for (const name of CHANGES) {
    const member = at.optional(name);
    if (member === undefined) continue;
    if (rule.constant !== undefined || !takes(field, name)) member.say('mapping_rule_unfit');
    else checkChange(field, name, member, rule);
  }
  return rule;
}

function checkSource(field: Field, at: Checked, rule: Draft): void {
  const [column, join, constant] = [at.optional('column'), at.optional('join'), at.optional('constant')];
  const given = [column, join, constant].filter((source) => source !== undefined).length;
  if (given !== 1) at.say(given === 0 ? 'mapping_source_missing' : 'mapping_source_twice');
  if (column !== undefined) rule.column = column.columnName();
  if (join?.object(['columns', 'with']) === true) {
    const columns = join
      .member('columns')
      .list(joinedMax)
      .map((item) => item.columnName());
    if (columns.length === 0) join.member('columns').say('mapping_source_missing');
    rule.join = { columns, with: join.member('with').text(separatorLengthMax) };
  }
  if (constant !== undefined) rule.constant = fitting(field, constant);
}

function checkChange(field: Field, name: Change, at: Checked, rule: Draft): void {
  switch (name) {
    case 'split': {
      rule.split = at.text(separatorLengthMax);
      if (rule.split === '') at.say('mapping_column_empty');
      return;
    }
    case 'strip':
      rule.strip = at.text(textLengthMax);
      return;
    case 'upper':
      rule.upper = at.flag();
      return;
    case 'text':
      rule.text = at.flag();
      return;
    case 'lookup':
      rule.lookup = readLookup(at);
      return;
    case 'date':
      rule.date = readDate(field, at);
      return;
    case 'unit':
      rule.unit = readUnit(field, at);
      return;
    case 'default':
    default:
      rule.default = fitting(field, at);
  }
}

/** Whether a field has a use for this part of a rule. */
function takes(field: Field, name: Change): boolean {
  const { type } = field;
  switch (name) {
    case 'split':
      return type === 'battery_codes';
    case 'strip':
    case 'upper':
      return type !== 'attachments' && type !== 'date' && type !== 'datetime';
    case 'date':
      return type === 'date' || type === 'datetime';
    case 'unit':
      return type === 'number' && field.unit !== undefined;
    case 'text':
      return type === 'text';
    case 'lookup':
    case 'default':
    default:
      return type !== 'attachments';
  }
}

/** A value that the mapping gives itself, tried on the field. */
function fitting(field: Field, at: Checked): MappingValue {
  const value = at.scalar();
  if (at.value === value && (value === '' || !compileTrial(field)(plainValue(field, value))))
    at.say('mapping_value_unfit');
  return value;
}

function readLookup(at: Checked): Lookup {
  at.object(['table', 'otherwise']);
  const seen = new Set<string>();
  const table = at
    .member('table')
    .list(lookupMax)
    .map((item) => {
      item.object(['from', 'to']);
      const from = item.member('from').text(textLengthMax);
      const key = trimBlanks(from);
      if (key === '' || seen.has(key))
        item.member('from').say(key === '' ? 'mapping_column_empty' : 'mapping_lookup_repeated');
      seen.add(key);
      return { from, to: item.member('to').scalar() };
    });
  return { table, otherwise: at.member('otherwise').oneOf(['refuse', 'keep', 'missing']) };
}

function readDate(field: Field, at: Checked): DateRule {
  at.object(['pattern', 'offset', 'time']);
  const pattern = at.member('pattern').text(patternLengthMax);
  const isGood = dateCounts.includes(pattern) || parsePattern(pattern) !== undefined;
  if (!isGood) at.member('pattern').say('mapping_pattern_wrong');
  const offset = at.optional('offset')?.text(patternLengthMax);
  if (offset !== undefined && offsetMinutesOf(offset) === undefined)
    at.member('offset').say('mapping_offset_wrong');
  const time = at.optional('time')?.text(patternLengthMax);
  if (time !== undefined && timeOfDayOf(time) === undefined) at.member('time').say('mapping_pattern_wrong');
  const rule: DateRule = {
    pattern,
    ...(offset === undefined ? {} : { offset }),
    ...(time === undefined ? {} : { time }),
  };
  if (isGood && field.type === 'datetime' && !hasTime(rule)) at.say('mapping_time_missing');
  return rule;
}

function readUnit(field: Field, at: Checked): UnitRule {
  at.object(['from', 'round']);
  const from = at.member('from').text(separatorLengthMax);
  const to = field.type === 'number' ? (field.unit ?? '') : '';
  if (!isUnit(from)) at.member('from').say('mapping_unit_unknown');
  else if (factorBetween(from, to) === undefined) at.member('from').say('mapping_unit_unfit', { unit: to });
  const round = at.optional('round')?.flag();
  return { from, ...(round === undefined ? {} : { round }) };
}

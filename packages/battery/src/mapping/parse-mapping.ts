/**
 * Checks a value to be a mapping, naming every problem by its path. What it accepts runs without a surprise: columns,
 * patterns, units and values have been tried. Implements spec/mapping.md, "A mapping".
 */
import type { Result } from '@suyuan/log';
import type { Field, RecordKind } from '../kind.ts';
import { recordKind } from '../kinds/record-kinds.ts';
import { isMembers } from '../members.ts';
import { trimBlanks } from '../unicode.ts';
import type { Mapping, MappingProblem, MappingRejection, RowCondition, Rule, TableRule } from './mapping.ts';
import { mappingFormat, mappingLimits } from './mapping.ts';
import { Checked } from './checked.ts';
import { checkRule } from './parse-rule.ts';

/** Problems that are named; a mapping with more is as useless. */
const PROBLEMS_MAX = 100;

/** A value out of `JSON.parse` to a mapping. Never throws. */
export function parseMapping(value: unknown): Result<Mapping, MappingRejection> {
  const problems: MappingProblem[] = [];
  const mapping = readMapping(new Checked(value, '', problems));
  return mapping === undefined || problems.length > 0
    ? { ok: false, error: { code: 'mapping_invalid', problems: problems.slice(0, PROBLEMS_MAX) } }
    : { ok: true, value: mapping };
}

function readMapping(at: Checked): Mapping | undefined {
  if (!isMembers(at.value)) {
    at.say('mapping_not_object');
    return undefined;
  }
  at.object(['format', 'kind', 'fields', 'only', 'table', 'columns']);
  if (at.value['format'] !== mappingFormat)
    at.member('format').say('mapping_format_unknown', { expected: mappingFormat });
  const kindId = at.value['kind'];
  const kind = typeof kindId === 'string' ? recordKind(kindId) : undefined;
  if (kind === undefined) {
    at.member('kind').say('mapping_kind_unknown');
    return undefined;
  }
  const fields = readFields(kind, at.member('fields'));
  const only = at.optional('only')?.list(mappingLimits.conditionsMax).map(readCondition);
  const table = at.optional('table');
  const columns = at
    .optional('columns')
    ?.list(mappingLimits.columnsMax)
    .map((item) => item.text(mappingLimits.nameLengthMax));
  return {
    format: mappingFormat,
    kind: kind.id,
    fields,
    ...(only === undefined ? {} : { only }),
    ...(table === undefined ? {} : { table: readTable(table) }),
    ...(columns === undefined ? {} : { columns }),
  };
}

function readFields(kind: RecordKind, at: Checked): Mapping['fields'] {
  if (!isMembers(at.value)) {
    at.say('mapping_type', { expected: '{…}' });
    return {};
  }
  const byId: ReadonlyMap<string, Field> = new Map(kind.fields.map((field) => [field.id, field]));
  const rules = new Map<string, Rule>();
  for (const id of Object.keys(at.value).slice(0, mappingLimits.columnsMax)) {
    const field = byId.get(id);
    const rule = at.member(id);
    if (field === undefined) rule.say('mapping_field_unknown');
    else rules.set(id, checkRule(field, rule));
  }
  // In the order of the kind's fields, so that two mappings that say the same are the same text.
  return Object.fromEntries(
    kind.fields.flatMap(({ id }) => {
      const rule = rules.get(id);
      return rule === undefined ? [] : [[id, rule]];
    }),
  );
}

function readTable(at: Checked): TableRule {
  at.object(['sheet', 'headings']);
  const sheet = at.optional('sheet')?.text(mappingLimits.nameLengthMax);
  const headings = at.optional('headings');
  const row = headings?.count(mappingLimits.headingsRowMax);
  return { ...(sheet === undefined ? {} : { sheet }), ...(row === undefined ? {} : { headings: row }) };
}

function readCondition(at: Checked): RowCondition {
  at.object(['column', 'is', 'values']);
  const is = at.member('is').oneOf(['one_of', 'none_of']);
  const values = at
    .member('values')
    .list(mappingLimits.lookupMax)
    .map((item) => trimBlanks(item.text(mappingLimits.textLengthMax)));
  return { column: at.member('column').columnName(), is, values };
}

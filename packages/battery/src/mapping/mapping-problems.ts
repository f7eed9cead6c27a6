/**
 * The catalogue of what can be wrong with a mapping: each code with its sentence in both languages. Implements
 * spec/mapping.md, "A mapping".
 */
import type { Label } from '../finding.ts';
import { fillIn } from '../finding.ts';
import type { MappingProblem, MappingProblemCode } from './mapping.ts';

/** Every code with its sentence; `{name}` stands for a fact of the problem. */
export const mappingProblems: { readonly [code in MappingProblemCode]: Label } = {
  mapping_not_object: { zh: '映射应为 JSON 对象', en: 'a mapping is a JSON object' },
  mapping_format_unknown: { zh: 'format 应为 {expected}', en: 'format must be {expected}' },
  mapping_kind_unknown: { zh: '没有该记录种类', en: 'there is no such record kind' },
  mapping_member_unknown: { zh: '此处没有名为 {name} 的成员', en: 'nothing is named {name} here' },
  mapping_type: { zh: '类型不符，应为 {expected}', en: 'wrong type: {expected} expected' },
  mapping_too_long: { zh: '超过 {max}', en: 'more than {max}' },
  mapping_field_unknown: { zh: '该记录种类没有此字段', en: 'the record kind has no such field' },
  mapping_source_missing: {
    zh: '须指定一列、合并的多列或固定值',
    en: 'a column, columns to join or a constant is needed',
  },
  mapping_source_twice: {
    zh: '列、合并的多列与固定值只能选一种',
    en: 'only one of column, columns to join and constant may be given',
  },
  mapping_column_empty: { zh: '列名为空', en: 'the name of the column is empty' },
  mapping_rule_unfit: { zh: '该字段不能使用此规则', en: 'the field does not take this rule' },
  mapping_lookup_repeated: { zh: '对照表中重复', en: 'it is in the look-up twice' },
  mapping_pattern_wrong: {
    zh: '日期格式由 yyyy、MM、dd、HH、mm、ss 组成，至少含年月日',
    en: 'a pattern is made of yyyy, MM, dd, HH, mm and ss, and has at least year, month and day',
  },
  mapping_time_missing: {
    zh: '该字段需要时间：请在格式中加入 HH:mm，或指定 time',
    en: 'the field needs a time of day: put HH:mm into the pattern, or say time',
  },
  mapping_offset_wrong: { zh: '时区应如 +08:00', en: 'an offset is written +08:00' },
  mapping_unit_unknown: { zh: '没有该单位', en: 'the unit is not known' },
  mapping_unit_unfit: { zh: '该单位不能换算为 {unit}', en: 'the unit does not convert to {unit}' },
  mapping_value_unfit: { zh: '该字段不接受此值', en: 'the field does not take this value' },
};

/** Makes a problem; facts are shortened to what a person reads. */
export function mappingProblem(
  path: string,
  code: MappingProblemCode,
  facts: Readonly<Record<string, string | number>> = {},
): MappingProblem {
  const { zh, en } = mappingProblems[code];
  return { path, code, message: { zh: fillIn(zh, facts), en: fillIn(en, facts) } };
}

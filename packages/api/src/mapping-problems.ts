// Problems of mappings (spec/mapping.md); part of the catalogue in problem.ts.
import type { ProblemEntry } from './problem.ts';

/** Each with its status and its sentence in both languages. */
export const mappingProblemCodes = {
  mapping_not_found: { status: 404, en: 'There is no such mapping', zh: '没有该映射' },
  mapping_invalid: { status: 422, en: 'The mapping cannot be used as it is', zh: '映射有误，无法使用' },
  mapping_changed: {
    status: 409,
    en: 'The mapping has been changed by someone else; load it again',
    zh: '映射已被他人修改，请重新载入',
  },
  mapping_name_taken: { status: 409, en: 'There is a mapping with this name', zh: '映射名称已被占用' },
  mapping_in_use: {
    status: 409,
    en: 'Sources are read by this mapping; give them another one first',
    zh: '有数据源正在使用该映射，请先为其更换映射',
  },
  mapping_other_kind: {
    status: 409,
    en: 'The mapping is for another record kind',
    zh: '该映射属于另一记录种类',
  },
  mappings_too_many: {
    status: 409,
    en: 'This node has as many mappings or versions as it takes',
    zh: '本节点的映射或版本数量已达上限',
  },
} as const satisfies Record<string, ProblemEntry>;

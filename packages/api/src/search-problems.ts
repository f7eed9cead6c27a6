// Problems of searching and exporting, as problem.ts lists them.
import type { ProblemEntry } from './problem.ts';

/** Problems of searching and exporting. */
export const searchProblems = {
  export_too_large: {
    status: 422,
    en: 'More is found than one export may hold; narrow the search',
    zh: '检索结果超出单次导出上限，请缩小检索范围',
  },
  export_needs_kind: {
    status: 422,
    en: 'A CSV file holds one record kind; choose one',
    zh: 'CSV 文件只能包含一种记录，请选择记录种类',
  },
  export_private_refused: {
    status: 403,
    en: 'Private parts are exported by operators and administrators only',
    zh: '仅操作员和管理员可导出私有部分',
  },
} as const satisfies Record<string, ProblemEntry>;

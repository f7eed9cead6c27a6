// Problems of sources and of the sources of other members (spec/source.md); part of the catalogue in problem.ts.
import type { ProblemEntry } from './problem.ts';

/** Each with its status and its sentence in both languages. */
export const sourceProblems = {
  source_not_found: { status: 404, en: 'There is no such source', zh: '没有该数据源' },
  source_run_not_found: { status: 404, en: 'The source has no such run', zh: '该数据源没有此次运行' },
  source_running: { status: 409, en: 'The source is running', zh: '该数据源正在运行' },
  source_stopped: {
    status: 409,
    en: 'The source is paused or was stopped; see its state',
    zh: '该数据源已暂停或停止，请查看其状态',
  },
  source_refused: {
    status: 422,
    en: 'The source cannot be bound like this',
    zh: '不能这样登记数据源',
  },
  source_failed: { status: 422, en: 'Nothing could be read from the source', zh: '未能从数据源读取数据' },
  sources_too_many: {
    status: 409,
    en: 'This node has as many sources as it takes',
    zh: '本节点的数据源数量已达上限',
  },
  source_not_opened: {
    status: 403,
    en: 'There is no such source, or it is not opened to the managing organisation',
    zh: '没有该数据源，或该数据源未向管理方开放',
  },
  member_not_reached: { status: 503, en: 'The node of the member does not answer', zh: '成员节点没有应答' },
  member_refused: { status: 409, en: 'The node of the member refused', zh: '成员节点拒绝了请求' },
} as const satisfies Record<string, ProblemEntry>;

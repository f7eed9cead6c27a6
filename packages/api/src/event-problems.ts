// Problems of events and webhooks, as problem.ts lists them.
import type { ProblemEntry } from './problem.ts';

/** Their codes with status and title. */
export const eventProblems = {
  events_pruned: {
    status: 410,
    en: 'Events after this cursor are no longer kept; begin again without it',
    zh: '该游标之后的部分事件已清理，请不带游标重新开始',
  },
  webhook_not_found: { status: 404, en: 'There is no such webhook', zh: '没有该回调地址' },
  webhook_disabled: { status: 409, en: 'The webhook is disabled', zh: '该回调地址已停用' },
  webhook_address_refused: {
    status: 422,
    en: 'Webhooks are not sent to this address',
    zh: '不允许向该地址发送回调',
  },
  webhooks_too_many: {
    status: 409,
    en: 'This node has as many webhooks as it takes',
    zh: '本节点的回调地址数量已达上限',
  },
  delivery_not_found: { status: 404, en: 'There is no such delivery', zh: '没有该投递记录' },
} as const satisfies Record<string, ProblemEntry>;

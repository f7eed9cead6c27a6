// Problems of governance, invitations and requests to join, as problem.ts lists them.
import type { ProblemEntry } from './problem.ts';

/** Their codes with status and title. */
export const governanceProblems = {
  governance_wish_invalid: {
    status: 422,
    en: 'This cannot be made into a statement of the ledger',
    zh: '无法据此生成账本声明',
  },
  governance_refused: {
    status: 409,
    en: 'The ledger would refuse this now; nothing was sent',
    zh: '账本当前会拒绝此操作，未发送任何内容',
  },
  governance_plan_not_found: { status: 404, en: 'There is no such request of acts', zh: '没有该操作请求' },
  invitation_not_found: { status: 404, en: 'There is no such invitation', zh: '没有该邀请' },
  invitation_unusable: {
    status: 403,
    en: 'The invitation is unknown, withdrawn or expired',
    zh: '邀请无效、已撤回或已过期',
  },
  invitation_list_invalid: {
    status: 422,
    en: 'The list of organisations to invite has mistakes; nobody was invited',
    zh: '邀请名单有误，未发出任何邀请',
  },
  address_malformed: {
    status: 422,
    en: 'This is not the address of the sender by itself',
    zh: '这不是发送方自身的地址',
  },
  join_request_not_found: { status: 404, en: 'There is no such request to join', zh: '没有该加入申请' },
  join_request_refused: {
    status: 422,
    en: 'The ledger would refuse this request to join',
    zh: '账本会拒绝该加入申请',
  },
  join_request_decided: {
    status: 409,
    en: 'This request to join is decided already',
    zh: '该加入申请已有决定',
  },
} as const satisfies Record<string, ProblemEntry>;

// The catalogue of problems: every code that an answer may carry (RFC 9457), its HTTP status and its title in both
// languages. The console and the command line say the same sentences; a test holds them equal.
import { eventProblems } from './event-problems.ts';
import { governanceProblems } from './governance-problems.ts';
import { mappingProblemCodes } from './mapping-problems.ts';
import { sourceProblems } from './source-problems.ts';
import { searchProblems } from './search-problems.ts';

import { attachmentProblems } from './attachment-problems.ts';
import { importProblems } from './import-problems.ts';

/** A sentence in both languages. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** What is fixed about a problem. */
export interface ProblemEntry extends Text {
  readonly status:
    | 400
    | 401
    | 403
    | 404
    | 405
    | 406
    | 409
    | 410
    | 411
    | 413
    | 415
    | 422
    | 429
    | 500
    | 503
    | 507;
}

/** Problems that any route may answer with. */
const general = {
  request_invalid: { status: 400, en: 'The request does not have the expected form', zh: '请求格式不正确' },
  body_malformed: { status: 400, en: 'The body is not valid JSON', zh: '请求体不是有效的 JSON' },
  body_too_large: {
    status: 413,
    en: 'The body is larger than this address takes',
    zh: '请求体超出此地址的大小限制',
  },
  content_type_unsupported: {
    status: 415,
    en: 'This address does not take this content type',
    zh: '此地址不接受该内容类型',
  },
  sign_in_required: { status: 401, en: 'Sign in, or send an API key', zh: '请先登录，或提供 API 密钥' },
  credentials_wrong: { status: 401, en: 'User name or password is wrong', zh: '用户名或密码错误' },
  api_key_invalid: {
    status: 401,
    en: 'The API key is unknown, expired or withdrawn',
    zh: 'API 密钥无效、已过期或已撤销',
  },
  role_insufficient: { status: 403, en: 'Your role may not do this', zh: '您的角色无权执行此操作' },
  origin_refused: { status: 403, en: 'The request comes from another site', zh: '请求来自其他网站，已拒绝' },
  not_found: { status: 404, en: 'There is nothing at this address', zh: '此地址没有内容' },
  method_not_allowed: { status: 405, en: 'This address does not take this method', zh: '此地址不支持该方法' },
  idempotency_key_invalid: {
    status: 400,
    en: 'The Idempotency-Key must be 1 to 128 visible ASCII characters',
    zh: 'Idempotency-Key 须为 1 至 128 个可见 ASCII 字符',
  },
  idempotency_key_reused: {
    status: 422,
    en: 'This Idempotency-Key was used for another request',
    zh: '该 Idempotency-Key 已用于另一请求',
  },
  idempotency_in_progress: {
    status: 409,
    en: 'The first request with this Idempotency-Key is still running',
    zh: '使用该 Idempotency-Key 的首个请求仍在处理',
  },
  too_many_requests: { status: 429, en: 'Too many requests; try again later', zh: '请求过多，请稍后再试' },
  database_unavailable: {
    status: 503,
    en: 'The database is not available; try again shortly',
    zh: '数据库暂不可用，请稍后再试',
  },
  database_busy: { status: 503, en: 'The database is busy; try again', zh: '数据库繁忙，请重试' },
  disk_full: {
    status: 507,
    en: 'The disk of this node is full and nothing was stored; make room, then try again',
    zh: '节点磁盘已满，未保存任何内容；请清理磁盘后重试',
  },
  node_stopping: { status: 503, en: 'This node is stopping', zh: '节点正在停止' },
  internal_fault: {
    status: 500,
    en: 'Something failed in this node; its log says what',
    zh: '节点内部故障，详见日志',
  },
} as const satisfies Record<string, ProblemEntry>;

const accounts = {
  user_not_found: { status: 404, en: 'There is no such user', zh: '没有该用户' },
  user_name_taken: { status: 409, en: 'This user name is taken', zh: '用户名已被占用' },
  password_unfit: { status: 422, en: 'The password is too short or too long', zh: '密码长度不符合要求' },
  last_administrator: {
    status: 409,
    en: 'The last administrator can be neither removed nor given another role',
    zh: '不能移除最后一名管理员，也不能更改其角色',
  },
  api_key_not_found: { status: 404, en: 'There is no such API key', zh: '没有该 API 密钥' },
} as const satisfies Record<string, ProblemEntry>;

const kinds = {
  kind_unknown: { status: 404, en: 'There is no such record kind', zh: '没有该记录种类' },
  kind_not_permitted: {
    status: 403,
    en: 'This organisation may not report this record kind',
    zh: '本组织无权上报该记录种类',
  },
} as const satisfies Record<string, ProblemEntry>;

const reports = {
  report_not_found: { status: 404, en: 'There is no such report', zh: '没有该上报任务' },
  record_not_staged: {
    status: 409,
    en: 'Not every chosen record is staged any more; nothing was taken',
    zh: '所选记录中有的已不是待上报状态，未上报任何记录',
  },
  record_not_found: { status: 404, en: 'There is no such record', zh: '没有该记录' },
  part_not_held: {
    status: 409,
    en: 'The private part of a record is only with its reporter',
    zh: '记录的私有部分仅由上报方持有',
  },
  record_missing: {
    status: 409,
    en: 'This node does not hold the record yet',
    zh: '本节点尚未持有该记录',
  },
} as const satisfies Record<string, ProblemEntry>;

const receipts = {
  receipt_not_ready: {
    status: 409,
    en: 'No checkpoint with enough signatures covers this entry yet',
    zh: '尚无足够签名的检查点覆盖该条目',
  },
  record_altered: {
    status: 409,
    en: 'What this node stores of the record is not what was signed; verify and repair the store',
    zh: '本节点存储的记录与已签名内容不符，请校验并修复',
  },
  log_key_missing: {
    status: 409,
    en: 'This organisation is no validator and signs no log; ask the node of a validator',
    zh: '本组织不是验证方，不签署日志，请向验证方节点索取',
  },
  entry_not_found: { status: 404, en: 'The log has no such entry', zh: '日志中没有该条目' },
  organization_unknown: { status: 404, en: 'There is no such organisation', zh: '没有该组织' },
} as const satisfies Record<string, ProblemEntry>;

const peer = {
  announcements_malformed: {
    status: 422,
    en: 'The body is no list of announced addresses',
    zh: '请求体不是地址公告列表',
  },
  cosignatures_malformed: {
    status: 422,
    en: 'The body is no list of signed checkpoints of this log',
    zh: '请求体不是本日志签名检查点的列表',
  },
  peer_signature_missing: {
    status: 401,
    en: 'The request carries no signature of a node',
    zh: '请求没有节点签名',
  },
  peer_signature_malformed: {
    status: 401,
    en: 'The signature of the request cannot be read or covers too little',
    zh: '请求签名无法解析或覆盖范围不足',
  },
  peer_signature_invalid: {
    status: 401,
    en: 'The request of the node is not validly signed',
    zh: '节点请求签名无效',
  },
  peer_signature_expired: {
    status: 401,
    en: 'The signature of the request is outside its time; compare the clocks of both nodes',
    zh: '请求签名不在有效期内，请核对两端节点时钟',
  },
  peer_key_unknown: {
    status: 401,
    en: 'The ledger knows no transport key in force of this name',
    zh: '账本中没有该有效传输密钥',
  },
  peer_network_wrong: { status: 401, en: 'The request is for another network', zh: '请求属于另一网络' },
  peer_recipient_wrong: {
    status: 401,
    en: 'The request is for another organisation',
    zh: '请求的接收方是另一组织',
  },
  peer_request_replayed: {
    status: 401,
    en: 'This signed request was sent before',
    zh: '该签名请求已被使用过',
  },
  peer_digest_wrong: {
    status: 400,
    en: 'The body does not have the digest that was signed',
    zh: '请求体与所签摘要不符',
  },
  peer_not_permitted: {
    status: 403,
    en: 'This organisation may not ask for this',
    zh: '该组织无权请求此内容',
  },
  peer_busy: {
    status: 503,
    en: 'This node takes no more payloads at the moment',
    zh: '本节点暂时无法接收更多数据',
  },
  payload_malformed: { status: 400, en: 'The payload cannot be read', zh: '数据包无法解析' },
  payload_too_large: { status: 413, en: 'The payload is larger than allowed', zh: '数据包超出大小限制' },
  payload_root_wrong: {
    status: 422,
    en: 'Salts and texts of the payload do not give the root that was stated',
    zh: '数据包内容与所声明的根哈希不符',
  },
  payload_record_invalid: {
    status: 422,
    en: 'A record of the payload does not keep to the schema of its kind',
    zh: '数据包中有记录不符合该种类的格式',
  },
  payload_time_wrong: {
    status: 422,
    en: 'The creation time of the batch is more than an hour from the clock of this node',
    zh: '批次创建时间与本节点时钟相差超过一小时',
  },
  payload_conflict: {
    status: 409,
    en: 'This sequence number was used for another payload',
    zh: '该序号已用于另一数据包',
  },
  payload_not_held: { status: 404, en: 'This node does not hold the payload', zh: '本节点未持有该数据包' },
  channel_not_permitted: {
    status: 403,
    en: 'Reporter or receiver is not a member of this open channel, or it does not take this record kind',
    zh: '上报方或接收方不是该开放通道的成员，或该通道不接受此记录种类',
  },
} as const satisfies Record<string, ProblemEntry>;

/** Every problem by its code. */
export const problems = {
  ...general,
  ...accounts,
  ...kinds,
  ...importProblems,
  ...attachmentProblems,
  ...reports,
  ...receipts,
  ...peer,
  ...eventProblems,
  ...governanceProblems,
  ...sourceProblems,
  ...mappingProblemCodes,
  ...searchProblems,
};

/** A stable code of a problem. */
export type ProblemCode = keyof typeof problems;

/** Codes that every route may answer with and that routes therefore do not list. */
export const generalProblems: readonly ProblemCode[] = [
  'request_invalid',
  'too_many_requests',
  'database_unavailable',
  'database_busy',
  'internal_fault',
];

/** True for a text that is one of the codes. */
export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(problems, text);
}

/** The body of a problem answer, media type `application/problem+json`. Further members are facts of the problem. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail?: string;
  readonly [fact: string]: unknown;
}

/** The body for a code: `type` is `urn:suyuan:problem:CODE`, the title is in the given language. */
export function problemBody(code: ProblemCode, language: keyof Text, facts: object = {}): ProblemBody {
  const entry: ProblemEntry = problems[code];
  return { type: `urn:suyuan:problem:${code}`, title: entry[language], status: entry.status, code, ...facts };
}

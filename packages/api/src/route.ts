// How one route of the HTTP contract is described. The server checks requests by it, OpenAPI is generated from it,
// and clients take their types from it.
import type { Static, TObject, TSchema } from 'typebox';
import type { ProblemCode, Text } from './problem.ts';

/** What an account may do; see `access` of each route. */
export type Role = 'administrator' | 'operator' | 'auditor' | 'viewer';

/** All roles. */
export const everyone: readonly Role[] = ['administrator', 'operator', 'auditor', 'viewer'];
/** Those who change business data. */
export const operators: readonly Role[] = ['administrator', 'operator'];
/** Those who look into what others did. */
export const auditors: readonly Role[] = ['administrator', 'auditor'];
/** Those who run the node. */
export const administrators: readonly Role[] = ['administrator'];

/** The chapters of the API's documentation. */
export const areas = {
  node: { en: 'Node', zh: '节点' },
  accounts: { en: 'Accounts', zh: '账户' },
  organization: { en: 'Organisation', zh: '组织' },
  kinds: { en: 'Record kinds', zh: '记录种类' },
  master: { en: 'Master data', zh: '主数据' },
  imports: { en: 'Import', zh: '导入' },
  records: { en: 'Records', zh: '记录' },
  reports: { en: 'Report', zh: '上报' },
  trace: { en: 'Trace', zh: '溯源' },
  coverage: { en: 'Coverage and deadlines', zh: '覆盖与时限' },
  receipts: { en: 'Receipts', zh: '凭证' },
  log: { en: 'Log', zh: '日志' },
  events: { en: 'Events and webhooks', zh: '事件与回调' },
  monitoring: { en: 'Monitoring and alerts', zh: '监控与告警' },
  sources: { en: 'Sources', zh: '数据源' },
  mappings: { en: 'Mappings', zh: '映射' },
  governance: { en: 'Governance', zh: '治理' },
} as const satisfies Record<string, Text>;

/** A chapter of the documentation. */
export type Area = keyof typeof areas;

/** A JSON body, checked against its schema before the handler runs. */
export interface JsonBody<S extends TSchema = TSchema> {
  readonly type: 'json';
  readonly schema: S;
  readonly bytesMax: number;
}

/** A JSON body that may also come as a stream of other media types. */
export interface JsonOrStreamBody<S extends TSchema = TSchema> extends JsonBody<S> {
  readonly orStream: StreamBody;
}

/** A body of other media types, handed to the handler as a stream. */
export interface StreamBody {
  readonly type: 'stream';
  readonly mediaTypes: readonly string[];
  readonly bytesMax: number;
}

/** A JSON answer. */
export interface JsonAnswer<S extends TSchema = TSchema> {
  readonly type: 'json';
  readonly status: 200 | 201 | 202;
  readonly schema: S;
  /** What status 202 carries instead, for work that goes on after the answer; its `location` is also the header. */
  readonly accepted?: TSchema;
}

/** An answer without a body. */
export interface EmptyAnswer {
  readonly type: 'empty';
  readonly status: 204;
}

/** A file, one of several media types. */
export interface FileAnswer {
  readonly type: 'file';
  readonly status: 200;
  readonly mediaTypes: readonly string[];
}

/** Server-sent events; the data of each is JSON of the schema. */
export interface EventsAnswer<S extends TSchema = TSchema> {
  readonly type: 'events';
  readonly status: 200;
  readonly schema: S;
  /** Each event carries its member `id`, so that a client goes on by `Last-Event-ID`. */
  readonly resumable: boolean;
}

/** Every form of a successful answer. */
export type Answer = JsonAnswer | EmptyAnswer | FileAnswer | EventsAnswer;

/** One route. */
export interface Route {
  /** `operationId` of OpenAPI: verb and noun, camelCase, unique. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, with parameters as `:name`: `/imports/:id`. */
  readonly path: `/${string}`;
  readonly area: Area;
  readonly title: Text;
  /** Further words for the documentation, in English; Markdown. */
  readonly description?: string;
  /** `public`, or the roles that may call it. */
  readonly access: 'public' | readonly Role[];
  readonly params?: TObject;
  /** Query parameters; numbers and booleans are read from their text. */
  readonly query?: TObject;
  readonly body?: JsonBody | JsonOrStreamBody | StreamBody;
  readonly answer: Answer;
  /** Problems beside the general ones. */
  readonly problems?: readonly ProblemCode[];
  /** True when the route takes the header `Idempotency-Key`. */
  readonly idempotent?: boolean;
  /** Most requests of one address a minute, where guessing must be slow. */
  readonly attemptsPerMinuteMax?: number;
}

/** Declares a route; its type keeps the exact schemas. */
export function defineRoute<const R extends Route>(route: R): R {
  return route;
}

/** A JSON body of at most `bytesMax` bytes (64 KiB unless said). */
export function jsonBody<S extends TSchema>(schema: S, bytesMax: number = 65_536): JsonBody<S> {
  return { type: 'json', schema, bytesMax };
}

/** A body that is streamed. */
export function streamBody(mediaTypes: readonly string[], bytesMax: number): StreamBody {
  return { type: 'stream', mediaTypes, bytesMax };
}

/** A JSON body, or a stream of other media types. */
export function jsonOrStreamBody<S extends TSchema>(
  json: JsonBody<S>,
  orStream: StreamBody,
): JsonOrStreamBody<S> {
  return { ...json, orStream };
}

/** A JSON answer with status 200 unless said. */
export function json<S extends TSchema>(schema: S, status: 200 | 201 | 202 = 200): JsonAnswer<S> {
  return { type: 'json', status, schema };
}

/** A JSON answer with status 200, or with 202 and another schema where the work goes on after the answer. */
export function jsonOrAccepted<S extends TSchema, A extends TSchema>(
  schema: S,
  accepted: A,
): JsonAnswer<S> & { readonly accepted: A } {
  return { type: 'json', status: 200, schema, accepted };
}

/** An answer without a body, status 204. */
export const empty: EmptyAnswer = { type: 'empty', status: 204 };

/** A file answer. */
export function file(...mediaTypes: readonly string[]): FileAnswer {
  return { type: 'file', status: 200, mediaTypes };
}

/** An answer of server-sent events. */
export function events<S extends TSchema>(
  schema: S,
  { resumable = false }: { readonly resumable?: boolean } = {},
): EventsAnswer<S> {
  return { type: 'events', status: 200, schema, resumable };
}

type StaticOr<S, Otherwise> = S extends TSchema ? Static<S> : Otherwise;

/** The path parameters of a route. */
export type ParamsOf<R extends Route> = StaticOr<R['params'], object>;
/** The query parameters of a route. */
export type QueryOf<R extends Route> = StaticOr<R['query'], object>;
/** The value of a route's JSON body; undefined without one. */
export type JsonOf<R extends Route> = R['body'] extends JsonBody<infer S> ? Static<S> : undefined;
/** The value of a route's JSON answer. */
export type AnswerOf<R extends Route> = R['answer'] extends JsonAnswer<infer S> ? Static<S> : never;
/** The value of a route's answer 202 besides its usual one. */
export type AcceptedOf<R extends Route> = R['answer'] extends { readonly accepted: infer A extends TSchema }
  ? Static<A>
  : never;
/** The value of one event of a route. */
export type EventOf<R extends Route> = R['answer'] extends EventsAnswer<infer S> ? Static<S> : never;

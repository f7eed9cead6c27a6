// Binds a route of the contract to the function that answers it. The types of parameters, body and answer come from
// the route; checking them, roles, idempotency and errors are the shell's work (mount.ts).
import type { Readable } from 'node:stream';
import type {
  AcceptedOf,
  AnswerOf,
  EmptyAnswer,
  EventOf,
  EventsAnswer,
  FileAnswer,
  JsonOf,
  JsonOrStreamBody,
  ParamsOf,
  ProblemCode,
  QueryOf,
  Route,
  StreamBody,
} from '@suyuan/api';
import type { Logger } from 'pino';
import type { Caller } from '../accounts/caller.ts';
import type { Transaction } from '../database/database.ts';
import type { Problem } from './problem.ts';

/** A file to send. */
export interface FileReply {
  readonly mediaType: string;
  /** Suggested name; also makes the browser save instead of show. */
  readonly fileName?: string;
  readonly content: Uint8Array | string | Readable;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers with status 202: the work goes on after the answer. Made by `accepted`. */
export class Accepted<T = unknown> {
  readonly value: T;
  constructor(value: T) {
    this.value = value;
  }
}

/** An answer 202 to return from a handler. */
export function accepted<T>(value: T): Accepted<T> {
  return new Accepted(value);
}

/** What a handler gets. */
export interface Call<R extends Route = Route> {
  readonly params: ParamsOf<R>;
  readonly query: QueryOf<R>;
  /** The checked JSON value; for a stream body, the bytes, ended with a `ProblemError` when there are too many. */
  readonly body: R['body'] extends StreamBody
    ? Readable
    : R['body'] extends JsonOrStreamBody
      ? Readable | JsonOf<R>
      : JsonOf<R>;
  readonly caller: R['access'] extends 'public' ? Caller | undefined : Caller;
  /** Knows the request id. */
  readonly logger: Logger;
  /** Aborted when the client goes away or the node stops. */
  readonly signal: AbortSignal;
  /** One request header, or undefined. */
  readonly header: (name: string) => string | undefined;
  /** Adds a header to the answer. */
  readonly setHeader: (name: string, value: string | readonly string[]) => void;
  /** False when a page of another site sent this request. */
  readonly isSameOrigin: boolean;
  /** The `Idempotency-Key` of this request, where the route takes one. */
  readonly idempotencyKey: string | undefined;
  /**
   * Stores the answer to this request's idempotency key within the handler's own transaction, so that effect and
   * answer are kept together. Without it the shell stores the answer after the handler.
   */
  readonly remember: (tx: Transaction, answer: AnswerOf<R> | Accepted<AcceptedOf<R>>) => Promise<void>;
}

/** What a handler may return besides a problem. */
export type ReplyOf<R extends Route> = R['answer'] extends EmptyAnswer
  ? void
  : R['answer'] extends FileAnswer
    ? FileReply
    : R['answer'] extends EventsAnswer
      ? AsyncIterable<EventOf<R>>
      : AnswerOf<R> | Accepted<AcceptedOf<R>>;

type ListedProblem<R extends Route> = R['problems'] extends readonly (infer C extends ProblemCode)[]
  ? C
  : never;
type GeneralProblem =
  | 'request_invalid'
  | 'database_busy'
  | 'internal_fault'
  | 'too_many_requests'
  | 'not_found';

/** Answers calls of one route. Only problems that the route lists (or general ones) compile. */
export type Handler<R extends Route> = (
  call: Call<R>,
) => Promise<ReplyOf<R> | Problem<ListedProblem<R> | GeneralProblem>>;

/** A route with its handler; its exact types are checked already. */
export interface Binding {
  readonly route: Route;
  readonly run: (call: Call) => Promise<unknown>;
}

/** Binds a handler to a route: `handle(getImport, async ({ params }) => ...)`. */
export function handle<R extends Route>(route: R, handler: Handler<R>): Binding {
  return { route, run: handler };
}

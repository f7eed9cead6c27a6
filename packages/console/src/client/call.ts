/** The one way from the console to its node: a call of a route of the contract, typed by it. */
import type { AnswerOf, JsonOf, ParamsOf, QueryOf, Route } from '@suyuan/api';
import { saveFile } from './save-file.ts';

/** A refusal or fault that the node answered (RFC 9457), or `offline` / `unreadable` of our own. */
export class ProblemError extends Error {
  readonly code: string;
  readonly status: number;
  /** The node's body as it came: titles in both languages, facts. */
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: string, status: number, facts: Readonly<Record<string, unknown>>) {
    super(code);
    this.name = 'ProblemError';
    this.code = code;
    this.status = status;
    this.facts = facts;
  }
}

/** What a call needs beyond its route. */
export interface CallInput<R extends Route> {
  readonly params?: ParamsOf<R>;
  readonly query?: QueryOf<R>;
  readonly json?: JsonOf<R>;
  /** For routes that stream a body: the file as it is. */
  readonly file?: Blob;
  /** Of the file, where the route takes several. */
  readonly mediaType?: string;
  readonly idempotencyKey?: string;
  /** Ends the request; what the node was doing with it is undone. */
  readonly signal?: AbortSignal;
}

const pathOf = (route: Route, params: object): string => {
  const byName = new Map<string, unknown>(Object.entries(params));
  return route.path.replaceAll(/:(\w+)/gu, (_, name: string) => encodeURIComponent(String(byName.get(name))));
};

/** The address of a route on this node, for links and downloads. */
export const addressOf = (route: Route, params: object = {}, query: object = {}): string => {
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ).toString();
  return `/api/v1${pathOf(route, params)}${search === '' ? '' : `?${search}`}`;
};

const problemOf = async (response: Response): Promise<ProblemError> => {
  const text = await response.text();
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string') {
      return new ProblemError(body.code, response.status, { ...body });
    }
  } catch {
    // Not JSON: a proxy answered instead of the node; said below.
  }
  return new ProblemError('unreadable', response.status, {});
};

/** Sends the request and returns the raw response; throws ProblemError for anything but success. */
export const send = async <R extends Route>(route: R, input: CallInput<R> = {}): Promise<Response> => {
  const headers = new Headers({ accept: 'application/json' });
  if (input.idempotencyKey !== undefined) headers.set('idempotency-key', input.idempotencyKey);
  if (input.json !== undefined) headers.set('content-type', 'application/json');
  if (input.file !== undefined && route.body?.type === 'stream') {
    headers.set('content-type', input.mediaType ?? route.body.mediaTypes[0] ?? 'application/octet-stream');
  }
  const body = input.file ?? (input.json === undefined ? null : JSON.stringify(input.json));
  let response: Response;
  try {
    response = await fetch(addressOf(route, input.params, input.query), {
      method: route.method,
      headers,
      body,
      ...(input.signal === undefined ? {} : { signal: input.signal }),
    });
  } catch (cause) {
    throw new ProblemError('offline', 0, { cause: String(cause) });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
};

/** Calls a route with a JSON answer. */
export const call = async <R extends Route>(route: R, input: CallInput<R> = {}): Promise<AnswerOf<R>> => {
  const response = await send(route, input);
  const value: unknown = response.status === 204 ? undefined : await response.json();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the node's answers keep to the same schema; tests check them
  return value as AnswerOf<R>; // see above
};

/** Downloads a file answer under the name that the node gave, or `fallbackName`. */
export const download = async <R extends Route>(
  route: R,
  input: CallInput<R>,
  fallbackName: string,
): Promise<void> => {
  const response = await send(route, input);
  const named = /filename="(?<name>[^"]+)"/u.exec(response.headers.get('content-disposition') ?? '');
  saveFile(named?.groups?.['name'] ?? fallbackName, await response.blob());
};

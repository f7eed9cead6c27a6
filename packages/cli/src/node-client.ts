// The HTTP way to a node: the token in one header and nowhere else, problems (RFC 9457) as failures with their code.
import { CommandFailure } from './failure.ts';
import { reasonOf } from './files.ts';
import type { Terminal } from './terminal.ts';

/** Options every command that asks a node has. */
export interface NodeOptions {
  readonly url?: string;
  readonly token?: string;
}

/** What goes with a request. */
export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: ReadableStream<Uint8Array>;
}

/** Asks one node. Every method throws a `CommandFailure` when there is no good answer. */
export interface NodeClient {
  readonly url: string;
  /** The JSON value under `/api/v1/`. */
  readonly ask: (path: string, request?: Request) => Promise<unknown>;
  /** The bytes at a path under `/api/v1/`, or under `/` for a path that starts with one. */
  readonly fetchBytes: (path: string, request?: Request) => Promise<Uint8Array>;
  /** The same as they come, for what may be larger than memory. */
  readonly fetchStream: (path: string, request?: Request) => Promise<ReadableStream<Uint8Array>>;
}

/** Statuses by which a node says no, as opposed to not answering the question. */
const NEGATIVE_STATUSES: ReadonlySet<number> = new Set([404, 409, 410, 422]);

/** Members of a problem that are not facts: said by the failure itself, or by HTTP. */
const SAID: ReadonlySet<string> = new Set([
  'type',
  'title',
  'code',
  'message',
  'detail',
  'reason',
  'instance',
]);

/** A client of the node that the options or the environment name. */
export function connectNode(options: NodeOptions, terminal: Terminal): NodeClient {
  const address = options.url ?? terminal.environment['SUYUAN_URL'];
  if (address === undefined || address === '') {
    throw new CommandFailure(
      'url_missing',
      'Say which node with --url or SUYUAN_URL, such as http://127.0.0.1:8701.',
    );
  }
  const base = parseAddress(address);
  const token = options.token ?? terminal.environment['SUYUAN_TOKEN'];
  const send = async (path: string, request: Request = {}): Promise<Response> => {
    const target = new URL(path.startsWith('/') ? path.slice(1) : `api/v1/${path}`, base);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) target.searchParams.set(name, String(value));
    }
    const headers = new Headers({ accept: 'application/json, */*;q=0.5', ...request.headers });
    if (token !== undefined && token !== '') headers.set('authorization', `Bearer ${token}`);
    if (request.json !== undefined) headers.set('content-type', 'application/json');
    const body = request.json === undefined ? request.body : JSON.stringify(request.json);
    const method = request.method ?? 'GET';
    let response: Response;
    try {
      response = await fetch(target, {
        method,
        headers,
        ...(body === undefined ? {} : { body, duplex: 'half' }),
      });
    } catch (error) {
      const reason = reasonOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
      const sentence = `The node at ${base.origin} does not answer: ${reason}. Check that it runs and that the address is right.`;
      throw new CommandFailure('node_unreachable', sentence, { cause: error });
    }
    if (!response.ok) throw await problemOf(response);
    return response;
  };
  return {
    url: base.href.replace(/\/$/, ''),
    ask: async (path, request) => readJson(await send(path, request)),
    fetchBytes: async (path, request) => new Uint8Array(await (await send(path, request)).arrayBuffer()),
    fetchStream: async (path, request) => (await send(path, request)).body ?? new Blob([]).stream(),
  };
}

function parseAddress(address: string): URL {
  const sentence = `${address} is not the address of a node; it looks like http://127.0.0.1:8701.`;
  if (!URL.canParse(address)) throw new CommandFailure('url_malformed', sentence);
  const url = new URL(address.endsWith('/') ? address : `${address}/`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new CommandFailure('url_malformed', sentence);
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    const where = 'Give the token with --token or SUYUAN_TOKEN, never inside the address.';
    throw new CommandFailure('url_malformed', where);
  }
  return url;
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw new CommandFailure(
      'answer_malformed',
      `${new URL(response.url).origin} did not answer with JSON; is it a node?`,
      {
        cause: error,
      },
    );
  }
}

async function problemOf(response: Response): Promise<CommandFailure> {
  const problem: unknown = await response.json().catch(() => undefined);
  const members: Record<string, unknown> =
    typeof problem === 'object' && problem !== null ? { ...problem } : {};
  const text = (name: string): string => (typeof members[name] === 'string' ? members[name] : '');
  const code = text('code') || `http_${response.status}`;
  const sentence = [
    text('title') || `The node answered ${response.status}`,
    text('detail'),
    text('reason'),
    typeof members['import'] === 'number' ? `It is import ${members['import']}` : '',
    Array.isArray(members['kinds']) ? members['kinds'].join(', ') : '',
  ]
    .filter((part) => part !== '')
    .map((part) => part.replace(/[.。]?$/u, '.'))
    .join(' ');
  const hint = response.status === 401 ? ' Give a valid token with --token or SUYUAN_TOKEN.' : '';
  return new CommandFailure(code, sentence + hint, {
    exitCode: NEGATIVE_STATUSES.has(response.status) ? 1 : 2,
    facts: {
      status: response.status,
      ...Object.fromEntries(Object.entries(members).filter(([name]) => !SAID.has(name))),
    },
  });
}

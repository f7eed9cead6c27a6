// Mounts bound routes on Fastify: who may call, the form of requests, idempotency keys, and the form of answers are
// decided here, the same for every route.
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { assert } from '@suyuan/log';
import type { ProblemCode, Route } from '@suyuan/api';
import type { Caller } from '../accounts/caller.ts';
import { Accepted } from './handle.ts';
import type { Binding, Call, FileReply } from './handle.ts';
import { answerErrors, checkAddress, checkJson } from './check-request.ts';
import { eventStream } from './events.ts';
import type { IdempotencyKeys, IdempotentRequest, KeptAnswer } from './idempotency.ts';
import { parseIdempotencyKey } from './idempotency.ts';
import { Problem, ProblemError } from './problem.ts';
import { boundedStream, mediaTypeOf, readJson } from './request-body.ts';
import { createRequestSignal } from './request-signal.ts';
import { isSameOrigin } from './security.ts';
import type { Transaction } from '../database/database.ts';

/** Finds out who calls: a caller, nobody, or why the credentials are refused. */
export type Authenticate = (request: FastifyRequest) => Promise<Caller | ProblemCode | undefined>;

/** What mounting needs. */
export interface Shell {
  readonly authenticate: Authenticate;
  readonly idempotencyKeys: IdempotencyKeys;
  /** Aborted when the node stops. */
  readonly stopping: AbortSignal;
  /** Tests: every answer is checked against the contract. */
  readonly checkAnswers: boolean;
}

async function callerFor(route: Route, request: FastifyRequest, shell: Shell): Promise<Caller | undefined> {
  const found = await shell.authenticate(request);
  if (typeof found === 'string') {
    if (route.access === 'public') return undefined;
    throw new ProblemError(found);
  }
  if (route.access === 'public') return found;
  if (found === undefined) throw new ProblemError('sign_in_required');
  if (!route.access.includes(found.role))
    throw new ProblemError('role_insufficient', { roles: route.access });
  return found;
}

async function bodyFor(route: Route, request: FastifyRequest, digest: Hash | undefined): Promise<unknown> {
  if (route.body === undefined) return undefined;
  const payload = request.body instanceof Readable ? request.body : Readable.from([]);
  if (route.body.type === 'stream') return boundedStream(payload, request.headers, route.body, digest);
  const stream = 'orStream' in route.body ? route.body.orStream : undefined;
  if (stream?.mediaTypes.includes(mediaTypeOf(request.headers)) === true)
    return boundedStream(payload, request.headers, stream, digest);
  return checkJson(route.body.schema, await readJson(payload, request.headers, route.body, digest));
}

/** Reads what is left of a stream body, so that its digest covers the whole request. */
async function drain(body: unknown): Promise<void> {
  if (!(body instanceof Readable) || body.readableEnded || body.destroyed) return;
  for await (const chunk of body) void chunk;
}

function answerFor(binding: Binding, value: unknown, shell: Shell): KeptAnswer {
  const { answer } = binding.route;
  if (answer.type !== 'json') return { status: answer.status, response: '' };
  const isAccepted = value instanceof Accepted;
  const schema = isAccepted ? answer.accepted : answer.schema;
  assert(schema !== undefined, `${binding.route.id} says in the contract that it may answer 202`);
  const told: unknown = isAccepted ? value.value : value;
  if (shell.checkAnswers) {
    const errors = answerErrors(schema, told);
    assert(errors.length === 0, `${binding.route.id} answers as the contract says: ${errors.join('; ')}`);
  }
  return { status: isAccepted ? 202 : answer.status, response: JSON.stringify(told) };
}

async function sendKept(reply: FastifyReply, answer: KeptAnswer): Promise<FastifyReply> {
  reply.code(answer.status);
  if (answer.response === '') return await reply.send();
  if (answer.status === 202) {
    const { location } = Object(JSON.parse(answer.response));
    if (typeof location === 'string') reply.header('location', location);
  }
  return await reply.type('application/json; charset=utf-8').send(answer.response);
}

async function sendFile(reply: FastifyReply, file: FileReply): Promise<FastifyReply> {
  reply.type(file.mediaType).headers({ ...file.headers });
  if (file.fileName !== undefined) {
    reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.fileName)}`);
  }
  const { content } = file;
  return await reply.send(
    content instanceof Readable || typeof content === 'string' ? content : Buffer.from(content),
  );
}

async function send(
  binding: Binding,
  reply: FastifyReply,
  value: unknown,
  signal: () => AbortSignal,
  shell: Shell,
): Promise<FastifyReply> {
  const { answer } = binding.route;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `handle` has checked the type of what the handler returns
  if (answer.type === 'file') return await sendFile(reply, value as FileReply);
  if (answer.type !== 'events') return await sendKept(reply, answerFor(binding, value, shell));
  reply.type('text/event-stream').header('cache-control', 'no-store').header('x-accel-buffering', 'no');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  const source = value as AsyncIterable<unknown>;
  return await reply.send(eventStream(source, signal(), { resumable: answer.resumable }));
}

/** The key's claim for one request, with the digest that its body feeds. */
interface Claim {
  readonly request: IdempotentRequest;
  readonly digest: Hash;
}

function claimFor(route: Route, request: FastifyRequest, caller: Caller | undefined): Claim | undefined {
  if (route.idempotent !== true || caller === undefined) return undefined;
  const header = request.headers['idempotency-key'];
  const key = parseIdempotencyKey(typeof header === 'string' ? header : undefined);
  if (key === undefined) return undefined;
  const address = `${request.method} ${request.url}`;
  return {
    request: { account: caller.account, key, route: address },
    digest: createHash('sha256').update(address),
  };
}

/** Whether the handler has stored its answer itself. */
interface Remembering {
  readonly claim: Claim | undefined;
  done: boolean;
}

/** What is known of a request before its handler runs. */
interface Prepared {
  readonly binding: Binding;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly shell: Shell;
  readonly caller: Caller | undefined;
  readonly address: { readonly params: unknown; readonly query: unknown };
  readonly body: unknown;
  readonly signal: () => AbortSignal;
  readonly remembering: Remembering;
}

function callFor({ binding, request, reply, shell, remembering, address, ...rest }: Prepared): Call {
  const call: { [Name in keyof Call]: unknown } = {
    params: address.params,
    query: address.query,
    body: rest.body,
    caller: rest.caller,
    logger: request.log,
    get signal() {
      return rest.signal();
    },
    header: (name: string) => {
      const value = request.headers[name.toLowerCase()];
      return typeof value === 'string' ? value : undefined;
    },
    setHeader: (name: string, value: string | readonly string[]) => void reply.header(name, value),
    isSameOrigin: isSameOrigin(request),
    idempotencyKey: remembering.claim?.request.key,
    remember: async (tx: Transaction, answer: unknown) => {
      const { claim } = remembering;
      if (claim === undefined) return;
      remembering.done = true;
      await shell.idempotencyKeys.keep(claim.request, claim.digest, answerFor(binding, answer, shell), tx);
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against this route's schemas; `handle` ties their types to the handler's
  return call as Call;
}

/** Answers one request of a route. */
async function serve(
  binding: Binding,
  request: FastifyRequest,
  reply: FastifyReply,
  shell: Shell,
): Promise<FastifyReply> {
  const { route } = binding;
  const caller = await callerFor(route, request, shell);
  const address = checkAddress(route, request.params, request.query);
  const claim = claimFor(route, request, caller);
  const signal = createRequestSignal(request, reply, shell.stopping);
  const earlier = claim === undefined ? undefined : await shell.idempotencyKeys.begin(claim.request);
  try {
    const body = await bodyFor(route, request, claim?.digest);
    if (claim !== undefined && earlier !== undefined) {
      await drain(body);
      if (!claim.digest.digest().equals(earlier.digest)) throw new ProblemError('idempotency_key_reused');
      return await sendKept(reply.header('idempotency-replayed', 'true'), earlier.kept);
    }
    const remembering: Remembering = { claim, done: false };
    const call = callFor({ binding, request, reply, shell, caller, address, body, signal, remembering });
    const value = await binding.run(call);
    if (value instanceof Problem) throw new ProblemError(value.code, value.facts);
    if (claim !== undefined && !remembering.done) {
      await drain(body);
      await shell.idempotencyKeys.keep(claim.request, claim.digest, answerFor(binding, value, shell));
    }
    return await send(binding, reply, value, signal, shell);
  } finally {
    if (claim !== undefined) shell.idempotencyKeys.end(claim.request);
  }
}

/** Adds the routes below `/api/v1`. */
export function mountRoutes(app: FastifyInstance, bindings: readonly Binding[], shell: Shell): void {
  for (const binding of bindings) {
    app.route({
      method: binding.route.method,
      url: `/api/v1${binding.route.path}`,
      // A HEAD of its own would answer without the route's checks of media type.
      exposeHeadRoute: false,
      config:
        binding.route.attemptsPerMinuteMax === undefined
          ? {}
          : { rateLimit: { max: binding.route.attemptsPerMinuteMax, timeWindow: 60_000 } },
      handler: async (request, reply) => await serve(binding, request, reply, shell),
    });
  }
}

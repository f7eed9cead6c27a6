// The HTTP server of a node: Fastify with the node's own rules for bodies, limits, problems, headers, metrics and
// stopping. Routes are mounted on it by their slices.
import { randomUUID } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import { LogController, fastify } from 'fastify';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifyServerFactory,
} from 'fastify';
import type { Logger } from 'pino';
import { problemBody, problems } from '@suyuan/api';
import type { ProblemCode } from '@suyuan/api';
import { DatabaseFault } from '../database/database-fault.ts';
import type { HasRoom } from '../disk-space.ts';
import { isDiskFull, systemCodeOf } from '../fault.ts';
import type { Metrics } from '../metrics.ts';
import { ProblemError } from './problem.ts';
import type { Problem } from './problem.ts';
import { addSecurityHeaders } from './security.ts';
import { createSecureServer } from './tls.ts';
import type { TlsKeyPair } from './tls.ts';

/** What the server needs. */
export interface ServerOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Believe `X-Forwarded-*`: true only behind a proxy that sets them. */
  readonly trustProxy: boolean;
  /** The node is reached by HTTPS. */
  readonly secure: boolean;
  /** The node serves HTTPS itself. */
  readonly tls?: TlsKeyPair | undefined;
  /** Most requests of one address a minute. */
  readonly requestsPerMinuteMax: number;
  /** While false, requests that bring data are refused. */
  readonly hasRoom: HasRoom;
}

/** The language of problem titles that a request prefers. */
function languageOf(request: FastifyRequest): 'en' | 'zh' {
  return /^\s*zh/i.test(request.headers['accept-language'] ?? '') ? 'zh' : 'en';
}

/** Sends a problem as RFC 9457 says. */
function sendProblem(request: FastifyRequest, reply: FastifyReply, found: Problem): FastifyReply {
  const body = problemBody(found.code, languageOf(request), found.facts);
  reply.code(body.status).type('application/problem+json; charset=utf-8');
  if (body.status === 401) reply.header('www-authenticate', 'Bearer');
  if (body.status === 503) reply.header('retry-after', '1');
  return reply.send(JSON.stringify(body));
}

/** Fastify's and Node's own errors by their status. */
function problemOfStatus(status: number): ProblemCode {
  if (status === 404) return 'not_found';
  if (status === 405) return 'method_not_allowed';
  if (status === 413) return 'body_too_large';
  if (status === 415) return 'content_type_unsupported';
  if (status === 429) return 'too_many_requests';
  if (status === 503) return 'node_stopping';
  return status < 500 ? 'request_invalid' : 'internal_fault';
}

/** The problem behind anything thrown while answering. */
function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof DatabaseFault) return new ProblemError(error.code).problem;
  if (isDiskFull(error)) return new ProblemError('disk_full').problem;
  // SQLSTATE of text that PostgreSQL can't hold: a zero character, which only a request can bring.
  if (systemCodeOf(error) === '22021') return new ProblemError('request_invalid').problem;
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500;
  return new ProblemError(problemOfStatus(typeof status === 'number' ? status : 500)).problem;
}

/** Signing in stays possible on a full disk. */
function bringsData({ method, url }: FastifyRequest): boolean {
  return (method === 'POST' || method === 'PUT' || method === 'PATCH') && !url.startsWith('/api/v1/session');
}

function answerErrors(app: FastifyInstance, metrics: Metrics): void {
  app.setErrorHandler((error, request, reply) => {
    const found = problemOf(error);
    metrics.problems.inc({ code: found.code });
    const { status } = problems[found.code];
    if (found.code === 'internal_fault') request.log.error({ err: error }, 'a request failed');
    else if (status >= 500)
      request.log.warn({ err: error, code: found.code }, 'a request could not be served');
    return sendProblem(request, reply, found);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, new ProblemError('not_found').problem),
  );
}

/** Connections that fall idle while the server closes are closed too; kept alive, they would hold it for half a minute. */
function closeConnectionsInTime(app: FastifyInstance): void {
  let timer: NodeJS.Timeout | undefined;
  app.addHook('preClose', async () => {
    timer = setInterval(() => app.server.closeIdleConnections(), 50);
  });
  app.addHook('onClose', async () => clearInterval(timer));
}

const requestTimeoutMs = 600_000; // a large import on a slow line
const keepAliveTimeoutMs = 30_000;

/** Fastify's own server speaks HTTP; this one is given to it where the node serves HTTPS. */
function secureFactory(tls: TlsKeyPair): FastifyServerFactory {
  const times = { requestTimeout: requestTimeoutMs, keepAliveTimeout: keepAliveTimeoutMs };
  return (handler) => createSecureServer(tls, handler, times);
}

/** Makes the server; nothing listens yet. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { metrics } = options;
  const logger: FastifyBaseLogger = options.logger;
  const app: FastifyInstance = fastify({
    loggerInstance: logger,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: options.trustProxy,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    requestTimeout: requestTimeoutMs,
    connectionTimeout: 0,
    keepAliveTimeout: keepAliveTimeoutMs,
    ...(options.tls === undefined ? {} : { serverFactory: secureFactory(options.tls) }),
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    // Refused before any route: an address that is no UTF-8.
    frameworkErrors: (error, request, reply) => void sendProblem(request, reply, problemOf(error)),
  });
  // Bodies stay streams: each route reads its own within its own limit (request-body.ts).
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  answerErrors(app, metrics);
  closeConnectionsInTime(app);
  app.addHook('onRequest', async (request) => {
    if (!bringsData(request) || (await options.hasRoom())) return;
    throw new ProblemError('disk_full');
  });
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control'))
      reply.header('cache-control', 'no-store');
  });
  app.addHook('onResponse', async (request, reply) => {
    const labels = {
      route: request.routeOptions.url ?? 'unknown',
      method: request.method,
      status: reply.statusCode,
    };
    metrics.requestSeconds.observe(labels, reply.elapsedTime / 1000);
    request.log.debug({ req: request, res: reply, ms: Math.round(reply.elapsedTime) }, 'answered');
  });
  addSecurityHeaders(app, options.secure);
  await app.register(rateLimit, {
    max: options.requestsPerMinuteMax,
    timeWindow: 60_000,
    cache: 10_000,
    errorResponseBuilder: (_request, context) =>
      new ProblemError('too_many_requests', { retryAfterSeconds: Math.ceil(context.ttl / 1000) }),
  });
  return app;
}

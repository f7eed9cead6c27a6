// Headers that keep a browser from doing what the console never asks for, and the check that a request which is
// authorised by a cookie comes from the console's own pages.
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import helmet from 'helmet';
import { assert } from '@suyuan/log';

/** Adds security headers to every answer. `secure`: the node is reached by HTTPS, so browsers may remember that. */
export function addSecurityHeaders(app: FastifyInstance, secure: boolean): void {
  const headers = securityHeaders(secure);
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
}

/** The headers are the same for every answer, so they are made once and not anew on each request. */
function securityHeaders(secure: boolean): Readonly<Record<string, string>> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  const addHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        styleSrc: ["'self'", "'unsafe-inline'"], // the console's component library writes its styles at run time
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    hsts: secure ? { maxAge: 31_536_000 } : false,
  });
  addHeaders(request, response, (error?: unknown) => assert(error === undefined, 'fixed headers are valid'));
  return Object.fromEntries(
    Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]),
  );
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** True unless a request that changes something was sent by a page of another site; programs send neither header. */
export function isSameOrigin(request: FastifyRequest): boolean {
  if (safeMethods.has(request.method)) return true;
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (origin === undefined) return site === undefined || site === 'same-origin';
  return origin === `${request.protocol}://${request.host}`;
}

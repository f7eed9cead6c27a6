// Headers that keep a browser from doing what the console never asks for, and the check that a request which is
// authorised by a cookie comes from the console's own pages.
import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Adds security headers to every answer. `secure`: the node is reached by HTTPS, so browsers may remember that. */
export async function addSecurityHeaders(app: FastifyInstance, secure: boolean): Promise<void> {
  await app.register(helmet, {
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

// The console's files, when it has been built. Addresses that are no file and ask for a page get the console's
// index, which finds its own way.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from './problem.ts';

const ownAddresses = /^\/(api|log|peer|metrics)(\/|$|\?)/;

/** The folder of the built console, beside this package. */
const consoleFolder: string = fileURLToPath(new URL('../../../console/dist/', import.meta.url));

/** Told to browsers of everything but the assets: ask whether it is still the same. */
const asksAgain = { 'cache-control': 'no-cache' };
/** Of the assets, whose names carry a hash of their content. */
const staysForever = { 'cache-control': 'public, max-age=31536000, immutable' };

/**
 * Serves the console from `folder` if it is there. Assets are looked for at each request, so that a node that runs
 * serves what was built meanwhile.
 */
export async function addConsole(app: FastifyInstance, folder: string = consoleFolder): Promise<void> {
  if (!existsSync(folder)) return;
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    index: false,
    cacheControl: false,
    decorateReply: false,
    setHeaders: (reply) => void reply.headers(staysForever),
  });
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    globIgnore: ['assets/**'],
    cacheControl: false,
    setHeaders: (reply) => void reply.headers(asksAgain),
  });
  const page = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const wantsPage = (request.headers.accept ?? '').includes('text/html');
    if (!wantsPage || ownAddresses.test(request.url)) throw new ProblemError('not_found');
    return await reply.sendFile('index.html');
  };
  app.get('/*', page);
}

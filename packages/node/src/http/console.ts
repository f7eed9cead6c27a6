// The console's files, when it has been built. Addresses that are no file and ask for a page get the console's
// index, which finds its own way.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from './problem.ts';

const ownAddresses = /^\/(api|log|peer|metrics)(\/|$|\?)/;

/** The folder of the built console, beside this package. */
const consoleFolder: string = fileURLToPath(new URL('../../../console/dist/', import.meta.url));

/** Serves the console from `folder` if it is there. */
export async function addConsole(app: FastifyInstance, folder: string = consoleFolder): Promise<void> {
  if (!existsSync(folder)) return;
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: 'index.html',
    // File names carry a hash of their content, but for the index.
    setHeaders: (reply, path) => {
      reply.header(
        'cache-control',
        path.endsWith('.html')
          ? 'no-cache'
          : path.includes('/assets/')
            ? 'public, max-age=31536000, immutable'
            : 'no-cache',
      );
    },
  });
  const page = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const wantsPage = (request.headers.accept ?? '').includes('text/html');
    if (!wantsPage || ownAddresses.test(request.url)) throw new ProblemError('not_found');
    return await reply.sendFile('index.html');
  };
  app.get('/*', page);
}

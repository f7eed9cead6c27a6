// The whole HTTP side of a node: shell, routes, documentation, metrics and console in one server.
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { HasRoom } from '../disk-space.ts';
import type { Metrics } from '../metrics.ts';
import { addConsole } from './console.ts';
import { addDocumentation } from './documentation.ts';
import type { Binding } from './handle.ts';
import type { IdempotencyKeys } from './idempotency.ts';
import { mountRoutes } from './mount.ts';
import type { Authenticate } from './mount.ts';
import { ProblemError } from './problem.ts';
import { createServer } from './server.ts';
import type { TlsKeyPair } from './tls.ts';

/** Adds routes outside `/api/v1` (tiles, peers), which find out themselves who calls. */
export type AppPlugin = (app: FastifyInstance, authenticate: Authenticate) => Promise<void>;

/** What the app is made of. */
export interface AppOptions {
  readonly bindings: readonly Binding[];
  readonly plugins: readonly AppPlugin[];
  readonly authenticate: Authenticate;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly version: string;
  /** Aborted when the node stops: ends event streams. */
  readonly stopping: AbortSignal;
  readonly trustProxy: boolean;
  readonly secure: boolean;
  readonly tls?: TlsKeyPair | undefined;
  readonly requestsPerMinuteMax: number;
  readonly hasRoom: HasRoom;
  readonly checkAnswers: boolean;
}

function addMetrics(app: FastifyInstance, metrics: Metrics, authenticate: Authenticate): void {
  app.get('/metrics', async (request, reply) => {
    const caller = await authenticate(request);
    if (caller === undefined) throw new ProblemError('sign_in_required');
    if (typeof caller === 'string') throw new ProblemError(caller);
    return await reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}

/** Makes the app; nothing listens yet. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = await createServer(options);
  mountRoutes(app, options.bindings, options);
  for (const plugin of options.plugins) await plugin(app, options.authenticate);
  addMetrics(app, options.metrics, options.authenticate);
  await addDocumentation(
    app,
    options.bindings.map((binding) => binding.route),
    options.version,
  );
  await addConsole(app);
  return app;
}

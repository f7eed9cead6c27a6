// The HTTP side of a node with some routes only, listening on a free port, with the settings that all such tests share.
import { systemClock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { createApp } from '../http/app.ts';
import type { AppOptions } from '../http/app.ts';
import { createIdempotencyKeys } from '../http/idempotency.ts';
import { createLogger } from '../logger.ts';
import { createMetrics } from '../metrics.ts';

/** `await using` ends event streams and stops listening. */
export interface ServedApp extends AsyncDisposable {
  readonly origin: string;
}

/** Serves the routes; every answer is checked against the contract. */
export async function serveApp(
  database: Database,
  options: Pick<AppOptions, 'bindings' | 'authenticate'> & Partial<AppOptions>,
): Promise<ServedApp> {
  const stopping = new AbortController();
  const app = await createApp({
    plugins: [],
    idempotencyKeys: createIdempotencyKeys(database, systemClock),
    metrics: createMetrics('acme', false),
    logger: createLogger('silent'),
    version: '0',
    stopping: stopping.signal,
    trustProxy: false,
    secure: false,
    requestsPerMinuteMax: 1_000,
    hasRoom: async () => true,
    checkAnswers: true,
    ...options,
  });
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    origin,
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await app.close();
    },
  };
}

import { expect, test } from 'vitest';
import { createLogger } from '../logger.ts';
import { createMetrics } from '../metrics.ts';
import { createServer } from './server.ts';

test('too many requests of one address are refused, and say when to come back', async () => {
  const metrics = createMetrics('acme', false);
  const app = await createServer({
    logger: createLogger('silent'),
    metrics,
    trustProxy: false,
    secure: true,
    requestsPerMinuteMax: 2,
    hasRoom: async () => true,
  });
  app.get('/', async () => 'fine');
  const statuses = [await app.inject('/'), await app.inject('/'), await app.inject('/')];
  expect(statuses.map((answer) => answer.statusCode)).toEqual([200, 200, 429]);
  expect(statuses[2]?.json()).toMatchObject({ code: 'too_many_requests', status: 429 });
  expect(statuses[2]?.headers['retry-after']).toMatch(/^\d+$/);
  expect(statuses[0]?.headers['strict-transport-security']).toContain('max-age');
  expect(await metrics.registry.metrics()).toContain('suyuan_http_problems_total{code="too_many_requests"');
  const other = await app.inject({
    url: '/',
    remoteAddress: '10.0.0.9',
    headers: { 'x-forwarded-for': '127.0.0.1' },
  });
  expect(other.statusCode).toBe(200);
  await app.close();
});

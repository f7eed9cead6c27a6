import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLogger } from '../logger.ts';
import { createMetrics } from '../metrics.ts';
import { addConsole } from './console.ts';
import { createServer } from './server.ts';

test('serves the console: its files, its index for pages, and nothing else', async () => {
  const root = await mkdtemp(join(tmpdir(), 'suyuan-console-'));
  await mkdir(join(root, 'dist', 'assets'), { recursive: true });
  await writeFile(join(root, 'secret'), 'secret');
  await writeFile(join(root, 'dist', 'index.html'), '<title>Suyuan</title>');
  await writeFile(join(root, 'dist', 'assets', 'index-1a2b.js'), 'export {}');
  const app = await createServer({
    logger: createLogger('silent'),
    metrics: createMetrics('acme', false),
    trustProxy: false,
    secure: false,
    requestsPerMinuteMax: 1000,
    hasRoom: async () => true,
  });
  await addConsole(app, join(root, 'dist'));
  const get = async (url: string, accept = 'text/html') => await app.inject({ url, headers: { accept } });

  expect((await get('/')).body).toContain('Suyuan');
  expect((await get('/')).headers['cache-control']).toBe('no-cache');
  expect((await get('/trace/ABC')).body).toContain('Suyuan');
  expect((await get('/assets/index-1a2b.js', '*/*')).headers['cache-control']).toContain('immutable');
  expect((await get('/trace/ABC', 'application/json')).statusCode).toBe(404);
  expect((await get('/api/v1/nothing')).json()).toMatchObject({ code: 'not_found' });
  expect((await get('/metrics/x')).statusCode).toBe(404);
  for (const path of ['/../secret', '/..%2fsecret', '/assets/..%2f..%2fsecret', '/%2e%2e/secret']) {
    expect((await get(path, '*/*')).statusCode).toBe(404);
  }

  // A build while the node runs: other assets, and an index that names them.
  await rm(join(root, 'dist', 'assets'), { recursive: true });
  await mkdir(join(root, 'dist', 'assets'));
  await writeFile(join(root, 'dist', 'assets', 'index-3c4d.js'), 'export const newer = 1');
  await writeFile(join(root, 'dist', 'index.html'), '<title>Suyuan, built again</title>');
  expect((await get('/')).body).toContain('built again');
  expect((await get('/assets/index-3c4d.js', '*/*')).body).toContain('newer');
  expect((await get('/assets/index-3c4d.js', '*/*')).headers['cache-control']).toContain('immutable');
  expect((await get('/assets/index-1a2b.js')).json()).toMatchObject({ code: 'not_found' });
  await app.close();
  await rm(root, { recursive: true });
});

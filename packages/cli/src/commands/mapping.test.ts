import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { expect, test } from 'vitest';

import { run } from '../run.ts';

test('lists mappings of all pages, shows one, and saves a new one or the next version', async () => {
  const mapping = { format: 'suyuan-mapping/v1', kind: 'battery_module', fields: {} };
  const first = { id: 7, name: 'MES 1', kind: 'battery_module', version: 3 };
  const second = { id: 9, name: 'MES 2', kind: 'battery_pack', version: 1 };
  const asked: unknown[] = [];
  const answerTo = async (request: IncomingMessage): Promise<unknown> => {
    const { method = '', url = '' } = request;
    if (method !== 'GET') {
      const body = await text(request);
      asked.push([method, url, ...(body === '' ? [] : [JSON.parse(body)])]);
      return { ...first, version: 4 };
    }
    if (url.startsWith('/api/v1/mappings/7')) return { ...first, mapping, versions: [] };
    return url.includes('after=') ? { items: [second] } : { items: [first], next: 'MES 1' };
  };
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    void answerTo(request).then((value) => response.end(JSON.stringify(value)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  let output = '';
  const terminal = {
    print: (shown: string) => void (output += shown),
    say: () => undefined,
    isWatched: false,
    columns: 100,
    environment: { SUYUAN_URL: `http://127.0.0.1:${port}` },
  };
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-mapping-'));
  const file = join(folder, 'mes.json');
  try {
    expect(await run(['mapping', 'list'], terminal)).toBe(0);
    expect(output).toBe('7  MES 1  battery_module  3\n9  MES 2  battery_pack    1\n');
    expect(await run(['mapping', 'show', 'MES 1', '--out', file], terminal)).toBe(0);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(mapping);
    expect(await run(['mapping', 'show', 'MES 3'], terminal)).toBe(1);
    expect(await run(['mapping', 'save', 'MES 1', file], terminal)).toBe(0);
    expect(await run(['mapping', 'save', 'MES 3', file], terminal)).toBe(0);
    expect(asked).toEqual([
      ['PUT', '/api/v1/mappings/7', { version: 3, mapping }],
      ['POST', '/api/v1/mappings', { name: 'MES 3', mapping }],
    ]);
    expect(await run(['mapping', 'rename', 'MES 1', 'MES 4'], terminal)).toBe(0);
    expect(await run(['mapping', 'remove', 'MES 2'], terminal)).toBe(0);
    expect(await run(['mapping', 'remove', 'MES 3'], terminal)).toBe(1);
    expect(asked.slice(2)).toEqual([
      ['PATCH', '/api/v1/mappings/7', { name: 'MES 4' }],
      ['DELETE', '/api/v1/mappings/9'],
    ]);
    await writeFile(file, 'no json');
    expect(await run(['mapping', 'save', 'MES 1', file], terminal)).toBe(2);
  } finally {
    server.close();
    await rm(folder, { recursive: true });
  }
});

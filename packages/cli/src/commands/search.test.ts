import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { run } from '../run.ts';

/** A node that has three records in two pages, the first of them short, and one export. */
async function withNode(
  work: (
    ask: (...words: readonly string[]) => Promise<{ readonly exit: number; readonly output: string }>,
  ) => Promise<void>,
): Promise<readonly string[]> {
  const asked: string[] = [];
  const item = (record: string): object => ({
    record,
    status: 'reported',
    kind: 'battery_pack',
    code: 'P1',
    reporter: 'acme',
    eventDate: '2026-01-02',
  });
  const server = createServer((request, response) => {
    const address = request.url ?? '';
    asked.push(address);
    response.setHeader('content-type', 'application/json');
    if (address.includes('/search/export')) response.end('first\nsecond\n');
    else if (address.includes('kind=none')) response.end(JSON.stringify({ items: [] }));
    else if (address.includes('after=two'))
      response.end(JSON.stringify({ items: [item('2/0'), item('1/0')] }));
    else
      response.end(
        JSON.stringify({ items: [item('3/0')], next: 'two', total: { records: 3, isExact: true } }),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await work(async (...words) => {
    let output = '';
    const exit = await run([...words], {
      print: (text: string) => void (output += text),
      say: (text: string) => void (output += text),
      isWatched: false,
      columns: 100,
      environment: { SUYUAN_URL: `http://127.0.0.1:${port}` },
    });
    return { exit, output };
  });
  server.close();
  return asked;
}

test('search goes on through short pages, and names filters as the node does', async () => {
  const asked = await withNode(async (ask) => {
    const found = await ask('search', '--kind', 'battery_pack', '--event', '2026-01-01..', '--json');
    expect(found.exit).toBe(0);
    const json: unknown = JSON.parse(found.output);
    expect(json).toMatchObject({ isComplete: true, total: { records: 3, isExact: true } });
    const text = await ask('search', '--prefix', 'ABC');
    expect(text.output).toContain('2026-01-02  3/0  reported  battery_pack  P1  acme');
    expect(text.output).toContain('3 records.');
    expect((await ask('search', '--kind', 'none')).exit).toBe(1);
    expect((await ask('search', '--event', '2026-01-01')).exit).toBe(2);
  });
  expect(asked[0]).toContain('kind=battery_pack&eventFrom=2026-01-01&limit=50');
  expect(asked[1]).toContain('limit=49&after=two');
});

test('export streams into the file, in the form of its ending', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-export-'));
  const file = join(folder, 'packs.csv');
  const asked = await withNode(async (ask) => {
    const saved = await ask('export', '--kind', 'battery_pack', '--out', file, '--json');
    expect(JSON.parse(saved.output)).toEqual({ file, format: 'csv', bytes: 13 });
    expect((await ask('export', '--out', join(folder, 'no', 'such.json'))).exit).toBe(2);
    expect((await ask('export')).exit).toBe(2);
  });
  expect(asked[0]).toContain('format=csv');
  expect(await readFile(file, 'utf8')).toBe('first\nsecond\n');
  await rm(folder, { recursive: true });
});

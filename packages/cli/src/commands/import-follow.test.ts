// Imports that go on at the node, against a server that answers as a node does: the way is what is tested here.
import { createServer } from 'node:http';

import { expect, test } from 'vitest';

import { run } from '../run.ts';

interface Told {
  readonly exit: number;
  readonly output: string;
  readonly said: string;
}

/** Answers each address by what is left for it; the last answer stays. */
async function withNode(
  answers: Readonly<Record<string, readonly (readonly [number, object])[]>>,
  work: (ask: (...words: readonly string[]) => Promise<Told>) => Promise<void>,
): Promise<readonly string[]> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = `${request.method} ${(request.url ?? '').replace('/api/v1', '')}`;
    const left = answers[name] ?? [];
    const [status, body] = left[Math.min(asked.filter((one) => one === name).length, left.length - 1)] ?? [
      404,
      { code: 'import_not_found', title: 'There is no such import' },
    ];
    asked.push(name);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  try {
    await work(async (...words) => {
      let [output, said] = ['', ''];
      const exit = await run([...words], {
        print: (text: string) => void (output += text),
        say: (text: string) => void (said += text),
        isWatched: false,
        columns: 100,
        environment: { SUYUAN_URL: `http://127.0.0.1:${port}` },
      });
      return { exit, output, said };
    });
  } finally {
    server.close();
  }
  return asked;
}

const counts = { id: 7, kind: 'battery_module', rows: 12_000, staged: 11_999, errors: 0, warnings: 0 };
const findings = {
  items: [{ level: 'error', code: 'value_missing', row: 9, message: { en: 'a', zh: 'b' } }],
};

test('import follow tells how far an import is until it is done, and answers as import does', async () => {
  const way = [
    [200, { ...counts, status: 'waiting', ahead: 2, rows: 0, staged: 0 }],
    [200, { ...counts, status: 'waiting', ahead: 2, rows: 0, staged: 0 }],
    [200, { ...counts, status: 'reading', rows: 500, staged: 0 }],
    [200, { ...counts, status: 'reading', staged: 0 }],
    [200, { ...counts, status: 'done', errors: 1 }],
  ] as const;
  const one = { 'GET /imports/7': way, 'GET /imports/7/findings?limit=200': [[200, findings]] } as const;
  await withNode(one, async (ask) => {
    const { exit, output, said } = await ask('import', 'follow', '7');
    expect(exit).toBe(1); // a row has an error
    expect(said).toBe(
      'Import 7 waits; 2 go before it.\nImport 7 is read.\nImport 7 is read: more than 10000 rows so far.\n',
    );
    expect(output).toContain('Import 7: 12000 rows, 11999 staged, 1 errors');
    expect(output).toContain('value_missing');
    expect(output).toContain('suyuan report --import 7');
  });
  const clean = { ...one, 'GET /imports/7': [[200, { ...counts, status: 'done' }]] } as const;
  await withNode(clean, async (ask) => {
    const { exit, output } = await ask('import', 'follow', '7', '--json');
    expect([exit, JSON.parse(output)]).toEqual([0, { ...counts, status: 'done', findings: findings.items }]);
  });
});

test('import follow says no of an import that failed, was cancelled, or is not there', async () => {
  const failed = { ...counts, status: 'failed', failure: { code: 'workbook_damaged' } };
  const cancelled = { ...counts, status: 'cancelled' };
  await withNode({ 'GET /imports/7': [[200, failed]], 'GET /imports/8': [[200, cancelled]] }, async (ask) => {
    expect(await ask('import', 'follow', '7')).toMatchObject({
      exit: 1,
      output: 'Import 7: failed [workbook_damaged]; nothing of it is staged.\n',
    });
    expect(await ask('import', 'follow', '8', '--json')).toMatchObject({ exit: 1 });
    expect(await ask('import', 'follow', '9')).toMatchObject({ exit: 1 });
    expect(await ask('import', 'follow', 'x')).toMatchObject({ exit: 2 });
  });
});

test('import discard says what it would remove, and removes it with --yes only', async () => {
  const answers = {
    'GET /imports/7': [[200, { ...counts, status: 'done', fileName: 'modules.xlsx' }]],
    'DELETE /imports/7': [[200, { discarded: 11_000, kept: 999 }]],
    'POST /imports/7/cancel': [
      [409, { code: 'import_closed', title: 'This import can no longer be changed' }],
    ],
    'GET /imports?kind=battery_module': [[200, { items: [{ ...counts, status: 'done' }], next: 'older' }]],
  } as const;
  const asked = await withNode(answers, async (ask) => {
    const { exit, said } = await ask('import', 'discard', '7');
    expect(exit).toBe(2);
    expect(said).toContain('Import 7 of modules.xlsx has staged 11999 records');
    expect(await ask('import', 'discard', '7', '--yes')).toMatchObject({
      exit: 0,
      output: '11000 staged records of import 7 are removed. 999 are reported and stay.\n',
    });
    expect(await ask('import', 'cancel', '7')).toMatchObject({ exit: 1 });
    const { output } = await ask('import', 'list', '--kind', 'battery_module');
    expect(output).toMatch(
      /^id .*\n7 +done +battery_module .*\nOlder ones: suyuan import list --after older\n$/,
    );
  });
  expect(asked.filter((one) => one.startsWith('DELETE'))).toHaveLength(1);
});

test('a refusal names what it is about: the earlier import, the kinds', async () => {
  const repeated = { code: 'import_repeated', title: 'This file was imported already', import: 23 };
  const withdrawn = { code: 'module_withdrawn', title: 'No more', kinds: ['battery_pack'] };
  const answers = {
    'GET /imports/7': [[409, repeated]],
    'POST /reports/preview': [[409, withdrawn]],
  } as const;
  const asked = await withNode(answers, async (ask) => {
    expect((await ask('import', 'follow', '7')).said).toContain('It is import 23.');
    expect(JSON.parse((await ask('import', 'follow', '7', '--json')).output)).toMatchObject({ import: 23 });
    expect(await ask('report', '--import', '7')).toMatchObject({
      exit: 1,
      said: 'No more. battery_pack. [module_withdrawn]\n',
    });
  });
  expect(asked).not.toContain('POST /reports'); // said before anything is begun
});

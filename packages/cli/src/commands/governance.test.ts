import { createServer } from 'node:http';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { run } from '../run.ts';

const sentence = { en: 'Acme may report: Battery pack.', zh: '' };
let answers: Readonly<Record<string, unknown>> = {};
let asked: { readonly path: string; readonly body: string }[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const path = request.url ?? '';
    asked.push({ path, body });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers[path]));
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

async function suyuan(
  ...argv: readonly string[]
): Promise<{ readonly code: number; readonly output: string }> {
  asked = [];
  let output = '';
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const code = await run(argv, {
    print: (text) => void (output += text),
    say: (text) => void (output += text),
    isWatched: false,
    columns: 100,
    environment: { SUYUAN_URL: `http://127.0.0.1:${port}` },
  });
  return { code, output };
}

const preview = {
  isAllowed: true,
  acts: [{ sentence, outcome: 'applied', harms: [{ en: 'Acme loses something.', zh: '' }] }],
};

test('without --yes an act is only shown, with what it takes away', async () => {
  answers = { '/api/v1/governance/preview': preview };
  const { code, output } = await suyuan('modules', 'set', 'acme', 'battery_pack');
  expect(code).toBe(0);
  expect(output).toContain('! Acme loses something.');
  expect(output).toContain('Nothing was sent.');
  expect(asked).toEqual([
    {
      path: '/api/v1/governance/preview',
      body: JSON.stringify({ kind: 'modules', organization: 'acme', recordKinds: ['battery_pack'] }),
    },
  ]);
});

test('what the ledger would refuse is not sent, even with --yes', async () => {
  const refusal = { code: 'not_entitled', message: { en: 'Not yours.', zh: '' } };
  answers = {
    '/api/v1/governance/preview': { isAllowed: false, acts: [{ sentence, harms: [], refusal }] },
  };
  const { code, output } = await suyuan('organization', 'suspend', 'acme', '--yes');
  expect(code).toBe(1);
  expect(output).toContain('refused: Not yours. [not_entitled]');
  expect(asked).toHaveLength(1);
});

test('with --yes it is sent and followed until it is decided or waits for votes', async () => {
  const act = { id: 1, sentence, status: 'sending' };
  answers = {
    '/api/v1/governance/preview': preview,
    '/api/v1/governance/acts': { plan: 4, acts: [act] },
    '/api/v1/governance/plans/4': {
      plan: 4,
      acts: [{ ...act, status: 'pending', entry: 9, votes: { missing: ['cars'] } }],
    },
  };
  const { code, output } = await suyuan('void', '3/0', '--reason', 'mistake', '--erase', '--yes', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({ sent: true, plan: 4, acts: [{ status: 'pending', entry: 9 }] });
  expect(asked[1]?.body).toBe(
    JSON.stringify({ kind: 'void', records: ['3/0'], mode: 'erase', reason: 'mistake' }),
  );
});

test('wrong usage is told before a node is asked', async () => {
  for (const argv of [
    ['void', '3', '--reason', 'mistake'],
    ['void', '3/0', '--reason', 'theft'],
    ['modules', 'set', 'acme'],
    ['proposal', 'approve', 'x'],
    ['resolve', '1/0', '2/0'],
  ]) {
    expect([argv, (await suyuan(...argv)).code]).toEqual([argv, 2]);
    expect(asked).toEqual([]);
  }
});

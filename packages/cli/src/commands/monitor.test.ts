import { createServer } from 'node:http';

import { expect, test } from 'vitest';

import { run } from '../run.ts';

const node = {
  organization: 'acme',
  isSelf: true,
  state: 'good',
  height: 9,
  behindBlocks: 0,
  unreachable: [],
};
const state = (level: string): object => ({
  at: '2026-11-20T06:42:00.123Z',
  nodes: [
    {
      ...node,
      cosignatures: { checkpoints: 4, signed: 3, missedInRow: 1 },
      clockSkewMs: -1_300,
      machine: { disk: { freeBytes: 3 * 2 ** 30, totalBytes: 2 ** 40 } },
    },
    { ...node, organization: 'maker', isSelf: false, state: 'unreachable', reason: 'peer_timed_out' },
  ],
  validators: { count: 2, needed: 2, reachable: 1 },
  checkpoint: { size: 8, logSize: 9, signedBy: [] },
  channels: [],
  alerts: [
    {
      code: 'disk_low',
      level,
      raisedAt: '2026-11-20T06:40:00.000Z',
      what: { en: 'The disk of Acme has 3072 MiB left.', zh: '' },
      todo: { en: 'Make room.', zh: '' },
    },
  ],
});

test('the network is shown with what is wrong and what to do; a critical alert is a negative answer', async () => {
  let level = 'warning';
  const server = createServer((request, response) => {
    expect(request.url).toBe('/api/v1/monitoring');
    response.setHeader('content-type', 'application/json').end(JSON.stringify(state(level)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const ask = async (...words: string[]): Promise<{ exit: number; output: string }> => {
    let output = '';
    const exit = await run(['monitor', ...words], {
      print: (text: string) => void (output += text),
      say: (text: string) => void (output += text),
      isWatched: false,
      columns: 100,
      environment: { SUYUAN_URL: `http://127.0.0.1:${port}` },
    });
    return { exit, output };
  };
  const shown = await ask();
  expect(shown.exit).toBe(0);
  for (const part of [
    'validators 1 of 2, 2 needed',
    /acme +good \(this one\) +9 +0 +3\/4 +-1\.3 s +3\.0 of 1024 GiB/u,
    'unreachable [peer_timed_out]',
    'WARNING since 2026-11-20T06:40:00.000Z: The disk of Acme has 3072 MiB left. [disk_low]\n  Make room.',
  ])
    expect(shown.output).toMatch(part);
  level = 'critical';
  const json = await ask('--json');
  expect([json.exit, JSON.parse(json.output)]).toEqual([1, state('critical')]);
  server.close();
});

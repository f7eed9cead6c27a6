import { createServer } from 'node:http';

import { expect, test } from 'vitest';

import { run } from '../run.ts';

test('gathers all pages of events, and shows each child under its parent', async () => {
  const first = {
    code: 'P1',
    state: {
      kind: 'battery',
      status: 'built_in',
      in: 'P0',
      vehicle: 'V1',
      since: '2026-11-09',
      provisional: [{ code: 'custody_origin_unknown', message: { en: 'no production', zh: '' } }],
      conflicts: [
        {
          finding: { code: 'custody_made_twice', message: { en: 'made twice', zh: '' } },
          records: ['1/0', '2/0'],
        },
      ],
    },
    findings: [],
    events: [{ status: 'reported', record: '1/0', kind: 'battery_pack', role: 'subject', reporter: 'acme' }],
    next: 1,
    family: [
      { code: 'P1', product: 'P', depth: 0, records: [] },
      { code: 'M1', product: 'M', parent: 'P1', depth: 1, records: [] },
      { code: 'M2', product: 'M', parent: 'P1', relation: 'replaced', depth: 1, records: [] },
      { code: 'C1', product: 'C', parent: 'M1', depth: 2, records: [] },
    ],
    provisional: [],
  };
  const second = { ...first, events: [{ ...first.events[0], record: '2/0', voided: true }], next: undefined };
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url?.includes('after=1') === true ? second : first));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  let output = '';
  const terminal = {
    print: (text: string) => void (output += text),
    say: () => undefined,
    isWatched: false,
    columns: 100,
    environment: { SUYUAN_URL: `http://127.0.0.1:${port}` },
  };
  expect(await run(['trace', 'P1'], terminal)).toBe(0);
  expect(output).toBe(
    [
      'P1: 2 records',
      '  now: built_in, in P0, on vehicle V1, since 2026-11-09',
      '  conflict of 1/0 and 2/0: made twice [custody_made_twice]',
      '  provisional: no production [custody_origin_unknown]',
      '  1/0  battery_pack  as subject  acme',
      '  2/0  battery_pack  as subject  acme  VOID',
      '  P P1',
      '    M M1',
      '      C C1',
      '    M M2 (replaced)',
      '',
    ].join('\n'),
  );
  server.close();
});

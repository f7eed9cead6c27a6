// Reporting, tracing and records over the real HTTP of a whole network, every answer checked against the contract.
import { expect, it, vi } from 'vitest';

import { generateRecords } from '@suyuan/testkit';
import { parseDisclosure } from '@suyuan/verifier';

import { startTestNetwork } from '../../testing/start-test-network.ts';
import type { TestNodes } from '../../testing/start-test-network.ts';

const MAKER = 1;
const MANAGERS = 0;

async function ask(
  nodes: TestNodes,
  node: number,
  path: string,
  body?: object,
  headers = {},
): Promise<unknown> {
  const method = body === undefined ? 'GET' : 'POST';
  const response = await nodes.call(node, 'operator', method, `/api/v1${path}`, body, headers);
  return await response.json();
}

it('reports pushed records once, shows their progress, and traces and discloses them', async () => {
  await using nodes = await startTestNetwork();
  let packCode = '';
  for (const { kind, records } of generateRecords({
    seed: 4,
    count: 10,
    from: '2026-01-01',
    to: '2026-02-01',
  })) {
    expect(await ask(nodes, MAKER, `/records/${kind}`, { records })).toMatchObject({ errors: 0 });
    if (kind === 'battery_pack') packCode = String(records[0]?.['packCode']);
  }

  const key = { 'idempotency-key': 'one' };
  const begun = await ask(nodes, MAKER, '/reports', { all: true }, key);
  expect(begun).toMatchObject({ id: 1, records: 10, batchCount: 2 });
  expect(await ask(nodes, MAKER, '/reports', { all: true }, key)).toEqual(begun);
  expect(await ask(nodes, MAKER, '/reports', { all: true })).toMatchObject({
    status: 'done',
    records: 0,
    batches: [],
  });

  const events = await nodes.call(MAKER, 'viewer', 'GET', '/api/v1/reports/1/events');
  const lines = (await events.text()).split('\n').filter((line) => line.startsWith('data: '));
  expect(JSON.parse(lines.at(-1)?.slice(6) ?? '')).toMatchObject({
    id: 1,
    status: 'done',
    reported: 10,
    refused: 0,
  });
  expect(await ask(nodes, MAKER, '/reports/1')).toMatchObject({
    status: 'done',
    batches: [{ channel: 1, acknowledgements: expect.any(Array) }, { status: 'reported' }],
  });
  expect(await ask(nodes, MAKER, '/reports?limit=1')).toMatchObject({ items: [{ id: 2 }], next: '2' });
  expect(await ask(nodes, MAKER, '/reports?limit=1&after=2')).toMatchObject({ items: [{ id: 1 }] });
  expect(await ask(nodes, MAKER, '/reports/99')).toMatchObject({ code: 'report_not_found' });
  expect(await ask(nodes, MAKER, '/reports', { records: ['1/0'] })).toMatchObject({
    code: 'record_not_staged',
  });
  expect(await ask(nodes, MAKER, '/reports', { all: true, import: 1 })).toMatchObject({
    code: 'request_invalid',
  });

  for (const node of [MAKER, MANAGERS]) {
    await vi.waitFor(
      async () =>
        expect(await ask(nodes, node, `/trace/${packCode}`)).toMatchObject({
          events: [
            { status: 'reported', public: { packCode }, evidence: { noLaterThan: expect.any(String) } },
          ],
          provisional: [],
        }),
      { timeout: 20_000 },
    );
    expect(await ask(nodes, node, '/records/0/0')).toMatchObject({ record: '0/0', reporter: 'batteries' });
    expect(await ask(nodes, node, '/batches/0/payload')).toMatchObject({ status: 'held' });
    expect(await ask(nodes, node, '/batches/0/repair', {})).toMatchObject({ status: 'held' });
    expect(await ask(nodes, node, '/batches/77/payload')).toMatchObject({ code: 'record_not_found' });
  }
  expect(await ask(nodes, MAKER, '/trace/nothing')).toMatchObject({ events: [], family: [] });

  const address = '/api/v1/records/0/0/disclosure?parts=public,shared';
  const file = await nodes.call(MANAGERS, 'operator', 'GET', address);
  expect(parseDisclosure(new Uint8Array(await file.arrayBuffer()))).toMatchObject({ ok: true });
  expect((await nodes.call(MANAGERS, 'viewer', 'GET', address)).status).toBe(403);
  const hidden = await nodes.call(
    MANAGERS,
    'operator',
    'GET',
    '/api/v1/records/0/0/disclosure?parts=private',
  );
  expect(await hidden.json()).toMatchObject({ code: 'part_not_held' });
});

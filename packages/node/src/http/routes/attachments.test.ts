// Attachments between real nodes: a battery whose code cannot be read is reported with its photo, which reaches the other
// member, and nobody else gets it.
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it, vi } from 'vitest';
import { startTestNetwork } from '../../testing/start-test-network.ts';
import type { TestNodes } from '../../testing/start-test-network.ts';

const photo = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(50_000, 3)]);
const digest = createHash('sha256').update(photo).digest('hex');
const type = { 'content-type': 'application/octet-stream' };
const unreadable = {
  subType: 'stock_in',
  level: 'P',
  storageDate: '2026-11-18',
  unreadableReason: '标签烧毁，无法辨认',
  recoverUnitCode: '91350100MA0TRY005H',
  recoverUnitName: '示例再生资源有限公司',
  attachments: [{ digest, name: '外观.jpg' }],
};
const members = [
  { organization: 'managers', name: 'Managers', role: 'validator' as const, recordKinds: [] },
  {
    organization: 'recycler',
    name: 'Recycler',
    role: 'validator' as const,
    recordKinds: ['battery_recycling'],
  },
];

interface Asked {
  readonly status: number;
  readonly value: Record<string, unknown>;
}

async function ask(
  nodes: TestNodes,
  node: number,
  method: string,
  path: string,
  body?: object | Uint8Array,
): Promise<Asked> {
  const headers = body instanceof Uint8Array ? type : {};
  const answer = await nodes.call(node, 'operator', method, `/api/v1${path}`, body, headers);
  return { status: answer.status, value: Object(await answer.json()) };
}

async function report(nodes: TestNodes, id: unknown): Promise<Asked> {
  const begun = await ask(nodes, 1, 'POST', '/reports', { import: id });
  if (begun.status < 300)
    await (
      await nodes.call(1, 'viewer', 'GET', `/api/v1/reports/${String(begun.value['id'])}/events`)
    ).text();
  return begun;
}

it('[AT3] [AT4] [AT5] [AT8] a photo is asked for before the report, follows its record, and goes when nothing names it', async () => {
  await using nodes = await startTestNetwork({ members });
  const pushed = await ask(nodes, 1, 'POST', '/records/battery_recycling', { records: [unreadable] });
  const finding = {
    level: 'warning',
    code: 'attachment_missing',
    row: 0,
    field: 'attachments',
    value: digest,
  };
  expect(pushed.value).toMatchObject({
    staged: 1,
    errors: 0,
    findings: expect.arrayContaining([expect.objectContaining(finding)]),
  });
  const { id } = pushed.value;
  const lacking = async (): Promise<unknown> =>
    (await ask(nodes, 1, 'GET', `/imports/${String(id)}/attachments`)).value['items'];
  expect(await lacking()).toEqual([{ digest, name: '外观.jpg', rows: [0], count: 1 }]);
  const other = { ...unreadable, storageDate: '2026-11-17', attachments: `${digest} 外观.jpg` };
  const sheet = [Object.keys(other), Object.values(other)];
  const csv = Buffer.from(sheet.map((cells) => cells.join(',')).join('\n'));
  const dryRun = '/api/v1/imports?kind=battery_recycling&dryRun=true';
  const tried = await nodes.call(1, 'operator', 'POST', dryRun, csv, { 'content-type': 'text/csv' });
  expect(await tried.json()).toMatchObject({
    findings: expect.arrayContaining([
      expect.objectContaining({ code: 'attachment_missing', row: 2, value: digest }),
    ]),
  });
  const refused = await report(nodes, id);
  expect(refused).toMatchObject({
    status: 409,
    value: { code: 'attachments_missing', records: [{ digest, import: id }] },
  });
  // A row that is put right names its files like a pushed one.
  const wrong = { ...unreadable, storageDate: '2026-11-16', level: 'Q' };
  const bad = await ask(nodes, 1, 'POST', '/records/battery_recycling', { records: [wrong] });
  const row = `/imports/${String(bad.value['id'])}/rows/0`;
  expect((await ask(nodes, 1, 'PUT', row, { cells: { ...wrong, level: 'P' } })).value).toMatchObject({
    state: 'corrected',
    findings: expect.arrayContaining([
      expect.objectContaining({ code: 'attachment_missing', value: digest }),
    ]),
  });
  const stored = await ask(nodes, 1, 'POST', '/attachments', photo);
  expect(stored).toEqual({ status: 201, value: { digest, size: photo.length, mediaType: 'image/jpeg' } });
  expect(await lacking()).toEqual([]);
  const left = (await ask(nodes, 1, 'GET', `/imports/${String(id)}/findings`)).value['items'];
  expect(JSON.stringify(left)).not.toContain('attachment_missing');
  expect((await ask(nodes, 1, 'POST', '/attachments', Buffer.from('<svg onload=x>'))).value).toMatchObject({
    code: 'attachment_type_refused',
  });
  expect((await report(nodes, id)).status).toBe(202);
  await vi.waitFor(
    async () => {
      const { value } = await ask(nodes, 0, 'GET', '/attachments');
      expect(value['items']).toMatchObject([{ digest, status: 'held', mediaType: 'image/jpeg' }]);
    },
    { timeout: 20_000 },
  );
  const given = await nodes.call(0, 'viewer', 'GET', `/api/v1/attachments/${digest}`);
  expect(Buffer.from(await given.arrayBuffer()).equals(photo)).toBe(true);
  expect(given.headers.get('content-disposition')).toContain(
    `attachment; filename*=UTF-8''${digest.slice(0, 16)}.jpg`,
  );
  expect(given.headers.get('content-type')).toBe('image/jpeg');
  expect(given.headers.get('x-content-type-options')).toBe('nosniff');
  expect(given.headers.get('content-security-policy')).toContain('sandbox');

  const [, recycler] = nodes.network().nodes;
  const folder = join(nodes.settings.dataDir, 'organizations', 'recycler', 'attachments', digest.slice(0, 2));
  const { attachments } = recycler?.slices ?? {};
  const age = async (): Promise<unknown> =>
    await recycler?.database.read(
      async (db) => await sql`update attachment set since = '2026-01-01'`.execute(db),
    );
  await age();
  await attachments?.sweep();
  expect(await readdir(folder)).toHaveLength(1);
  await recycler?.database.read(async (db) => await sql`delete from subject`.execute(db));
  await attachments?.sweep();
  expect(await readdir(folder)).toEqual([]);
  expect((await ask(nodes, 1, 'GET', `/attachments/${digest}`)).value).toMatchObject({
    code: 'attachment_not_found',
  });
});

it('[AT6] [AT7] [AT9] only members whose records name it get a file; what is missing is shown with the reason', async () => {
  await using nodes = await startTestNetwork({ members });
  await ask(nodes, 1, 'POST', '/attachments', photo);
  const [managers, recycler] = nodes.network().nodes;
  const asking = {
    organization: 'recycler',
    method: 'GET' as const,
    answerBytesMax: 100_000,
    timeoutMs: 10_000,
  };
  const send = async (name: string): Promise<unknown> =>
    await managers?.slices.replication.client.send({ ...asking, target: `/peer/v1/attachments/${name}` });
  const refused = { ok: false, error: { problem: 'peer_not_permitted' } };
  expect(await send(digest)).toMatchObject(refused);
  expect(await send('0'.repeat(64))).toMatchObject(refused);
  expect(await send('..%2f..%2fgenesis.cbor')).toMatchObject({ ok: false });
  const unsigned = await fetch(`${recycler?.url}/peer/v1/attachments/${digest}`);
  expect(unsigned.status).toBe(401);

  const { value } = await ask(nodes, 1, 'POST', '/records/battery_recycling', { records: [unreadable] });
  const hold = async (status: string): Promise<unknown> =>
    await recycler?.database.read(
      async (db) => await sql`update attachment set status = ${status}`.execute(db),
    );
  expect((await report(nodes, value['id'])).status).toBe(202);
  await vi.waitFor(
    async () => {
      const { value: list } = await ask(nodes, 0, 'GET', '/attachments?status=held');
      expect(list['items']).toHaveLength(1);
    },
    { timeout: 20_000 },
  );
  expect(await send(digest)).toMatchObject({ ok: true });
  // A file that a member lost is fetched when a person asks for it.
  await managers?.database.read(
    async (db) => await sql`update attachment set status = 'missing'`.execute(db),
  );
  expect(await ask(nodes, 0, 'POST', `/attachments/${digest}/repair`)).toMatchObject({
    value: { status: 'held' },
  });
  expect(await ask(nodes, 0, 'POST', `/attachments/${'0'.repeat(64)}/repair`)).toMatchObject({
    value: { code: 'attachment_not_found' },
  });
  await hold('missing');
  expect(await send(digest)).toMatchObject({ ok: false, error: { problem: 'attachment_not_held' } });
});

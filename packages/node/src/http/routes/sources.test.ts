// Sources over HTTP, and started by the managing organisation: whole nodes, a simulated ERP, signed requests between.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { startErp } from '@suyuan/testkit';
import { describe, expect, it } from 'vitest';

import { httpSource, moduleRows } from '../../source/testing/source-fixture.ts';
import { startTestNetwork } from '../../testing/start-test-network.ts';
import type { TestNodes } from '../../testing/start-test-network.ts';

const managers = 0;
const batteries = 1;
const vehicles = 2;

async function ended(nodes: TestNodes, source: number): Promise<unknown> {
  const look = async (): Promise<{ running?: unknown; lastRun?: unknown }> => {
    const answer = await nodes.call(batteries, 'auditor', 'GET', `/api/v1/sources/${source}`);
    return await answer.json();
  };
  await expect.poll(async () => (await look()).running, { timeout: 20_000 }).toBeUndefined();
  return (await look()).lastRun;
}

const logOf = async (
  nodes: TestNodes,
  node: number,
): Promise<{ subject: string; detail: string | null }[]> => {
  const { database } = nodes.network().nodes[node] ?? {};
  const found = await database?.read((db) =>
    db
      .selectFrom('access_log')
      .select(['subject', 'detail'])
      .where('act', '=', 'source_start')
      .orderBy('id')
      .execute(),
  );
  return found ?? [];
};

describe('sources over HTTP', () => {
  it('[D20] [D3] [D2] [D24] are tried, bound, run and changed; secrets are shown nowhere', async () => {
    await using nodes = await startTestNetwork();
    const rows = moduleRows(30).map((row, place) => (place === 0 ? { ...row, moduleCode: 'X' } : row));
    await using erp = await startErp({ token: 'S3CRET', records: { battery_module: rows } });
    const settings = { ...httpSource(erp.url), authorization: { type: 'bearer' } } as const;
    const draft = { name: 'ERP', system: 'SAP', settings };
    const call = async (
      method: string,
      path: string,
      body?: object,
    ): Promise<{ status: number; body: Record<string, never> }> => {
      const answer = await nodes.call(batteries, 'administrator', method, `/api/v1/sources${path}`, body);
      const text = await answer.text();
      expect(text).not.toContain('S3CRET');
      return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
    };
    const tried = await call('POST', '/preview', { settings, kind: 'battery_module', secret: 'S3CRET' });
    expect(tried).toMatchObject({ status: 200, body: { columns: expect.arrayContaining(['moduleCode']) } });
    expect(tried.body['rows']).toHaveLength(20);
    const refused = await call('POST', '/preview', { settings, kind: 'battery_module', secret: 'wrong' });
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'source_failed', failure: { code: 'credentials_refused' } },
    });
    expect(await call('POST', '', draft)).toMatchObject({ status: 422, body: { reason: 'secret_needed' } });
    const { privateAddresses: _, ...bare } = settings;
    expect(await call('POST', '', { ...draft, settings: bare, secret: 'S3CRET' })).toMatchObject({
      body: { reason: 'address_private' },
    });
    const streams = [{ kind: 'battery_module', files: '*.csv' }];
    const elsewhere = { ...draft, settings: { type: 'folder', folder: '/etc', streams } };
    expect(await call('POST', '', elsewhere)).toMatchObject({
      status: 422,
      body: { code: 'source_refused', reason: 'folder_refused' },
    });
    const bound = await call('POST', '', { ...draft, secret: 'S3CRET' });
    expect(bound).toMatchObject({ status: 201, body: { id: 1, state: 'new', hasSecret: true } });
    // A secret does not go to another system than the one that it was entered for.
    const moved = { ...draft, settings: { ...settings, address: 'https://erp.example.com' } };
    expect(await call('PUT', '/1', moved)).toMatchObject({
      body: { code: 'source_refused', reason: 'secret_needed' },
    });
    expect(await call('PUT', '/1', elsewhere)).toMatchObject({ body: { reason: 'folder_refused' } });
    expect(await call('PUT', '/1', { ...draft, name: 'ERP 2' })).toMatchObject({
      status: 200,
      body: { name: 'ERP 2' },
    });
    expect(await call('POST', '/1/runs')).toMatchObject({
      status: 202,
      body: { status: 'running', startedBy: 'command' },
    });
    expect(await ended(nodes, 1)).toMatchObject({ status: 'done', rows: 30, staged: 29 });
    expect(await call('GET', '/1/exceptions')).toMatchObject({
      body: { items: [{ state: 'wrong', kind: 'battery_module' }] },
    });
    expect(await call('GET', '/1/runs')).toMatchObject({ body: { items: [{ id: 1 }] } });
    expect(await call('GET', '/1/runs/1')).toMatchObject({ body: { imports: [expect.any(Number)] } });
    expect(await call('DELETE', '/1/runs/1')).toMatchObject({ body: { code: 'source_run_not_found' } });
    expect(await call('PATCH', '/1', { status: 'paused' })).toMatchObject({ body: { state: 'paused' } });
    expect(await call('POST', '/1/runs')).toMatchObject({ status: 409, body: { code: 'source_stopped' } });
    const folder = join(nodes.settings.dataDir, 'organizations', 'batteries', 'sources');
    const [file = ''] = await readdir(folder);
    expect(await readFile(join(folder, file), 'utf8')).toBe('S3CRET');
    expect((await call('DELETE', '/1')).status).toBe(204);
    expect(await readdir(folder)).toEqual([]);
    expect((await nodes.call(batteries, 'operator', 'POST', '/api/v1/sources', draft)).status).toBe(403);
  });
});

describe('started by the managing organisation', () => {
  it('[D21] [D22] only where it was opened; rows stay with the reporter, and both sides write it down', async () => {
    await using nodes = await startTestNetwork();
    await using erp = await startErp({ records: { battery_module: moduleRows(12) } });
    const draft = { name: 'ERP', system: 'SAP', settings: httpSource(erp.url) };
    const bound = await nodes.call(batteries, 'administrator', 'POST', '/api/v1/sources', draft);
    expect(bound.status).toBe(201);
    const start = async (node: number, source = 1): Promise<unknown> => {
      const answer = await nodes.call(
        node,
        'operator',
        'POST',
        `/api/v1/members/batteries/sources/${source}/runs`,
      );
      const body: object = await answer.json();
      return { status: answer.status, ...body };
    };
    const list = async (): Promise<unknown> =>
      await (await nodes.call(managers, 'auditor', 'GET', '/api/v1/members/batteries/sources')).json();
    expect(await list()).toEqual({ items: [] });
    expect(await start(managers)).toMatchObject({
      status: 409,
      code: 'member_refused',
      reason: 'source_not_opened',
    });
    expect(await start(managers, 99)).toMatchObject({ reason: 'source_not_opened' });
    expect(erp.requests).toHaveLength(0);
    expect(await start(vehicles)).toMatchObject({ reason: 'peer_not_permitted' });
    await nodes.call(batteries, 'administrator', 'PUT', '/api/v1/sources/1', {
      ...draft,
      openToManager: true,
    });
    expect(await start(managers)).toEqual({ status: 202, run: 1 });
    expect(await ended(nodes, 1)).toMatchObject({
      startedBy: 'manager',
      account: 'organization:managers',
      staged: 12,
    });
    const shown = { id: 1, kinds: ['battery_module'], state: 'fresh', running: false };
    const lastRun = {
      id: 1,
      status: 'done',
      finishedAt: expect.any(String),
      rows: 12,
      staged: 12,
      errors: 0,
    };
    expect(await list()).toEqual({ items: [{ ...shown, lastRun }] });
    const counted = await nodes
      .network()
      .nodes[managers]?.database.read((db) => db.selectFrom('record').select('leaf').execute());
    expect(counted).toEqual([]);
    const outcomes = [
      { outcome: 'source_not_opened' },
      { outcome: 'source_not_opened' },
      { outcome: 'accepted', run: 1 },
    ];
    const [first] = outcomes.toReversed();
    for (const node of [managers, batteries]) {
      const log = await logOf(nodes, node);
      expect(log.map(({ detail }) => JSON.parse(detail ?? '') as unknown)).toMatchObject(outcomes);
      expect(log.at(-1)?.subject).toBe('batteries/source/1');
    }
    // The managing organisation compares its own log with that of the member, which shows it nobody else's.
    const said = async (node: number, path: string): Promise<unknown> =>
      Object(await (await nodes.call(node, 'auditor', 'GET', `/api/v1${path}`)).json());
    const start1 = { member: 'batteries', source: 1, ...first };
    expect(await said(managers, '/sources/starts?member=batteries&limit=1')).toMatchObject({
      items: [{ ...start1, by: '0 operator' }],
      next: expect.any(String),
    });
    expect(await said(managers, '/sources/starts?member=vehicles')).toEqual({ items: [] });
    const theirs = { items: [{ ...start1, by: 'organization:managers' }, {}, {}] };
    expect(await said(managers, '/members/batteries/sources/starts')).toMatchObject(theirs);
    expect(await said(batteries, '/sources/starts')).toMatchObject(theirs);
    expect(await said(vehicles, '/members/batteries/sources/starts')).toMatchObject({
      code: 'member_refused',
    });
  });
});

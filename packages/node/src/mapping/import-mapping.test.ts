// Imports that name a saved mapping, over real HTTP: files, jobs, lists, lines, and what is refused.
import { expect, it } from 'vitest';
import { startRoutes } from '../import/testing/import-routes.ts';
import { mesCells, mesColumns, mesMapping, mesRow } from './testing/mes.ts';

const csv = (rows: readonly (readonly string[])[]): Buffer =>
  Buffer.from(rows.map((cells) => cells.join(',')).join('\n'));
const asCsv = { 'content-type': 'text/csv' };

it('[M18] [M21] [M22] a file is imported by the name of its mapping, at once or as a job, and keeps its version', async () => {
  await using routes = await startRoutes();
  const saved = await routes.call('POST', '/mappings', { body: { name: 'MES 1', mapping: mesMapping() } });
  const { id } = saved.value;
  const path = '/imports?kind=battery_module&mapping=MES%201';
  const rows = [mesColumns, mesCells(1), mesCells(2, { state: 'scrap' }), mesCells(3, { chem: '?' })];
  const done = await routes.call('POST', path, { body: csv(rows), headers: asCsv });
  expect(done).toMatchObject({ status: 200, value: { rows: 2, staged: 1, errors: 1, skipped: 1 } });
  const bad = await routes.call('GET', `/imports/${String(done.value['id'])}/rows?state=wrong`);
  expect(bad.first).toMatchObject({ row: 4, cells: { chemistry: '?', ratedCapacity: 100 } });
  const cells = { ...Object(bad.first['cells']), chemistry: 'B' };
  const corrected = await routes.call('PUT', `/imports/${String(done.value['id'])}/rows/4`, {
    body: { cells },
  });
  expect(corrected.value).toMatchObject({ state: 'corrected' });
  const later = await routes.call('POST', `${path}&async=true`, {
    body: csv([mesColumns, mesCells(9)]),
    headers: asCsv,
  });
  await routes.deps.jobs.start();
  const address = `/imports/${String(later.value['id'])}`;
  const headers = { authorization: `Bearer ${routes.keys.viewer}` };
  await (await fetch(`${routes.url}${address}/events`, { headers })).text();
  const mapping = { id, name: 'MES 1', version: 1 };
  expect((await routes.call('GET', address)).value).toMatchObject({
    status: 'done',
    staged: 1,
    errors: 0,
    mapping,
  });
  // Removed, it stays readable for the imports that it read.
  expect((await routes.call('DELETE', `/mappings/${String(id)}`)).status).toBe(204);
  expect((await routes.call('GET', address)).value).toMatchObject({ mapping });
  expect((await routes.call('GET', `/mappings/${String(id)}`)).value).toMatchObject({
    name: 'MES 1',
    removedAt: expect.any(String),
  });
  expect((await routes.call('GET', '/mappings')).value['items']).toEqual([]);
  expect((await routes.call('POST', path, { body: csv(rows), headers: asCsv })).value['code']).toBe(
    'mapping_not_found',
  );
});

it('[M19] [M22] a push is read by the name of its mapping, as JSON and as lines', async () => {
  await using routes = await startRoutes();
  await routes.call('POST', '/mappings', { body: { name: 'MES', mapping: mesMapping() } });
  const path = '/records/battery_module?mapping=MES';
  const list = await routes.call('POST', path, { body: { records: [mesRow(1), mesRow(2, { state: 'x' })] } });
  expect(list.value).toMatchObject({ rows: 1, staged: 1, skipped: 1 });
  const kept = await routes.call('GET', `/imports/${String(list.value['id'])}`);
  expect(kept.value).toMatchObject({ mapping: { name: 'MES', version: 1 } });
  const lines = Buffer.from([mesRow(3), mesRow(4, { sn: 'X' })].map((row) => JSON.stringify(row)).join('\n'));
  const headers = { 'content-type': 'application/x-ndjson' };
  const pushed = await routes.call('POST', path, { body: lines, headers });
  expect(pushed.value).toMatchObject({
    rows: 2,
    staged: 1,
    skipped: 0,
    findings: [{ row: 1, column: 'sn' }],
  });
});

it('[M18] a mapping that is not there, or of another kind or layout, is refused before the file is read', async () => {
  await using routes = await startRoutes({}, ['battery_module', 'battery_pack']);
  await routes.call('POST', '/mappings', { body: { name: 'MES', mapping: mesMapping() } });
  const codeOf = async (query: string): Promise<unknown> => {
    const body = csv([mesColumns, mesCells(1)]);
    return (await routes.call('POST', `/imports?${query}`, { body, headers: asCsv })).value['code'];
  };
  expect(await codeOf('kind=battery_module&mapping=other')).toBe('mapping_not_found');
  expect(await codeOf('kind=battery_pack&mapping=MES')).toBe('mapping_other_kind');
  const push = await routes.call('POST', '/records/battery_pack?mapping=MES', { body: { records: [{}] } });
  expect(push.value['code']).toBe('mapping_other_kind');
});

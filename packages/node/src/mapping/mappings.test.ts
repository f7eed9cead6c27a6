// Mappings over real HTTP and a real database: saved in versions, suggested, sampled and tried.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mappingBindings } from '../http/routes/mappings.ts';
import { importDeps } from '../import/testing/import-fixture.ts';
import { rowXml, workbookFile } from '../import/testing/workbook-file.ts';
import { serveApp } from '../testing/serve-app.ts';
import { testDatabase } from '../testing/test-database.ts';
import { findSavedMapping } from './saved-mappings.ts';
import { mesCells, mesColumns, mesMapping, mesRow } from './testing/mes.ts';

interface Answer {
  readonly status: number;
  readonly value: Record<string, unknown>;
}

async function serve() {
  const database = await testDatabase();
  const uploadFolder = await mkdtemp(join(tmpdir(), 'suyuan-mappings-'));
  const app = await serveApp(database, {
    bindings: mappingBindings({ ...importDeps(database), uploadFolder }),
    authenticate: async () => ({ account: 'user:1', name: 'Li', role: 'operator', way: 'api_key' }),
  });
  return {
    database,
    async call(method: string, path: string, body?: unknown, type = 'application/json'): Promise<Answer> {
      const content =
        body === undefined ? null : body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body);
      const answer = await fetch(`${app.origin}/api/v1${path}`, {
        method,
        body: content,
        headers: content === null ? {} : { 'content-type': type },
      });
      const text = await answer.text();
      return { status: answer.status, value: { ...Object(text === '' ? {} : JSON.parse(text)) } };
    },
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await rm(uploadFolder, { recursive: true, force: true });
    },
  };
}

it('[M16] saves versions, keeps old ones, and refuses a change of a version that is not the newest', async () => {
  await using routes = await serve();
  const mapping = mesMapping();
  const first = await routes.call('POST', '/mappings', { name: '一号线 MES', mapping });
  expect(first).toMatchObject({
    status: 201,
    value: { name: '一号线 MES', version: 1, createdBy: 'Li', mapping },
  });
  const path = `/mappings/${String(first.value['id'])}`;
  expect(await routes.call('POST', '/mappings', { name: '一号线 MES', mapping })).toMatchObject({
    status: 409,
    value: { code: 'mapping_name_taken' },
  });
  const changed = mesMapping({ only: [] });
  expect(await routes.call('PUT', path, { version: 1, mapping: changed })).toMatchObject({
    status: 200,
    value: { version: 2, mapping: changed, versions: [{ version: 2 }, { version: 1 }] },
  });
  expect((await routes.call('PUT', path, { version: 1, mapping })).value['code']).toBe('mapping_changed');
  expect((await routes.call('GET', `${path}?version=1`)).value).toMatchObject({ version: 1, mapping });
  expect((await routes.call('GET', `${path}?version=3`)).value['code']).toBe('mapping_not_found');
  const other = { ...mapping, kind: 'battery_pack', fields: { packCode: { column: 'sn' } } };
  expect((await routes.call('PUT', path, { version: 2, mapping: other })).value['code']).toBe(
    'mapping_other_kind',
  );
  expect((await routes.call('PUT', '/mappings/999', { version: 1, mapping })).value['code']).toBe(
    'mapping_not_found',
  );
  for (const by of ['一号线 MES', Number(first.value['id'])])
    expect(await findSavedMapping(routes.database, by)).toMatchObject({ version: 2, mapping: changed });
  expect(await findSavedMapping(routes.database, 'nobody')).toBeUndefined();
});

it('[M20] [M21] renames and removes a mapping, but not one that a source is read by', async () => {
  await using routes = await serve();
  const mapping = mesMapping();
  const { id } = (await routes.call('POST', '/mappings', { name: 'a', mapping })).value;
  await routes.call('POST', '/mappings', { name: 'b', mapping });
  const path = `/mappings/${String(id)}`;
  expect((await routes.call('PATCH', path, { name: 'b' })).value['code']).toBe('mapping_name_taken');
  expect((await routes.call('PATCH', '/mappings/99', { name: 'c' })).value['code']).toBe('mapping_not_found');
  expect((await routes.call('PATCH', path, { name: 'c' })).value).toMatchObject({
    id,
    name: 'c',
    version: 1,
  });
  const settings = {
    type: 'folder',
    folder: 'x',
    streams: [{ kind: mapping.kind, mapping: id, files: '*' }],
  };
  const add = async (): Promise<unknown> =>
    await routes.database.read((db) =>
      db
        .insertInto('source')
        .values({ name: 'ERP', system: 'SAP', settings: JSON.stringify(settings), created_by: 'Li' })
        .execute(),
    );
  await add();
  expect(await routes.call('DELETE', path)).toMatchObject({
    status: 409,
    value: { code: 'mapping_in_use', sources: [{ id: 1, name: 'ERP' }] },
  });
  await routes.database.read((db) => db.deleteFrom('source').execute());
  expect((await routes.call('DELETE', path)).status).toBe(204);
  expect((await routes.call('DELETE', path)).value['code']).toBe('mapping_not_found');
  expect((await routes.call('GET', path)).value['code']).toBe('mapping_not_found');
  expect((await routes.call('POST', '/mappings', { name: 'c', mapping })).status).toBe(201);
});

it('[M16] lists mappings by name, page by page', async () => {
  await using routes = await serve();
  for (const name of ['b', 'a', 'c']) await routes.call('POST', '/mappings', { name, mapping: mesMapping() });
  const page = await routes.call('GET', '/mappings?limit=2&kind=battery_module');
  expect(page.value).toMatchObject({ items: [{ name: 'a' }, { name: 'b' }], next: 'b' });
  const rest = await routes.call('GET', '/mappings?after=b');
  expect(rest.value).toMatchObject({ items: [{ name: 'c', kind: 'battery_module', version: 1 }] });
  expect(rest.value).not.toHaveProperty('next');
  expect((await routes.call('GET', '/mappings?kind=battery_pack')).value['items']).toEqual([]);
});

it('[M2] refuses what is no mapping, naming the paths', async () => {
  await using routes = await serve();
  const mapping = { ...mesMapping(), fields: { mass: { column: 'x', unit: { from: 'mV' } }, nothing: {} } };
  expect(await routes.call('POST', '/mappings', { name: 'x', mapping })).toMatchObject({
    status: 422,
    value: {
      code: 'mapping_invalid',
      problems: [
        { path: 'fields.mass.unit.from', code: 'mapping_unit_unfit' },
        { path: 'fields.nothing', code: 'mapping_field_unknown' },
      ],
    },
  });
});

it('[M17] tries a mapping on rows: records, findings by column, counts, columns that changed', async () => {
  await using routes = await serve();
  const { value, status } = await routes.call('POST', '/mappings/preview', {
    mapping: mesMapping(),
    rows: [
      mesRow(1),
      mesRow(2, { chem: 'what?' }),
      mesRow(3, { state: 'scrap' }),
      mesRow(4, { sn: 'X', extra: '1' }),
    ],
  });
  expect(status).toBe(200);
  expect(value).toMatchObject({
    counts: { good: 1, wrong: 2, skipped: 1, warned: 0 },
    rows: [
      { row: 0, outcome: 'good', record: { mass: 4.567, chemistry: 'B', ratedCapacity: 100 }, findings: [] },
      { row: 1, outcome: 'wrong', findings: [{ code: 'enum_value', field: 'chemistry', column: 'chem' }] },
      { row: 2, outcome: 'skipped' },
      { row: 3, outcome: 'wrong', findings: [{ code: 'code_length', column: 'sn' }] },
    ],
    columns: { missing: [], added: ['extra'], renamed: [] },
  });
  expect(value['findings']).toContainEqual({
    code: 'code_length',
    level: 'error',
    field: 'moduleCode',
    column: 'sn',
    rows: 1,
  });
});

it('[M15] reads a sample of a workbook, of CSV and of lines, and suggests a mapping for it', async () => {
  await using routes = await serve();
  const csv = [mesColumns, mesCells(1), mesCells(2)].map((cells) => cells.join(';')).join('\n');
  const fromCsv = await routes.call('POST', '/mappings/sample', Buffer.from(csv), 'text/csv');
  expect(fromCsv.value).toMatchObject({
    sheets: [],
    headings: 1,
    columns: mesColumns,
    rows: [mesRow(1), mesRow(2)],
  });
  const book = workbookFile({
    sheets: {
      Notes: '',
      Export: [['exported by MES'], mesColumns, mesCells(1)]
        .map((cells, row) => rowXml(row + 1, cells))
        .join(''),
    },
  });
  const fromBook = await routes.call(
    'POST',
    '/mappings/sample?headings=2',
    book,
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  );
  expect(fromBook.value).toMatchObject({
    sheets: ['Export'],
    sheet: 'Export',
    headings: 2,
    rows: [mesRow(1)],
  });
  const lines = Buffer.from(`${JSON.stringify({ a: { b: 1 } })}\nbroken\n`);
  const fromLines = await routes.call('POST', '/mappings/sample', lines, 'application/x-ndjson');
  expect(fromLines.value).toMatchObject({ columns: ['a.b'], rows: [{ a: { b: 1 } }] });
  const pdf = await routes.call('POST', '/mappings/sample', Buffer.from('%PDF-1.7'), 'text/csv');
  expect(pdf.value['code']).toBe('csv_not_text');
  const { columns, rows } = fromCsv.value;
  const { value } = await routes.call('POST', '/mappings/suggest', { kind: 'battery_module', columns, rows });
  const { only, ...suggested } = mesMapping();
  expect(value).toMatchObject({ mapping: suggested, unused: ['state'] });
  expect(only).toHaveLength(1);
});

// The routes of imports and own records over real HTTP, against PostgreSQL: the whole way of a person who sends
// a workbook, corrects it, and sends records by program.
import { request } from 'node:http';
import { problems } from '@suyuan/api';
import { generateRecords } from '@suyuan/testkit';
import { readXlsx } from 'hucre/xlsx';
import { sql } from 'kysely';
import { describe, expect, it, vi } from 'vitest';
import { countRows } from '../../import/testing/import-fixture.ts';
import { startRoutes } from '../../import/testing/import-routes.ts';
import type { Answer } from '../../import/testing/import-routes.ts';
import { fourSheetFile, fourSheetRows } from '../../import/testing/four-sheet-file.ts';
import { moduleCells, moduleFields, moduleSheet, workbookFile } from '../../import/testing/workbook-file.ts';

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

function book(...rows: readonly ReturnType<typeof moduleCells>[]): Buffer {
  return workbookFile({ sheets: { 模块: moduleSheet(rows) } });
}

const path = '/imports?kind=battery_module&fileName=modules.xlsx';

describe('a workbook over HTTP', () => {
  it('[I19] is sent, corrected and marked, and its records are listed', async () => {
    await using routes = await startRoutes();
    const sent = await routes.call('POST', path, { body: book(moduleCells(1), moduleCells(2).with(0, 'X')) });
    expect(sent).toMatchObject({ status: 200, value: { rows: 2, staged: 1, errors: 1, dryRun: false } });
    const id = String(sent.value['id']);
    expect((await routes.call('GET', `/imports/${id}`)).value).toMatchObject({
      status: 'done',
      fileName: 'modules.xlsx',
    });
    expect((await routes.call('GET', '/imports')).value).toMatchObject({ items: [{ status: 'done' }] });
    expect((await routes.call('GET', `/imports/${id}/findings?limit=5`)).value).toMatchObject({
      items: [{ code: 'code_length', row: 3, column: 'A' }],
    });
    const rows = await routes.call('GET', `/imports/${id}/rows?state=wrong`);
    expect(rows.value).toMatchObject({ items: [{ row: 3, cells: { moduleCode: 'X' } }] });
    const marked = await fetch(`${routes.url}/imports/${id}/workbook`, {
      headers: { authorization: `Bearer ${routes.keys.operator}` },
    });
    expect(marked.headers.get('content-type')).toBe(xlsx);
    const workbook = await readXlsx(new Uint8Array(await marked.arrayBuffer()));
    expect(workbook.sheets.map(({ name }) => name)).toEqual(['模块', '导入问题 Findings']);
    const cells = rows.first['cells'];
    const corrected = await routes.call('PUT', `/imports/${id}/rows/3`, {
      body: { cells: { ...Object(cells), moduleCode: 'SY1MB01A000001GB20000002' } },
    });
    expect(corrected).toMatchObject({ status: 200, value: { state: 'corrected' } });
    const listed = await routes.call('GET', `/records?status=staged&import=${id}`);
    expect(listed.value).toMatchObject({
      items: [
        { leaf: 0, private: {} },
        { leaf: 1, row: 3 },
      ],
    });
    const seen = await routes.call('GET', '/records', { role: 'viewer' });
    expect(JSON.stringify(seen.value)).not.toContain('private');
    expect((await routes.call('DELETE', `/imports/${id}`)).value).toEqual({ discarded: 2, kept: 0 });
    await vi.waitFor(async () => expect(await routes.uploads()).toEqual([]));
  });

  it('[I22] the same key and file give the same answer once; a dry run keeps nothing', async () => {
    await using routes = await startRoutes();
    const headers = { 'idempotency-key': 'import-1' };
    const body = book(moduleCells(1));
    const dry = await routes.call('POST', `${path}&dryRun=true`, { body });
    expect(dry).toMatchObject({ status: 200, value: { id: null, staged: 1, dryRun: true } });
    const first = await routes.call('POST', path, { body, headers });
    const second = await routes.call('POST', path, { body, headers });
    expect(second).toEqual(first);
    expect(await countRows(routes.database)).toMatchObject({ import: 1, record: 1 });
    const other = await routes.call('POST', path, { body: book(moduleCells(2)), headers });
    expect(other.value).toMatchObject({ code: 'idempotency_key_reused' });
  });

  it('[I1] refuses files, kinds and roles with a problem of the catalogue', async () => {
    await using routes = await startRoutes();
    const pdf = Buffer.from('%PDF-1.7');
    expect((await routes.call('POST', path, { body: pdf })).value).toMatchObject({
      code: 'workbook_not_xlsx',
      status: problems.workbook_not_xlsx.status,
      looksLike: 'pdf',
    });
    const unknown = await routes.call('POST', '/imports?kind=no_such_kind', { body: pdf });
    expect(unknown.value).toMatchObject({ code: 'kind_unknown' });
    const foreign = await routes.call('POST', '/imports?kind=battery_pack', { body: pdf });
    expect(foreign.value).toMatchObject({ code: 'kind_not_permitted' });
    const viewer = await routes.call('POST', path, { body: pdf, role: 'viewer' });
    expect(viewer.value).toMatchObject({ code: 'role_insufficient' });
    expect((await routes.call('GET', '/imports/77')).value).toMatchObject({ code: 'import_not_found' });
    expect(await routes.uploads()).toEqual([]);
  });

  it('[I18] a client that goes away in the middle of its file leaves nothing', async () => {
    await using routes = await startRoutes();
    const cut = request(`${routes.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${routes.keys.operator}`,
        'content-type': xlsx,
        'content-length': '100000',
      },
    });
    cut.on('error', () => undefined);
    cut.write(Buffer.alloc(50_000));
    await vi.waitFor(async () => expect((await routes.uploads()).length).toBe(1));
    cut.destroy();
    await vi.waitFor(async () => expect(await routes.uploads()).toEqual([]));
    expect(await countRows(routes.database)).toMatchObject({ import: 0, record: 0 });
  });

  it('[I18] progress is sent as events until the import is done', async () => {
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await using routes = await startRoutes({
      reach: async (step) => (step === 'import.before_commit' ? await held : undefined),
    });
    const sending = routes.call('POST', path, { body: book(moduleCells(1)) });
    const id = await vi.waitFor(async () => {
      const running = routes.deps.progress.list()[0]?.id;
      expect(running).toBeDefined();
      return running;
    });
    const events = await fetch(`${routes.url}/imports/${id}/events`, {
      headers: { authorization: `Bearer ${routes.keys.viewer}` },
    });
    release?.();
    const text = await events.text();
    expect(text).toContain('"status":"reading"');
    expect(text.trimEnd().split('\n').at(-1)).toContain('"status":"done"');
    expect((await sending).status).toBe(200);
  });

  it('gives the template of a kind', async () => {
    await using routes = await startRoutes();
    const answer = await fetch(`${routes.url}/kinds/battery_module/template`, {
      headers: { authorization: `Bearer ${routes.keys.viewer}` },
    });
    const template = await readXlsx(new Uint8Array(await answer.arrayBuffer()));
    expect(template.sheets[0]?.rows[0]).toContain('moduleCode');
    const sent = await routes.call('POST', path, {
      body: new Uint8Array(
        await (
          await fetch(answer.url, { headers: { authorization: `Bearer ${routes.keys.viewer}` } })
        ).arrayBuffer(),
      ),
    });
    expect(sent.value).toMatchObject({ rows: 0, staged: 0, errors: 0 });
  });
});

describe('other forms over HTTP', () => {
  const type = (name: string) => ({ 'content-type': name });

  it('[I29] takes a CSV file in the encoding that the media type names', async () => {
    await using routes = await startRoutes();
    const [code, ...rest] = moduleCells(1).map((cell) =>
      JSON.stringify(cell).replaceAll(String.raw`\n`, ';'),
    );
    const text = `${moduleFields.join(',')}\n${[code, ...rest].join(',')}\n`;
    const body = new TextEncoder().encode(text);
    const headers = type('text/csv; charset="GBK"');
    const sent = await routes.call('POST', '/imports?kind=battery_module', { body, headers });
    expect(sent).toMatchObject({ status: 200, value: { rows: 1, staged: 1, findings: [] } });
    const wrong = await routes.call('POST', '/imports?kind=battery_module', {
      body: Buffer.concat([body, Buffer.from('\n')]),
      headers: type('text/csv; charset=latin1'),
    });
    expect(wrong).toMatchObject({ status: 422, value: { code: 'csv_charset_wrong', charset: 'latin1' } });
    const marked = await fetch(`${routes.url}/imports/${String(sent.value['id'])}/workbook`, {
      headers: { authorization: `Bearer ${routes.keys.operator}` },
    });
    expect(new Uint8Array(await marked.arrayBuffer()).slice(0, 2)).toEqual(new Uint8Array([0x50, 0x4b]));
  });

  it('[I39] takes the four-sheet layout with its defaults, from who may report both kinds', async () => {
    await using routes = await startRoutes({}, ['battery_module', 'battery_pack']);
    const body = fourSheetFile(fourSheetRows(1, 2, 2));
    const defaults = {
      battery_pack: { ratedCapacity: 100, ratedEnergy: 40, nominalVoltage: 400, mass: 285 },
      battery_module: { ratedCapacity: 100, nominalVoltage: 6.4, connection: '1P2S' },
    };
    const way = `/imports?kind=four_sheet&defaults=${encodeURIComponent(JSON.stringify(defaults))}`;
    const sent = await routes.call('POST', way, { body });
    expect(sent).toMatchObject({ status: 200, value: { kind: 'four_sheet', rows: 3, staged: 3 } });
    const wrong = await routes.call('POST', '/imports?kind=four_sheet&defaults=[]', { body });
    expect(wrong).toMatchObject({ status: 400, value: { code: 'request_invalid' } });
    const misplaced = await routes.call('POST', `${path}&defaults={}`, { body });
    expect(misplaced).toMatchObject({ status: 400, value: { code: 'request_invalid' } });
    await using other = await startRoutes();
    const refused = await other.call('POST', '/imports?kind=four_sheet', { body });
    expect(refused.value).toMatchObject({ code: 'kind_not_permitted' });
  });

  it('[I33] takes lines of JSON, once for one key', async () => {
    await using routes = await startRoutes();
    const [batch] = [...generateRecords({ seed: 5, count: 10, from: '2026-02-01', to: '2026-02-02' })];
    const lines = [...(batch?.records ?? []), {}].map((record) => `${JSON.stringify(record)}\n`);
    const body = new TextEncoder().encode(lines.join(''));
    const headers = { ...type('application/x-ndjson'), 'idempotency-key': 'lines-1' };
    const first = await routes.call('POST', '/records/battery_module', { body, headers });
    expect(first).toMatchObject({ status: 200, value: { rows: lines.length, staged: lines.length - 1 } });
    expect(await routes.call('POST', '/records/battery_module', { body, headers })).toEqual(first);
    expect(await countRows(routes.database)).toMatchObject({ import: 1, record: lines.length - 1 });
  });
});

describe('pushed records over HTTP', () => {
  it('[I23] are staged, changed and discarded', async () => {
    await using routes = await startRoutes();
    const [batch] = [...generateRecords({ seed: 5, count: 10, from: '2026-02-01', to: '2026-02-02' })];
    const records = batch?.records ?? [];
    const pushed = await routes.call('POST', '/records/battery_module', {
      body: { records: [...records, {}] },
    });
    expect(pushed).toMatchObject({
      status: 200,
      value: { rows: records.length + 1, staged: records.length },
    });
    const listed = await routes.call('GET', '/records?limit=1');
    const number = String(listed.first['batch']);
    const changed = await routes.call('PUT', `/records/staged/${number}/0`, {
      body: { record: { ...records[0], mass: 12 } },
    });
    expect(changed).toMatchObject({ status: 200, value: { staged: true } });
    expect((await routes.call('DELETE', `/records/staged/${number}/0`)).status).toBe(204);
    expect((await routes.call('DELETE', `/records/staged/${number}/0`)).value).toMatchObject({
      code: 'staged_record_not_found',
    });
    const empty = await routes.call('POST', '/records/battery_module', { body: { records: [] } });
    expect(empty.value).toMatchObject({ code: 'request_invalid' });
  });

  it('[I41] of a number that is reported are a 409 with the receipt; beside others, a bad row with it', async () => {
    await using routes = await startRoutes();
    const [batch] = [...generateRecords({ seed: 5, count: 10, from: '2026-02-01', to: '2026-02-02' })];
    const [one, two] = (batch?.records ?? []).map((record, row) => ({ ...record, recordId: `MES-${row}` }));
    const push = async (...records: readonly unknown[]): Promise<Answer> =>
      await routes.call('POST', '/records/battery_module', { body: { records } });
    const setStatus = async (status: string, entry: number | null): Promise<unknown> =>
      await routes.database.read(
        async (db) => await sql`update batch set status = ${status}, entry = ${entry}`.execute(db),
      );
    await push(one);
    await setStatus('sending', null);
    expect(await push(one)).toMatchObject({
      status: 409,
      value: { code: 'record_sending', records: [{ row: 0, recordId: 'MES-0', code: 'record_sending' }] },
    });
    await setStatus('reported', 12);
    const facts = { row: 0, record: '12/0', receipt: '/api/v1/receipts/12/0' };
    expect(await push(one)).toMatchObject({
      status: 409,
      value: { code: 'record_reported', records: [{ ...facts, recordId: 'MES-0' }] },
    });
    expect(await countRows(routes.database)).toMatchObject({ import: 1, import_row: 0, record: 1 });
    const both = await push(one, two);
    expect(both).toMatchObject({ status: 200, value: { staged: 1 } });
    expect(both.value['findings']).toMatchObject([{ code: 'record_reported', ...facts }]);
    const id = String(both.value['id']);
    const corrected = await routes.call('PUT', `/imports/${id}/rows/0`, { body: { cells: one } });
    expect(corrected.value).toMatchObject({ state: 'wrong', findings: [{ code: 'record_reported' }] });
    const { batch: place, leaf } = (await routes.call('GET', '/records?status=staged')).first;
    const edited = await routes.call('PUT', `/records/staged/${String(place)}/${String(leaf)}`, {
      body: { record: { ...two, recordId: 'MES-0' } },
    });
    expect(edited.value).toMatchObject({ staged: false, findings: [{ code: 'record_reported' }] });
  });
});

// Runs of a source: what repeats, what is wrong, changed columns, cancelling, reporting by itself.
import { createServer } from 'node:http';

import type { Mapping } from '@suyuan/battery';
import { startErp } from '@suyuan/testkit';
import { describe, expect, it } from 'vitest';

import { noteHeld } from '../attachment/attachment-store.ts';
import { listMissingFiles } from '../attachment/missing-files.ts';
import { correctRow, discardRow } from '../import/correct-row.ts';
import { discardImport } from '../import/discard-import.ts';
import { editStagedRecord } from '../import/staged-records.ts';
import { addSavedMapping } from '../mapping/saved-mappings.ts';
import { pruneRuns } from './run-store.ts';
import { showExceptions } from './show-exceptions.ts';
import { showRuns } from './show-source.ts';
import { replaceSourceRow, turnSource } from './source-store.ts';
import { httpSource, moduleRows, sourceFixture } from './testing/source-fixture.ts';

describe('what came before', () => {
  it('[D11] stages nothing twice, replaces what changed while it is staged, and takes discarded imports again', async () => {
    await using fixture = await sourceFixture();
    const rows = moduleRows(120);
    await using erp = await startErp({ records: { battery_module: rows } });
    const id = await fixture.bind(httpSource(erp.url));
    const first = await fixture.run(id);
    await turnSource(fixture.database, id, { cursors: { battery_module: null } }, 0);
    // The same said in another order of members is the same.
    erp.set(
      'battery_module',
      rows.map((row, place) =>
        place === 3 ? { ...row, mass: 14 } : Object.fromEntries(Object.entries(row).toReversed()),
      ),
    );
    expect(await fixture.run(id)).toMatchObject({ rows: 120, unchanged: 119, staged: 1 });
    expect(await fixture.count('record')).toBe(120);
    await discardImport(fixture.sources.deps, first.imports[0] ?? 0);
    await turnSource(fixture.database, id, { cursors: { battery_module: null } }, 0);
    expect(await fixture.run(id)).toMatchObject({ unchanged: 100, staged: 20, errors: 0 });
    expect(await fixture.count('record')).toBe(120);
  });

  it('[D11] a row twice in one page is staged once, the later saying of a number replaces the earlier', async () => {
    await using fixture = await sourceFixture();
    const [row = {}] = moduleRows(1);
    await using erp = await startErp({
      records: { battery_module: [row, row, { ...row, mass: 14 }] },
    });
    const ended = await fixture.run(await fixture.bind(httpSource(erp.url)));
    expect(ended).toMatchObject({ status: 'done', rows: 3, staged: 2, errors: 0 });
    expect(await fixture.count('record')).toBe(1);
  });
});

describe('exceptions', () => {
  it('[D8] [D19] [D28] rows with errors are a work list until they are put right, and their run stays in the log', async () => {
    await using fixture = await sourceFixture();
    const rows = moduleRows(5).map((row, place) => (place < 3 ? { ...row, moduleCode: `X${place}` } : row));
    await using erp = await startErp({ records: { battery_module: [...rows, JSON.parse('"no object"')] } });
    const id = await fixture.bind(httpSource(erp.url));
    expect(await fixture.run(id)).toMatchObject({ status: 'done', rows: 6, staged: 2 });
    const { deps } = fixture.sources;
    const list = await showExceptions(fixture.database, id, undefined, 2);
    expect(list).toMatchObject({
      items: [{ row: 0, kind: 'battery_module', state: 'wrong', cells: { moduleCode: 'X0' } }, { row: 1 }],
    });
    const rest = await showExceptions(fixture.database, id, list?.next, 10);
    expect(rest?.items.map(({ row }) => row)).toEqual([2, 5]);
    expect(await fixture.show(id)).toMatchObject({ exceptions: 4 });
    const at = list?.items[0]?.import ?? 0;
    const [right] = moduleRows(1);
    expect(await correctRow(deps, at, 0, right ?? {})).toMatchObject({
      ok: true,
      value: { state: 'corrected' },
    });
    expect(await discardRow(deps, at, 5)).toMatchObject({ ok: true });
    // The ERP puts one right: what was wrong of it waits for nobody any more.
    erp.add('battery_module', [moduleRows(2)[1] ?? {}]);
    expect(await fixture.run(id)).toMatchObject({ staged: 1 });
    expect((await showExceptions(fixture.database, id, undefined, 10))?.items.map(({ row }) => row)).toEqual([
      2,
    ]);
    await fixture.run(id);
    await pruneRuns(fixture.database, id, 1);
    // The first has a row that still waits, the last is kept anyway.
    const kept = async (): Promise<number[]> =>
      (await showRuns(fixture.database, id, 99, 99)).map((run) => run.id);
    expect(await kept()).toEqual([3, 1]);
    expect(await discardRow(deps, at, 2)).toMatchObject({ ok: true });
    await pruneRuns(fixture.database, id, 1);
    expect(await kept()).toEqual([3]);
  });
});

describe('columns', () => {
  it('[D14] a renamed column stops the source before anything is staged, and it goes on from its cursor', async () => {
    await using fixture = await sourceFixture();
    const rows = moduleRows(40);
    await using erp = await startErp({ records: { battery_module: rows.slice(0, 20) } });
    const fields = Object.fromEntries(Object.keys(rows[0] ?? {}).map((name) => [name, { column: name }]));
    const save = async (changed: Mapping['fields']): Promise<number> => {
      const body = {
        format: 'suyuan-mapping/v1',
        kind: 'battery_module',
        fields: { ...fields, ...changed },
      } as const;
      const name = JSON.stringify(changed);
      const saved = await addSavedMapping(fixture.database, { name, mapping: body, createdBy: 'test' });
      return saved.ok ? saved.value : 0;
    };
    const id = await fixture.bind(httpSource(erp.url, { mapping: await save({}) }));
    expect(await fixture.run(id)).toMatchObject({ status: 'done', staged: 20 });
    erp.add('battery_module', rows.slice(20));
    erp.fail('*', { type: 'renames', from: 'moduleCode', to: 'MODULE_NO' });
    expect(await fixture.run(id)).toMatchObject({
      status: 'failed',
      staged: 0,
      failure: { code: 'source_columns_changed', detail: 'battery_module' },
    });
    expect(await fixture.show(id)).toMatchObject({
      state: 'stopped',
      streams: [{ cursor: '20', changed: { missing: ['moduleCode'], added: ['MODULE_NO'] } }],
    });
    const worker = await fixture.sources.worker();
    expect(await worker.run(id, 'command', 'test')).toMatchObject({ error: { code: 'source_stopped' } });
    const settings = httpSource(erp.url, { mapping: await save({ moduleCode: { column: 'MODULE_NO' } }) });
    const draft = { name: 'ERP', system: 'test', settings };
    await replaceSourceRow(fixture.database, id, { draft, secret: null, nowMs: 0 });
    expect(await fixture.run(id)).toMatchObject({ status: 'done', rows: 20, staged: 20, errors: 0 });
    expect(await fixture.show(id)).toMatchObject({ state: 'fresh', streams: [{ cursor: '40' }] });
  });
});

describe('runs', () => {
  it('[D15] run once at a time, and end when they are cancelled', async () => {
    await using fixture = await sourceFixture({ limits: { idleMs: 20_000, answerMs: 20_000 } });
    const asked = deferred();
    await using server = await listen(() => asked.resolve());
    const id = await fixture.bind(httpSource(server.url));
    const worker = await fixture.sources.worker();
    const begun = await worker.run(id, 'command', 'test');
    await asked.promise;
    expect(await worker.run(id, 'schedule', 'test')).toMatchObject({ error: { code: 'source_running' } });
    expect(await fixture.show(id)).toMatchObject({ running: { status: 'running' } });
    expect(await worker.cancel(id, begun.ok ? begun.value : 0)).toBe(true);
    expect(await worker.cancel(id, begun.ok ? begun.value : 0)).toBe(false);
    expect(await fixture.show(id)).toMatchObject({ lastRun: { status: 'cancelled' } });
  });

  it('[D1] a kind that the organisation may not report is not read', async () => {
    await using fixture = await sourceFixture({ modules: () => [] });
    await using erp = await startErp({ records: { battery_module: moduleRows(2) } });
    expect(await fixture.run(await fixture.bind(httpSource(erp.url)))).toMatchObject({
      failure: { code: 'kind_not_permitted' },
    });
    expect(erp.requests).toHaveLength(0);
  });

  it('[D3] a secret that is gone ends the run, and what is shown holds none', async () => {
    await using fixture = await sourceFixture();
    await using erp = await startErp({ token: 'SECRET-2', records: { battery_module: moduleRows(2) } });
    const settings = { ...httpSource(erp.url), authorization: { type: 'bearer' } } as const;
    const wrong = await fixture.bind(settings, { secret: 'SECRET-1' });
    expect(await fixture.run(wrong)).toMatchObject({
      failure: { code: 'credentials_refused', detail: 'http_401' },
    });
    const id = await fixture.bind(settings, { secret: 'SECRET-2' });
    expect(await fixture.run(id)).toMatchObject({ staged: 2 });
    const { rows } = await fixture.database
      .read((db) => db.selectFrom('source').selectAll().execute())
      .then((found) => ({ rows: found }));
    expect(JSON.stringify([rows, await fixture.show(id), await fixture.run(id)])).not.toContain('SECRET');
    await fixture.sources.deps.secrets.remove(rows[1]?.secret ?? '');
    expect(await fixture.run(id)).toMatchObject({ failure: { code: 'secret_missing' } });
  });
});

describe('reporting by itself', () => {
  it('[D18] reports clean rows, holds back warned ones where the source says so', async () => {
    await using fixture = await sourceFixture();
    const rows = moduleRows(8).map((row, place) => (place < 2 ? { ...row, moduleModelId: ' SYM-6S' } : row));
    await using erp = await startErp({ records: { battery_module: rows } });
    const id = await fixture.bind(httpSource(erp.url), { autoReport: true, holdWarnings: true });
    expect(await fixture.run(id)).toMatchObject({ staged: 8, warnings: 2 });
    const [report] = await fixture.database.read((db) => db.selectFrom('report').selectAll().execute());
    expect(report).toMatchObject({ status: 'running', records: 6 });
    expect(fixture.reports).toEqual([report?.id]);
    expect(await fixture.show(id)).toMatchObject({ exceptions: 2, lastRun: { report: report?.id } });
    const list = await showExceptions(fixture.database, id, undefined, 10);
    const record: unknown = expect.stringMatching(/^\d+\/\d+$/);
    expect(list?.items).toMatchObject([
      { row: 0, state: 'warned', record },
      { row: 1, state: 'warned', record },
    ]);
    // Without the hold they go with the next run.
    await fixture.database.read((db) => db.updateTable('source').set({ hold_warnings: false }).execute());
    await fixture.run(id);
    expect(fixture.reports).toHaveLength(2);
    expect((await fixture.show(id)).exceptions).toBe(0);
  });
});

it('[AT8] [D18] [D19] a row whose file is not here waits on the work list, and is reported once the file came', async () => {
  await using fixture = await sourceFixture();
  const [here, late] = ['a', 'b'].map((digit) => digit.repeat(64));
  const rows = [here, late].map((digest, place) => ({
    subType: 'stock_in',
    level: 'P',
    storageDate: '2026-11-18',
    unreadableReason: '标签烧毁，无法辨认',
    recoverUnitCode: '91350100MA0TRY005H',
    recoverUnitName: '示例再生资源有限公司',
    recordId: `R-${place}`,
    attachments: [{ digest, name: `${place}.jpg` }],
  }));
  await noteHeld(fixture.database, { digest: here ?? '', size: 1, type: 'image/jpeg' });
  await using erp = await startErp({ records: { battery_recycling: rows } });
  const settings = httpSource(erp.url, { kind: 'battery_recycling', path: '/api/battery_recycling' });
  const id = await fixture.bind(settings, { autoReport: true });
  const ran = await fixture.run(id);
  expect(ran).toMatchObject({ status: 'done', staged: 2, errors: 0 });
  expect(fixture.reports).toHaveLength(1);
  expect((await fixture.show(id)).exceptions).toBe(1);
  const list = await showExceptions(fixture.database, id, undefined, 10);
  expect(list?.items).toMatchObject([
    { row: 1, state: 'warned', record: expect.any(String), findings: [{ code: 'attachment_missing' }] },
  ]);
  const [at = 0] = ran.imports;
  const missing = { digest: late, name: '1.jpg', rows: [1], count: 1 };
  expect(await listMissingFiles(fixture.database, at, { limit: 10 })).toEqual([missing]);
  // A record that is changed to name another file is judged anew.
  const [batch = 0, leaf = 0] = (list?.items[0]?.record ?? '').split('/').map(Number);
  const edit = async (attachments: object): Promise<unknown> =>
    await editStagedRecord(fixture.sources.deps, { batch, leaf }, { ...rows[1], ...attachments });
  expect(await edit({ attachments: rows[0]?.attachments })).toMatchObject({ staged: true });
  expect((await fixture.show(id)).exceptions).toBe(0);
  expect(await edit({})).toMatchObject({ staged: true });
  expect((await fixture.show(id)).exceptions).toBe(1);
  await noteHeld(fixture.database, { digest: late ?? '', size: 1, type: 'image/jpeg' });
  expect((await fixture.show(id)).exceptions).toBe(0);
  expect([
    await listMissingFiles(fixture.database, at, { limit: 10 }),
    await fixture.count('import_row'),
  ]).toEqual([[], 0]);
  expect(await fixture.run(id)).toMatchObject({ rows: 0, report: expect.any(Number) });
  expect(fixture.reports).toHaveLength(2);
});

async function listen(onRequest: () => void): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(onRequest).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

// Imports that go on after their answer, over real HTTP: followed, queued, cancelled, refused, taken up again, and what
// became of each row.
import { generateRecords } from '@suyuan/invented';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createImportJobs } from '../../import/jobs/import-jobs.ts';
import { readJobs } from '../../import/jobs/job-store.ts';
import type { Step } from '../../crash-point.ts';
import { countRows } from '../../import/testing/import-fixture.ts';
import { startRoutes } from '../../import/testing/import-routes.ts';
import type { Answer } from '../../import/testing/import-routes.ts';
import { moduleCells, moduleSheet, workbookFile } from '../../import/testing/workbook-file.ts';

const path = '/imports?kind=battery_module';
const book = (...rows: readonly ReturnType<typeof moduleCells>[]): Buffer =>
  workbookFile({ sheets: { 模块: moduleSheet(rows) } });

type Routes = Awaited<ReturnType<typeof startRoutes>>;

/** Follows an import to its end. */
async function done(routes: Routes, { value }: Answer): Promise<Answer> {
  const address = `/imports/${String(value['id'])}`;
  const headers = { authorization: `Bearer ${routes.keys.viewer}` };
  await (await fetch(`${routes.url}${address}/events`, { headers })).text();
  return await routes.call('GET', address);
}

interface Gate {
  readonly reach: (step: Step) => Promise<void>;
  readonly reached: Promise<void>;
  readonly open: () => void;
}

/** Stops imports at a step until they are let go. */
function gate(at: Step): Gate {
  let open = (): void => undefined;
  let arrive = (): void => undefined;
  const held = new Promise<void>((resolve) => (open = resolve));
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  const reach = async (step: Step): Promise<void> => {
    if (step !== at) return;
    arrive();
    await held;
  };
  return { reach, reached, open: () => open() };
}

describe('an import that goes on after its answer', () => {
  it('[I43] is stored, named with its address, and done in the background, once for one key', async () => {
    await using routes = await startRoutes();
    const headers = { 'idempotency-key': 'later-1' };
    const body = book(moduleCells(1), moduleCells(2).with(0, 'X'));
    const taken = await routes.call('POST', `${path}&async=true&fileName=m.xlsx`, { body, headers });
    expect(taken).toMatchObject({
      status: 202,
      value: { kind: 'battery_module', status: 'waiting', ahead: 0 },
    });
    expect(taken.location).toBe(`/api/v1/imports/${String(taken.value['id'])}`);
    const again = await routes.call('POST', `${path}&async=true&fileName=m.xlsx`, { body, headers });
    expect([again.status, again.value, again.location]).toEqual([202, taken.value, taken.location]);
    expect(await routes.uploads()).toEqual([]);
    await routes.deps.jobs.start();
    const ended = { status: 'done', source: 'excel', fileName: 'm.xlsx', rows: 2, staged: 1, errors: 1 };
    expect((await done(routes, taken)).value).toMatchObject(ended);
    expect(await countRows(routes.database)).toMatchObject({ import: 1, import_file: 1, record: 1 });
    const marked = await fetch(`${routes.url}/imports/${String(taken.value['id'])}/workbook`, {
      headers: { authorization: `Bearer ${routes.keys.operator}` },
    });
    expect(marked.status).toBe(200);
    await marked.arrayBuffer();
    const dry = await routes.call('POST', `${path}&async=true&dryRun=true`, { body });
    expect(dry.value).toMatchObject({ code: 'request_invalid' });
  });

  it('[I43] takes lines of JSON, and refuses a file that cannot be read without staging', async () => {
    await using routes = await startRoutes();
    await routes.deps.jobs.start();
    const [batch] = [...generateRecords({ seed: 5, count: 10, from: '2026-02-01', to: '2026-02-02' })];
    const lines = Buffer.from((batch?.records ?? []).map((record) => JSON.stringify(record)).join('\n'));
    const headers = { 'content-type': 'application/x-ndjson' };
    const taken = await routes.call('POST', '/records/battery_module?async=true', { body: lines, headers });
    expect(taken.status).toBe(202);
    const { value } = await done(routes, taken);
    expect(value).toMatchObject({ status: 'done', source: 'ndjson', staged: batch?.records.length });
    expect(await countRows(routes.database)).toMatchObject({ import: 1, import_file: 0 });
    const bad = await routes.call('POST', `${path}&async=true`, { body: Buffer.from('%PDF-1.7') });
    expect((await done(routes, bad)).value).toMatchObject({
      status: 'failed',
      failure: { code: 'workbook_not_xlsx', looksLike: 'pdf' },
    });
    expect(await readJobs(routes.database)).toEqual([]);
    expect(await countRows(routes.database)).toMatchObject({ import: 2, import_file: 0 });
  });

  it('[I43] waits for its turn with its place shown, and is followed to its end', async () => {
    const { reach, reached, open } = gate('import.before_commit');
    await using routes = await startRoutes({ reach });
    await routes.deps.jobs.start();
    const send = async (row: number): Promise<Answer> =>
      await routes.call('POST', `${path}&async=true`, { body: book(moduleCells(row)) });
    const [, second, third] = [await send(1), await send(2), await send(3)];
    expect([second, third].map(({ value }) => value['ahead'])).toEqual([1, 2]);
    await reached;
    expect((await routes.call('GET', '/imports')).value['items']).toMatchObject([
      { status: 'waiting', ahead: 2 },
      { status: 'waiting', ahead: 1 },
      { status: 'reading' },
    ]);
    const events = await fetch(`${routes.url}/imports/${String(third.value['id'])}/events`, {
      headers: { authorization: `Bearer ${routes.keys.viewer}` },
    });
    expect((await routes.call('POST', `/imports/${String(second.value['id'])}/cancel`)).value).toMatchObject({
      status: 'cancelled',
    });
    open();
    const text = await events.text();
    expect(text).toContain('"ahead":2');
    expect(text).toContain('"ahead":1');
    expect(text.trimEnd().split('\n').at(-1)).toContain('"status":"done"');
    expect(await countRows(routes.database)).toMatchObject({ record: 2, import_file: 2 });
  });

  it('[I43] leaves nothing when it is cancelled half-way; one that is done is not', async () => {
    const { reach, reached, open } = gate('import.copying');
    await using routes = await startRoutes({ reach });
    await routes.deps.jobs.start();
    const taken = await routes.call('POST', `${path}&async=true`, { body: book(moduleCells(1)) });
    const address = `/imports/${String(taken.value['id'])}`;
    await reached;
    expect((await routes.call('GET', address)).value).toMatchObject({ status: 'reading' });
    const cancelling = routes.deps.jobs.cancel(Number(taken.value['id']));
    open();
    expect(await cancelling).toEqual({ ok: true });
    expect((await routes.call('GET', address)).value).toMatchObject({ status: 'cancelled', staged: 0 });
    const nothing = { import: 1, import_file: 0, import_row: 0, batch: 0, record: 0, subject: 0 };
    expect(await countRows(routes.database)).toEqual(nothing);
    expect((await routes.call('POST', `${address}/cancel`)).value).toMatchObject({ code: 'import_closed' });
    expect((await routes.call('POST', '/imports/99/cancel')).value).toMatchObject({
      code: 'import_not_found',
    });
    const next = await routes.call('POST', `${path}&async=true`, { body: book(moduleCells(1)) });
    expect((await done(routes, next)).value).toMatchObject({ status: 'done', staged: 1 });
    const late = await routes.call('POST', `/imports/${String(next.value['id'])}/cancel`);
    expect(late).toMatchObject({ status: 409, value: { code: 'import_closed' } });
  });

  it('[I43] is begun again by the next process, and given up when processes die of it', async () => {
    await using routes = await startRoutes();
    const taken = await routes.call('POST', `${path}&async=true`, { body: book(moduleCells(1)) });
    const other = await routes.call('POST', `${path}&async=true`, { body: book(moduleCells(2)) });
    await routes.database.read(
      async (db) =>
        await sql`update import_job set attempts = 3 where import_id = ${other.value['id']}`.execute(db),
    );
    await using later = createImportJobsAnew(routes);
    await later.jobs.start();
    expect((await done(routes, taken)).value).toMatchObject({ status: 'done', staged: 1 });
    expect((await done(routes, other)).value).toMatchObject({
      status: 'failed',
      failure: { code: 'import_job_died' },
    });
    expect(await countRows(routes.database)).toMatchObject({ record: 1, import_file: 1 });
  });
});

/** As a process that starts on the same database. */
function createImportJobsAnew({ deps }: Routes): AsyncDisposable & { readonly jobs: typeof deps.jobs } {
  const jobs = createImportJobs(deps);
  return { jobs, [Symbol.asyncDispose]: async () => await jobs.stop() };
}

describe('the same file once more', () => {
  it('[I42] is refused with the import that it repeats, unless it is meant', async () => {
    await using routes = await startRoutes();
    const body = book(moduleCells(1));
    const first = await routes.call('POST', path, { body });
    const id = first.value['id'];
    const repeated = { status: 409, value: { code: 'import_repeated', import: id } };
    expect(await routes.call('POST', path, { body })).toMatchObject(repeated);
    expect(await routes.call('POST', `${path}&async=true`, { body })).toMatchObject(repeated);
    expect(await countRows(routes.database)).toMatchObject({ import: 1, record: 1 });
    expect((await routes.call('POST', `${path}&dryRun=true`, { body })).status).toBe(200);
    const again = await routes.call('POST', `${path}&again=true`, { body });
    expect(again.value).toMatchObject({ staged: 0, findings: [{ code: 'duplicate_staged' }] });
    await routes.call('DELETE', `/imports/${String(id)}`);
    await routes.call('DELETE', `/imports/${String(again.value['id'])}`);
    expect((await routes.call('POST', path, { body })).value).toMatchObject({ staged: 1 });
  });

  it('[I42] at the same time is taken once', async () => {
    const { reach, reached, open } = gate('import.before_commit');
    await using routes = await startRoutes({ reach });
    const body = book(moduleCells(1));
    const first = routes.call('POST', path, { body });
    await reached;
    expect((await routes.call('POST', path, { body })).value).toMatchObject({ code: 'import_repeated' });
    open();
    expect((await first).value).toMatchObject({ staged: 1 });
  });
});

it('[I44] lists what became of every row: staged, warned, wrong, reported', async () => {
  await using routes = await startRoutes();
  const [batch] = [...generateRecords({ seed: 5, count: 10, from: '2026-02-01', to: '2026-02-02' })];
  const [one, two, three] = (batch?.records ?? []).map((record, row) => ({
    ...record,
    recordId: `N-${row}`,
  }));
  const push = async (records: readonly unknown[]): Promise<Answer> =>
    await routes.call('POST', '/records/battery_module', { body: { records } });
  await push([one]);
  await routes.database.read(
    async (db) => await sql`update batch set status = 'reported', entry = 12`.execute(db),
  );
  const { value } = await push([two, one, {}, three]);
  const rows = `/imports/${String(value['id'])}/rows?state=all`;
  const first = await routes.call('GET', `${rows}&limit=2`);
  expect(first.value).toMatchObject({
    items: [
      { row: 0, state: 'staged', leaf: 0, recordId: 'N-1', findings: [] },
      { row: 1, state: 'wrong', findings: [{ code: 'record_reported', record: '12/0' }] },
    ],
    next: '1',
  });
  await routes.database.read(
    async (db) =>
      await sql`update batch set status = 'reported', entry = 13 where import_id = ${value['id']}`.execute(
        db,
      ),
  );
  const rest = await routes.call('GET', `${rows}&after=${String(first.value['next'])}`);
  expect(rest.value).toMatchObject({
    items: [
      { row: 2, state: 'wrong', cells: {} },
      { row: 3, state: 'reported', entry: 13, leaf: 2, recordId: 'N-2' },
    ],
  });
  expect(rest.value).not.toHaveProperty('next');
});

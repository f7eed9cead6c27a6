// Own record ids: a record with a known id replaces what is staged and is refused once that is reported.
import { recordKind } from '@suyuan/battery';
import { assert } from '@suyuan/log';
import { generateRecords } from '@suyuan/testkit';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Database } from '../database/database.ts';
import { testDatabase } from '../testing/test-database.ts';
import { findImport, listImportRows } from './find-imports.ts';
import type { ImportDeps } from './import-deps.ts';
import type { ImportOutcome } from './import-outcome.ts';
import { importRecords } from './import-records.ts';
import { countRows, importBytes, importDeps } from './testing/import-fixture.ts';

function modules(count: number): readonly Record<string, unknown>[] {
  const batches = generateRecords({ seed: 3, count, from: '2026-02-01', to: '2026-02-28' });
  const all = [...batches].flatMap(({ kind, records }) => (kind === 'battery_module' ? [...records] : []));
  return all.map((record, index) => ({ ...Object(record), recordId: `MES-${index}` }));
}

async function push(deps: ImportDeps, records: readonly unknown[]): Promise<ImportOutcome> {
  const kind = recordKind('battery_module');
  assert(kind !== undefined, 'the kind is there');
  const remember = async (): Promise<void> => undefined;
  return await importRecords(deps, { kind, records, createdBy: 'ERP', idempotencyKey: undefined, remember });
}

async function stagedModels(database: Database): Promise<readonly unknown[]> {
  const rows = await database.read(
    async (db) =>
      await db.selectFrom('record').select('public_text').orderBy('batch_id').orderBy('leaf').execute(),
  );
  return rows.map(({ public_text: text }) => Object(JSON.parse(text))['moduleModelId']);
}

it('[I41] replaces what is staged, and counts it once', async () => {
  await using database = await testDatabase();
  const deps = importDeps(database);
  const [one, two] = modules(20);
  const first = await push(deps, [one, two]);
  const before = await countRows(database);
  const again = await push(deps, [{ ...one, moduleModelId: 'NEW' }]);
  expect(again).toMatchObject({ staged: 1, errors: 0, findings: [] });
  expect(await stagedModels(database)).toEqual([two?.['moduleModelId'], 'NEW']);
  expect(await countRows(database)).toMatchObject({ record: 2, batch: 2, subject: before['subject'] });
  expect(await findImport(database, deps.progress, first.id ?? 0)).toMatchObject({ staged: 1 });
  const line = Buffer.from(JSON.stringify({ ...two, moduleModelId: 'NEWER' }));
  const form = { type: 'lines' } as const;
  expect(await importBytes(deps, line, { form, dryRun: true })).toMatchObject({
    value: { staged: 1, errors: 0 },
  });
  expect(await importBytes(deps, line, { form })).toMatchObject({ value: { staged: 1, errors: 0 } });
  expect(await stagedModels(database)).toEqual(['NEW', 'NEWER']);
});

it('[I41] refuses an id that is reported or on its way, naming the record, and one that comes twice', async () => {
  await using database = await testDatabase();
  const deps = importDeps(database);
  const [one, two] = modules(20);
  await push(deps, [one]);
  const setStatus = async (status: string, entry: number | null): Promise<unknown> =>
    await database.read(
      async (db) => await sql`update batch set status = ${status}, entry = ${entry}`.execute(db),
    );
  await setStatus('sending', null);
  expect((await push(deps, [one])).findings).toMatchObject([{ code: 'record_sending' }]);
  await setStatus('reported', 1234);
  const refused = await push(deps, [one, two, { ...two, moduleCode: 'SY1MB01A000001GB20000009' }]);
  expect(refused).toMatchObject({ staged: 1, errors: 2 });
  expect(refused.findings.filter(({ level }) => level === 'error')).toMatchObject([
    { code: 'record_reported', row: 0, value: 'MES-0', message: { en: expect.stringContaining('1234/0') } },
    { code: 'record_id_repeated', row: 2, value: 'MES-1' },
  ]);
  const { items } = await listImportRows(database, refused.id ?? 0, { limit: 5 });
  expect(items.map(({ row, state }) => [row, state])).toEqual([
    [0, 'wrong'],
    [2, 'wrong'],
  ]);
});

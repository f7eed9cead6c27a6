// Pushes of records, corrections of bad rows, and changes of staged records, against PostgreSQL.
import { parseRecord, recordKind } from '@suyuan/battery';
import type { RecordKind } from '@suyuan/battery';
import { assert } from '@suyuan/log';
import { generateRecords } from '@suyuan/testkit';
import { describe, expect, it } from 'vitest';
import { testDatabase } from '../testing/test-database.ts';
import { correctRow, discardRow } from './correct-row.ts';
import { discardImport } from './discard-import.ts';
import { findImport, listFindings, listImportRows, listImports } from './find-imports.ts';
import type { ImportDeps } from './import-deps.ts';
import type { ImportOutcome } from './import-outcome.ts';
import { importRecords } from './import-records.ts';
import type { RowCells } from './problem-rows.ts';
import { discardStagedRecord, editStagedRecord, listRecords } from './staged-records.ts';
import { countRows, importBytes, importDeps } from './testing/import-fixture.ts';
import { moduleCells, moduleSheet, workbookFile } from './testing/workbook-file.ts';

const kind = moduleKind();

function moduleKind(): RecordKind {
  const found = recordKind('battery_module');
  assert(found !== undefined, 'the kind is there');
  return found;
}

function modules(count: number): Record<string, unknown>[] {
  const records: Record<string, unknown>[] = [];
  for (const batch of generateRecords({ seed: 3, count: count * 2, from: '2026-01-01', to: '2026-11-01' }))
    if (batch.kind === 'battery_module') records.push(...batch.records.map((record) => ({ ...record })));
  return records.slice(0, count);
}

/** The members of a record as JSON brings them back. */
function cellsOf(record: unknown): RowCells {
  return JSON.parse(JSON.stringify(record));
}

async function push(deps: ImportDeps, records: readonly unknown[]): Promise<ImportOutcome & { id: number }> {
  const outcome = await importRecords(deps, {
    kind,
    records,
    createdBy: 'key:1',
    idempotencyKey: undefined,
    remember: async () => undefined,
  });
  assert(outcome.id !== null, 'a push is kept');
  return { ...outcome, id: outcome.id };
}

describe('a push', () => {
  it('[I23] stages good records and names what is wrong with the others by place and member', async () => {
    await using database = await testDatabase();
    const [first, second, third] = modules(3);
    const outcome = await push(importDeps(database), [
      first,
      { ...second, cellCount: 'two', colour: 1 },
      third,
      17,
      first,
    ]);
    expect(outcome).toMatchObject({ rows: 5, staged: 2 });
    expect(outcome.findings.map(({ code, row, column }) => [code, row, column])).toEqual([
      ['value_type', 1, 'cellCount'],
      ['unknown_member', 1, 'colour'],
      ['record_not_object', 3, undefined],
      ['duplicate_in_file', 4, 'moduleCode'],
    ]);
    expect(await countRows(database)).toMatchObject({
      import: 1,
      import_row: 3,
      batch: 1,
      record: 2,
      subject: 16,
    });
  });

  it('[I23] stores exactly the canonical texts and the subjects', async () => {
    await using database = await testDatabase();
    const records = modules(50);
    await push(importDeps(database), records);
    const stored = await database.read(
      async (db) => await db.selectFrom('record').selectAll().orderBy('leaf').execute(),
    );
    const parsed = records.map((record) =>
      parseRecord(kind, record, { today: '2026-11-20', codes: 'strict' }),
    );
    expect(stored.map((row) => [row.public_text, row.shared_text, row.private_text])).toEqual(
      parsed.map(({ record }) => [record?.public, record?.shared, record?.private]),
    );
    const subjects = await database.read(
      async (db) => await db.selectFrom('subject').selectAll().where('leaf', '=', 7).execute(),
    );
    expect(subjects.map(({ code, role, kind: of, stored_on: on }) => ({ code, role, of, on }))).toEqual(
      (parsed[7]?.subjects ?? []).map((subject) => ({ ...subject, of: 'battery_module', on: '2026-11-20' })),
    );
  });

  it('[I17] refuses what is staged already', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const records = modules(3);
    const first = await push(deps, records);
    const second = await push(deps, records.slice(2));
    expect(second).toMatchObject({
      staged: 0,
      errors: 1,
      findings: [{ code: 'duplicate_staged', row: 0, column: 'moduleCode' }],
    });
    expect(second.findings[0]?.message.en).toContain(`import ${first.id}`);
    expect(await countRows(database)).toMatchObject({ batch: 1, record: 3 });
  });

  it('[I18] a fault before the commit leaves nothing', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database, {
      reach: () => {
        throw new Error('the fault of this test');
      },
    });
    await expect(push(deps, modules(3))).rejects.toThrow('of this test');
    expect(await countRows(database)).toEqual({
      import: 0,
      import_row: 0,
      import_file: 0,
      batch: 0,
      record: 0,
      subject: 0,
    });
  });
});

describe('correcting', () => {
  it('[I24] a bad row of a sheet stays bad until nothing is wrong, and is staged then', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const sheet = moduleSheet([moduleCells(1), moduleCells(2).with(0, 'X').with(5, 'two')]);
    const result = await importBytes(deps, workbookFile({ sheets: { 模块: sheet } }));
    const id = result.ok ? (result.value.id ?? 0) : 0;
    const [bad] = (await listImportRows(database, id, { limit: 5, state: 'wrong' })).items;
    const cells = { ...Object(bad?.cells) };
    const half = await correctRow(deps, id, 3, { ...cells, cellCount: '2' });
    expect(half).toMatchObject({ ok: true, value: { state: 'wrong' } });
    expect(half.ok && half.value.findings.map(({ code }) => code)).toContain('code_length');
    expect(await findImport(database, deps.progress, id)).toMatchObject({
      staged: 1,
      errors: 1,
      warnings: 1,
    });
    const whole = await correctRow(deps, id, 3, {
      ...cells,
      cellCount: 2,
      moduleCode: 'SY1MB01A000001GB20000002',
    });
    expect(whole).toMatchObject({ ok: true, value: { state: 'corrected', staged: { leaf: 1 } } });
    expect(await findImport(database, deps.progress, id)).toMatchObject({
      staged: 2,
      errors: 0,
      warnings: 0,
    });
    expect(await countRows(database)).toMatchObject({ batch: 1, record: 2, subject: 8 });
    expect(await correctRow(deps, id, 3, cells)).toMatchObject({
      ok: false,
      error: { code: 'import_row_not_found' },
    });
    expect((await listFindings(database, id, { limit: 5 })).items).toEqual([]);
  });

  it('[I24] a bad record of a push takes its members again', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const [record] = modules(1);
    const { id } = await push(deps, [{ ...record, cellCount: 'six' }]);
    expect(await correctRow(deps, id, 0, cellsOf(record))).toMatchObject({
      ok: true,
      value: { state: 'corrected' },
    });
    expect(await countRows(database)).toMatchObject({ batch: 1, record: 1 });
  });

  it('[I24] a code that is staged meanwhile is refused', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const [record] = modules(1);
    const { id } = await push(deps, [{ ...record, cellCount: 'six' }]);
    await push(deps, [record]);
    const corrected = await correctRow(deps, id, 0, cellsOf(record));
    expect(corrected).toMatchObject({
      ok: true,
      value: { state: 'wrong', findings: [{ code: 'duplicate_staged' }] },
    });
  });

  it('[I25] discards a bad row, and only a bad one', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const { id } = await push(deps, [...modules(2), 17]);
    expect(await discardRow(deps, id, 2)).toMatchObject({ ok: true });
    expect(await discardRow(deps, id, 2)).toMatchObject({
      ok: false,
      error: { code: 'import_row_not_found' },
    });
    expect(await discardRow(deps, id, 0)).toMatchObject({
      ok: false,
      error: { code: 'import_row_not_found' },
    });
    expect(await discardRow(deps, id + 1, 0)).toMatchObject({
      ok: false,
      error: { code: 'import_not_found' },
    });
    expect(await findImport(database, deps.progress, id)).toMatchObject({ errors: 0, staged: 2 });
  });

  it('[I25] discards of an import what is still staged', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const one = await push(deps, modules(4).slice(0, 2));
    const two = await push(deps, [...modules(4).slice(2), 17]);
    await database.read(
      async (db) =>
        await db.updateTable('batch').set({ status: 'sending' }).where('import_id', '=', one.id).execute(),
    );
    expect(await discardImport(deps, one.id)).toEqual({ ok: true, value: { discarded: 0, kept: 2 } });
    expect(await discardImport(deps, two.id)).toEqual({ ok: true, value: { discarded: 2, kept: 0 } });
    expect(await countRows(database)).toMatchObject({ batch: 1, record: 2, subject: 16 });
    expect(await discardImport(deps, two.id)).toMatchObject({ ok: false, error: { code: 'import_closed' } });
    expect(await correctRow(deps, two.id, 2, {})).toMatchObject({
      ok: false,
      error: { code: 'import_closed' },
    });
  });
});

describe('staged records', () => {
  it('[I26] a change stores new texts, salts and subjects; an error changes nothing', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const [record, other] = modules(2);
    await push(deps, [record, other]);
    const { items } = await listRecords(database, 'acme', { status: 'staged', limit: 10, withPrivate: true });
    const place = { batch: items[0]?.batch ?? 0, leaf: 0 };
    const before = await database.read(
      async (db) => await db.selectFrom('record').selectAll().orderBy('leaf').execute(),
    );
    const wrong = await editStagedRecord(deps, place, { ...record, cellCount: 7 });
    expect(wrong).toMatchObject({ staged: false });
    const taken = await editStagedRecord(deps, place, { ...record, moduleCode: other?.['moduleCode'] });
    expect(taken).toMatchObject({ staged: false, findings: [{ code: 'duplicate_staged' }] });
    expect(
      await database.read(async (db) => await db.selectFrom('record').selectAll().orderBy('leaf').execute()),
    ).toEqual(before);
    const right = await editStagedRecord(deps, place, { ...record, moduleModelId: 'OTHER' });
    expect(right).toEqual({ staged: true, findings: [] });
    const after = await database.read(
      async (db) => await db.selectFrom('record').selectAll().orderBy('leaf').execute(),
    );
    expect(JSON.parse(after[0]?.public_text ?? '')).toMatchObject({ moduleModelId: 'OTHER' });
    expect(after[0]?.salts.equals(before[0]?.salts ?? Buffer.alloc(0))).toBe(false);
    expect(after[1]).toEqual(before[1]);
    expect(await countRows(database)).toMatchObject({ subject: 16 });
  });

  it('[I20] a changed record that outgrows its batch gets one of its own', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const codes = Array.from(
      { length: 950 },
      (_, place) => `SY1CB01C000001GB1${String(place).padStart(7, '0')}`,
    );
    const large = modules(400).map((record) => ({
      ...record,
      cellCodes: codes,
      cellCount: 950,
      connection: '1P950S',
    }));
    const small = modules(405).slice(400);
    await push(deps, [...small, ...large]);
    const batches = async (): Promise<readonly number[]> => {
      const rows = await database.read(
        async (db) => await db.selectFrom('batch').selectAll().orderBy('id').execute(),
      );
      expect(rows.every(({ payload_size: size }) => (size ?? 0) <= 8 * 1024 * 1024)).toBe(true);
      return rows.map(({ count }) => count);
    };
    const before = await batches();
    expect(before.length).toBe(2);
    const { items } = await listRecords(database, 'acme', { limit: 5, withPrivate: false });
    for (const [leaf, { batch }] of items.entries()) {
      const grown = { ...small[leaf], cellCodes: codes, cellCount: 950, connection: '1P950S' };
      expect(await editStagedRecord(deps, { batch, leaf }, grown)).toMatchObject({ staged: true });
    }
    const after = await batches();
    expect(after.length).toBeGreaterThan(2);
    expect(after.reduce((sum, count) => sum + count, 0)).toBe(405);
    expect(await countRows(database)).toMatchObject({ record: 405 });
  });

  it('[I25] a discarded record goes, with its batch when it was the last; one that is sending stays', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const { id } = await push(deps, modules(2));
    const [first] = (await listRecords(database, 'acme', { limit: 1, withPrivate: false })).items;
    const batch = first?.batch ?? 0;
    expect(await discardStagedRecord(deps, { batch, leaf: 0 })).toBe(true);
    expect(await discardStagedRecord(deps, { batch, leaf: 0 })).toBe(false);
    expect(await findImport(database, deps.progress, id)).toMatchObject({ staged: 1 });
    await database.read(async (db) => await db.updateTable('batch').set({ status: 'sending' }).execute());
    expect(await discardStagedRecord(deps, { batch, leaf: 1 })).toBe(false);
    expect(await editStagedRecord(deps, { batch, leaf: 1 }, modules(2)[1])).toBeUndefined();
    await database.read(async (db) => await db.updateTable('batch').set({ status: 'staged' }).execute());
    expect(await discardStagedRecord(deps, { batch, leaf: 1 })).toBe(true);
    expect(await countRows(database)).toMatchObject({ batch: 0, record: 0, subject: 0 });
  });

  it('[I22] own records and imports are listed by pages', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    for (const record of modules(5)) await push(deps, [record]);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await listRecords(database, 'acme', {
        limit: 2,
        withPrivate: false,
        ...(after === undefined ? {} : { after }),
      });
      seen.push(...page.items.map(({ batch, leaf }) => `${batch}:${leaf}`));
      after = page.next;
    } while (after !== undefined);
    expect(new Set(seen).size).toBe(5);
    expect((await listRecords(database, 'other', { limit: 2, withPrivate: false })).items).toEqual([]);
    const imports: number[] = [];
    do {
      const page = await listImports(database, deps.progress, {
        limit: 2,
        ...(after === undefined ? {} : { after }),
      });
      imports.push(...page.items.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(imports).toEqual(imports.toSorted((a, b) => b - a));
    expect(imports.length).toBe(5);
  });
});

// Whole imports of workbooks against PostgreSQL: what is staged, what is kept, and what a cut leaves behind.
import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { testDatabase } from '../testing/test-database.ts';
import { findImport, listFindings, listImportRows, listImports } from './find-imports.ts';
import { countRows, importBytes, importDeps } from './testing/import-fixture.ts';
import { moduleCells, moduleSheet, workbookFile } from './testing/workbook-file.ts';
import type { CellText } from './testing/workbook-file.ts';

const nothing = { import: 0, import_row: 0, import_file: 0, batch: 0, record: 0, subject: 0 };

function bookOf(rows: readonly (readonly CellText[])[], afterData = ''): Buffer {
  return workbookFile({ sheets: { 模块: moduleSheet(rows) }, afterData });
}

function rowsFrom(first: number, count: number): CellText[][] {
  return Array.from({ length: count }, (_, index) => moduleCells(first + index));
}

describe('staging', () => {
  it('[I19] stages good rows, keeps bad ones with their cells, and counts both', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const bad = moduleCells(3).with(0, 'SY1MB01').with(5, 'three');
    const result = await importBytes(deps, bookOf([...rowsFrom(1, 2), bad]));
    expect(result).toMatchObject({
      ok: true,
      value: { rows: 3, staged: 2, errors: 2, warnings: 0, dryRun: false, kind: 'battery_module' },
    });
    const id = result.ok ? (result.value.id ?? 0) : 0;
    expect(result.ok && result.value.findings).toMatchObject([
      {
        level: 'error',
        code: 'code_length',
        sheet: '模块',
        row: 4,
        column: 'A',
        field: 'moduleCode',
        value: 'SY1MB01',
      },
      {
        level: 'error',
        code: 'value_type',
        sheet: '模块',
        row: 4,
        column: 'F',
        field: 'cellCount',
        value: 'three',
      },
    ]);
    expect(await countRows(database)).toEqual({
      import: 1,
      import_row: 1,
      import_file: 1,
      batch: 1,
      record: 2,
      subject: 8,
    });
    expect(await findImport(database, deps.progress, id)).toMatchObject({
      status: 'done',
      staged: 2,
      fileName: 'modules.xlsx',
    });
    const { items } = await listImportRows(database, id, { limit: 10 });
    expect(items).toMatchObject([
      { row: 4, sheet: '模块', state: 'wrong', cells: { moduleCode: 'SY1MB01', cellCount: 'three' } },
    ]);
  });

  it('[I20] stores each record once, in order, with its own salts, ready to be reported', async () => {
    await using database = await testDatabase();
    await importBytes(importDeps(database), bookOf(rowsFrom(1, 5_000)));
    const batches = await database.read(
      async (db) => await db.selectFrom('batch').selectAll().orderBy('id').execute(),
    );
    expect(
      batches.map(({ count, status, reporter, stored_on }) => [count, status, reporter, stored_on]),
    ).toEqual([
      [4_096, 'staged', 'acme', '2026-11-20'],
      [904, 'staged', 'acme', '2026-11-20'],
    ]);
    const records = await database.read(
      async (db) => await db.selectFrom('record').selectAll().orderBy('batch_id').orderBy('leaf').execute(),
    );
    expect(records.map(({ source_row: row }) => row)).toEqual(
      rowsFrom(0, 5_000).map((_, index) => index + 2),
    );
    expect(records.map(({ leaf }) => leaf).slice(4_090, 4_100)).toEqual([
      4_090, 4_091, 4_092, 4_093, 4_094, 4_095, 0, 1, 2, 3,
    ]);
    expect(new Set(records.map(({ salts }) => salts.toString('hex'))).size).toBe(5_000);
    expect(records.every(({ salts }) => salts.length === 96)).toBe(true);
    const [first] = records;
    expect(JSON.parse(first?.public_text ?? '')).toMatchObject({ moduleCode: 'SY1MB01A000001GB20000001' });
    expect(first?.private_text).toBe('{}');
  });

  it('[I20] splits batches by payload', async () => {
    await using database = await testDatabase();
    const codes = Array.from(
      { length: 900 },
      (_, index) => `SY1CB01B000001GB1${String(index + 1).padStart(7, '0')}`,
    );
    const large = rowsFrom(1, 400).map((cells) =>
      cells.with(4, codes.join(' ')).with(5, 900).with(6, '1P900S'),
    );
    const result = await importBytes(importDeps(database), bookOf(large));
    expect(result).toMatchObject({ ok: true, value: { staged: 400 } });
    const batches = await database.read(
      async (db) => await db.selectFrom('batch').selectAll().orderBy('id').execute(),
    );
    expect(batches.length).toBeGreaterThan(1);
    expect(batches.every(({ payload_size: size }) => size !== null && size <= 8 * 1024 * 1024)).toBe(true);
  });

  it('[I18] keeps the bytes of the file', async () => {
    await using database = await testDatabase();
    const bytes = bookOf(rowsFrom(1, 3));
    await importBytes(importDeps(database), bytes);
    const chunks = await database.read(
      async (db) => await db.selectFrom('import_file').selectAll().orderBy('chunk').execute(),
    );
    expect(Buffer.concat(chunks.map((chunk) => chunk.bytes)).equals(bytes)).toBe(true);
    const [row] = await database.read(async (db) => await db.selectFrom('import').selectAll().execute());
    expect(row?.file_digest?.toString('hex')).toBe(hash('sha256', bytes, 'hex'));
  });

  it('[I16] refuses rows in merged cells and stages the others, once', async () => {
    await using database = await testDatabase();
    const merged = '<mergeCells count="1"><mergeCell ref="C3:C4"/></mergeCells>';
    const result = await importBytes(importDeps(database), bookOf(rowsFrom(1, 4), merged));
    expect(result).toMatchObject({ ok: true, value: { rows: 4, staged: 2, errors: 2 } });
    expect(await countRows(database)).toMatchObject({ import: 1, batch: 1, record: 2, import_row: 2 });
  });

  it('[I17] refuses what is staged already and keeps it as a row to correct', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    await importBytes(deps, bookOf(rowsFrom(1, 3)));
    const warned = moduleCells(2).with(10, '2026-11-03');
    const second = await importBytes(deps, bookOf([moduleCells(9), warned, moduleCells(3)]));
    expect(second).toMatchObject({ ok: true, value: { rows: 3, staged: 1, errors: 2 } });
    const id = second.ok ? (second.value.id ?? 0) : 0;
    const { items } = await listImportRows(database, id, { limit: 10 });
    expect(items.map(({ row, state, findings }) => [row, state, findings.map(({ code }) => code)])).toEqual([
      [3, 'wrong', ['production_date_differs', 'duplicate_staged']],
      [4, 'wrong', ['duplicate_staged']],
    ]);
    expect(items[1]?.cells).toMatchObject({ moduleCode: 'SY1MB01A000001GB20000003' });
    expect(await countRows(database)).toMatchObject({ record: 4, batch: 2, subject: 16 });
    const third = await importBytes(deps, bookOf(rowsFrom(1, 3)));
    expect(third).toMatchObject({ ok: true, value: { staged: 0, errors: 3 } });
    expect(await countRows(database)).toMatchObject({ record: 4, batch: 2, subject: 16 });
  });

  it('[I22] answers with a thousand findings and lists all of them by pages', async () => {
    await using database = await testDatabase();
    const wrong = rowsFrom(1, 800).map((cells) => cells.with(0, 'X').with(5, 'three'));
    const result = await importBytes(importDeps(database), bookOf(wrong));
    expect(result).toMatchObject({ ok: true, value: { rows: 800, staged: 0, errors: 1_600 } });
    expect(result.ok && result.value.findings.length).toBe(1_000);
    const id = result.ok ? (result.value.id ?? 0) : 0;
    const places: string[] = [];
    let after: string | undefined;
    do {
      const page = await listFindings(database, id, {
        limit: 150,
        ...(after === undefined ? {} : { after }),
      });
      places.push(...page.items.map(({ row, column }) => `${row}${column}`));
      after = page.next;
    } while (after !== undefined);
    expect(places.length).toBe(1_600);
    expect(new Set(places).size).toBe(1_600);
  });

  it('[I11] keeps the findings of a bad header', async () => {
    await using database = await testDatabase();
    const sheet = moduleSheet(rowsFrom(1, 2))
      .replace('单体数量', '单体个数')
      .replace('Number of cells', 'Cells');
    const result = await importBytes(importDeps(database), workbookFile({ sheets: { 模块: sheet } }));
    expect(result).toMatchObject({ ok: true, value: { rows: 0, staged: 0, errors: 1, warnings: 1 } });
    const id = result.ok ? (result.value.id ?? 0) : 0;
    const findings = await listFindings(database, id, { limit: 10 });
    expect(findings.items.map(({ code }) => code).toSorted()).toEqual(['missing_column', 'unknown_column']);
    expect((await listImportRows(database, id, { limit: 10 })).items).toEqual([]);
  });
});

describe('look-alike codes', () => {
  it('[I19] are pointed out over the whole file and do not keep a row from being staged', async () => {
    await using database = await testDatabase();
    const other = moduleCells(2).with(0, 'SY1MBO1A000001GB20000002');
    const result = await importBytes(importDeps(database), bookOf([moduleCells(1), other]));
    expect(result).toMatchObject({ ok: true, value: { staged: 2, errors: 0 } });
    expect(result.ok && result.value.findings.map(({ code, row }) => [code, row])).toContainEqual([
      'code_sister_lookalike',
      3,
    ]);
  });
});

describe('all or nothing', () => {
  it('[I21] a dry run says the same and stores nothing', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const bytes = bookOf([moduleCells(1), moduleCells(2).with(0, 'X'), moduleCells(3)]);
    const dry = await importBytes(deps, bytes, { dryRun: true });
    expect(await countRows(database)).toEqual(nothing);
    const real = await importBytes(deps, bytes);
    expect(dry).toEqual({ ok: true, value: { ...(real.ok ? real.value : {}), id: null, dryRun: true } });
    const again = await importBytes(deps, bytes, { dryRun: true });
    expect(again).toMatchObject({ ok: true, value: { staged: 0, errors: 3 } });
  });

  it('[I18] a refused file leaves nothing', async () => {
    await using database = await testDatabase();
    const rows = `${moduleSheet(rowsFrom(1, 6_000))}<row r="9000"><c r="A9000" t="s"><v>5</v></c></row>`;
    const result = await importBytes(importDeps(database), workbookFile({ sheets: { 模块: rows } }));
    expect(result).toMatchObject({ ok: false, error: { code: 'workbook_damaged' } });
    expect(await countRows(database)).toEqual(nothing);
  });

  it.each(['import.copying', 'import.before_commit'] as const)(
    '[I18] a fault at %s leaves nothing',
    async (step) => {
      await using database = await testDatabase();
      let reached = false;
      const reach = (at: string): void => {
        if (at !== step) return;
        reached = true;
        throw new Error('the fault of this test');
      };
      await expect(importBytes(importDeps(database, { reach }), bookOf(rowsFrom(1, 10)))).rejects.toThrow(
        'of this test',
      );
      expect(reached).toBe(true);
      expect(await countRows(database)).toEqual(nothing);
    },
  );

  it('[I18] a client that goes away leaves nothing', async () => {
    await using database = await testDatabase();
    const client = new AbortController();
    const reach = (at: string): void => {
      if (at === 'import.copying') client.abort();
    };
    const deps = importDeps(database, { reach });
    await expect(importBytes(deps, bookOf(rowsFrom(1, 10)), { signal: client.signal })).rejects.toThrow(
      'aborted',
    );
    expect(await countRows(database)).toEqual(nothing);
    expect(deps.progress.list()).toEqual([]);
  });

  it('[I18] keeps the answer of the idempotency key in the same transaction', async () => {
    await using database = await testDatabase();
    const remembered: unknown[] = [];
    const result = await importBytes(importDeps(database), bookOf(rowsFrom(1, 2)), {
      idempotencyKey: 'k-1',
      remember: async (tx, outcome) => {
        remembered.push(outcome);
        const { rows } = await tx.sql.selectFrom('import').select('rows').executeTakeFirstOrThrow();
        expect(rows).toBe(2);
      },
    });
    expect(remembered).toEqual([result.ok && result.value]);
  });
});

describe('progress', () => {
  it('[I18] a running import is listed from memory, with its rows so far', async () => {
    await using database = await testDatabase();
    const seen: unknown[] = [];
    const deps = importDeps(database, {
      reach: async (at) => {
        if (at !== 'import.before_commit') return;
        seen.push((await listImports(database, deps.progress, { limit: 5 })).items[0]);
      },
    });
    await importBytes(deps, bookOf(rowsFrom(1, 5_000)));
    expect(seen).toMatchObject([{ status: 'reading', kind: 'battery_module', createdBy: 'user:1' }]);
    expect(seen).toMatchObject([{ rows: expect.toSatisfy((rows: number) => rows >= 2_000) as unknown }]);
    expect((await listImports(database, deps.progress, { limit: 5 })).items).toMatchObject([
      { status: 'done', rows: 5_000 },
    ]);
  });
});

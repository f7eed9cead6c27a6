// Files and lists of a source's own layout, through a mapping, to staged pieces.
import { compileMapping, recordKind } from '@suyuan/battery';
import { describe, expect, it } from 'vitest';
import { importRecords } from '../import/import-records.ts';
import { countRows, importBytes, importDeps } from '../import/testing/import-fixture.ts';
import { readForm } from '../import/testing/read-form.ts';
import type { FormResult } from '../import/testing/read-form.ts';
import { rowXml, workbookFile } from '../import/testing/workbook-file.ts';
import type { FileForm } from '../import/workbook-messages.ts';
import { testDatabase } from '../testing/test-database.ts';
import { mesCells, mesColumns, mesMapping, mesRow } from './testing/mes.ts';

type Rows = readonly (readonly string[])[];

const sheet = (rows: Rows): string => rows.map((cells, row) => rowXml(row + 1, cells)).join('');
const csv = (rows: Rows, separator = ','): Buffer =>
  Buffer.from(rows.map((cells) => cells.join(separator)).join('\n'));

async function read(bytes: Buffer, form: FileForm): Promise<FormResult> {
  const result = await readForm(bytes, form);
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

const staged = ({ pieces }: FormResult): number => pieces.reduce((sum, { count }) => sum + count, 0);
const rowsOf = ({ pieces }: FormResult): readonly number[] => pieces.flatMap(({ rows }) => [...rows]);

describe('a table', () => {
  const mapping = mesMapping();
  const table = [mesColumns, mesCells(1), mesCells(2, { state: 'scrap' }), mesCells(3)];

  it('[M18] of any layout is read as CSV, with any separator', async () => {
    for (const separator of [',', ';', '\t']) {
      const result = await read(csv(table, separator), { type: 'csv', charset: undefined, mapping });
      expect([staged(result), rowsOf(result), result.end.skipped]).toEqual([2, [2, 4], 1]);
      expect(result.end.findings).toMatchObject([{ code: 'mapped_rows_skipped', level: 'info', row: 1 }]);
    }
  });

  it('[M18] is found in the first visible sheet that has every column', async () => {
    const book = workbookFile({
      sheets: { Hidden: sheet(table), Notes: sheet([['sn', 'remarks']]), 十一月: sheet(table) },
      hidden: ['Hidden'],
    });
    const result = await read(book, { type: 'workbook', mapping });
    expect([staged(result), result.end.sheet]).toEqual([2, '十一月']);
  });

  it('[M18] begins where the mapping says', async () => {
    const book = workbookFile({
      sheets: { A: sheet(table), B: sheet([['MES export'], ['', 'of today'], ...table]) },
    });
    const named = mesMapping({ table: { sheet: 'B', headings: 3 } });
    const result = await read(book, { type: 'workbook', mapping: named });
    expect([staged(result), result.end.sheet, rowsOf(result)]).toEqual([2, 'B', [4, 6]]);
    const missing = await readForm(book, {
      type: 'workbook',
      mapping: mesMapping({ table: { sheet: 'C' } }),
    });
    expect(missing).toMatchObject({ ok: false, error: { code: 'workbook_sheet_missing' } });
  });

  it('[M14] with a column missing is not read, and the column is named', async () => {
    const [headings = [], ...rows] = table;
    const renamed = [headings.map((name) => (name === 'weight_g' ? 'weight_gr' : name)), ...rows];
    for (const [bytes, form] of [
      [csv(renamed), { type: 'csv', charset: undefined, mapping }],
      [workbookFile({ sheets: { A: sheet(renamed) } }), { type: 'workbook', mapping }],
    ] as const) {
      const result = await read(bytes, form);
      expect(result.end).toMatchObject({
        rows: 0,
        findings: [{ code: 'mapped_column_missing', level: 'error', row: 1, value: 'weight_g' }],
      });
      expect(result.end.findings[0]?.message.en).toContain('weight_gr');
    }
  });

  it('[M12] findings name sheet, row and the letters of the source’s own column', async () => {
    const wrong = [mesColumns, mesCells(1, { chem: '?', cell_qty: '3' }), mesCells(1), mesCells(1)];
    const result = await read(workbookFile({ sheets: { A: sheet(wrong) } }), { type: 'workbook', mapping });
    const shown = result.end.findings.map(({ code, row, column, sheet: name }) => [code, name, row, column]);
    expect(shown).toEqual([
      ['enum_value', 'A', 2, 'J'],
      ['cell_count_differs', 'A', 2, 'F'],
      ['connection_product', 'A', 2, 'G'],
      ['duplicate_in_file', 'A', 3, 'A'],
      ['duplicate_in_file', 'A', 4, 'A'],
    ]);
  });

  it('[M18] rows in merged cells are refused, in a second reading', async () => {
    const afterData = '<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>';
    const book = workbookFile({ sheets: { A: sheet(table) }, afterData });
    const first = await read(book, { type: 'workbook', mapping });
    expect(first.end.merged).toHaveLength(1);
    const second = await readForm(book, { type: 'workbook', mapping }, { merged: first.end.merged });
    expect(second).toMatchObject({
      ok: true,
      value: {
        end: { merged: [], findings: [{ code: 'merged_cells', row: 2 }, { code: 'mapped_rows_skipped' }] },
      },
    });
  });

  it('[M18] is staged, and its bad rows are kept with mapped values', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const rows = [mesColumns, mesCells(1), mesCells(2, { chem: '?' })];
    const form = { type: 'csv', charset: undefined, mapping } as const;
    const result = await importBytes(deps, csv(rows), { form });
    expect(result).toMatchObject({ ok: true, value: { rows: 2, staged: 1, errors: 1 } });
    const kept = await database.read(
      async (db) => await db.selectFrom('import_row').select(['row', 'cells']).executeTakeFirst(),
    );
    expect(JSON.parse(kept?.cells ?? '{}')).toMatchObject({ chemistry: '?', mass: 4.567 });
  });
});

describe('a list', () => {
  it('[M19] of lines is read through a mapping', async () => {
    const lines = [mesRow(1), mesRow(2, { state: 'x' }), mesRow(1), mesRow(3, { sn: 'X' })];
    const bytes = Buffer.from(lines.map((row) => JSON.stringify(row)).join('\n'));
    const result = await read(bytes, { type: 'lines', mapping: mesMapping() });
    expect([staged(result), result.end.rows, result.end.skipped]).toEqual([1, 3, 1]);
    expect(result.end.findings).toMatchObject([
      { code: 'duplicate_in_file', row: 2, column: 'sn' },
      { code: 'code_length', row: 3, column: 'sn' },
    ]);
  });

  it('[M19] of JSON is staged through a mapping', async () => {
    await using database = await testDatabase();
    const kind = recordKind('battery_module');
    if (kind === undefined) throw new Error('there are modules');
    const outcome = await importRecords(importDeps(database), {
      kind,
      records: [mesRow(1), mesRow(2, { state: 'x' }), mesRow(3, { chem: '?' }), 7],
      createdBy: 'erp',
      idempotencyKey: undefined,
      mapping: compileMapping(kind, mesMapping()),
      remember: async () => undefined,
    });
    expect(outcome).toMatchObject({ rows: 3, staged: 1, skipped: 1, errors: 2 });
    expect(outcome.findings).toMatchObject([
      { row: 2, code: 'enum_value', column: 'chem' },
      { row: 3, code: 'record_not_object' },
    ]);
    expect(await countRows(database)).toMatchObject({ import: 1, import_row: 2, record: 1 });
  });
});

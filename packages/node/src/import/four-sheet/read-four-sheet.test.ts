// Workbooks in the four-sheet layout: what becomes of every row, also of those that are wrong.
import { assert } from '@suyuan/log';
import { describe, expect, it } from 'vitest';
import { testDatabase } from '../../testing/test-database.ts';
import { correctRow } from '../correct-row.ts';
import { listImportRows } from '../find-imports.ts';
import { countRows, importBytes, importDeps } from '../testing/import-fixture.ts';
import { cellCode, fourSheetFile, fourSheetRows, moduleCode, packCode } from '../testing/four-sheet-file.ts';
import type { FourSheetRows } from '../testing/four-sheet-file.ts';
import { workbookFile } from '../testing/workbook-file.ts';
import { readForm } from '../testing/read-form.ts';
import type { FormResult } from '../testing/read-form.ts';
import { noDefaults, parseDefaults } from './defaults.ts';
import type { FourSheetDefaults } from './defaults.ts';

const defaults: FourSheetDefaults = {
  kinds: {
    battery_pack: { ratedCapacity: 100, ratedEnergy: 40, nominalVoltage: 400, mass: 285 },
    battery_module: { ratedCapacity: 100, nominalVoltage: 6.4, connection: '1P9S' },
  },
  models: { 'SYM-2S': { connection: '1P2S' } },
};
const form = { type: 'four_sheet', defaults } as const;
const kind = 'four_sheet';

async function read(rows: FourSheetRows, given = defaults, afterData = ''): Promise<FormResult> {
  const bytes = fourSheetFile(rows, afterData);
  const result = await readForm(bytes, { type: 'four_sheet', defaults: given }, { kind });
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

const stagedOf = ({ pieces }: FormResult): number => pieces.reduce((sum, { count }) => sum + count, 0);
const saidOf = ({ end }: FormResult): readonly (readonly unknown[])[] =>
  end.findings
    .filter(({ code }) => code !== 'layout_read' && code !== 'number_as_text')
    .map(({ code, sheet, row, column }) => [code, sheet?.slice(0, 3), row, column]);

describe('a workbook without fault', () => {
  it('[I35] becomes packs with their modules and modules with their cells, in one import', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const result = await importBytes(deps, fourSheetFile(fourSheetRows(1, 16, 2)), { form, kind });
    expect(result).toMatchObject({ ok: true, value: { kind, rows: 17, staged: 17, errors: 0 } });
    const records = await database.read(
      async (db) => await db.selectFrom('record').selectAll().orderBy('batch_id').orderBy('leaf').execute(),
    );
    expect(JSON.parse(records[0]?.public_text ?? '')).toMatchObject({
      packCode: packCode(1),
      moduleCodes: Array.from({ length: 16 }, (_, index) => moduleCode(1, index + 1)),
      chemistry: 'B',
      productionDate: '2026-11-02',
      mass: 285,
    });
    expect(JSON.parse(records[0]?.shared_text ?? '')).toMatchObject({ boxNo: 1, systemCount: 620 });
    expect(JSON.parse(records[1]?.public_text ?? '')).toMatchObject({
      moduleCode: moduleCode(1, 1),
      packCode: packCode(1),
      cellModelId: 'SYC-100',
      cellCodes: [cellCode(1, 1, 1), cellCode(1, 1, 2)],
    });
    expect(JSON.parse(records[1]?.shared_text ?? '')).toMatchObject({ cellCount: 2, connection: '1P2S' });
    const batches = await database.read(async (db) => await db.selectFrom('batch').selectAll().execute());
    expect(batches.map((batch) => [batch.kind, batch.count, batch.import_id])).toEqual([
      ['battery_pack', 1, result.ok && result.value.id],
      ['battery_module', 16, result.ok && result.value.id],
    ]);
  });

  it('[I36] warns of data in the row of the sample, and of a second sheet of the same name', async () => {
    const rows = fourSheetRows(1, 2, 2);
    const [first = []] = rows.cell;
    rows.cell = rows.cell.slice(1);
    const bytes = fourSheetFile(rows, '', undefined, first);
    const result = await readForm(bytes, form, { kind });
    assert(result.ok, 'the file is read');
    expect(saidOf(result.value).slice(0, 1)).toEqual([['connection_product', 'A-3', 4, undefined]]);
    expect(saidOf(result.value)).toContainEqual(['sample_row_needed', 'A-4', 3, 'B']);
    const twice = await readForm(
      fourSheetFile(fourSheetRows(1, 1, 2), '', undefined, undefined, 'A-4 单体2'),
      form,
      { kind },
    );
    assert(twice.ok, 'the file is read');
    expect(twice.value.end.findings).toContainEqual(
      expect.objectContaining({ code: 'sheet_not_read', sheet: 'A-4 单体2' }),
    );
    expect(stagedOf(twice.value)).toBe(2);
  });

  it('[I36] says what was read, leaves the sample out, and takes a count that is text', async () => {
    const result = await read(fourSheetRows(2, 2, 2));
    expect(stagedOf(result)).toBe(6);
    expect(saidOf(result)).toEqual([]);
    expect(result.end.findings).toMatchObject([
      { code: 'number_as_text', sheet: 'A-1 订单信息', row: 4, column: 'D', value: '620' },
      { code: 'layout_read', message: { en: expect.stringContaining('2 packs, 4 modules and 8 cells') } },
    ]);
  });
});

describe('codes in wrong places', () => {
  it('[I36] says what stands beside the columns of the layout, also in rows that have nothing else', async () => {
    const rows = fourSheetRows(1, 1, 2);
    rows.cell[0]?.push('please check');
    rows.module.push(['', '', '', 'not a row of data']);
    const outside = (await read(rows)).end.findings.filter(({ code }) => code === 'cells_outside_table');
    expect(outside.map(({ sheet, row, column }) => [sheet?.slice(0, 3), row, column])).toEqual([
      ['A-3', 5, 'D'],
      ['A-4', 4, 'C'],
    ]);
    const headed = fourSheetFile(fourSheetRows(1, 1, 2), '', undefined, undefined, undefined, [
      '备注',
      '单体型号',
    ]);
    const given = await readForm(headed, form, { kind });
    expect(given.ok && saidOf(given.value)).toEqual([
      ['unknown_column', 'A-2', 2, 'G'],
      ['duplicate_column', 'A-2', 2, 'H'],
    ]);
  });

  it('[I37] reads swapped codes by their fourth character, and says each', async () => {
    const rows = fourSheetRows(1, 1, 2);
    rows.cell = rows.cell.map((cells) => cells.toReversed());
    rows.module = rows.module.map(([pack = '', model = '', module = '']) => [module, model, pack]);
    const result = await read(rows);
    expect(stagedOf(result)).toBe(2);
    expect(saidOf(result)).toEqual([
      ['codes_swapped', 'A-3', 4, 'A'],
      ['codes_swapped', 'A-4', 4, 'A'],
      ['codes_swapped', 'A-4', 5, 'A'],
    ]);
  });

  it('[I38] places a finding at the cell of the sheet that it is about', async () => {
    const rows = fourSheetRows(1, 2, 2);
    rows.cell[3] = [moduleCode(1, 2), 'SY1CB01'];
    rows.order[0]?.splice(2, 1, 'X');
    const result = await read(rows);
    expect(saidOf(result)).toEqual([
      ['uscc_length', 'A-1', 4, 'C'],
      ['code_length', 'A-4', 7, 'B'],
    ]);
    expect(stagedOf(result)).toBe(1);
  });

  it('[I38] keeps a cell without a module as a bad row, and corrects a bad module', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const rows = fourSheetRows(1, 2, 2);
    rows.cell.push([moduleCode(1, 7), cellCode(1, 7, 1)]);
    rows.module[1] = [packCode(1), '', moduleCode(1, 2)];
    const given = {
      ...defaults,
      kinds: {
        ...defaults.kinds,
        battery_module: { ratedCapacity: 100, nominalVoltage: 6.4, connection: '1P2S' },
      },
    };
    const sent = { form: { type: 'four_sheet', defaults: given } as const, kind };
    const result = await importBytes(deps, fourSheetFile(rows), sent);
    expect(result).toMatchObject({ ok: true, value: { rows: 4, staged: 2, errors: 2 } });
    const id = result.ok ? (result.value.id ?? 0) : 0;
    const { items } = await listImportRows(database, id, { limit: 9, state: 'wrong' });
    expect(items.map(({ row, findings }) => [row, findings.map(({ code, row: at }) => [code, at])])).toEqual([
      [200_005, [['value_missing', 5]]],
      [400_008, [['module_not_in_file', 8]]],
    ]);
    const cells = { ...Object(items[0]?.cells), moduleModelId: 'SYM-2S' };
    const corrected = await correctRow(deps, id, 200_005, cells);
    expect(corrected).toMatchObject({ ok: true, value: { state: 'corrected', row: 200_005 } });
    expect(await correctRow(deps, id, 400_008, {})).toMatchObject({ ok: false });
    expect(await countRows(database)).toMatchObject({ record: 3 });
  });

  it('[I38] says at its own cell of A-4 that a code is missing, a formula or an error', async () => {
    const rows = fourSheetRows(1, 3, 2);
    rows.cell[1] = [moduleCode(1, 1), null];
    rows.cell[2] = [null, cellCode(1, 2, 1)];
    rows.cell[4] = [
      moduleCode(1, 3),
      { xml: `<f>B1</f><v>${cellCode(1, 3, 1)}</v>`, attributes: ' t="str"' },
    ];
    const result = await read(rows);
    const expected = [
      ['value_missing', 'A-4', 5, 'B'],
      ['value_missing', 'A-4', 6, 'A'],
      ['cell_formula', 'A-4', 8, 'B'],
    ];
    expect(saidOf(result).filter(([, sheet]) => sheet === 'A-4')).toEqual(expect.arrayContaining(expected));
    expect(stagedOf(result)).toBe(2);
  });

  it('[I38] names the column of a code that stands in its sheet twice', async () => {
    const rows = fourSheetRows(1, 1, 2);
    rows.pack.push([...(rows.pack[0] ?? [])].with(5, 2));
    expect(saidOf(await read(rows))).toEqual([['duplicate_in_file', 'A-2', 5, 'E']]);
  });

  it('[I38] refuses a second module that claims the same cell', async () => {
    const rows = fourSheetRows(1, 2, 2);
    rows.cell[3] = [moduleCode(1, 2), cellCode(1, 1, 1)];
    const result = await read(rows);
    expect(saidOf(result)).toEqual([['duplicate_in_file', 'A-4', 7, 'B']]);
    expect(stagedOf(result)).toBe(2);
  });

  it('[I16] refuses what lies in merged cells', async () => {
    const merged = '<mergeCells count="1"><mergeCell ref="A5:A6"/></mergeCells>';
    const result = await read(
      fourSheetRows(1, 3, 1),
      { ...defaults, models: { 'SYM-2S': { connection: '1P1S' } } },
      merged,
    );
    expect(saidOf(result).every(([code]) => code === 'merged_cells')).toBe(true);
    expect(stagedOf(result)).toBe(2);
  });
});

describe('what the layout lacks and limits', () => {
  it('[I39] says of every row what is missing when no defaults are given', async () => {
    const result = await read(fourSheetRows(1, 1, 2), noDefaults);
    expect(stagedOf(result)).toBe(0);
    const missing = result.end.findings.filter(({ code }) => code === 'value_missing');
    expect(missing.map(({ field, sheet, row }) => [sheet?.slice(0, 3), row, field])).toEqual([
      ['A-2', 4, 'ratedCapacity'],
      ['A-2', 4, 'ratedEnergy'],
      ['A-2', 4, 'nominalVoltage'],
      ['A-2', 4, 'mass'],
      ['A-3', 4, 'connection'],
      ['A-3', 4, 'ratedCapacity'],
      ['A-3', 4, 'nominalVoltage'],
    ]);
  });

  it('[I39] takes defaults of fields that there are, and nothing else', () => {
    const text = JSON.stringify({ ...defaults.kinds, models: defaults.models });
    expect(parseDefaults(text)).toEqual({ ok: true, value: defaults });
    expect(parseDefaults('{}')).toEqual({ ok: true, value: noDefaults });
    for (const [wrong, path] of [
      ['[', 'query/defaults'],
      ['[]', 'query/defaults'],
      ['{"vehicle_sale":{}}', 'query/defaults/vehicle_sale'],
      ['{"battery_pack":{"colour":1}}', 'query/defaults/battery_pack/colour'],
      ['{"battery_pack":{"mass":[1]}}', 'query/defaults/battery_pack/mass'],
      ['{"models":{"M":{"__proto__":1}}}', 'query/defaults/models/M/__proto__'],
    ] as const)
      expect(parseDefaults(wrong)).toMatchObject({ ok: false, error: { path } });
  });

  it('[I40] takes one order and 100 packs, and reads nothing otherwise', async () => {
    const two = fourSheetRows(1, 1, 1);
    two.order.push(two.order[0] ?? []);
    expect(saidOf(await read(two))).toEqual([['order_not_single', 'A-1', 5, undefined]]);
    const none = await read({ ...fourSheetRows(1, 1, 1), order: [] });
    expect(saidOf(none)).toEqual([['order_not_single', 'A-1', 4, undefined]]);
    expect(stagedOf(await read(fourSheetRows(100, 1, 2)))).toBe(200);
    const many = await read(fourSheetRows(101, 1, 2));
    expect([saidOf(many), many.end.rows]).toEqual([[['packs_too_many', 'A-2', 104, undefined]], 0]);
  });

  it('[I40] wants box numbers from 1 without gaps, each once', async () => {
    const gap = fourSheetRows(2, 1, 2);
    gap.pack[1]?.splice(5, 1, 3);
    expect(saidOf(await read(gap))).toEqual([['box_numbers_gap', 'A-2', 4, 'F']]);
    const twice = fourSheetRows(2, 1, 2);
    twice.pack[1]?.splice(5, 1, '1');
    expect(saidOf(await read(twice))).toContainEqual(['box_number_repeated', 'A-2', 5, 'F']);
  });

  it('[I35] refuses a workbook without one of the sheets or columns', async () => {
    const plain = await readForm(Buffer.from('no zip'), form, { kind });
    expect(plain).toMatchObject({ ok: false, error: { code: 'workbook_not_xlsx' } });
    const other = await readForm(workbookFile({ sheets: { 'A-1': '' } }), form, { kind });
    expect(other).toMatchObject({ ok: false, error: { code: 'workbook_sheet_missing', sheets: ['A-1'] } });
    const bytes = fourSheetFile(fourSheetRows(1, 1, 1));
    const without = await readForm(fourSheetFile(fourSheetRows(1, 1, 1), '', '箱号'), form, { kind });
    expect(without).toMatchObject({
      ok: true,
      value: {
        pieces: [{ count: 0 }],
        end: { rows: 0, findings: [{ code: 'layout_column_missing', row: 2, field: 'boxNo' }] },
      },
    });
    const result = await readForm(bytes, form, { kind, rowsMax: 2 });
    expect(result).toMatchObject({ ok: false, error: { code: 'workbook_too_many_rows' } });
  });
});

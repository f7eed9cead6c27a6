// What the cells of a sheet mean, as a person sees them.
import type { Cell } from '@suyuan/battery';
import { describe, expect, it } from 'vitest';
import { readAll } from './testing/read-all.ts';
import {
  moduleCells,
  moduleFields,
  moduleHeader,
  moduleSheet,
  rowXml,
  workbookFile,
} from './testing/workbook-file.ts';
import type { CellText, WorkbookFile } from './testing/workbook-file.ts';

/** Reads one row whose cell of `field` is replaced; returns that cell and the findings of the row. */
async function readCell(
  field: (typeof moduleFields)[number],
  cell: CellText,
  file: Omit<WorkbookFile, 'sheets'> = {},
): Promise<{ cell: Cell; codes: readonly string[]; good: boolean }> {
  const column = moduleFields.indexOf(field);
  const cells = moduleCells(1).with(column, cell);
  const result = await readAll(workbookFile({ ...file, sheets: { 模块: moduleSheet([cells]) } }));
  const row = result.ok ? result.value.rows[0] : undefined;
  return {
    cell: row?.cells[column],
    codes: row?.findings.map(({ code }) => code) ?? [result.ok ? 'no row' : result.error.code],
    good: row?.record !== undefined,
  };
}

const shared = (index: number): CellText => ({ xml: `<v>${index}</v>`, attributes: ' t="s"' });
const dated = (serial: number): CellText => ({ xml: `<v>${serial}</v>`, attributes: ' s="1"' });

describe('text', () => {
  it('[I13] joins rich runs and leaves phonetic readings out, in shared strings', async () => {
    const sharedStrings = [
      '<r><rPr><b/></rPr><t>型</t></r><r><t xml:space="preserve"> 号</t></r><rPh sb="0" eb="1"><t>xing</t></rPh><phoneticPr fontId="1"/>',
    ];
    expect((await readCell('moduleModelId', shared(0), { sharedStrings })).cell).toBe('型 号');
  });

  it('[I13] joins rich runs and leaves phonetic readings out, in inline strings', async () => {
    const xml = '<is><r><t>SYM</t></r><r><t>-2S</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is>';
    expect((await readCell('moduleModelId', { xml, attributes: ' t="inlineStr"' })).cell).toBe('SYM-2S');
  });

  it('[I13] resolves references, CDATA and the escapes of the format', async () => {
    const sharedStrings = ['<t>A&amp;B&#x4E2D;&#65;<![CDATA[<&>]]>_x0041__x4E2D_</t>'];
    expect((await readCell('moduleModelId', shared(0), { sharedStrings })).cell).toBe('A&B中A<&>A中');
  });

  it('[I13] takes names with a namespace prefix', async () => {
    const text = moduleSheet([moduleCells(1)])
      .replaceAll('<', '<x:')
      .replaceAll('<x:/', '</x:');
    const sheet = `<x:worksheet xmlns:x="m"><x:sheetData>${text}</x:sheetData></x:worksheet>`;
    const result = await readAll(workbookFile({ sheets: { 模块: sheet } }));
    expect(result.ok && result.value.rows.map(({ findings }) => findings)).toEqual([[]]);
  });
});

describe('dates', () => {
  it.each([
    [1900, 46_328, { year: 2026, month: 11, day: 2 }],
    [1904, 44_866, { year: 2026, month: 11, day: 2 }],
    [1900, 59, { year: 1900, month: 2, day: 28 }],
    [1900, 60, { year: 1900, month: 2, day: 29 }],
    [1900, 61, { year: 1900, month: 3, day: 1 }],
    [1900, 1, { year: 1900, month: 1, day: 1 }],
    [1900, 0, { year: 1900, month: 1, day: 0 }],
    [1904, 0, { year: 1904, month: 1, day: 1 }],
    [1900, 46_328.5, { year: 2026, month: 11, day: 2, hour: 12, minute: 0, second: 0 }],
  ] as const)('[I14] epoch %i, number %f is the date that is shown', async (epoch, serial, date) => {
    expect((await readCell('productionDate', dated(serial), { epoch })).cell).toEqual({
      kind: 'date',
      ...date,
    });
  });

  it('[I14] the day that never was does not pass', async () => {
    expect(await readCell('productionDate', dated(60))).toMatchObject({ good: false });
  });

  it('[I14] a date beyond what programs show stays a number', async () => {
    expect((await readCell('productionDate', dated(2_958_466))).cell).toBe(2_958_466);
    expect((await readCell('productionDate', dated(-1))).cell).toBe(-1);
  });

  it('[I14] an ISO date cell is a date', async () => {
    const cell = { xml: '<v>2026-11-02T00:00:00Z</v>', attributes: ' t="d"' };
    expect(await readCell('productionDate', cell)).toMatchObject({ good: true });
  });
});

describe('formulas, errors, numbers and booleans', () => {
  it('[I15] reads the stored result of a formula and says so', async () => {
    const cell = { xml: '<f>1+1</f><v>2</v>' };
    const read = await readCell('cellCount', cell);
    expect(read.cell).toEqual({ kind: 'formula', value: 2 });
    expect(read.codes).toEqual(['cell_formula']);
  });

  it('[I15] a formula without a result, and an error value, are errors', async () => {
    expect(await readCell('cellCount', { xml: '<f>A1</f>' })).toMatchObject({
      codes: ['cell_formula_empty'],
      good: false,
    });
    const error = { xml: '<v>#REF!</v>', attributes: ' t="e"' };
    expect(await readCell('cellCount', error)).toMatchObject({ codes: ['cell_error'], good: false });
  });

  it('[I15] a number where a code belongs is an error', async () => {
    expect(await readCell('moduleCode', 1.2345e23)).toMatchObject({ good: false });
    expect((await readCell('moduleCode', 1.2345e23)).codes).toContain('code_as_number');
  });

  it('[I13] booleans and empty cells', async () => {
    const yes = { xml: '<v>1</v>', attributes: ' t="b"' };
    expect((await readCell('cellCount', yes)).cell).toBe(true);
    expect((await readCell('packCode', null)).codes).toContain('pack_code_missing');
  });
});

describe('the sheet', () => {
  it('[I10] finds the sheet by its header, not by its name or place, and passes hidden ones over', async () => {
    const sheets = {
      说明: rowXml(1, ['填写说明']),
      隐藏: moduleSheet([moduleCells(9)]),
      数据: moduleSheet([moduleCells(1)]),
    };
    const result = await readAll(workbookFile({ sheets, hidden: ['隐藏'] }));
    expect(result.ok && [result.value.end.sheet, result.value.rows.length]).toEqual(['数据', 1]);
  });

  it('[I10] warns of a second sheet that could be meant', async () => {
    const sheets = { 甲: moduleSheet([moduleCells(1)]), 乙: moduleSheet([moduleCells(2)]) };
    const result = await readAll(workbookFile({ sheets }));
    expect(result.ok && result.value.end.findings).toMatchObject([
      { code: 'sheet_not_read', level: 'warning', sheet: '乙' },
    ]);
  });

  it('[I10] takes no sheet of notes for a second table, wherever it stands', async () => {
    const notes = rowXml(1, ['电池模块编码']);
    for (const sheets of [
      { 填写说明: notes, 数据: moduleSheet([moduleCells(1)]) },
      { 数据: moduleSheet([moduleCells(1)]), 填写说明: notes },
    ]) {
      const result = await readAll(workbookFile({ sheets }));
      expect(result.ok && result.value.end).toMatchObject({ sheet: '数据', findings: [] });
    }
  });

  it('[I10] refuses a workbook without such a sheet, naming those it has', async () => {
    const result = await readAll(workbookFile({ sheets: { 其他: rowXml(1, ['a', 'b']) } }));
    expect(result).toEqual({ ok: false, error: { code: 'workbook_sheet_missing', sheets: ['其他'] } });
  });

  it('[I11] reads no row under a header with a repeated or a missing column', async () => {
    const header = moduleHeader();
    const repeated = rowXml(1, [...header, header[1] ?? '']) + rowXml(2, moduleCells(1));
    const result = await readAll(workbookFile({ sheets: { 模块: repeated } }));
    expect(result.ok && result.value).toMatchObject({
      rows: [],
      end: {
        findings: [{ code: 'duplicate_column', row: 1, column: expect.stringMatching(/^[A-Z]$/) as unknown }],
      },
    });
    const missing = rowXml(1, header.slice(0, -1)) + rowXml(2, moduleCells(1));
    const other = await readAll(workbookFile({ sheets: { 模块: missing } }));
    expect(other.ok && other.value).toMatchObject({
      rows: [],
      end: { findings: [{ code: 'missing_column' }] },
    });
  });

  it('[I11] an unknown column is a warning', async () => {
    const sheet = rowXml(1, [...moduleHeader(), '备注']) + rowXml(2, [...moduleCells(1), 'x']);
    const result = await readAll(workbookFile({ sheets: { 模块: sheet } }));
    expect(result.ok && result.value.rows.length).toBe(1);
    expect(result.ok && result.value.end.findings).toMatchObject([
      { code: 'unknown_column', level: 'warning' },
    ]);
  });

  it('[I12] passes blank rows, repeated headers and the sample over', async () => {
    const sample = moduleCells(7).with(0, '示例 SY1MB01A000001GB20000001');
    const rows = [[...moduleFields], sample, [null, ' '], moduleCells(1)];
    const result = await readAll(workbookFile({ sheets: { 模块: moduleSheet(rows) } }));
    expect(result.ok && result.value.rows.map(({ row }) => row)).toEqual([5]);
  });

  it('[I16] refuses the rows that lie in merged cells', async () => {
    const rows = [moduleCells(1), moduleCells(2), moduleCells(3)];
    const afterData = '<mergeCells count="1"><mergeCell ref="B3:B4"/></mergeCells>';
    const bytes = workbookFile({ sheets: { 模块: moduleSheet(rows) }, afterData });
    const first = await readAll(bytes);
    const merged = first.ok ? first.value.end.merged : [];
    expect(merged).toEqual([{ top: 3, bottom: 4, left: 1, right: 1 }]);
    const second = await readAll(bytes, { merged });
    expect(
      second.ok &&
        second.value.rows.map(({ record, findings }) => [
          record !== undefined,
          findings.map(({ code }) => code),
        ]),
    ).toEqual([
      [true, []],
      [false, ['merged_cells']],
      [false, ['merged_cells']],
    ]);
  });

  it('[I16] merged cells in the header or beside the data do no harm', async () => {
    const afterData = '<mergeCells count="2"><mergeCell ref="A1:B1"/><mergeCell ref="Z2:AA9"/></mergeCells>';
    const result = await readAll(
      workbookFile({ sheets: { 模块: moduleSheet([moduleCells(1)]) }, afterData }),
    );
    expect(result.ok && result.value.end.merged).toEqual([]);
  });

  it('[I17] refuses a code that an earlier row has', async () => {
    const rows = [moduleCells(1), moduleCells(2), moduleCells(1)];
    const result = await readAll(workbookFile({ sheets: { 模块: moduleSheet(rows) } }));
    expect(result.ok && result.value.rows[2]).toMatchObject({
      record: undefined,
      findings: [
        {
          code: 'duplicate_in_file',
          level: 'error',
          sheet: '模块',
          row: 4,
          column: 'A',
          field: 'moduleCode',
        },
      ],
    });
  });
});

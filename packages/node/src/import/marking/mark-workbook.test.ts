// The workbook that comes back: what is marked, and that nothing else changed.
import { tmpdir } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { assert } from '@suyuan/log';
import { readXlsx, writeXlsx } from 'hucre/xlsx';
import type { Workbook } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { testDatabase } from '../../testing/test-database.ts';
import { memorySource } from '../byte-source.ts';
import type { ImportDeps } from '../import-deps.ts';
import { importRecords } from '../import-records.ts';
import type { WorkbookImport } from '../import-workbook.ts';
import { fourSheetFile, fourSheetRows, moduleCode, packCode } from '../testing/four-sheet-file.ts';
import { importBytes, importDeps } from '../testing/import-fixture.ts';
import { readAll } from '../testing/read-all.ts';
import { readForm } from '../testing/read-form.ts';
import { noDefaults } from '../four-sheet/defaults.ts';
import type { ImportFinding } from '../import-finding.ts';
import {
  moduleCells,
  moduleHeader,
  moduleSheet,
  rowXml,
  workbookEntries,
  workbookFile,
} from '../testing/workbook-file.ts';
import type { CellText, WorkbookFile } from '../testing/workbook-file.ts';
import { zipFile } from '../testing/zip-file.ts';
import { readZipDirectory } from '../zip-directory.ts';
import { inflateWhole } from '../zip-inflate.ts';
import { markWorkbook } from './mark-workbook.ts';
import { plainText, xmlText } from './xml-rewriter.ts';
import { recordKind } from '@suyuan/battery';

async function importAndMark(
  deps: ImportDeps,
  bytes: Uint8Array,
  changes: Partial<WorkbookImport> = {},
): Promise<Buffer> {
  const result = await importBytes(deps, bytes, changes);
  assert(result.ok && result.value.id !== null, 'the workbook is imported');
  const marked = await markWorkbook({ ...deps, uploadFolder: tmpdir() }, result.value.id);
  assert(marked.ok, 'the workbook is marked');
  expect(marked.value.fileName).toBe('modules-checked.xlsx');
  return await buffer(marked.value.content);
}

async function open(bytes: Uint8Array): Promise<Workbook> {
  return await readXlsx(bytes, { readStyles: true });
}

/** Colour and first line of the comment of a cell, which is named by row and column from 0. */
function lookOf(sheet: Workbook['sheets'][number] | undefined, place: string): unknown {
  const found = sheet?.cells?.get(place);
  const fill = found?.style?.fill;
  const colour = fill !== undefined && 'fgColor' in fill ? fill.fgColor?.rgb?.slice(-6) : undefined;
  return [colour, found?.comment?.text?.split('\n')[0]];
}

const bad = [
  moduleCells(1),
  moduleCells(2).with(0, 'X').with(5, null),
  moduleCells(3).with(10, '2026-11-03'),
];

describe('marking', () => {
  it('[I27] colours and comments bad cells, also those that were empty, and lists all findings', async () => {
    await using database = await testDatabase();
    const marked = await open(
      await importAndMark(importDeps(database), workbookFile({ sheets: { 模块: moduleSheet(bad) } })),
    );
    const [sheet, list] = marked.sheets;
    const cell = (place: string): { colour: unknown; comment: string | undefined } => {
      const found = sheet?.cells?.get(place);
      const fill = found?.style?.fill;
      return {
        colour: fill !== undefined && 'fgColor' in fill ? fill.fgColor?.rgb : undefined,
        comment: found?.comment?.text,
      };
    };
    expect(cell('2,0').colour).toContain('FFC7CE');
    expect(cell('2,0').comment).toMatch(/错误 Error: .*实际 1 位\n.*this one has 1/);
    expect(cell('2,5').colour).toContain('FFC7CE');
    expect(cell('2,5').comment).toContain('a value is required');
    expect(cell('3,10').colour).toContain('FFEB9C');
    expect(cell('1,0')).toEqual({ colour: undefined, comment: undefined });
    expect(list?.name).toBe('导入问题 Findings');
    expect(list?.rows.slice(1).map((row) => [row[0], row[1], row[2], row[3], row[8]])).toEqual([
      ['error', '模块', 3, 'A', 'code_length'],
      ['error', '模块', 3, 'F', 'value_missing'],
      ['warning', '模块', 4, 'K', 'production_date_differs'],
    ]);
  });

  it('[I27] changes nothing else: other parts keep their bytes, the sheet keeps its cells', async () => {
    await using database = await testDatabase();
    const file: WorkbookFile = {
      sheets: { 模块: moduleSheet(bad), 其他: rowXml(1, [{ xml: '<f>SUM(B1:B2)</f><v>3</v>' }]) },
      extra: [
        { name: 'xl/theme/theme1.xml', data: '<theme/>' },
        { name: 'xl/media/image1.png', data: Buffer.from([1, 2, 3, 4]), stored: true },
      ],
      afterData:
        '<mergeCells count="1"><mergeCell ref="Y1:Z1"/></mergeCells><pageMargins left="1" right="1" top="1" bottom="1" header="0" footer="0"/><extLst><ext uri="x"/></extLst>',
    };
    const bytes = workbookFile(file);
    const marked = await importAndMark(importDeps(database), bytes);
    const before = readZipDirectory(memorySource(bytes));
    const after = readZipDirectory(memorySource(marked));
    const changed = [...before.values()]
      .filter(({ name, crc }) => after.get(name)?.crc !== crc)
      .map(({ name }) => name);
    expect(changed.toSorted()).toEqual([
      '[Content_Types].xml',
      'xl/_rels/workbook.xml.rels',
      'xl/styles.xml',
      'xl/workbook.xml',
      'xl/worksheets/sheet1.xml',
    ]);
    const sheet = after.get('xl/worksheets/sheet1.xml');
    assert(sheet !== undefined, 'the sheet is there');
    const text = (await inflateWhole(memorySource(marked), sheet, 1 << 20)).toString();
    const unmarked = text
      .replace(/<legacyDrawing [^>]*\/>/, '')
      .replace(/<c r="F3" s="\d+"\/>/, '')
      .replace(/ s="(?:[3-9]|\d\d)"/g, '');
    const original = workbookEntries(file).find(({ name }) => name === 'xl/worksheets/sheet1.xml');
    expect(unmarked).toBe(original?.data);
    expect(text).toMatch(/<legacyDrawing [^>]*\/><extLst>/);
  });

  it('[I27] keeps a comment that the user made, and the look of a styled cell', async () => {
    await using database = await testDatabase();
    const rows = [
      moduleHeader(),
      ...[moduleCells(1), moduleCells(2).with(0, 'X')].map((cells) => [...cells]),
    ];
    const bytes = await writeXlsx({
      sheets: [
        {
          name: '数据',
          rows: rows.map((row) => row.map((cell) => (typeof cell === 'object' ? null : cell))),
          cells: new Map([
            [
              '2,0',
              { value: 'X', comment: { text: 'my note', author: 'me' }, style: { font: { bold: true } } },
            ],
            ['1,3', { value: 'SYC-100', comment: { text: 'other note', author: 'me' } }],
          ]),
        },
      ],
    });
    const once = await importAndMark(importDeps(database), bytes);
    const sheet = (await open(once)).sheets[0];
    expect(sheet?.cells?.get('2,0')?.comment?.text).toMatch(/^my note\n错误 Error/);
    expect(sheet?.cells?.get('1,3')?.comment?.text).toBe('other note');
    expect(sheet?.cells?.get('2,0')?.style).toMatchObject({
      font: { bold: true },
      fill: { fgColor: { rgb: expect.stringContaining('FFC7CE') as unknown } },
    });
    const again = await importAndMark(importDeps(database), once);
    expect((await open(again)).sheets.map(({ name }) => name)).toEqual([
      '数据',
      '导入问题 Findings',
      '导入问题 Findings 2',
    ]);
  });

  it('[I27] the marked workbook can be imported again with the same findings', async () => {
    await using database = await testDatabase();
    const bytes = workbookFile({ sheets: { 模块: moduleSheet(bad) } });
    const marked = await importAndMark(importDeps(database), bytes);
    const [before, after] = [await readAll(bytes), await readAll(marked)];
    const rows = (result: typeof before): unknown =>
      result.ok && result.value.rows.map(({ row, findings }) => [row, findings]);
    expect(rows(after)).toEqual(rows(before));
  });

  it('[I27] marks sheets whose tags carry a prefix and workbooks without styles', async () => {
    await using database = await testDatabase();
    const inside = moduleSheet(bad).replace(/<(\/?)/g, '<$1x:');
    const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
    const entries = workbookEntries({
      sheets: { 模块: `<x:worksheet xmlns:x="${main}"><x:sheetData>${inside}</x:sheetData></x:worksheet>` },
    })
      .filter(({ name }) => name !== 'xl/styles.xml')
      .map((entry) =>
        entry.name.endsWith('workbook.xml.rels')
          ? { ...entry, data: String(entry.data).replace(/<Relationship Id="rId90"[^>]*>/, '') }
          : entry,
      );
    const marked = await open(await importAndMark(importDeps(database), zipFile(entries)));
    const fill = marked.sheets[0]?.cells?.get('2,0')?.style?.fill;
    expect(fill !== undefined && 'fgColor' in fill && fill.fgColor?.rgb).toContain('FFC7CE');
    expect(marked.sheets[0]?.cells?.get('2,0')?.comment?.text).toContain('Error');
  });

  it('[I27] marks every sheet of the four-sheet layout that has findings', async () => {
    await using database = await testDatabase();
    const rows = fourSheetRows(1, 2, 2);
    rows.pack[0]?.splice(5, 1, 'x');
    rows.module.push(['SY1PB01A000001GB20000009', 'SYM-2S', moduleCode(1, 3)]);
    rows.cell.push([moduleCode(7, 7), 'SY1CB01A000001GB10099999']);
    const sent = { form: { type: 'four_sheet', defaults: noDefaults } as const, kind: 'four_sheet' };
    const bytes = fourSheetFile(rows);
    const { sheets } = await open(await importAndMark(importDeps(database), bytes, sent));
    expect(sheets.map(({ name }) => name)).toEqual([
      'A-1 订单信息',
      'A-2 储能装置及电池包',
      'A-3 模块',
      'A-4 单体',
      '导入问题 Findings',
    ]);
    const [order, packs, modules, cells] = sheets;
    expect(lookOf(order, '3,3')).toEqual(['FFEB9C', expect.stringContaining('提醒 Warning')]);
    expect(lookOf(packs, '3,5')).toEqual(['FFC7CE', expect.stringContaining('箱号')]);
    expect(lookOf(modules, '5,0')).toEqual(['FFC7CE', expect.stringContaining('不在 A-2 中')]);
    expect(lookOf(cells, '7,0')).toEqual(['FFC7CE', expect.stringContaining('不在 A-3 中')]);
    expect(packs?.rows[3]?.[4]).toBe(packCode(1));
    expect(lookOf(cells, '3,0')).toEqual([undefined, undefined]);
  });

  it('[I27] gives the rows of a CSV file back as a workbook that is read in the same way', async () => {
    await using database = await testDatabase();
    const quoted = (cell: CellText): string =>
      typeof cell === 'object' ? '' : `"${String(cell).replaceAll('"', '""')}"`;
    const lines = [moduleHeader(), [], ...bad, moduleCells(4).with(1, '=1+1 "型号"')];
    const text = lines.map((line) => line.map(quoted).join(';')).join('\r\n');
    const bytes = Buffer.from(text, 'utf16le');
    const deps = importDeps(database);
    const form = { type: 'csv', charset: 'utf-16le' } as const;
    const marked = await importAndMark(deps, bytes, { form, fileName: 'modules.csv' });
    const [sheet, list] = (await open(marked)).sheets;
    expect(sheet?.name).toBe('CSV');
    expect(sheet?.rows[0]?.slice(0, 2)).toEqual(moduleHeader().slice(0, 2));
    expect(sheet?.rows[5]?.[1]).toBe('=1+1 "型号"');
    expect(lookOf(sheet, '3,0')).toEqual(['FFC7CE', expect.stringContaining('错误 Error')]);
    expect(lookOf(sheet, '4,10')).toEqual(['FFEB9C', expect.stringContaining('提醒 Warning')]);
    expect(list?.rows.length).toBe(4);
    const [before, after] = [await readForm(bytes, form, { kind: 'battery_module' }), await readAll(marked)];
    assert(before.ok && after.ok, 'both are read');
    const said = ({ row, code, column }: ImportFinding): unknown => [row, code, column];
    const again = after.value.rows.flatMap(({ findings }) => findings.map(said));
    expect(again).toEqual(before.value.end.findings.map(said));
  });

  it('[I27] has nothing to give for a push or an unknown import', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const kind = recordKind('battery_module');
    assert(kind !== undefined, 'the kind is there');
    const pushed = await importRecords(deps, {
      kind,
      records: [17],
      createdBy: 'a',
      idempotencyKey: undefined,
      remember: async () => undefined,
    });
    const marking = { ...deps, uploadFolder: tmpdir() };
    expect(await markWorkbook(marking, pushed.id ?? 0)).toMatchObject({
      ok: false,
      error: { code: 'import_without_workbook' },
    });
    expect(await markWorkbook(marking, 999_999)).toMatchObject({
      ok: false,
      error: { code: 'import_not_found' },
    });
  });
});

describe('added text', () => {
  it('[I28] is never a formula, nor an escape of the format, nor markup', async () => {
    await using database = await testDatabase();
    const evil = '=HYPERLINK("http://evil","<b>")&_x0041_';
    const bytes = workbookFile({ sheets: { 模块: moduleSheet([moduleCells(1).with(0, evil)]) } });
    const marked = await importAndMark(importDeps(database), bytes);
    const list = (await open(marked)).sheets[1];
    expect(list?.rows[1]?.[5]).toBe(`'${evil.replace('_x0041_', 'A')}`);
    const entry = readZipDirectory(memorySource(marked)).get('xl/suyuan/findings1.xml');
    assert(entry !== undefined, 'the list is there');
    const text = (await inflateWhole(memorySource(marked), entry, 1 << 20)).toString();
    expect(text).not.toContain('<f>');
    expect(text).not.toContain('<b>');
  });

  it('[I28] begins harmlessly', () => {
    for (const start of ['=', '+', '-', '@', '\t', '|', '%'])
      expect(plainText(`${start}1`)).toBe(`'${start}1`);
    expect(plainText('1=1')).toBe('1=1');
    expect(xmlText('a\0<&>"_x0041_')).toBe('a\ufffd&lt;&amp;&gt;&quot;_x005F_x0041_');
  });
});

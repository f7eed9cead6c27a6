// CSV files: encodings, separators, headers, and files that are wrong or meant to harm.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testDatabase } from '../../testing/test-database.ts';
import { listImportRows } from '../find-imports.ts';
import { countRows, importBytes, importDeps } from '../testing/import-fixture.ts';
import { readForm } from '../testing/read-form.ts';
import type { FormResult } from '../testing/read-form.ts';
import { moduleCells, moduleFields, moduleHeader } from '../testing/workbook-file.ts';
import type { CellText } from '../testing/workbook-file.ts';

const quoted = (cell: CellText): string => {
  const text = typeof cell === 'object' ? '' : String(cell);
  return /[",;\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

function csv(rows: readonly (readonly CellText[])[], separator = ',', lineEnd = '\r\n'): string {
  return rows.map((row) => row.map(quoted).join(separator) + lineEnd).join('');
}

const plain = csv([[...moduleFields], moduleCells(1), moduleCells(2)]);

async function read(text: string | Uint8Array, charset?: string): Promise<FormResult> {
  const result = await readForm(Buffer.from(text), { type: 'csv', charset });
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

async function codeOf(text: string | Uint8Array, charset?: string): Promise<string> {
  const result = await readForm(Buffer.from(text), { type: 'csv', charset });
  return result.ok ? 'read' : result.error.code;
}

const staged = ({ pieces }: FormResult): number => pieces.reduce((sum, { count }) => sum + count, 0);

/** 电池模块编码 and 型号一 in GB 18030. */
const gbHeader = Buffer.from('b5e7b3d8c4a3bfe9b1e0c2eb', 'hex');
const gbModel = Buffer.from('d0cdbac5d2bb', 'hex');

function gbFile(): Buffer {
  const [, ...names] = moduleFields;
  const [code = '', , ...rest] = moduleCells(1);
  const head = Buffer.concat([gbHeader, Buffer.from(`,${names.join(',')}\n${quoted(code)},`)]);
  return Buffer.concat([head, gbModel, Buffer.from(`,${rest.map(quoted).join(',')}\n`)]);
}

describe('encodings', () => {
  it.each([
    ['UTF-8', Buffer.from(plain)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${plain}`)],
    ['UTF-16, little end first', Buffer.from(`\ufeff${plain}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\ufeff${plain}`, 'utf16le').swap16()],
  ])('[I29] reads %s', async (_, bytes) => {
    const result = await read(bytes);
    expect([staged(result), result.end.rows, result.end.findings]).toEqual([2, 2, []]);
  });

  it('[I29] reads GB 18030 that nobody named, and says so', async () => {
    const result = await read(gbFile());
    expect([staged(result), result.end.findings.map(({ code }) => code)]).toEqual([1, ['charset_assumed']]);
    expect(Buffer.from(result.pieces[0]?.records ?? []).includes('型号一')).toBe(true);
  });

  it('[I29] reads GB 18030 by name without a word, also by the older names', async () => {
    for (const name of ['GB18030', 'gbk', 'gb2312'])
      expect((await read(gbFile(), name)).end.findings).toEqual([]);
  });

  it('[I29] refuses unknown names, and bytes that are not in the encoding', async () => {
    expect(await codeOf(plain, 'latin1')).toBe('csv_charset_wrong');
    expect(await codeOf(plain, '__proto__')).toBe('csv_charset_wrong');
    expect(await codeOf(gbFile(), 'utf-8')).toBe('csv_charset_wrong');
    expect(await codeOf(Buffer.concat([Buffer.from(plain), Buffer.from('ff', 'hex')]))).toBe(
      'csv_charset_wrong',
    );
  });

  it('[I29] joins a character that two pieces share', async () => {
    const lines = Array.from({ length: 900 }, (_, index) =>
      moduleCells(index + 1).with(1, '型号'.repeat(20 + (index % 7))),
    );
    const result = await read(csv([[...moduleFields], ...lines]));
    expect([staged(result), result.end.errors]).toEqual([900, 0]);
  });
});

describe('the table', () => {
  it.each([',', ';', '\t'])('[I30] finds the separator %j', async (separator) => {
    const result = await read(csv([[...moduleFields], moduleCells(1)], separator, '\n'));
    expect([staged(result), result.end.findings]).toEqual([1, []]);
  });

  it('[I30] takes the header of the template, repeated headers and its sample row', async () => {
    const sample = moduleCells(9).with(0, '示例 SY1MB01A000001GB20000009');
    const result = await read(csv([[...moduleFields], moduleHeader(), sample, [''], moduleCells(1)]));
    expect([result.end.rows, staged(result), result.pieces[0]?.rows]).toEqual([1, 1, [5]]);
  });

  it('[I30] refuses a file without a header of the kind', async () => {
    expect(await codeOf('a,b,c\n1,2,3\n')).toBe('csv_header_missing');
    expect(await codeOf('\n')).toBe('csv_header_missing');
  });

  it('[I11] reads no row when a required column is missing', async () => {
    const result = await read(csv([moduleFields.slice(0, 4), moduleCells(1)]));
    expect(result.end.rows).toBe(0);
    expect(result.end.findings[0]).toMatchObject({ code: 'missing_column', row: 1 });
  });

  it('[I31] reads numbers as numbers and codes as they stand', async () => {
    const result = await read(csv([[...moduleFields], moduleCells(1).with(5, 'two').with(1, '0012')]));
    expect(result.end.findings).toMatchObject([{ code: 'value_type', row: 2, column: 'F', value: 'two' }]);
    expect('sheet' in (result.end.findings[0] ?? {})).toBe(false);
    const good = await read(csv([[...moduleFields], moduleCells(1).with(1, '0012')]));
    expect(Buffer.from(good.pieces[0]?.records ?? []).includes('"0012"')).toBe(true);
  });

  it('[I9] refuses more rows than one import takes', async () => {
    const form = { type: 'csv', charset: undefined } as const;
    const result = await readForm(Buffer.from(plain), form, { rowsMax: 1 });
    expect(result).toMatchObject({ ok: false, error: { code: 'workbook_too_many_rows', limit: 1 } });
  });
});

describe('files that are wrong', () => {
  it.each([
    ['csv_not_text', 'PK\u0003\u0004 a zip'],
    ['csv_not_text', '%PDF-1.7'],
    ['csv_not_text', ''],
    ['csv_not_text', plain.replace('SYM-2S', 'SYM\0')],
    ['csv_quote_open', `${plain}"never closed`],
    ['csv_quote_misplaced', plain.replace('SYM-2S', 'SYM"2S')],
    ['csv_quote_misplaced', plain.replace('SYM-2S', '"SYM"2S')],
    ['csv_row_too_long', `${plain}${'x'.repeat(1_100_000)}`],
    ['csv_row_too_long', `${plain}"${'x'.repeat(1_100_000)}`],
  ])('[I32] refuses with %s', async (code, text) => {
    expect(await codeOf(text)).toBe(code);
  });

  it('[I32] names the row', async () => {
    const text = csv([[...moduleFields], moduleCells(1)]) + 'a"b\n';
    const result = await readForm(Buffer.from(text), { type: 'csv', charset: undefined });
    expect(result).toEqual({ ok: false, error: { code: 'csv_quote_misplaced', row: 3 } });
  });

  it('[I32] any bytes are read or refused with a code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (bytes, headed) => {
        const file = headed ? Buffer.concat([Buffer.from(plain), bytes]) : bytes;
        expect(await codeOf(file)).toMatch(/^(?:read|csv_\w+)$/);
      }),
    );
  });
});

describe('staging', () => {
  it('[I19] stages good rows and keeps bad ones, as of a sheet', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const text = csv([[...moduleFields], moduleCells(1), moduleCells(2).with(0, 'X'), moduleCells(1)]);
    const form = { type: 'csv', charset: undefined } as const;
    const result = await importBytes(deps, Buffer.from(text), { form });
    expect(result).toMatchObject({ ok: true, value: { rows: 3, staged: 1, errors: 2 } });
    const { items } = await listImportRows(database, result.ok ? (result.value.id ?? 0) : 0, { limit: 9 });
    expect(items).toMatchObject([
      { row: 3, state: 'wrong', cells: { moduleCode: 'X' }, findings: [{ column: 'A' }] },
      { row: 4, state: 'wrong', findings: [{ code: 'duplicate_in_file' }] },
    ]);
    expect(await countRows(database)).toMatchObject({ import: 1, import_file: 1, record: 1 });
  });
});

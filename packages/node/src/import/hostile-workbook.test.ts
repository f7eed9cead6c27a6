// Files that are wrong or meant to harm: each gets a clear code in bounded time and memory.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAll, refusalCode } from './testing/read-all.ts';
import { moduleCells, moduleSheet, rowXml, workbookEntries, workbookFile } from './testing/workbook-file.ts';
import { zipFile } from './testing/zip-file.ts';
import type { ZipFileEntry } from './testing/zip-file.ts';

const good = { sheets: { 模块: moduleSheet([moduleCells(1), moduleCells(2)]) } };

/** The good workbook with one part changed. */
function withPart(name: string, change: (entry: ZipFileEntry) => ZipFileEntry): Buffer {
  return zipFile(workbookEntries(good).map((entry) => (entry.name === name ? change(entry) : entry)));
}

const sheetPart = 'xl/worksheets/sheet1.xml';

function compoundFile(stream: string): Buffer {
  const bytes = Buffer.alloc(4_096);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(bytes);
  Buffer.from(stream, 'utf16le').copy(bytes, 1_024);
  return bytes;
}

describe('a file that is no workbook', () => {
  it('reads the good one, so that the refusals below mean something', async () => {
    const result = await readAll(workbookFile(good));
    expect(
      result.ok && result.value.rows.map(({ record, findings }) => [record !== undefined, findings]),
    ).toEqual([
      [true, []],
      [true, []],
    ]);
  });

  it.each([
    ['pdf', Buffer.from('%PDF-1.7\n%…')],
    ['html', Buffer.from('\ufeff <!DOCTYPE html><html><table>')],
    ['xml', Buffer.from('<?xml version="1.0"?><Workbook/>')],
    ['text', Buffer.from('moduleCode,moduleModelId\nA,B\n')],
    ['json', Buffer.from('[{"moduleCode": 1}]')],
    ['unknown', Buffer.from([1, 2, 3, 4, 5])],
    ['empty', Buffer.alloc(0)],
    ['zip', zipFile([{ name: 'readme.txt', data: 'hello' }])],
    ['docx', zipFile([{ name: 'word/document.xml', data: '<a/>' }])],
    ['ods', zipFile([{ name: 'META-INF/manifest.xml', data: '<a/>' }])],
  ])('[I1] refuses a renamed %s as such', async (looksLike, bytes) => {
    const result = await readAll(bytes);
    expect(result).toEqual({ ok: false, error: { code: 'workbook_not_xlsx', looksLike } });
  });

  it('[I2] refuses an encrypted workbook', async () => {
    expect(await refusalCode(compoundFile('EncryptedPackage'))).toBe('workbook_encrypted');
    expect(await refusalCode(withPart('xl/workbook.xml', (entry) => ({ ...entry, flags: 1 })))).toBe(
      'workbook_encrypted',
    );
  });

  it('[I2] refuses the format before xlsx', async () => {
    expect(await refusalCode(compoundFile('Workbook'))).toBe('workbook_old_format');
  });

  it('[I3] refuses macros by part and by content type', async () => {
    const part = { ...good, extra: [{ name: 'xl/vbaProject.bin', data: 'x' }] };
    expect(await refusalCode(workbookFile(part))).toBe('workbook_has_macros');
    const type = { ...good, mainType: 'application/vnd.ms-excel.sheet.macroEnabled.main+xml' };
    expect(await refusalCode(workbookFile(type))).toBe('workbook_has_macros');
  });
});

describe('a zip that lies', () => {
  it('[I4] refuses too many entries, repeated names and places outside the file', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => ({ name: `x/${index}`, data: '' }));
    expect(await refusalCode(workbookFile({ ...good, extra: many }))).toBe('workbook_too_large');
    const twice = { ...good, extra: [{ name: sheetPart, data: '<worksheet/>' }] };
    expect(await refusalCode(workbookFile(twice))).toBe('workbook_damaged');
    const outside = withPart(sheetPart, (entry) => ({ ...entry, claim: { compressedSize: 1 << 30 } }));
    expect(await refusalCode(outside)).toBe('workbook_damaged');
    expect(await refusalCode(workbookFile(good).subarray(0, -10))).toBe('workbook_damaged');
  });

  it('[I5] refuses an entry that says it is small and is not, and the reverse', async () => {
    const small = withPart(sheetPart, (entry) => ({ ...entry, claim: { size: 100 } }));
    expect(await refusalCode(small)).toBe('workbook_damaged');
    const large = withPart(sheetPart, (entry) => ({ ...entry, claim: { size: 10_000_000 } }));
    expect(await refusalCode(large)).toBe('workbook_damaged');
    const other = withPart(sheetPart, (entry) => ({ ...entry, claim: { crc: 1 } }));
    expect(await refusalCode(other)).toBe('workbook_damaged');
  });

  it('[I5] refuses a bomb by what it claims and by its ratio', async () => {
    const claimed = withPart(sheetPart, (entry) => ({ ...entry, claim: { size: 0xf000_0000 } }));
    expect(await refusalCode(claimed)).toBe('workbook_too_large');
    const spaces = Buffer.alloc(40 * 1024 * 1024, 0x20);
    const bomb = withPart(sheetPart, (entry) => ({
      ...entry,
      data: Buffer.concat([Buffer.from('<worksheet>'), spaces]),
    }));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await refusalCode(bomb)).toBe('workbook_too_large');
  });

  it('[I5] refuses a bomb that claims to be small, after the claimed size', async () => {
    const data = Buffer.alloc(40 * 1024 * 1024, 0x20);
    const bomb = withPart(sheetPart, (entry) => ({ ...entry, data, claim: { size: 1_000 } }));
    const before = process.memoryUsage().arrayBuffers;
    expect(await refusalCode(bomb)).toBe('workbook_damaged');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  });
});

describe('hostile XML', () => {
  it.each(['xl/workbook.xml', 'xl/styles.xml', 'xl/sharedStrings.xml', sheetPart, '[Content_Types].xml'])(
    '[I6] refuses a DTD in %s',
    async (part) => {
      const dtd = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>';
      const bytes = withPart(part, (entry) => ({ ...entry, data: `${dtd}${String(entry.data)}` }));
      expect(await refusalCode(bytes)).toBe('workbook_has_dtd');
    },
  );

  it.each([
    [
      'an entity that is not defined',
      rowXml(2, [{ xml: '<is><t>&xxe;</t></is>', attributes: ' t="inlineStr"' }]),
    ],
    [
      'a character that XML has not',
      rowXml(2, [{ xml: '<is><t>&#0;</t></is>', attributes: ' t="inlineStr"' }]),
    ],
    ['a tag that closes nothing', '</row>'],
    ['a tag without end', '<row r="2"><c r="A2"'],
    ['an attribute without quotes', '<row r=2></row>'],
    ['a string that is not there', rowXml(2, [{ xml: '<v>99</v>', attributes: ' t="s"' }])],
    ['a number that is none', rowXml(2, [{ xml: '<v>twelve</v>' }])],
  ])('[I6] refuses %s', async (_, row) => {
    const sheet = `${moduleSheet([])}${row}`;
    expect(await refusalCode(workbookFile({ sheets: { 模块: sheet } }))).toBe('workbook_damaged');
  });

  it('[I6] refuses other encodings, deep nesting and a token without end', async () => {
    const utf16 = withPart(sheetPart, (entry) => ({
      ...entry,
      data: Buffer.from(`\ufeff${String(entry.data)}`, 'utf16le'),
    }));
    expect(await refusalCode(utf16)).toBe('workbook_damaged');
    const latin = withPart(sheetPart, (entry) => ({
      ...entry,
      data: `<?xml version="1.0" encoding="ISO-8859-1"?>${String(entry.data)}`,
    }));
    expect(await refusalCode(latin)).toBe('workbook_damaged');
    const broken = withPart(sheetPart, (entry) => ({
      ...entry,
      data: Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c]),
    }));
    expect(await refusalCode(broken)).toBe('workbook_damaged');
    const deep = withPart(sheetPart, (entry) => ({ ...entry, data: '<a>'.repeat(1_000) }));
    expect(await refusalCode(deep)).toBe('workbook_damaged');
    const endless = withPart(sheetPart, (entry) => ({
      ...entry,
      data: `<worksheet a="${randomText(3_000_000)}`,
    }));
    expect(await refusalCode(endless)).toBe('workbook_too_large');
  });

  it('[I7] refuses rows and cells out of order', async () => {
    const rows = `${rowXml(5, moduleCells(1))}${rowXml(4, moduleCells(2))}`;
    expect(await refusalCode(workbookFile({ sheets: { 模块: moduleSheet([]) + rows } }))).toBe(
      'workbook_damaged',
    );
    const cells = '<row r="5"><c r="B5"><v>1</v></c><c r="A5"><v>1</v></c></row>';
    expect(await refusalCode(workbookFile({ sheets: { 模块: moduleSheet([]) + cells } }))).toBe(
      'workbook_damaged',
    );
    const astray = '<row r="5"><c r="A6"><v>1</v></c></row>';
    expect(await refusalCode(workbookFile({ sheets: { 模块: moduleSheet([]) + astray } }))).toBe(
      'workbook_damaged',
    );
  });
});

function randomText(length: number): string {
  let text = '';
  for (let state = 1; text.length < length; state = (state * 48_271) % 0x7fff_ffff)
    text += state.toString(36);
  return text;
}

describe('size', () => {
  it('[I8] takes a far-away cell without allocating up to it', async () => {
    const far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>';
    const before = process.memoryUsage().heapUsed;
    const result = await readAll(workbookFile({ sheets: { 模块: moduleSheet([moduleCells(1)]) + far } }));
    expect(result.ok && result.value.rows.length).toBe(1);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(32 * 1024 * 1024);
    expect(result.ok && result.value.end.findings).toEqual([
      expect.objectContaining({
        code: 'cells_outside_table',
        level: 'warning',
        row: 1_048_576,
        column: 'XFD',
      }),
    ]);
  });

  it('[I8] counts values beside the table, and says where the first one is', async () => {
    const beside = `${moduleSheet([[...moduleCells(1), 'a remark'], moduleCells(2)])}<row r="90"><c r="ZZ90"><v>1</v></c></row>`;
    const result = await readAll(workbookFile({ sheets: { 模块: beside } }));
    expect(result.ok && result.value.rows.length).toBe(2);
    const [finding, ...others] = result.ok ? result.value.end.findings : [];
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      code: 'cells_outside_table',
      message: { en: expect.stringContaining('2 cells') },
    });
  });

  it('[I9] refuses more rows than the limit, and counts no blank ones', async () => {
    const rows = Array.from({ length: 11 }, (_, index) => moduleCells(index + 1));
    const blank = Array.from({ length: 50 }, (_, index) => rowXml(index + 100, [''])).join('');
    const bytes = workbookFile({ sheets: { 模块: moduleSheet(rows) + blank } });
    expect(await readAll(bytes, { rowsMax: 10 })).toEqual({
      ok: false,
      error: { code: 'workbook_too_many_rows', limit: 10 },
    });
    expect((await readAll(bytes, { rowsMax: 11 })).ok).toBe(true);
  });
});

describe('fuzzing', () => {
  it('[I6] never fails in another way than by a refusal, whatever byte is changed', async () => {
    const bytes = workbookFile({
      sheets: { 模块: moduleSheet([moduleCells(1)]), 说明: rowXml(1, ['hello']) },
      sharedStrings: ['<t>a</t>', '<r><t>b</t></r><rPh sb="0" eb="1"><t>c</t></rPh>'],
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (changes) => {
          const changed = Buffer.from(bytes);
          for (const [at, value] of changes) changed[at] = value;
          expect(await refusalCode(changed)).toMatch(/^(?:read|workbook_\w+)$/);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('[I6] never fails in another way than by a refusal, whatever is changed inside a part', async () => {
    const entries = workbookEntries(good);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(entries.length - 1),
        fc.array(
          fc.tuple(fc.nat(100_000), fc.constantFrom('<', '>', '"', '&', '/', ' ', '=', 'r', '9', '\0', 'é')),
        ),
        async (index, changes) => {
          const changed = entries.map((entry, place) => {
            if (place !== index) return entry;
            let data = String(entry.data);
            for (const [at, symbol] of changes.slice(0, 4)) {
              const cut = at % (data.length + 1);
              data = data.slice(0, cut) + symbol + data.slice(cut + (at % 3));
            }
            return { ...entry, data };
          });
          expect(await refusalCode(zipFile(changed))).toMatch(/^(?:read|workbook_\w+)$/);
        },
      ),
      { numRuns: 400 },
    );
  });
});

// Pushes of lines: what is staged, what is kept, and what is refused.
import { generateRecords } from '@suyuan/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testDatabase } from '../testing/test-database.ts';
import { findImport, listImportRows } from './find-imports.ts';
import { lineBytesMax } from './read-lines.ts';
import { correctRow } from './correct-row.ts';
import { countRows, importBytes, importDeps } from './testing/import-fixture.ts';
import { readForm } from './testing/read-form.ts';

const form = { type: 'lines' } as const;

function modules(count: number): readonly unknown[] {
  const batches = generateRecords({ seed: 3, count, from: '2026-02-01', to: '2026-02-28' });
  return [...batches].flatMap(({ kind, records }) => (kind === 'battery_module' ? [...records] : []));
}

const linesOf = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');

async function codeOf(text: string | Uint8Array): Promise<string> {
  const result = await readForm(Buffer.from(text), form);
  return result.ok ? 'read' : result.error.code;
}

describe('lines of JSON', () => {
  it('[I33] are staged in one import, each by the number of its line', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const records = modules(6_000);
    const result = await importBytes(deps, Buffer.from(`\n${linesOf(records)}`), { form });
    expect(result).toMatchObject({
      ok: true,
      value: { rows: records.length, staged: records.length, errors: 0 },
    });
    const rows = await database.read(
      async (db) =>
        await db.selectFrom('record').select('source_row').orderBy('batch_id').orderBy('leaf').execute(),
    );
    expect(rows.map(({ source_row: row }) => row)).toEqual(records.map((_, index) => index + 1));
    const id = result.ok ? (result.value.id ?? 0) : 0;
    expect(await findImport(database, deps.progress, id)).toMatchObject({ source: 'ndjson', status: 'done' });
    expect(await countRows(database)).toMatchObject({ import: 1, import_file: 0 });
  });

  it('[I34] a broken line is a bad row and stops no other', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const [first, second] = modules(20);
    const text = `${linesOf([first])}{"moduleCode":\n[]\n${linesOf([first, second])}`;
    const result = await importBytes(deps, Buffer.from(text), { form });
    expect(result).toMatchObject({ ok: true, value: { rows: 5, staged: 2, errors: 3 } });
    const id = result.ok ? (result.value.id ?? 0) : 0;
    const { items } = await listImportRows(database, id, { limit: 9 });
    expect(items.map(({ row, state, findings }) => [row, state, findings.map(({ code }) => code)])).toEqual([
      [1, 'wrong', ['line_not_json']],
      [2, 'wrong', ['record_not_object']],
      [3, 'wrong', ['duplicate_in_file']],
    ]);
    const [third] = modules(40).slice(-1);
    const corrected = await correctRow(deps, id, 1, Object(third));
    expect(corrected).toMatchObject({ ok: true, value: { row: 1, state: 'corrected' } });
  });

  it('[I34] takes nothing deeper than a body may be, and no bytes that are not UTF-8', async () => {
    const deep = `${'['.repeat(70)}${']'.repeat(70)}`;
    const result = await readForm(
      Buffer.concat([Buffer.from(`${deep}\n"`), Buffer.from('ff220a', 'hex')]),
      form,
    );
    expect(result.ok && result.value.end.findings.map(({ code, row }) => [code, row])).toEqual([
      ['line_not_json', 0],
      ['line_not_json', 1],
    ]);
  });

  it('[I33] refuses too many lines and lines that are too long', async () => {
    expect(await codeOf('{}\n'.repeat(100_001))).toBe('lines_too_many');
    expect(await codeOf(`{}\n${'x'.repeat(lineBytesMax + 1)}\n{}`)).toBe('line_too_long');
    expect(await codeOf('x'.repeat(lineBytesMax + 300_000))).toBe('line_too_long');
  });

  it('[I34] any bytes are read line by line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(await codeOf(bytes)).toBe('read');
      }),
    );
  });
});

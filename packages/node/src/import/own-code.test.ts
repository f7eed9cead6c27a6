// Records of kinds without a code of their own: the same thing twice is refused, the same code with something new is not.
import { readFile } from 'node:fs/promises';
import { recordKind } from '@suyuan/battery';
import { assert } from '@suyuan/log';
import { describe, expect, it } from 'vitest';
import { testDatabase } from '../testing/test-database.ts';
import { correctRow } from './correct-row.ts';
import type { ImportDeps } from './import-deps.ts';
import type { ImportOutcome } from './import-outcome.ts';
import { importRecords } from './import-records.ts';
import { ownCodeOf, shownCode } from './own-code.ts';
import { editStagedRecord } from './staged-records.ts';
import { countRows, importBytes, importDeps } from './testing/import-fixture.ts';

const sample = (name: string): URL => new URL(`../../../../samples/${name}`, import.meta.url);

async function swaps(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { records } = Object(JSON.parse(await readFile(sample('swaps.json'), 'utf8')));
  return records;
}

async function push(deps: ImportDeps, records: readonly unknown[]): Promise<ImportOutcome> {
  const kind = recordKind('battery_swap');
  assert(kind !== undefined, 'the kind is there');
  const remember = async (): Promise<void> => undefined;
  return await importRecords(deps, { kind, records, createdBy: 'ERP', idempotencyKey: undefined, remember });
}

describe('records without a code of their own', () => {
  it('[I17] are refused when they come twice in a list or are staged already, known by their main code', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const [registered, stocked, swapped] = await swaps();
    const later = { ...stocked, swapTime: '2026-11-14T10:30:00+08:00' };
    const value = stocked?.['newCode'];
    const first = await push(deps, [registered, stocked, later, stocked]);
    expect(first).toMatchObject({ staged: 3, errors: 1 });
    expect(first.findings).toEqual([expect.objectContaining({ code: 'duplicate_in_file', row: 3, value })]);
    expect(first.findings[0]).not.toHaveProperty('field');
    const second = await push(deps, [stocked, swapped]);
    expect(second).toMatchObject({ staged: 1, errors: 1 });
    expect(second.findings).toEqual([expect.objectContaining({ code: 'duplicate_staged', row: 0, value })]);

    const row = await correctRow(deps, second.id ?? 0, 0, JSON.parse(JSON.stringify(later)));
    expect(row).toMatchObject({ value: { state: 'wrong', findings: [{ code: 'duplicate_staged', value }] } });
    const newer = { ...later, swapTime: '2026-11-14T10:31:00+08:00' };
    const right = await correctRow(deps, second.id ?? 0, 0, JSON.parse(JSON.stringify(newer)));
    expect(right).toMatchObject({ value: { state: 'corrected', findings: [] } });
    const place = (right.ok ? right.value.staged : undefined) ?? { batch: 0, leaf: 0 };
    expect(await editStagedRecord(deps, place, later)).toMatchObject({
      staged: false,
      findings: [{ code: 'duplicate_staged', value }],
    });
    expect(await editStagedRecord(deps, place, newer)).toEqual({ staged: true, findings: [] });
  });

  it('[I17] are refused when their workbook is imported twice, and a dry run says so', async () => {
    await using database = await testDatabase();
    const deps = importDeps(database);
    const bytes = await readFile(sample('swaps.xlsx'));
    const kind = 'battery_swap';
    expect(await importBytes(deps, bytes, { kind })).toMatchObject({ value: { staged: 4, errors: 0 } });
    const before = await countRows(database);
    const refused = { value: { staged: 0, errors: 4 } };
    expect(await importBytes(deps, bytes, { kind, dryRun: true })).toMatchObject(refused);
    expect(await countRows(database)).toEqual(before);
    expect(await importBytes(deps, bytes, { kind })).toMatchObject(refused);
    const { record, subject } = before;
    expect(await countRows(database)).toMatchObject({ record, subject, batch: 1 });
  });

  it('[I17] are the same only when all three parts are', () => {
    const subjects = [{ code: 'LSYTESTE0TA000001', role: 'vehicle' as const }];
    const texts = { public: '{}', shared: '{}', private: '{}' };
    const { code, role } = ownCodeOf(texts, subjects);
    expect([role, shownCode(code)]).toEqual(['content', 'LSYTESTE0TA000001']);
    for (const part of ['public', 'shared', 'private'] as const)
      expect(ownCodeOf({ ...texts, [part]: '{"a":1}' }, subjects).code).not.toBe(code);
    const subject = { code: 'SY1PB01M000000GB20000001', role: 'subject' as const };
    expect(ownCodeOf(texts, [...subjects, subject])).toEqual(subject);
  });
});

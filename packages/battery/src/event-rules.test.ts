import { exampleContext, exampleRecords } from '@suyuan/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mainCode } from './kind.ts';
import { moduleKinds, recordKind, recordKinds } from './kinds/record-kinds.ts';
import type { ParsedRecord } from './parse-record.ts';
import { parseRecord } from './parse-record.ts';
import { parseRow } from './parse-row.ts';
import { recognizeHeader } from './header.ts';
import { parseStoredRecord } from './stored-record.ts';
import { cellsOf } from './template.ts';

const parsed = (id: string, changes: object = {}): ParsedRecord => {
  const kind = recordKind(id);
  if (kind === undefined) throw new Error(id);
  return parseRecord(kind, { ...exampleRecords[id], ...changes }, exampleContext);
};
const said = (id: string, changes: object): unknown[] =>
  parsed(id, changes).findings.map(({ level, code, field }) => [level, code, field]);
const P = 'SY1PB01A000001GB20000001';
const tomorrow = 'SY1PB01A000001GBK0000001'; // 2026-11-19

describe('rules of vehicle and battery events', () => {
  it.each(recordKinds)('[B12] the example of $id is valid, stored and in a sheet', (kind) => {
    const { record, findings, subjects } = parsed(kind.id);
    expect(findings).toEqual([]);
    if (record === undefined) throw new Error('no record');
    expect(parseStoredRecord(kind, record.public, record.shared, 'strict')).toEqual({
      ok: true,
      value: subjects,
    });
    const layout = recognizeHeader(
      kind,
      kind.fields.map(({ id }) => id),
    );
    if (layout === undefined) throw new Error('no layout');
    const row = parseRow(kind, layout, cellsOf(kind, exampleRecords[kind.id] ?? {}), exampleContext);
    expect([row.record, row.findings]).toEqual([record, []]);
  });

  it('[B46] names, addresses, numbers and plates of persons are private and never leave', () => {
    const { record } = parsed('vehicle_sale', { licensePlate: '闽AD12345' });
    expect(Object.keys(JSON.parse(record?.private ?? ''))).toEqual([
      'licensePlate',
      'ownerName',
      'ownerAddress',
      'ownerId',
    ]);
    expect(`${record?.public}${record?.shared}`).not.toMatch(/张三|福州市|3501021990|闽/);
    for (const { fields } of recordKinds) {
      for (const { id, part } of fields)
        expect([id, /^(owner|licensePlate)/.test(id)]).toEqual([id, part === 'private']);
    }
  });

  it('[B47] the sub-type decides which fields are needed and which are out of place', () => {
    const base = { vin: '', oldCode: '', newCode: '' };
    expect(said('battery_swap', base)).toEqual([
      ['error', 'value_needed_here', 'vin'],
      ['error', 'value_needed_here', 'oldCode'],
      ['error', 'value_needed_here', 'newCode'],
    ]);
    expect(said('battery_swap', { subType: 'stock_in' })).toEqual([
      ['error', 'value_out_of_place', 'vin'],
      ['error', 'value_out_of_place', 'oldCode'],
    ]);
    expect(said('battery_swap', { ...base, subType: 'stock_in', newCode: P })).toEqual([]);
    expect(said('battery_swap', { ...base, subType: 'out', oldCode: P })).toEqual([
      ['error', 'value_needed_here', 'whereaboutsCode'],
      ['error', 'value_needed_here', 'whereaboutsName'],
    ]);
    expect(said('battery_swap', { subType: 'buy' })).toEqual([['error', 'enum_value', 'subType']]);
    expect(said('vehicle_production', { imported: true })).toEqual([
      ['error', 'value_needed_here', 'customsDate'],
    ]);
    expect(said('vehicle_production', { customsDate: '2026-11-10' })).toEqual([
      ['error', 'value_out_of_place', 'customsDate'],
    ]);
  });

  it('[B48] vehicle production: system or chassis destination; certificate after the line', () => {
    const chassis = { chassisDirectionCode: '91350100M000100Y43', chassisDirectionName: '示例' };
    expect(said('vehicle_production', { systemCode: '' })).toEqual([
      ['error', 'value_missing', 'systemCode'],
    ]);
    expect(said('vehicle_production', { systemCode: '', ...chassis })).toEqual([]);
    expect(said('vehicle_production', { ...chassis, chassisDirectionName: '' })).toEqual([
      ['error', 'value_needs_other', 'chassisDirectionName'],
    ]);
    expect(said('vehicle_production', { certificateDate: '2026-11-08' })).toEqual([
      ['error', 'date_before', 'certificateDate'],
    ]);
    expect(said('vehicle_production', { packCodes: [tomorrow] })).toEqual([
      ['warning', 'code_newer', 'packCodes'],
    ]);
  });

  it('[B48] vehicle sale: a company has a credit code, a plate has its form', () => {
    expect(said('vehicle_sale', { buyerType: 'company' })).toEqual([
      ['warning', 'owner_code_doubtful', 'ownerId'],
    ]);
    expect(said('vehicle_sale', { buyerType: 'company', ownerId: '91350100M000100Y43' })).toEqual([]);
    expect(said('vehicle_sale', { licensePlate: 'AD12345' })).toEqual([
      ['error', 'text_format', 'licensePlate'],
    ]);
    expect(said('vehicle_sale', { saleArea: '福州' })).toEqual([['error', 'text_format', 'saleArea']]);
  });

  it('[B48] levels agree with codes, and what comes on is not what comes off', () => {
    expect(said('battery_swap', { newCode: P })).toEqual([['error', 'codes_equal', 'newCode']]);
    expect(said('vehicle_repair', { level: 'P' })).toEqual([['error', 'level_differs', 'level']]);
    expect(said('battery_retirement', { level: 'C' })).toEqual([['error', 'level_differs', 'level']]);
    expect(said('battery_retirement', { batteryType: 'E' })).toEqual([
      ['error', 'chemistry_differs', 'batteryType'],
    ]);
    expect(said('after_sales_service', { childCodes: ['SY1MB01A000001GB20000001'] })).toEqual([
      ['error', 'child_level', 'childCodes'],
    ]);
    expect(
      said('after_sales_service', {
        code: 'SY1CB01A000001GB20000001',
        level: 'C',
        childCodes: ['SY1CB01A000001GB20000002'],
      }),
    ).toEqual([
      ['error', 'value_out_of_place', 'childCodes'],
      ['error', 'child_level', 'childCodes'],
    ]);
  });

  it('[B49] an unreadable code needs a reason and a photo; a vehicle without battery is named', () => {
    const none = { code: '', attachments: [] };
    expect(said('battery_recycling', none)).toEqual([['error', 'code_or_reason_missing', 'code']]);
    const reason = { ...none, unreadableReason: '标签烧毁' };
    expect(said('battery_recycling', reason)).toEqual([['error', 'photo_missing', 'attachments']]);
    const photo = [{ digest: 'a'.repeat(64), name: 'photo.jpg' }];
    expect(said('battery_recycling', { ...reason, attachments: photo })).toEqual([]);
    expect(said('battery_recycling', { ...none, batteryPresent: false })).toEqual([
      ['error', 'vehicle_missing', 'sourceVin'],
    ]);
    expect(
      said('battery_recycling', { ...none, batteryPresent: false, sourceVin: 'LSYTESTE0TA000001' }),
    ).toEqual([]);
  });

  it('[B49] dispatch is a record of its own, not dated before the taking in', () => {
    const dispatch = {
      subType: 'dispatch',
      outDate: '2026-11-17',
      destCode: '91350100M000100Y43',
      destName: '示例',
    };
    expect(said('battery_recycling', dispatch)).toEqual([['error', 'date_before', 'outDate']]);
    expect(said('battery_recycling', { ...dispatch, storageDate: '' })).toEqual([]);
    expect(said('battery_recycling', { ...dispatch, outDate: '2026-11-18', destName: '' })).toEqual([
      ['error', 'value_needed_here', 'destName'],
    ]);
    const treatment = { subType: 'treatment', treatmentDate: '2026-11-19', weight: 60, outputNickel: 61 };
    expect(said('battery_recycling', treatment)).toEqual([['warning', 'outputs_exceed_weight', 'weight']]);
    expect(said('battery_recycling', { scrapCertNo: 'BF-1' })).toEqual([
      ['error', 'value_needs_other', 'scrapDate'],
    ]);
  });

  it('[B50] attachments are digests with names', () => {
    const given = (attachments: unknown): unknown[] => said('vehicle_sale', { attachments });
    const digest = 'ab'.repeat(32);
    expect(given([{ digest, name: '照片 1.jpg' }])).toEqual([]);
    for (const wrong of [{ digest: 'AB'.repeat(32), name: 'a' }, { name: 'a' }, 'a', null, 7, [digest]]) {
      expect(given([wrong])).toEqual([['error', 'attachment_digest', 'attachments']]);
    }
    for (const name of ['', '../a', 'a\\b', 'a\u202eb', ' a', '\ud800', 'a'.repeat(129), 5]) {
      expect([name, given([{ digest, name }])]).toEqual([
        name,
        [['error', 'attachment_name', 'attachments']],
      ]);
    }
    expect(given([{ digest, name: 'a', size: 1 }])).toEqual([['error', 'attachment_name', 'attachments']]);
    const twice = { digest, name: 'a' };
    expect(given([twice, twice])).toEqual([['error', 'code_duplicate', 'attachments']]);
    expect(given('x')).toEqual([['error', 'value_type', 'attachments']]);
    expect(given(Array.from({ length: 11 }, () => twice))).toEqual([
      ['error', 'list_too_long', 'attachments'],
    ]);
    const { record } = parsed('vehicle_sale', { attachments: [twice] });
    expect(record?.shared).toContain(`"attachments":[{"digest":"${digest}","name":"a"}]`);
  });

  it('[B36] a time in a sheet is read in the usual ways as that of Shanghai', () => {
    const kind = recordKind('battery_swap');
    if (kind === undefined) throw new Error('no kind');
    const layout = recognizeHeader(
      kind,
      kind.fields.map(({ id }) => id),
    );
    if (layout === undefined) throw new Error('no layout');
    const read = (swapTime: string): string => {
      const cells = cellsOf(kind, { ...exampleRecords['battery_swap'], swapTime });
      const row = parseRow(kind, layout, cells, exampleContext);
      const shared = JSON.parse(row.record?.shared ?? '{}');
      return `${shared.swapTime} ${row.findings.map(({ code }) => code).join()}`;
    };
    expect(read('2026-11-15 14:03')).toBe('2026-11-15T14:03:00+08:00 date_read_as');
    expect(read('2026/11/5 9:03:07')).toBe('2026-11-05T09:03:07+08:00 date_read_as');
    expect(read('2026年11月15日 14:03:00')).toBe('2026-11-15T14:03:00+08:00 date_read_as');
    expect(read('2026-11-15T14:03:20+08:00')).toBe('2026-11-15T14:03:20+08:00 ');
    expect(read('15.11.2026 14:03')).toBe('undefined datetime_format');
  });

  it('[B25] a record is known by its subject, else by what it is about', () => {
    const names = moduleKinds.map(({ id }) => mainCode(parsed(id).subjects));
    const [vin, module1, module9] = [
      'LSYTESTE0TA000001',
      'SY1MB01A000001GB20000001',
      'SY1MB01A000001GB20000009',
    ];
    const swapped = 'SY1PB01A000001GB20000002';
    expect(names).toEqual([module1, P, vin, vin, swapped, module9, module9, P, P]);
    expect(mainCode([{ code: 'PO-1', role: 'reference' }])).toBeUndefined();
  });

  it.each(recordKinds)('[B20] $id never throws', (kind) => {
    const names = kind.fields.map(({ id }) => id);
    const any = fc.anything({ maxDepth: 2 });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), any), (changes) => {
        const outcome = parsed(kind.id, changes);
        const hasError = outcome.findings.some(({ level }) => level === 'error');
        expect(outcome.record === undefined).toBe(hasError);
      }),
      { numRuns: 300 },
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordKind } from '../kinds/record-kinds.ts';
import { MasterData, masterEntryOf, masterKeyFields } from './master-data.ts';
import type { MasterEntry, MasterRecord } from './master-data.ts';

const day = (month: number): string => `2026-${String(month).padStart(2, '0')}-01`;

function record(kind: string, members: object, place: Partial<MasterRecord> = {}): MasterRecord {
  const texts = { publicText: JSON.stringify(members), sharedText: '{}' };
  return { kind, ...texts, entry: 1, leaf: 0, reporter: 'managers', voided: false, ...place };
}

function entries(records: readonly MasterRecord[]): readonly MasterEntry[] {
  return records.flatMap((one) => masterEntryOf(one) ?? []);
}

const prefix = { kind: 'maker_prefix', key: 'SY1', product: '' } as const;
const version = (month: number, entry: number, more: object = {}, voided = false): MasterRecord =>
  record('maker_prefix', { prefix: 'SY1', validFrom: day(month), ...more }, { entry, voided });

describe('entries of master data', () => {
  it('[B57] the keys are required fields of the kinds, found as references', () => {
    for (const [kind, key] of Object.entries(masterKeyFields)) {
      expect(recordKind(kind)?.family).toBe('master');
      const field = recordKind(kind)?.fields.find(({ id }) => id === key);
      // Symbols and days are nothing that people look up.
      const role = kind === 'code_table_entry' || kind === 'work_calendar_day' ? undefined : 'reference';
      expect(field).toMatchObject({
        ...(role === undefined ? {} : { role }),
        required: 'yes',
        part: 'public',
      });
    }
  });

  it('[B57] the latest version that has begun is in force, of one day the last in log order', () => {
    const data = new MasterData(
      entries([version(3, 9), version(1, 4), version(3, 7), version(6, 2, { validTo: day(7) })]),
    );
    const onDay = (month: number): number | undefined => data.inForce(prefix, day(month))?.entry;
    expect(data.inForce(prefix, '2025-12-31')).toBeUndefined();
    expect([1, 2, 3, 5, 6, 7, 8].map(onDay)).toEqual([4, 4, 9, 9, 2, 2, undefined]);
    expect(data.versions(prefix).map(({ entry }) => entry)).toEqual([4, 7, 9, 2]);
    expect(data.inForce({ ...prefix, key: 'SY2' }, day(3))).toBeUndefined();
    expect(data.inForce({ ...prefix, kind: 'unit' }, day(3))).toBeUndefined();
  });

  it('[B57] a voided version does not count but stays in the history', () => {
    const data = new MasterData(entries([version(1, 4), version(3, 7, {}, true)]));
    expect(data.inForce(prefix, day(5))?.entry).toBe(4);
    expect(data.versions(prefix)).toHaveLength(2);
    expect(new MasterData(entries([version(3, 7, {}, true)])).keeps('maker_prefix')).toBe(false);
  });

  it('[B57] models of different products may share a name', () => {
    const model = (product: string, entry: number): MasterRecord =>
      record('battery_model', { modelId: 'X', product, validFrom: day(1) }, { entry });
    const data = new MasterData(entries([model('M', 1), model('P', 2)]));
    const onDay = (product: string): number | undefined =>
      data.inForce({ kind: 'battery_model', key: 'X', product }, day(2))?.entry;
    expect(['M', 'P', 'C'].map(onDay)).toEqual([1, 2, undefined]);
    expect(['M', 'P', 'C'].map((product) => data.keeps('battery_model', product))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('[B57] records of other kinds and without their text are no entries', () => {
    const lacking = { publicText: undefined, sharedText: undefined };
    expect(masterEntryOf(record('battery_pack', { prefix: 'SY1', validFrom: day(1) }))).toBeUndefined();
    expect(masterEntryOf({ ...version(1, 1), ...lacking })).toBeUndefined();
    expect(masterEntryOf(record('maker_prefix', { prefix: 1, validFrom: day(1) }))).toBeUndefined();
    expect(masterEntryOf(record('constructor', {}))).toBeUndefined();
  });

  it('[B57] the order in which records are found does not matter', () => {
    const some = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 12 }), fc.boolean(), fc.option(fc.integer({ min: 1, max: 12 }))),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 12 }), (versions, at) => {
        const records = versions.map(([from, voided, to], entry) =>
          version(from, entry, to === null ? {} : { validTo: day(to) }, voided),
        );
        const there = new MasterData(entries(records));
        const back = new MasterData(entries(records.toReversed()));
        expect(back.inForce(prefix, day(at))).toEqual(there.inForce(prefix, day(at)));
      }),
    );
  });
});

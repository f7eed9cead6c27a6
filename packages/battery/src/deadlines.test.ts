import { exampleRecords } from '@suyuan/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { businessTypes, managingKinds, recordKindsOfBusiness } from './business-types.ts';
import { addDays, civilDateFault, civilDateOfMoment, dayNumber, shanghaiTime } from './civil-date.ts';
import { deadlines, dueDate, lawVersions } from './deadlines.ts';
import type { Deadline } from './deadlines.ts';
import { recordKind, recordKinds } from './kinds/record-kinds.ts';
import { builtInDueRules } from './master/judging-tables.ts';

/** Deadlines where no year is announced. */
const unannounced = { deadlines, calendarFrom: () => undefined };

const due = (kind: string, changes: object): unknown => {
  const found = dueDate(kind, { ...exampleRecords[kind], ...changes }, unannounced);
  return found === undefined ? undefined : [found.date, found.deadline.confidence, found.isExact];
};

const byLaw = (a: Deadline, b: Deadline): number => (a.law === b.law ? 0 : a.law < b.law ? 1 : -1);

describe('presets', () => {
  it('[B51] name record kinds that exist, sorted, and each kind has someone who reports it', () => {
    for (const { id, recordKinds: kinds } of businessTypes) {
      expect(kinds).toEqual(kinds.toSorted((a, b) => (a < b ? -1 : 1)));
      for (const kind of kinds) expect(recordKind(kind)?.id).toBe(kind);
      expect(recordKindsOfBusiness(id)).toBe(kinds);
    }
    const all = new Set([...businessTypes.flatMap((type) => type.recordKinds), ...managingKinds]);
    expect(recordKinds.filter(({ id }) => !all.has(id))).toEqual([]);
    expect(recordKindsOfBusiness('baker')).toBeUndefined();
  });
});

describe('deadlines', () => {
  it('[B52] count from the day after, by the law in force on the first day', () => {
    const taken = (storageDate: string): unknown => due('battery_recycling', { storageDate });
    expect(taken('2026-11-18')).toEqual(['2026-12-18', 'stated', true]);
    expect(taken('2026-04-01')).toEqual(['2026-05-01', 'stated', true]);
    // 2026-03-31 is a Tuesday: thirty working days are six weeks.
    expect(taken('2026-03-31')).toEqual(['2026-05-12', 'stated', false]);
    expect(taken('2017-01-01')).toBeUndefined();
  });

  it('[B52] take the particular start of the time before the general one', () => {
    expect(due('vehicle_production', { certificateDate: '2026-01-05' })).toEqual([
      '2026-01-26',
      'stated',
      false,
    ]);
    const imported = { imported: true, customsDate: '2026-01-12', certificateDate: '2026-01-05' };
    expect(due('vehicle_production', imported)).toEqual(['2026-02-02', 'stated', false]);
    const scrapped = { scrapDate: '2026-01-05', storageDate: '2026-01-07' };
    expect(due('battery_recycling', scrapped)).toEqual(['2026-01-26', 'stated', false]);
    expect(due('battery_module', {})).toBeUndefined();
    expect(due('battery_swap', {})).toBeUndefined();
  });

  it('[B53] working days leave out Saturday and Sunday, and follow a calendar that is given', () => {
    const record = { certificateDate: '2026-01-01' };
    expect(due('vehicle_production', record)).toEqual(['2026-01-22', 'stated', false]);
    const calendar = { holidays: new Set(['2026-01-02']), workdays: new Set(['2026-01-04']) };
    const found = dueDate('vehicle_production', record, { deadlines, calendarFrom: () => calendar });
    expect([found?.date, found?.isExact]).toEqual(['2026-01-22', true]);
    const noExtra = { ...calendar, workdays: new Set<string>() };
    const rules = { deadlines, calendarFrom: () => noExtra };
    expect(dueDate('vehicle_production', record, rules)?.date).toBe('2026-01-23');
  });

  it('[B52] are data of laws that follow each other, about fields that exist', () => {
    const ends = lawVersions.slice(0, -1).map(({ validTo = '' }) => addDays(validTo, 1));
    expect(ends).toEqual(lawVersions.slice(1).map(({ validFrom }) => validFrom));
    for (const { recordKind: id, startFields, law } of deadlines) {
      const names = recordKind(id)?.fields.map((field) => field.id);
      for (const field of startFields) expect(names).toContain(field);
      expect(lawVersions.map((version) => version.id)).toContain(law);
    }
    expect(builtInDueRules.deadlines.toSorted(byLaw)).toEqual(
      deadlines.map((deadline) => deadline).toSorted(byLaw),
    );
    expect(builtInDueRules.laws).toEqual(lawVersions);
  });

  it('[B17] dates and times are added and moved to Shanghai as the calendar has it', () => {
    const moment = fc.date({ min: new Date('1900-01-02'), max: new Date('2199-12-30'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, fc.integer({ min: -400, max: 400 }), (day, days) => {
        const iso = (date: Date): string => date.toISOString().slice(0, 10);
        const date = iso(day);
        expect(dayNumber(date)).toBe(Math.floor(Date.parse(date) / 86_400_000));
        expect(addDays(date, days)).toBe(iso(new Date(Date.parse(date) + days * 86_400_000)));
        expect(civilDateFault(date)).toBe(0);
      }),
    );
    fc.assert(
      fc.property(moment, fc.integer({ min: -14 * 60, max: 14 * 60 }), (day, offset) => {
        const local = new Date(day.getTime() + offset * 60_000).toISOString().slice(0, 19);
        const absolute = Math.abs(offset);
        const two = (value: number): string => String(value).padStart(2, '0');
        const sign = offset < 0 ? '-' : '+';
        const text = `${local}${sign}${two(Math.floor(absolute / 60))}:${two(absolute % 60)}`;
        const expected = new Date(day.getTime() + 480 * 60_000).toISOString().slice(0, 19);
        expect([shanghaiTime(text), civilDateOfMoment(text)]).toEqual([expected, expected.slice(0, 10)]);
      }),
    );
    expect(civilDateOfMoment('2026-11-05')).toBe('2026-11-05');
  });
});

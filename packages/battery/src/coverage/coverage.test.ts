import { array, assert, constantFrom, property, record as recordOf } from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { CustodyAct } from '../custody/custody-move.ts';
import { dueDate } from '../deadlines.ts';
import { addMilestone, awaitedStage, coverageSteps } from './coverage.ts';
import type { Milestones } from './coverage.ts';
import { coverageRules } from './coverage-rules.ts';
import { calendarYears, workCalendar, workCalendarFrom } from './work-calendar.ts';

const acts: readonly CustodyAct[] = [
  ...new Set(coverageRules.flatMap(({ after, until }) => [...after, ...until])),
];

describe('coverage', () => {
  it('[CV1] gathers the same milestones in whatever order the records arrive', () => {
    const step = recordOf({
      act: constantFrom(...acts),
      on: constantFrom('2025-01-01', '2025-06-01', '2026-01-01'),
    });
    assert(
      property(array(step, { maxLength: 12 }), (steps) => {
        const there = steps.reduce<Milestones>(addMilestone, {});
        const back = steps.toReversed().reduce<Milestones>(addMilestone, {});
        expect(there).toEqual(back);
        for (const product of ['P', 'M', 'V'] as const)
          expect(awaitedStage(product, there)).toEqual(awaitedStage(product, back));
      }),
    );
  });

  it('[CV1] takes the steps of packs, modules and vehicles from records, none from voided ones or of cells', () => {
    const vin = 'LSVAA4182E2000001';
    const record = {
      kind: 'vehicle_sale',
      entry: 1,
      leaf: 0,
      reporter: 'dealer',
      voided: false,
      subjects: [],
      publicText: `{"vin":"${vin}"}`,
      sharedText: '{"saleDate":"2026-05-01"}',
    };
    expect(coverageSteps(record)).toEqual([{ code: vin, product: 'V', act: 'sold', on: '2026-05-01' }]);
    expect(coverageSteps({ ...record, voided: true })).toEqual([]);
    expect(coverageSteps({ ...record, publicText: undefined, sharedText: undefined })).toEqual([]);
  });

  it('[CV2] awaits what follows: a vehicle for a pack, a sale for a vehicle, recycling for what came off', () => {
    expect(awaitedStage('P', { made: '2025-01-01' })).toEqual({
      recordKind: 'vehicle_production',
      after: 'made',
      since: '2025-01-01',
      dueOn: '2026-01-22', // 365 days, then 15 working days of the rule of 2018 as 21 days
    });
    expect(awaitedStage('P', { made: '2025-01-01', mounted: '2025-02-01' })).toBeUndefined();
    expect(awaitedStage('V', { made: '2025-02-01', mounted: '2025-02-01' })?.recordKind).toBe('vehicle_sale');
    const off: Milestones = { made: '2025-01-01', mounted: '2025-02-01', unmounted: '2026-05-01' };
    expect(awaitedStage('P', off)).toMatchObject({ recordKind: 'battery_recycling', dueOn: '2026-08-29' });
    expect(awaitedStage('P', { ...off, mounted: '2026-05-02' })).toBeUndefined();
    expect(awaitedStage('P', { ...off, taken_in: '2026-05-09', treated: '2026-06-01' })).toBeUndefined();
    expect(awaitedStage('M', {})).toBeUndefined();
  });

  it('[CV2] misses at once what must have been reported before: the making of what is used', () => {
    const awaited = awaitedStage('P', { mounted: '2026-05-01' });
    expect(awaited).toMatchObject({ recordKind: 'battery_pack', after: 'mounted', since: '2026-05-01' });
    expect(awaitedStage('P', { mounted: '2026-05-01', made: '2026-06-01' })?.recordKind).not.toBe(
      'battery_pack',
    );
  });

  it('[CV3] counts working days by the announced calendar, and says when a year is not announced', () => {
    // 15 working days over the Spring Festival of 2026: nine days off, two Saturdays worked.
    const members = { certificateDate: '2026-02-09' };
    const due = dueDate('vehicle_production', members, workCalendarFrom('2026-02-09'));
    expect(due).toMatchObject({ date: '2026-03-06', isExact: true });
    expect(workCalendarFrom('2026-12-01')).toBeUndefined();
    expect(workCalendarFrom('2019-05-01')).toBeUndefined();
  });

  it('[CV3] the calendar is one: no day is both, workdays are weekend days, holidays touch at least a weekday', () => {
    for (const day of workCalendar.workdays) {
      expect(workCalendar.holidays.has(day)).toBe(false);
      expect([0, 6]).toContain(new Date(`${day}T00:00:00Z`).getUTCDay());
    }
    for (const { year, holidays } of calendarYears) {
      expect(holidays.length).toBeGreaterThanOrEqual(6);
      for (const [from, to] of holidays) expect(`${year}-${from}` <= `${year}-${to}`).toBe(true);
    }
  });
});

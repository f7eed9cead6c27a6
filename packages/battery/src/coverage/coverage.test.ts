import { array, assert, constantFrom, property, record as recordOf } from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { CustodyAct } from '../custody/custody-move.ts';
import { dueDate } from '../deadlines.ts';
import { addMilestone, awaitedStage, coverageSteps } from './coverage.ts';
import type { AwaitedStage, Milestones } from './coverage.ts';
import { coverageRules } from './coverage-rules.ts';
import type { CoveredProduct } from './coverage-rules.ts';
import { builtInDueRules } from '../master/judging-tables.ts';
import { calendarDays, calendarYears } from './work-calendar.ts';

const acts: readonly CustodyAct[] = [
  ...new Set(coverageRules.flatMap(({ after, until }) => [...after, ...until])),
];

const stageOf = (product: CoveredProduct, milestones: Milestones): AwaitedStage | undefined =>
  awaitedStage(product, milestones, builtInDueRules);

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
          expect(stageOf(product, there)).toEqual(stageOf(product, back));
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
    expect(stageOf('P', { made: '2025-01-01' })).toEqual({
      recordKind: 'vehicle_production',
      after: 'made',
      since: '2025-01-01',
      dueOn: '2026-01-22', // 365 days, then 15 working days of the rule of 2018 as 21 days
    });
    expect(stageOf('P', { made: '2025-01-01', mounted: '2025-02-01' })).toBeUndefined();
    expect(stageOf('V', { made: '2025-02-01', mounted: '2025-02-01' })?.recordKind).toBe('vehicle_sale');
    const off: Milestones = { made: '2025-01-01', mounted: '2025-02-01', unmounted: '2026-05-01' };
    expect(stageOf('P', off)).toMatchObject({ recordKind: 'battery_recycling', dueOn: '2026-08-29' });
    expect(stageOf('P', { ...off, mounted: '2026-05-02' })).toBeUndefined();
    expect(stageOf('P', { ...off, taken_in: '2026-05-09', treated: '2026-06-01' })).toBeUndefined();
    expect(stageOf('M', {})).toBeUndefined();
  });

  it('[CV2] misses at once what must have been reported before: the making of what is used', () => {
    const awaited = stageOf('P', { mounted: '2026-05-01' });
    expect(awaited).toMatchObject({ recordKind: 'battery_pack', after: 'mounted', since: '2026-05-01' });
    expect(stageOf('P', { mounted: '2026-05-01', made: '2026-06-01' })?.recordKind).not.toBe('battery_pack');
  });

  it('[CV3] counts working days by the announced calendar, and says when a year is not announced', () => {
    // 15 working days over the Spring Festival of 2026: nine days off, two Saturdays worked.
    const members = { certificateDate: '2026-02-09' };
    const due = dueDate('vehicle_production', members, builtInDueRules);
    expect(due).toMatchObject({ date: '2026-03-06', isExact: true });
    const { calendarFrom } = builtInDueRules;
    expect([calendarFrom('2026-12-01', 15), calendarFrom('2019-05-01', 15)]).toEqual([undefined, undefined]);
    expect([calendarFrom('2026-02-09', 30) === undefined, calendarFrom('2026-02-09', 300)]).toEqual([
      false,
      undefined,
    ]);
  });

  it('[CV3] the calendar is one: no day is both, workdays are weekend days, holidays touch at least a weekday', () => {
    expect(new Set(calendarDays.map(({ day }) => day)).size).toBe(calendarDays.length);
    for (const { day } of calendarDays.filter(({ dayType }) => dayType === 'workday')) {
      expect([0, 6]).toContain(new Date(`${day}T00:00:00Z`).getUTCDay());
    }
    for (const { year, noticeOf, holidays } of calendarYears) {
      expect(noticeOf).toMatch(new RegExp(`^${year - 1}-1[0-2]-\\d\\d$`, 'u')); // in the autumn before
      expect(holidays.length).toBeGreaterThanOrEqual(6);
      for (const [from, to] of holidays) expect(`${year}-${from}` <= `${year}-${to}`).toBe(true);
    }
  });
});

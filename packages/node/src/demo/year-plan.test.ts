import { foldCustody, parseRecord, recordKind } from '@suyuan/battery';
import type { FoundRecord } from '@suyuan/battery';
import { expect, test } from 'vitest';
import { planYear, yearBefore } from './year-plan.ts';

const today = '2026-11-20';

test('a year is over before today, and its plan is the same every time', () => {
  const span = yearBefore(today, 200);
  expect(span).toEqual({ vehicles: 200, from: '2025-11-19', to: '2026-11-19' });
  expect(planYear(span)).toEqual(planYear(span));
});

test('reported step by step, 200 lives contradict nothing, lack nothing, and each record has a number of its own', () => {
  const found: FoundRecord[] = [];
  const numbers = new Set<unknown>();
  for (const [entry, { organization, kind: id, records }] of planYear(yearBefore(today, 200)).entries()) {
    const kind = recordKind(id);
    if (kind === undefined) throw new Error(id);
    for (const [leaf, record] of records.entries()) {
      numbers.add(record['recordId']);
      const parsed = parseRecord(kind, record, { today, codes: 'strict' });
      expect([record, parsed.findings.filter(({ level }) => level !== 'info')]).toEqual([record, []]);
      const { public: publicText, shared: sharedText } = parsed.record ?? {};
      const place = { entry, leaf, voided: false };
      found.push({
        kind: id,
        reporter: organization,
        ...place,
        subjects: parsed.subjects,
        publicText,
        sharedText,
      });
    }
  }
  expect(found.length).toBeGreaterThan(3_000);
  expect(numbers.size).toBe(found.length);
  const custody = foldCustody(found);
  expect(custody.conflicts()).toEqual([]);
  expect(custody.codes().flatMap((code) => custody.state(code).missing)).toEqual([]);
});

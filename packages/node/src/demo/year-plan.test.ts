import {
  codeTablesOf,
  foldCustody,
  MasterData,
  masterEntryOf,
  masterKinds,
  parseRecord,
  recordKind,
  reportedDueRules,
} from '@suyuan/battery';
import type { FoundRecord, RecordContext, RecordKind } from '@suyuan/battery';
import { expect, test } from 'vitest';
import { planYear, yearBefore } from './year-plan.ts';

const today = '2026-11-20';
const context: RecordContext = { today, codes: 'strict' };

function kindOf(id: string): RecordKind {
  const kind = recordKind(id);
  if (kind === undefined) throw new Error(id);
  return kind;
}

test('a year is over before today, and its plan is the same every time', () => {
  const span = yearBefore(today, 200);
  expect(span).toEqual({ vehicles: 200, from: '2025-11-19', to: '2026-11-19' });
  expect(planYear(span)).toEqual(planYear(span));
});

test('reported step by step, 200 lives contradict nothing, fit what is registered first, and each record has a number of its own', () => {
  const plan = planYear(yearBefore(today, 200));
  const isMaster = ({ kind }: { readonly kind: string }): boolean =>
    masterKinds.some(({ id }) => id === kind);
  const first = plan.filter(isMaster);
  expect(
    plan
      .slice(0, first.length)
      .map(({ kind }) => kind)
      .toSorted(),
  ).toEqual(masterKinds.map(({ id }) => id).toSorted());
  const entries = first.flatMap(({ kind, records }, entry) =>
    records.flatMap((record, leaf) => {
      const { record: texts, findings } = parseRecord(kindOf(kind), record, context);
      expect([record, findings]).toEqual([record, []]);
      const place = { entry, leaf, reporter: 'manager', voided: false };
      return masterEntryOf({ kind, publicText: texts?.public, sharedText: texts?.shared, ...place }) ?? [];
    }),
  );
  const tables = codeTablesOf(entries);
  expect(tables?.find('battery_type', 'H', today)?.label.en).toBe('sodium-ion');
  const due = entries.filter(({ kind }) => kind === 'deadline_rule' || kind === 'work_calendar_day');
  expect(reportedDueRules(due).calendarFrom('2026-12-28', 30)).toBeDefined();

  const data = new MasterData(entries);
  const found: FoundRecord[] = [];
  const numbers = new Set<unknown>();
  for (const [entry, { organization, kind, records }] of plan.entries()) {
    const master = { data, reporter: organization.replaceAll('_', '-') };
    for (const [leaf, record] of records.entries()) {
      numbers.add(record['recordId']);
      const parsed = parseRecord(kindOf(kind), record, { master, ...context });
      expect([record, parsed.findings.filter(({ level }) => level !== 'info')]).toEqual([record, []]);
      const { public: publicText, shared: sharedText } = parsed.record ?? {};
      const place = { entry, leaf, voided: false, reporter: organization };
      found.push({ kind, ...place, subjects: parsed.subjects, publicText, sharedText });
    }
  }
  expect(found.length).toBeGreaterThan(3_000);
  expect(numbers.size).toBe(found.length);
  const custody = foldCustody(found);
  expect(custody.conflicts()).toEqual([]);
  expect(custody.codes().flatMap((code) => custody.state(code).missing)).toEqual([]);
});

import { exampleContext, generateRecords } from '@suyuan/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FoundRecord } from './family.ts';
import { familyNodesMax, FamilyGraph } from './family.ts';
import type { SubjectRole } from './kind.ts';
import { recordKind } from './kinds/record-kinds.ts';
import { codesToFind, foldLifeCycle } from './life-cycle.ts';
import { parseRecord } from './parse-record.ts';

const code = (product: string, serial: number): string =>
  `SY1${product}B01A000001GB2${String(serial).padStart(7, '0')}`;
const P = code('P', 1);
const M1 = code('M', 1);
const M2 = code('M', 2);
const C = [1, 2, 3, 4].map((serial) => code('C', serial));

function found(
  entry: number,
  leaf: number,
  subject: string,
  named: readonly (readonly [SubjectRole, string])[],
): FoundRecord {
  return {
    kind: subject[3] === 'P' ? 'battery_pack' : 'battery_module',
    entry,
    leaf,
    reporter: 'maker',
    voided: false,
    subjects: [{ code: subject, role: 'subject' }, ...named.map(([role, other]) => ({ code: other, role }))],
    publicText: '{"productionDate":"2026-11-02"}',
  };
}
const children = (...codes: readonly (string | undefined)[]): [SubjectRole, string][] =>
  codes.map((child) => ['child', child ?? '']);

const pack = found(5, 0, P, children(M1, M2));
const first = found(3, 7, M1, [['parent', P], ...children(C[0], C[1])]);
const second = found(4, 1, M2, [['parent', P], ...children(C[2], C[3])]);
const all = [pack, first, second];
const shape = (records: readonly FoundRecord[], asked: string): unknown[] =>
  foldLifeCycle(new FamilyGraph(records), asked).family.map((node) => [
    node.depth,
    node.code,
    node.records.length,
  ]);

/** The records that a look-up of one code gives, as the node's index does it. */
const lookUp = (store: readonly FoundRecord[], asked: string): FoundRecord[] =>
  store.filter((record) => record.subjects.some((subject) => subject.code === asked));

function traceFully(
  store: readonly FoundRecord[],
  asked: string,
): { records: FoundRecord[]; rounds: number } {
  const records = new Set(lookUp(store, asked));
  const lookedUp = new Set([asked]);
  for (let rounds = 1; ; rounds += 1) {
    const next = codesToFind(new FamilyGraph([...records]), asked, lookedUp);
    if (next.length === 0) return { records: [...records], rounds };
    for (const one of next) {
      lookedUp.add(one);
      for (const record of lookUp(store, one)) records.add(record);
    }
  }
}

describe('trace', () => {
  it('[B42] shows the whole tree from any of its codes, unreported cells included', () => {
    const tree = [
      [0, P, 1],
      [1, M1, 1],
      [1, M2, 1],
      [2, C[0], 0],
      [2, C[1], 0],
      [2, C[2], 0],
      [2, C[3], 0],
    ];
    for (const asked of [P, M1, M2, ...C]) expect(shape(all, asked)).toEqual(tree);
  });

  it('[B41] gives events in log order, whatever order and repetition', () => {
    const events = foldLifeCycle(new FamilyGraph(all), C[0] ?? '').events;
    expect(events.map(({ record, code: about, role, date }) => [record.entry, about, role, date])).toEqual([
      [3, C[0], 'child', '2026-11-02'],
      [5, P, 'subject', '2026-11-02'],
    ]);
    const expected = foldLifeCycle(new FamilyGraph(all), M1);
    fc.assert(
      fc.property(fc.shuffledSubarray([...all, ...all], { minLength: 6 }), (records) => {
        expect(foldLifeCycle(new FamilyGraph(records), M1)).toEqual(expected);
      }),
    );
  });

  it('[B41] includes the records of earlier codes, and says nothing of missing payloads', () => {
    const reused = found(9, 0, 'SY1MB01GB50000001RM', [['previous', M1], ...children(C[0])]);
    const gone = { ...first, publicText: undefined };
    const { events } = foldLifeCycle(new FamilyGraph([reused, gone, pack]), 'SY1MB01GB50000001RM');
    expect(events.map(({ record, date }) => [record.entry, date])).toEqual([
      [3, undefined],
      [5, '2026-11-02'],
      [9, '2026-11-02'],
    ]);
    expect(
      foldLifeCycle(new FamilyGraph([{ ...first, publicText: 'x' }]), M1).events[0]?.date,
    ).toBeUndefined();
  });

  it('[B42] keeps voided records on the time line and out of the family', () => {
    const voided = { ...second, voided: true };
    const cycle = foldLifeCycle(new FamilyGraph([pack, first, voided]), M2);
    expect(cycle.events.map(({ record }) => [record.entry, record.voided])).toEqual([
      [4, true],
      [5, false],
    ]);
    expect(cycle.family.map((node) => node.code)).toEqual([P, M1, M2, C[0], C[1]]);
  });

  it('[B42] has no family for an order number', () => {
    const ordered = { ...pack, subjects: [...pack.subjects, { code: 'PO-1', role: 'reference' as const }] };
    const cycle = foldLifeCycle(new FamilyGraph([ordered]), 'PO-1');
    expect([cycle.family, cycle.events.length, cycle.findings]).toEqual([[], 1, []]);
    expect(foldLifeCycle(new FamilyGraph([]), 'nothing')).toMatchObject({
      code: 'nothing',
      events: [],
      family: [],
      findings: [],
      state: { status: 'unknown' },
    });
  });

  it('[B42] cuts a family at 1,000 nodes', () => {
    const modules = Array.from({ length: 60 }, (_, i) => code('M', i + 1));
    const big = [
      found(1, 0, P, children(...modules)),
      ...modules.map((module, m) =>
        found(2, m, module, children(...Array.from({ length: 30 }, (_, i) => code('C', m * 30 + i + 1)))),
      ),
    ];
    const cycle = foldLifeCycle(new FamilyGraph(big), P);
    expect(cycle.family).toHaveLength(familyNodesMax);
    expect(cycle.findings).toMatchObject([{ code: 'trace_family_cut' }]);
    const codes = new Set(cycle.family.map((node) => node.code));
    expect(codes.size).toBe(familyNodesMax);
    expect(codesToFind(new FamilyGraph(big), P, codes)).toEqual([]);
  });

  it('[B43] shows a code in the whole recorded last, and says that there are others', () => {
    const other = code('P', 2);
    const moved = found(8, 0, other, children(M1));
    const cycle = foldLifeCycle(new FamilyGraph([...all, moved]), M1);
    expect(cycle.family.map((node) => node.code).slice(0, 2)).toEqual([other, M1]);
    expect(cycle.findings).toMatchObject([{ code: 'trace_parents_differ', value: M1 }]);
    const again = foldLifeCycle(new FamilyGraph([...all, found(8, 0, P, [])]), P);
    expect(again.findings).toMatchObject([{ code: 'trace_subject_repeated', value: P }]);
  });

  it('[B43] ends in a circle, and says so', () => {
    const circle = [found(1, 0, M1, children(M2)), found(2, 0, M2, children(M1))];
    const cycle = foldLifeCycle(new FamilyGraph(circle), M1);
    expect(cycle.family.map((node) => node.code).toSorted()).toEqual([M1, M2]);
    expect(cycle.findings.map((finding) => finding.code)).toContain('trace_family_cycle');
    const self = foldLifeCycle(new FamilyGraph([found(1, 0, M1, children(M1))]), M1);
    expect(self.family).toHaveLength(1);
  });

  it('[B43] ends for any records', () => {
    const any = fc.record({
      entry: fc.nat(9),
      leaf: fc.nat(3),
      subject: fc.constantFrom(P, M1, M2),
      named: fc.array(
        fc.tuple(
          fc.constantFrom<SubjectRole>('parent', 'child', 'previous', 'subject'),
          fc.constantFrom(P, M1, M2),
        ),
        { maxLength: 4 },
      ),
    });
    fc.assert(
      fc.property(fc.array(any), fc.constantFrom(P, M1, M2), (drawn, asked) => {
        const store = drawn.map(({ entry, leaf, subject, named }) => found(entry, leaf, subject, named));
        const { family } = foldLifeCycle(new FamilyGraph(traceFully(store, asked).records), asked);
        expect(new Set(family.map((node) => node.code)).size).toBe(family.length);
      }),
    );
  });

  it('[B44] finds the whole family of any code in a handful of rounds', () => {
    const store: FoundRecord[] = [];
    for (const { kind: id, records } of generateRecords({
      seed: 0,
      count: 50,
      from: '2026-10-01',
      to: '2026-10-31',
    })) {
      const kind = recordKind(id);
      if (kind === undefined) throw new Error(id);
      for (const [leaf, input] of records.entries()) {
        const { record, subjects } = parseRecord(kind, input, exampleContext);
        const place = {
          kind: id,
          entry: id === 'battery_pack' ? 2 : 1,
          leaf,
          reporter: 'maker',
          voided: false,
        };
        store.push({ ...place, subjects, publicText: record?.public });
      }
    }
    const cell = store[9]?.subjects.find((subject) => subject.role === 'child')?.code ?? '';
    const { records, rounds } = traceFully(store, cell);
    expect(records).toHaveLength(5);
    expect(rounds).toBeLessThanOrEqual(5);
    expect(foldLifeCycle(new FamilyGraph(records), cell).family).toHaveLength(1 + 4 + 24);
  });
});

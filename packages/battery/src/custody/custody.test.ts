import { exampleContext, exampleRecords, generateLives } from '@suyuan/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FoundRecord } from '../family.ts';
import { recordKind } from '../kinds/record-kinds.ts';
import { parseRecord } from '../parse-record.ts';
import type { CustodyResolution } from './custody.ts';
import { foldCustody } from './custody.ts';
import { custodyCodes, furtherCustodyCodes, judgeStaged } from './judge-staged.ts';

const P1 = 'SY1PB01A000001GB20000001';
const P2 = 'SY1PB01A000001GB20000002';
const M1 = 'SY1MB01A000001GB20000001';
const M9 = 'SY1MB01A000001GB20000009';
const V1 = 'LSYTESTE0TA000001';
const V2 = 'LSYTESTE2TA000002';

/** The example record of a kind with changes, at a place in the log. */
function found(entry: number, kind: string, changes: object = {}): FoundRecord {
  const definition = recordKind(kind);
  if (definition === undefined) throw new Error(kind);
  const { record, subjects, findings } = parseRecord(
    definition,
    { ...exampleRecords[kind], ...changes },
    exampleContext,
  );
  if (record === undefined) throw new Error(JSON.stringify(findings));
  const place = { entry, leaf: 0, reporter: 'someone', voided: false };
  return { kind, ...place, subjects, publicText: record.public, sharedText: record.shared };
}

const module1 = found(1, 'battery_module');
const pack1 = found(2, 'battery_pack');
const vehicle1 = found(3, 'vehicle_production');
const sale1 = found(4, 'vehicle_sale');
const pack2 = found(5, 'battery_pack', {
  packCode: P2,
  boxNo: 2,
  moduleCodes: ['SY1MB01A000001GB20000002'],
});
const stocked2 = found(6, 'battery_swap', {
  subType: 'stock_in',
  vin: '',
  oldCode: '',
  newCode: P2,
  swapTime: '2026-11-14T09:00:00+08:00',
});
const swap = found(7, 'battery_swap');
const spare = found(8, 'after_sales_service');
const destination = { destCode: '91350100M000100Y43', destName: '示例' };
const takenIn = found(10, 'battery_recycling', { storageDate: '2026-11-17' });
const dispatched = found(11, 'battery_recycling', {
  subType: 'dispatch',
  storageDate: '2026-11-17',
  outDate: '2026-11-18',
  ...destination,
});
const retired = found(12, 'battery_retirement');
const treated = found(13, 'battery_recycling', {
  subType: 'treatment',
  storageDate: '',
  treatmentDate: '2026-11-20',
});
const life = [module1, pack1, vehicle1, sale1, pack2, stocked2, swap, takenIn, dispatched, retired, treated];

const conflictsOf = (
  records: readonly FoundRecord[],
  resolutions: readonly CustodyResolution[] = [],
): unknown[] =>
  foldCustody(records, resolutions)
    .conflicts()
    .map(({ code, finding, records: [first, second], isSettled }) => [
      code,
      finding.code,
      first.entry,
      second.entry,
      ...(isSettled ? ['settled'] : []),
    ]);
const missingOf = (records: readonly FoundRecord[], code: string): string[] =>
  foldCustody(records)
    .state(code)
    .missing.map((finding) => finding.code);

describe('custody', () => {
  it('[K1] says where a battery is, in what, since when, in which status, at each step', () => {
    const at = (count: number, code = P1): unknown[] => {
      const { status, in: place, since, holder } = foldCustody(life.slice(0, count)).state(code);
      return [status, place, since, holder?.name];
    };
    expect(at(1, M1)).toEqual(['built_in', P1, '2026-11-02', undefined]);
    expect(at(1)).toEqual(['unknown', undefined, undefined, undefined]);
    expect(at(2)).toEqual(['made', undefined, '2026-11-02', undefined]);
    expect(at(3)).toEqual(['in_vehicle', V1, '2026-11-09T09:30:00+08:00', undefined]);
    expect(at(6, P2)).toEqual(['in_stock', undefined, '2026-11-14T09:00:00+08:00', '示例单位']);
    expect(at(7, P2)).toEqual(['in_vehicle', V1, '2026-11-15T14:03:20+08:00', undefined]);
    expect(at(7)).toEqual(['in_stock', undefined, '2026-11-15T14:03:20+08:00', '示例单位']);
    expect(at(8)).toEqual(['collected', undefined, '2026-11-17', '示例单位']);
    expect(at(9)).toEqual(['dispatched', undefined, '2026-11-18', '示例']);
    expect(at(10)).toEqual(['retired', undefined, '2026-11-19', '示例单位']);
    expect(at(11)).toEqual(['treated', undefined, '2026-11-20', '示例单位']);
    expect(foldCustody(life.slice(0, 6)).state(M1).vehicle).toBe(V1);
    expect(foldCustody(life).state(M1).vehicle).toBeUndefined();
    expect(foldCustody(life).state(V1)).toMatchObject({ kind: 'vehicle', status: 'sold', batteries: [P2] });
    expect(conflictsOf(life)).toEqual([]);
  });

  it('[K2] is the same for any order and repetition of arrival', () => {
    const all = [...life, spare, found(20, 'vehicle_repair'), found(21, 'vehicle_production', { vin: V2 })];
    const shown = (records: readonly FoundRecord[]): unknown => {
      const custody = foldCustody(records);
      return custody
        .codes()
        .toSorted((a, b) => (a < b ? -1 : 1))
        .map((code) => custody.state(code));
    };
    const expected = shown(all);
    fc.assert(
      fc.property(fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }), (records) => {
        expect(shown(records)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('[K2] a year of lives is the same whichever way it arrives', () => {
    const lives = generateLives({ seed: 9, vehicles: 12, from: '2025-11-01', to: '2026-10-31' });
    const records = lives.map(({ kind, record }, index) => ({
      ...found(1, kind, blank(kind, record)),
      entry: index,
    }));
    const shown = (some: readonly FoundRecord[]): string => {
      const custody = foldCustody(some);
      return JSON.stringify(
        custody
          .codes()
          .toSorted((a, b) => (a < b ? -1 : 1))
          .map((code) => custody.state(code)),
      );
    };
    const expected = shown(records);
    fc.assert(
      fc.property(fc.shuffledSubarray(records, { minLength: records.length }), (some) => {
        expect(shown(some)).toBe(expected);
      }),
      { numRuns: 5 },
    );
  });

  it('[K3] puts a record that is reported late in its place by time, and says that it is late', () => {
    const late = { ...swap, entry: 90 };
    const records = life.map((record) => (record === swap ? late : record));
    const { status, steps } = foldCustody(records).state(P1);
    expect([status, conflictsOf(records)]).toEqual(['treated', []]);
    expect(steps.filter(({ isLate }) => isLate).map(({ record }) => record.entry)).toEqual([90]);
    expect(steps.map(({ record }) => record.entry)).toEqual([2, 3, 90, 10, 11, 12, 13]);
  });

  it('[K4] is provisional while something earlier is missing, and sound when it arrives', () => {
    expect(missingOf([vehicle1], P1)).toEqual(['custody_origin_unknown']);
    expect(missingOf([vehicle1, pack1], P1)).toEqual([]);
    expect(missingOf([sale1], V1)).toEqual(['custody_vehicle_origin_unknown']);
    expect(missingOf([pack1, swap], P1)).toEqual(['custody_vehicle_unknown']);
    expect(missingOf([pack2, swap], P2)).toEqual(['custody_not_from_stock']);
    expect(missingOf([pack1, takenIn, retired], P1)).toEqual(['custody_outbound_missing']);
    expect(missingOf([pack1, dispatched], P1)).toEqual(['custody_entry_missing']);
    const otherStock = found(6, 'battery_swap', {
      subType: 'stock_in',
      vin: '',
      oldCode: '',
      newCode: P2,
      swapTime: '2026-11-14T09:00:00+08:00',
      replaceUnitCode: '91350100M000100Y43',
    });
    expect(missingOf([pack2, otherStock, swap], P2)).toEqual(['custody_other_stock']);
    const gone = { ...pack1, publicText: undefined, sharedText: undefined };
    expect(missingOf([gone, vehicle1], P1)).toEqual(['custody_origin_unknown', 'custody_text_missing']);
    const [step] = foldCustody([vehicle1]).state(P1).steps;
    expect(step?.verdict).toBe('provisional');
  });

  it('[K5] a battery is made once, and before anything else; so is a vehicle', () => {
    expect(conflictsOf([pack1, { ...pack1, entry: 30 }])).toEqual([[P1, 'custody_made_twice', 2, 30]]);
    const early = found(3, 'vehicle_production', { offlineTime: '2026-11-01T08:00:00+08:00' });
    expect(conflictsOf([pack1, early])).toEqual([[P1, 'custody_before_made', 3, 2]]);
    expect(conflictsOf([vehicle1, found(4, 'vehicle_sale', { saleDate: '2026-11-08' })])).toEqual([
      [V1, 'custody_before_made', 4, 3],
    ]);
    expect(conflictsOf([vehicle1, sale1, { ...sale1, entry: 31 }])).toEqual([
      [V1, 'custody_sold_twice', 4, 31],
    ]);
  });

  it('[K6] a battery is bound to one vehicle at a time, and to one whole', () => {
    const other = found(20, 'vehicle_production', { vin: V2, offlineTime: '2026-11-10T09:30:00+08:00' });
    expect(conflictsOf([pack1, vehicle1, other])).toEqual([[P1, 'custody_bound_elsewhere', 3, 20]]);
    expect(conflictsOf([pack1, vehicle1, { ...vehicle1, entry: 21 }])).toEqual([
      [P1, 'custody_mounted_twice', 3, 21],
      [V1, 'custody_made_twice', 3, 21],
    ]);
    const inOther = found(22, 'battery_pack', { packCode: P2, boxNo: 2 });
    expect(conflictsOf([module1, pack1, inOther])).toEqual([[M1, 'custody_in_two_wholes', 2, 22]]);
    const whileOn = found(23, 'battery_swap', {
      subType: 'stock_in',
      vin: '',
      oldCode: '',
      newCode: P1,
      swapTime: '2026-11-14T09:00:00+08:00',
    });
    expect(conflictsOf([pack1, vehicle1, whileOn])).toEqual([[P1, 'custody_still_in_vehicle', 3, 23]]);
  });

  it('[K7] the old code of a swap or repair is on that vehicle', () => {
    const elsewhere = found(3, 'vehicle_production', { vin: V2 });
    expect(conflictsOf([pack1, elsewhere, pack2, stocked2, swap])).toEqual([
      [P1, 'custody_not_on_vehicle', 3, 7],
    ]);
    const repair = found(9, 'vehicle_repair');
    expect(conflictsOf([module1, pack1, elsewhere, spare, repair])).toEqual([
      [M1, 'custody_not_on_vehicle', 2, 9],
    ]);
    const here = [module1, pack1, vehicle1, spare, repair];
    expect(conflictsOf(here)).toEqual([]);
    const custody = foldCustody(here);
    expect(custody.state(M1)).toMatchObject({ status: 'removed', holder: { name: '示例单位' } });
    expect(custody.state(M9)).toMatchObject({ status: 'built_in', in: P1, vehicle: V1 });
    expect(custody.state(V1).batteries).toEqual([P1]);
    const open = found(9, 'vehicle_repair', { maintainStatus: 'in_progress' });
    expect(foldCustody([module1, pack1, vehicle1, spare, open]).state(M1).status).toBe('built_in');
  });

  it('[K8] goes out before it is retired, once, and does not come back', () => {
    const gone = life.slice(0, 9);
    expect(conflictsOf([...gone, retired, { ...retired, entry: 40 }])).toEqual([
      [P1, 'custody_retired_twice', 12, 40],
    ]);
    expect(conflictsOf([pack1, vehicle1, retired])).toEqual([[P1, 'custody_still_in_vehicle', 3, 12]]);
    const lateOut = found(11, 'battery_recycling', {
      subType: 'dispatch',
      storageDate: '2026-11-17',
      outDate: '2026-11-20',
      ...destination,
    });
    expect(conflictsOf([pack1, takenIn, retired, lateOut])).toEqual([[P1, 'custody_outbound_late', 12, 11]]);
    const again = found(41, 'battery_swap', {
      subType: 'stock_in',
      vin: '',
      oldCode: '',
      newCode: P1,
      swapTime: '2026-11-20T09:00:00+08:00',
    });
    expect(conflictsOf([...gone, retired, again])).toEqual([[P1, 'custody_after_end', 12, 41]]);
    expect(conflictsOf([...life, { ...treated, entry: 42 }])).toEqual([
      [P1, 'custody_treated_twice', 13, 42],
    ]);
    const fromVehicle = found(43, 'battery_recycling', { storageDate: '2026-11-17', sourceVin: V1 });
    expect(conflictsOf([pack1, vehicle1, fromVehicle])).toEqual([]);
    expect(conflictsOf([pack1, vehicle1, takenIn])).toEqual([[P1, 'custody_still_in_vehicle', 3, 10]]);
  });

  it('[K9] voided records do not count; a resolution settles, and leaves out what it does not uphold', () => {
    const other = found(20, 'vehicle_production', { vin: V2, offlineTime: '2026-11-10T09:30:00+08:00' });
    const records = [pack1, vehicle1, other];
    expect(conflictsOf([pack1, vehicle1, { ...other, voided: true }])).toEqual([]);
    const [first, second] = [vehicle1, other].map(({ entry, leaf }) => ({ entry, leaf }));
    if (first === undefined || second === undefined) throw new Error('two records');
    const resolution = (upheld: CustodyResolution['upheld'], entry = 50): CustodyResolution => ({
      entry,
      records: [first, second],
      upheld,
    });
    expect(conflictsOf(records, [resolution([first])])).toEqual([]);
    expect(foldCustody(records, [resolution([second])]).state(P1).in).toBe(V2);
    expect(conflictsOf(records, [resolution([first, second])])).toEqual([
      [P1, 'custody_bound_elsewhere', 3, 20, 'settled'],
    ]);
    const later = [resolution([second], 60), resolution([first], 50)];
    expect(foldCustody(records, later).state(P1).in).toBe(V2);
  });

  it('[K11] tells findings of staged records before they are reported', () => {
    const known = [module1, pack1, vehicle1, pack2];
    const staged = [
      found(0, 'battery_swap'),
      found(0, 'vehicle_production', { vin: V2, offlineTime: '2026-11-10T09:30:00+08:00' }),
      found(0, 'vehicle_sale'),
      found(0, 'vehicle_sale', { vin: V2, saleDate: '2026-11-11' }),
    ];
    const said = judgeStaged(staged, known).map((list) => list.map(({ level, code }) => `${level} ${code}`));
    expect(said).toEqual([
      ['warning custody_not_on_vehicle', 'info custody_not_from_stock'],
      ['warning custody_bound_elsewhere', 'warning custody_not_on_vehicle'],
      [],
      [],
    ]);
    const [[conflict] = []] = judgeStaged([staged[0] ?? swap, staged[1] ?? swap], known);
    expect(conflict?.message.en).toBe('it was not on this vehicle then, says record staged no. 2');
    const early = found(0, 'battery_recycling', { storageDate: '2026-11-10', sourceVin: V1 });
    const late = judgeStaged([early], life).flat();
    expect(late.map(({ code }) => code)).toContain('custody_earlier_than_known');
  });

  it('[K11] names the codes to fetch in bulk, then the wholes, and ends', () => {
    const staged = [found(0, 'vehicle_repair')];
    const codes = custodyCodes(staged);
    expect(codes).toEqual([V1, M1, M9]);
    const store = [module1, pack1, vehicle1, spare];
    const fetch = (wanted: readonly string[]): readonly FoundRecord[] =>
      store.filter(({ subjects }) => subjects.some(({ code }) => wanted.includes(code)));
    const lookedUp = new Set(codes);
    let known = fetch([M1, M9]);
    const further = furtherCustodyCodes(staged, known, lookedUp);
    expect(further).toEqual([P1, V1].filter((code) => !lookedUp.has(code)));
    for (const code of further) lookedUp.add(code);
    known = fetch([...lookedUp]);
    expect(furtherCustodyCodes(staged, known, lookedUp)).toEqual([]);
    expect(judgeStaged(staged, known)).toEqual([[]]);
  });

  it('[K12] takes any records without throwing, and ends', () => {
    const texts = fc.oneof(
      fc.constantFrom(...life.map(({ publicText }) => publicText)),
      fc.constantFrom('{}', 'x', '[]', '{"moduleCode":7}', '{"packCode":"A","moduleCodes":["A",1]}'),
      fc.constant('{"packCode":"A","moduleCodes":["B","A"],"productionDate":"zz"}'),
      fc.constant(
        '{"moduleCode":"B","packCode":"A","cellCodes":["A"],"productionDate":"9999-99-99T99:99:99x99:99"}',
      ),
    );
    const any = fc.record({
      kind: fc.constantFrom(...life.map(({ kind }) => kind), 'nothing'),
      entry: fc.nat(5),
      leaf: fc.nat(3),
      publicText: texts,
      sharedText: fc.constantFrom(...life.map(({ sharedText }) => sharedText), undefined),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), (drawn) => {
        const records = drawn.map((record) => ({ ...record, reporter: 'x', voided: false, subjects: [] }));
        const custody = foldCustody(records);
        for (const code of custody.codes()) expect(custody.state(code).code).toBe(code);
        expect(judgeStaged(records, [])).toHaveLength(records.length);
      }),
    );
  });

  it('[K11] judges 10,000 staged records at once', () => {
    const lives = generateLives({ seed: 2, vehicles: 700, from: '2025-11-01', to: '2026-10-31' });
    const records = lives.map(({ kind, record }, index) => ({
      ...found(1, kind, blank(kind, record)),
      entry: index,
    }));
    const half = records.length - 10_000;
    expect(half).toBeGreaterThan(0);
    const findings = judgeStaged(records.slice(half), records.slice(0, half));
    expect(findings.flat().filter(({ level }) => level !== 'info')).toEqual([]);
  });
});

/** The members of the example that a generated record does not have, set to nothing. */
function blank(kind: string, record: object): object {
  const none = Object.fromEntries(Object.keys(exampleRecords[kind] ?? {}).map((name) => [name, undefined]));
  return { ...none, ...record };
}

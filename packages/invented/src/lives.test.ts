import {
  FamilyGraph,
  foldCustody,
  foldLifeCycle,
  moduleKinds,
  parseRecord,
  recordKind,
  recordKindsOfBusiness,
} from '@suyuan/battery';
import type { FoundRecord } from '@suyuan/battery';
import { describe, expect, it } from 'vitest';
import { exampleContext } from '@suyuan/testkit';
import { generateLives } from './lives.ts';
import type { LifeRecord } from './lives.ts';

const options = { seed: 3, vehicles: 60, from: '2025-11-01', to: '2026-10-31' } as const;

/** The records as a node would hold them, ten to an entry. */
function foundOf(lives: readonly LifeRecord[]): readonly FoundRecord[] {
  return lives.map(({ organization, kind: id, record }, index) => {
    const kind = recordKind(id);
    if (kind === undefined) throw new Error(id);
    const parsed = parseRecord(kind, record, exampleContext);
    expect([id, record, parsed.findings]).toEqual([id, record, []]);
    const { public: publicText, shared: sharedText } = parsed.record ?? {};
    const place = { entry: Math.floor(index / 10), leaf: index % 10, voided: false };
    return { kind: id, reporter: organization, ...place, subjects: parsed.subjects, publicText, sharedText };
  });
}

describe('generated lives', () => {
  const lives = generateLives(options);

  it('[K10] are valid records of all nine kinds, each of its organisation, without conflicts', () => {
    expect(new Set(lives.map(({ kind }) => kind)).size).toBe(moduleKinds.length);
    for (const { organization, kind } of lives) expect(recordKindsOfBusiness(organization)).toContain(kind);
    const custody = foldCustody(foundOf(lives));
    expect(custody.conflicts()).toEqual([]);
    const lacking = custody.codes().flatMap((code) => custody.state(code).missing);
    expect(lacking).toEqual([]);
    const statuses = new Set(custody.codes().map((code) => custody.state(code).status));
    expect([...statuses].toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'built_in',
      'in_vehicle',
      'made',
      'retired',
      'sold',
      'treated',
    ]);
  });

  it('[K10] let one module meet all nine kinds at six organisations', () => {
    const spare = lives.find(({ kind }) => kind === 'after_sales_service')?.record['code'];
    if (typeof spare !== 'string') throw new TypeError('a spare part has a code');
    const life = foldLifeCycle(new FamilyGraph(foundOf(lives)), spare);
    const met = life.events.map(({ record }) => record);
    expect(new Set(met.map(({ kind }) => kind)).size).toBe(moduleKinds.length);
    expect(new Set(met.map(({ reporter }) => reporter)).size).toBe(6);
  });

  it('[K10] are the same for the same seed, in order of days, and share no code with another seed', () => {
    expect(generateLives(options)).toEqual(lives);
    expect(lives.map(({ on }) => on)).toEqual(lives.map(({ on }) => on).toSorted());
    const codes = new Set(JSON.stringify(lives).match(/SY1[PMC][A-Z0-9]{15,22}/g));
    const others = JSON.stringify(generateLives({ ...options, seed: 4 })).match(/SY1[PMC][A-Z0-9]{15,22}/g);
    expect((others ?? []).filter((code) => codes.has(code))).toEqual([]);
  });
});

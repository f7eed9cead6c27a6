import { exampleContext, generateLives, lifeVin } from '@suyuan/testkit';
import { describe, expect, it } from 'vitest';
import type { FamilyNode, FoundRecord } from './family.ts';
import { FamilyGraph, familyNodesMax, foldFamily } from './family.ts';
import { recordKind } from './kinds/record-kinds.ts';
import { codesToFind, foldLifeCycle } from './life-cycle.ts';
import { parseRecord } from './parse-record.ts';

const seed = 5;
const lives = generateLives({ seed, vehicles: 40, from: '2025-11-01', to: '2026-10-31' });
const store: readonly FoundRecord[] = lives.map(({ kind: id, record: members, organization }, entry) => {
  const kind = recordKind(id);
  if (kind === undefined) throw new Error(id);
  const { record, subjects } = parseRecord(kind, members, exampleContext);
  const place = { kind: id, entry, leaf: 0, reporter: organization, voided: false };
  return { ...place, subjects, publicText: record?.public, sharedText: record?.shared };
});

/** Looks codes up as a node does, round by round. */
function trace(code: string): { readonly found: readonly FoundRecord[]; readonly rounds: number } {
  const found = new Set<FoundRecord>();
  const lookedUp = new Set<string>();
  let rounds = 0;
  for (let next: readonly string[] = [code]; next.length > 0; rounds += 1) {
    const wanted = new Set(next);
    for (const one of next) lookedUp.add(one);
    for (const record of store) {
      if (record.subjects.some((subject) => wanted.has(subject.code))) found.add(record);
    }
    next = codesToFind(new FamilyGraph([...found]), code, lookedUp);
  }
  return { found: [...found], rounds };
}

const count = (nodes: readonly FamilyNode[], relation: string, product: string): number =>
  nodes.filter((node) => node.relation === relation && node.product === product).length;
const codesOf = (vehicle: number): readonly string[] => {
  const production = store.find(({ subjects }) =>
    subjects.some(({ code }) => code === lifeVin(seed, vehicle)),
  );
  return production?.subjects.filter(({ role }) => role === 'child').map(({ code }) => code) ?? [];
};

describe('family of a vehicle', () => {
  it('[B42] holds the vehicle, its pack, modules and cells, the same from any of them', () => {
    const vin = lifeVin(seed, 5); // no swap; neither pack nor module replaced
    const { nodes, findings } = foldFamily(new FamilyGraph(trace(vin).found), vin);
    expect(findings).toEqual([]);
    expect(nodes.map(({ product }) => product).join('')).toBe(`VP${'M'.repeat(4)}${'C'.repeat(24)}`);
    for (const { code } of nodes) {
      const { found, rounds } = trace(code);
      expect(foldLifeCycle(new FamilyGraph(found), code).family.map((node) => node.code)).toEqual(
        nodes.map((node) => node.code),
      );
      expect(rounds).toBeLessThanOrEqual(6);
    }
  });

  it('[B56] shows what came off as replaced, under its last whole', () => {
    const vin = lifeVin(seed, 12); // swaps, and has a module replaced
    const { found } = trace(vin);
    const { nodes, findings } = foldFamily(new FamilyGraph(found), vin);
    expect(findings).toEqual([]);
    expect([count(nodes, 'part', 'P'), count(nodes, 'replaced', 'P')]).toEqual([1, 1]);
    expect([count(nodes, 'part', 'M'), count(nodes, 'replaced', 'M')]).toEqual([8, 1]);
    const first = codesOf(12)[0] ?? ''; // mounted again when its module was replaced, then taken off
    const replaced = nodes.find(({ relation, product }) => relation === 'replaced' && product === 'M');
    expect(replaced?.parent).toBe(first);
    expect(nodes.find(({ code }) => code === first)?.relation).toBe('replaced');
    const events = foldLifeCycle(new FamilyGraph(trace(first).found), first).events.map(
      ({ record }) => record.kind,
    );
    expect(new Set(events)).toEqual(
      new Set([
        'battery_pack',
        'vehicle_production',
        'vehicle_sale',
        'battery_swap',
        'battery_recycling',
        'battery_retirement',
      ]),
    );
  });

  it('[B56] shows the previous code of a re-used product under the new one', () => {
    const old = codesOf(1)[0] ?? ''; // its pack is replaced, retired and re-used
    const { nodes, findings } = foldFamily(new FamilyGraph(trace(old).found), old);
    expect(findings).toEqual([]);
    expect(nodes[0]).toMatchObject({ relation: 'root', product: 'P', depth: 0 });
    expect(nodes[0]?.code).toHaveLength(19);
    expect(nodes.find(({ code }) => code === old)).toMatchObject({
      relation: 'previous',
      parent: nodes[0]?.code,
    });
    expect(count(nodes, 'part', 'M')).toBe(4);
    const vin = lifeVin(seed, 1);
    const ofVehicle = foldFamily(new FamilyGraph(trace(vin).found), vin).nodes;
    expect(ofVehicle.find(({ code }) => code === old)?.relation).toBe('replaced');
  });

  it('[B42] folds 1,000 nodes of a vehicle with many packs', () => {
    const code = (product: string, serial: number): string =>
      `SY1${product}B01A000001GB2${String(serial).padStart(7, '0')}`;
    const vin = lifeVin(seed, 1);
    const packs = Array.from({ length: 20 }, (_, i) => code('P', i + 1));
    const production = store.find(({ kind }) => kind === 'vehicle_production');
    if (production === undefined) throw new Error('no production');
    const members = { vin, offlineTime: '2026-11-09T09:30:00+08:00', packCodes: packs };
    const made = (packCode: string, i: number): FoundRecord => {
      const moduleCodes = Array.from({ length: 60 }, (_, m) => code('M', i * 60 + m + 1));
      const publicText = JSON.stringify({ packCode, moduleCodes, productionDate: '2026-11-02' });
      const subjects = [
        { code: packCode, role: 'subject' as const },
        ...moduleCodes.map((child) => ({ code: child, role: 'child' as const })),
      ];
      return { ...production, kind: 'battery_pack', entry: i, subjects, publicText, sharedText: '{}' };
    };
    const vehicle: FoundRecord = {
      ...production,
      entry: 900,
      subjects: [
        { code: vin, role: 'subject' },
        ...packs.map((pack) => ({ code: pack, role: 'child' as const })),
      ],
      publicText: JSON.stringify(members),
    };
    const { nodes, findings } = foldFamily(new FamilyGraph([vehicle, ...packs.map(made)]), packs[3] ?? '');
    expect(nodes).toHaveLength(familyNodesMax);
    expect(findings.map((finding) => finding.code)).toEqual(['trace_family_cut']);
  });
});

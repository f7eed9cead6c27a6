import { parseRecord, recordKind } from '@suyuan/battery';
import { describe, expect, it } from 'vitest';
import { exampleContext } from '@suyuan/testkit';
import { generateRecords } from './records.ts';

const options = { seed: 7, count: 5_003, from: '2023-11-01', to: '2026-10-31', batchSize: 500 } as const;

describe('generated records', () => {
  it('[B45] are valid without findings, of 450 bytes on average, each code used once', () => {
    const sizes: number[] = [];
    const subjects = new Set<string>();
    for (const { kind: id, records } of generateRecords(options)) {
      const kind = recordKind(id);
      if (kind === undefined) throw new Error(id);
      expect(records.length).toBeLessThanOrEqual(500);
      for (const input of records) {
        const parsed = parseRecord(kind, input, exampleContext);
        expect(parsed.findings).toEqual([]);
        sizes.push(Buffer.byteLength(`${parsed.record?.public}${parsed.record?.shared}`));
        subjects.add(parsed.subjects[0]?.code ?? '');
      }
    }
    expect([sizes.length, subjects.size]).toEqual([5_003, 5_003]);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    expect(Math.abs(mean - 450)).toBeLessThan(450 * 0.03);
  });

  it('[B45] are the same for the same seed and share no code with another seed', () => {
    const text = (seed: number): string =>
      JSON.stringify([...generateRecords({ ...options, seed, count: 100 })]);
    expect(text(7)).toBe(text(7));
    const codes = new Set(text(8).match(/SY1[PMC][A-Z0-9]{20}/g));
    expect((text(7).match(/SY1[PMC][A-Z0-9]{20}/g) ?? []).some((code) => codes.has(code))).toBe(false);
  });
});

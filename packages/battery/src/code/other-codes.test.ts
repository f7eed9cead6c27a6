import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingCatalogue } from '../finding-catalogue.ts';
import { checkUscc } from './uscc.ts';
import { checkVin } from './vin.ts';

interface CodeVector {
  readonly code: string;
  readonly finding: keyof typeof findingCatalogue | null;
}
const vectors: { readonly vin: readonly CodeVector[]; readonly uscc: readonly CodeVector[] } = JSON.parse(
  readFileSync(new URL('../../../../vectors/battery-other-codes.json', import.meta.url), 'utf8'),
);

describe('other codes', () => {
  it.each(vectors.vin)('[B9] VIN $code gives $finding', ({ code, finding }) => {
    const { valid, findings } = checkVin(code);
    expect(findings[0]?.code ?? null).toBe(finding);
    expect(valid).toBe(finding === null || findingCatalogue[finding].level !== 'error');
  });

  it.each(vectors.uscc)('[B10] social credit code $code gives $finding', ({ code, finding }) => {
    const { valid, findings } = checkUscc(code);
    expect(findings[0]?.code ?? null).toBe(finding);
    expect(valid).toBe(finding === null || findingCatalogue[finding].level !== 'error');
  });

  it('[B10] accepts exactly one check symbol, the symbol 0 among them', () => {
    const symbols = '0123456789ABCDEFGHJKLMNPQRTUWXY'.split('');
    const seen = new Set<string>();
    for (let i = 0; i < 200; i += 1) {
      const body = `91350100M0${String(i).padStart(7, '0')}`;
      const fitting = symbols.filter((symbol) => checkUscc(body + symbol).findings.length === 0);
      expect(fitting).toHaveLength(1);
      seen.add(fitting[0] ?? '');
    }
    expect(seen).toContain('0');
  });

  it('[B20] never throws on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (code) => {
        for (const { valid, findings } of [checkVin(code), checkUscc(code)]) {
          expect(valid).toBe(findings.every((finding) => finding.level !== 'error'));
        }
      }),
    );
  });
});

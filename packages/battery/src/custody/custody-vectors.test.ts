import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CustodyResolution } from './custody.ts';
import { foldCustody } from './custody.ts';
import { nameOfRecord } from './custody-move.ts';

interface CustodyVector {
  readonly comment: string;
  readonly records: readonly {
    readonly entry: number;
    readonly leaf: number;
    readonly kind: string;
    readonly public: string;
    readonly shared: string;
  }[];
  readonly resolutions?: readonly CustodyResolution[];
  readonly states: readonly object[];
  readonly conflicts: readonly (readonly [string, string, string, string])[];
}

describe('custody vectors', () => {
  const vectors: { readonly vectors: readonly CustodyVector[] } = JSON.parse(
    readFileSync(new URL('../../../../vectors/custody.json', import.meta.url), 'utf8'),
  );

  it.each(vectors.vectors)('[K1] $comment', ({ records, resolutions = [], states, conflicts }) => {
    const custody = foldCustody(
      records.map(({ public: publicText, shared: sharedText, ...place }) => ({
        ...place,
        reporter: 'x',
        voided: false,
        subjects: [],
        publicText,
        sharedText,
      })),
      resolutions,
    );
    for (const expected of states) {
      const { code } = { code: '', ...expected };
      const { status, in: place, vehicle, since, holder, batteries, missing } = custody.state(code);
      expect({
        code,
        status,
        ...(place === undefined ? {} : { in: place }),
        ...(vehicle === undefined ? {} : { vehicle }),
        ...(since === undefined ? {} : { since }),
        ...(holder === undefined ? {} : { holder: holder.code }),
        ...(batteries.length === 0 ? {} : { batteries }),
        ...(missing.length === 0 ? {} : { missing: missing.map((finding) => finding.code) }),
      }).toEqual(expected);
    }
    expect(
      custody
        .conflicts()
        .map(({ code, finding, records: [first, second] }) => [
          code,
          finding.code,
          nameOfRecord(first),
          nameOfRecord(second),
        ]),
    ).toEqual(conflicts);
  });
});

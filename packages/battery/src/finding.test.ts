import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FindingCode } from './finding.ts';
import { findingCatalogue } from './finding-catalogue.ts';
import { makeFinding, shorten } from './finding.ts';

const isCode = (name: string): name is FindingCode => name in findingCatalogue;
const codes = Object.keys(findingCatalogue).filter(isCode);
const factsOf = (sentence: string): string[] =>
  [...sentence.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').toSorted();

describe('findings', () => {
  it.each(codes)('[B40] %s is lower_snake and says the same in both languages', (code) => {
    const { zh, en, level } = findingCatalogue[code];
    expect(code).toMatch(/^[a-z]+[a-z0-9]*(_[a-z0-9]+)*$/);
    expect(['error', 'warning', 'info']).toContain(level);
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(en).not.toMatch(/\p{Script=Han}/u);
    const same = (names: string[]): string[] => names.map((name) => name.replace(/(Zh|En)$/, ''));
    expect(same(factsOf(zh))).toEqual(same(factsOf(en)));
  });

  it('[B40] fills every fact', () => {
    const finding = makeFinding('code_date_future', {
      date: '2039-02-21',
      at: 15,
      field: 'moduleCode',
      item: 2,
    });
    expect(finding).toEqual({
      level: 'warning',
      code: 'code_date_future',
      message: {
        zh: '编码中的生产日期 2039-02-21 在今天之后',
        en: 'the production date in the code, 2039-02-21, is after today',
      },
      field: 'moduleCode',
      at: 15,
      item: 2,
    });
    expect(makeFinding('code_date_future', { level: 'error', date: '{date}' }).message.en).toContain(
      '{date}',
    );
  });

  it('[B40] shows at most 64 characters, without controls and lone surrogates', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const shown = shorten(text);
        expect(shown.length).toBeLessThanOrEqual(64);
        // oxlint-disable-next-line no-control-regex -- controls are what is looked for
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
        expect(encodeURIComponent(shown)).toBeDefined();
      }),
    );
  });
});

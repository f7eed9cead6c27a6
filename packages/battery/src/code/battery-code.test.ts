import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { civilDateNumber } from '../civil-date.ts';
import { exampleContext } from '@suyuan/testkit';
import type { BatteryCodeCheck, CodeContext } from './battery-code.ts';
import { batteryCodeDate, batteryCodeProduct, checkBatteryCode, isPlainBatteryCode } from './battery-code.ts';
import { SisterCodes } from './sister-codes.ts';
import { codeRule } from './tables.ts';

interface CodeVector {
  readonly code: string;
  readonly findings: readonly (readonly [string, string, number | null])[];
  readonly strict?: boolean;
  readonly legacy?: boolean;
  readonly [fact: string]: unknown;
}
const vectors: {
  readonly today: string;
  readonly codes: readonly CodeVector[];
  readonly invalid: readonly CodeVector[];
  readonly reused: readonly CodeVector[];
} = JSON.parse(readFileSync(new URL('../../../../vectors/battery-codes.json', import.meta.url), 'utf8'));

const strict: CodeContext = { today: vectors.today, codes: 'strict' };
const legacy: CodeContext = { today: vectors.today, codes: 'legacy' };
const summary = (check: BatteryCodeCheck): unknown[] =>
  check.findings.map(({ level, code, at }) => [level, code, at ?? null]);

/** Codes close to valid ones: a valid code with a few symbols changed. */
const symbols = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZa 中'.split('');
const nearCode = fc
  .tuple(
    fc.constantFrom('SY1PB01A000001GB20000001', 'SY1MB01GB20000001RM', 'SY1CB01A000001GB20000001RC'),
    fc.array(fc.tuple(fc.nat(25), fc.constantFrom(...symbols)), { maxLength: 3 }),
  )
  .map(([code, changes]) =>
    changes.reduce<string>((text, [at, symbol]) => text.slice(0, at) + symbol + text.slice(at + 1), code),
  );

describe('battery codes', () => {
  it.each(vectors.codes)('[B7] decodes the real code $code as documented', (vector) => {
    const check = checkBatteryCode(vector.code, strict);
    expect(summary(check)).toEqual(vector.findings);
    expect(check.valid).toBe(vector.strict);
    expect(checkBatteryCode(vector.code, legacy).valid).toBe(vector.legacy);
    const { manufacturer, product, batteryType, date, serial } = vector;
    expect(check.decoded).toMatchObject({ form: 'new', manufacturer, product, batteryType, date, serial });
  });

  it.each(vectors.invalid)('[B2] refuses $code: $comment', (vector) => {
    const check = checkBatteryCode(vector.code, strict);
    expect([check.valid, summary(check)]).toEqual([false, vector.findings]);
  });

  it.each(vectors.reused)('[B1] reads the re-used product code $code', (vector) => {
    const check = checkBatteryCode(vector.code, strict);
    const { form, reusedAs, date } = vector;
    expect([check.valid, summary(check)]).toEqual([true, vector.findings]);
    expect(check.decoded).toMatchObject({ form, reusedAs, date });
    expect(batteryCodeProduct(vector.code)).toBe(reusedAs);
  });

  it('[B1] refuses every length but 19, 24 and 26', () => {
    for (let length = 0; length < 40; length += 1) {
      const known = length === 19 || length === 24 || length === 26;
      const codes = summary(checkBatteryCode('A'.repeat(length), strict));
      expect(codes.some((entry) => JSON.stringify(entry).includes('code_length'))).toBe(!known);
    }
  });

  it('[B2] reads each of the 30 years and 31 days', () => {
    expect(codeRule.yearSymbols.length).toBe(30);
    const years = codeRule.yearSymbols
      .split('')
      .map((year) => batteryCodeDate(`SY1PB01A000001${year}110000001`));
    expect(years).toEqual(Array.from({ length: 30 }, (_, i) => `${2011 + i}-01-01`));
    const days = codeRule.daySymbols.split('').map((day) => batteryCodeDate(`SY1PB01A000001G1${day}0000001`));
    expect(days).toEqual(Array.from({ length: 31 }, (_, i) => `2026-01-${String(i + 1).padStart(2, '0')}`));
    expect(batteryCodeDate('SY1PB01A000001D2X0000001')).toBeUndefined();
    expect(batteryCodeDate('SY1PB01A000001E2X0000001')).toBe('2024-02-29');
  });

  it.each([
    ['SY1PB01A000001GB2000A001', 'code_serial_letters'],
    ['SY1PH01A000001GB20000001', 'code_battery_type'],
    ['SY1PB01A000001OB20000001', 'code_date_symbol'],
    ['SY1PB01A000001G200000001', 'code_date_impossible'],
  ])('[B3] lets %s pass in legacy mode with a warning', (code, finding) => {
    const check = checkBatteryCode(code, legacy);
    expect(check.valid).toBe(true);
    expect(check.findings).toContainEqual(expect.objectContaining({ level: 'warning', code: finding }));
    expect(checkBatteryCode(code, strict).valid).toBe(false);
  });

  it.each([
    'SY1PB01GB2000001RP',
    'sY1PB01A000001GB20000001',
    'SY1XB01A000001GB20000001',
    'SY1PB01GB20000001XP',
  ])('[B3] refuses %s in legacy mode too', (code) =>
    expect(checkBatteryCode(code, legacy).valid).toBe(false),
  );

  it('[B4] warns of a date after today, and not of today', () => {
    const code = 'SY1PB01A000001GBL0000001'; // 2026-11-20
    expect(summary(checkBatteryCode(code, strict))).toEqual([]);
    const yesterday = checkBatteryCode(code, { today: '2026-11-19', codes: 'strict' });
    expect([yesterday.valid, summary(yesterday)]).toEqual([true, [['warning', 'code_date_future', 15]]]);
  });

  it('[B5] never changes a code: decoding gives the pieces of the very text', () => {
    const again = (code: string): string => {
      const { decoded, valid } = checkBatteryCode(code, legacy);
      if (decoded === undefined || !valid) return code;
      const { manufacturer, product, batteryType, spec, trace, serial, reusedAs, form } = decoded;
      const date = form === 'reused' ? code.slice(7, 10) : code.slice(14, 17);
      const mark = reusedAs === undefined ? '' : `R${reusedAs}`;
      return manufacturer + product + batteryType + spec + trace + date + serial + mark;
    };
    const unchanged = fc.property(nearCode, (code) => again(code) === code);
    expect(fc.check(unchanged, { numRuns: 2_000 })).toMatchObject({ failed: false });
  });

  it('[B6] points out sister codes, and only those', () => {
    const sisters = new SisterCodes();
    const see = (code: string): string | undefined => sisters.see(code);
    expect(see('027CB0B222222285B0140100')).toBeUndefined();
    expect(see('027CBOB222222285B0140101')).toBe('027CB0B');
    expect(see('027CB0B222222285B0140102')).toBeUndefined();
    expect(see('027CB1C222222285B0140103')).toBeUndefined();
    expect(see('027CBIC222222285B0140104')).toBe('027CB1C');
  });

  it('[B8] the quick check agrees with the full one', () => {
    const today = civilDateNumber(exampleContext.today);
    const valid = nearCode.filter((code) => code.length === 24);
    fc.assert(
      fc.property(fc.oneof(valid, nearCode, fc.string({ maxLength: 30 })), (code) => {
        const { findings } = checkBatteryCode(code, exampleContext);
        const silent = findings.every(
          ({ code: name }) => name === 'code_lookalike' || name === 'code_day_31',
        );
        expect(isPlainBatteryCode(code, today)).toBe(silent && code.length === 24);
      }),
      { numRuns: 5_000 },
    );
  });

  it('[B20] never throws on any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.constantFrom(strict, legacy),
        (code, context) => {
          const { valid, findings } = checkBatteryCode(code, context);
          expect(valid).toBe(findings.every((finding) => finding.level !== 'error'));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

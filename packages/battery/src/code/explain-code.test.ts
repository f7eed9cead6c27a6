import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainCode, explainCodes } from './explain-code.ts';

const context = { today: '2026-11-20', codes: 'strict' } as const;
const told = (code: string): unknown[] =>
  explainCode(code, context).pieces.map(({ from, to, text, meaning }) => [from, to, text, meaning.en]);

describe('code doctor', () => {
  it('[B54] explains a battery code piece by piece', () => {
    expect(told('04FPE03EQBA5918B61100019')).toEqual([
      [1, 3, '04F', 'assigned by the filing system'],
      [4, 4, 'P', 'pack'],
      [5, 5, 'E', 'ternary lithium'],
      [6, 7, '03', "the maker's own, filed"],
      [8, 14, 'EQBA591', "the maker's own, filed"],
      [15, 15, '8', '2018'],
      [16, 16, 'B', '11'],
      [17, 17, '6', '6, so 2018-11-06'],
      [18, 24, '1100019', 'number 1100019 of that day'],
    ]);
    expect(told('SY1MB01GB20000001RP').slice(-2)).toEqual([
      [18, 18, 'R', 're-used product'],
      [19, 19, 'P', 'pack'],
    ]);
    expect(told('SY1MB01A000001GB20000001RP')).toHaveLength(11);
    const { pieces, findings } = explainCode('03UPE01000011C85A00FTY20', context);
    expect(pieces.find(({ from }) => from === 18)?.level).toBe('error');
    expect(findings.map(({ level, code }) => [level, code])).toEqual([['error', 'code_serial_letters']]);
    expect(explainCode('03UPE01000011C85A00FTY20', { ...context, codes: 'legacy' }).valid).toBe(true);
  });

  it('[B54] explains a VIN and a credit code', () => {
    expect(explainCode('LSYTESTE0TA000001', context)).toMatchObject({
      kind: 'vin',
      valid: true,
      decoded: { manufacturer: 'LSY', checkDigit: '0', modelYear: 2026, serial: '000001' },
    });
    expect(told('LSYTESTE9TA000001')[2]).toEqual([9, 9, '9', 'computed: 0']);
    expect(explainCode('91350211M0000XUF46', context)).toMatchObject({
      kind: 'uscc',
      valid: true,
      findings: [{ level: 'warning', code: 'uscc_check_digit' }],
      decoded: { region: '350211', organization: 'M0000XUF4' },
    });
    expect(explainCode('123456789', context).decoded).toEqual({ duns: '123456789' });
  });

  it('[B54] takes the kind that is said, else that of the length', () => {
    const unknown = explainCode('12345', context);
    expect(unknown).toMatchObject({ kind: 'unknown', valid: false, pieces: [] });
    expect(unknown.findings.map(({ code }) => code)).toEqual(['code_kind_unknown']);
    expect(explainCode('LSYTESTE0TA000001', { ...context, kind: 'battery_code' })).toMatchObject({
      kind: 'battery_code',
      valid: false,
      findings: [{ code: 'code_length' }],
    });
  });

  it('[B55] hints at O for 0 and I for 1 by the codes before', () => {
    const [, second, third] = explainCodes(
      ['027CB0A222222285B0140100', '027CBOA222222285B0140101', '027CB0A222222285B0140102'],
      context,
    );
    expect(second?.findings.map(({ code, at }) => [code, at])).toEqual([
      ['code_lookalike', 6],
      ['code_sister_lookalike', 6],
    ]);
    expect(second?.pieces.find(({ from }) => from === 6)?.level).toBe('warning');
    expect(third?.findings).toEqual([]);
  });

  it('[B54] the pieces together are the text, whatever it is', () => {
    const near = fc.constantFrom('O', '0', 'I', '1', 'A', 'B', 'P', 'M', 'C', 'R', 'Z', '9', '-', 'a', '中');
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      ...[9, 17, 18, 19, 24, 26].map((length) =>
        fc.string({ unit: near, minLength: length, maxLength: length }),
      ),
    );
    fc.assert(
      fc.property(text, fc.constantFrom('battery_code', 'vin', 'uscc', undefined), (input, kind) => {
        const said = explainCode(input, { ...context, ...(kind === undefined ? {} : { kind }) });
        const joined = said.pieces.map((piece) => piece.text).join('');
        expect([input, '']).toContain(joined);
        expect(said.valid).toBe(said.findings.every(({ level }) => level !== 'error'));
        for (const { label, meaning } of said.pieces) {
          expect([label.zh, label.en, meaning.zh, meaning.en]).not.toContain('');
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

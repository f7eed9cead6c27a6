import { readFileSync } from 'node:fs';
import { exampleContext, exampleModule, examplePack, inventedKind } from '@suyuan/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batteryModule } from './kinds/battery-module.ts';
import { batteryPack } from './kinds/battery-pack.ts';
import { recordKind } from './kinds/record-kinds.ts';
import type { RecordKind } from './kind.ts';
import type { ParsedRecord } from './parse-record.ts';
import { parseRecord } from './parse-record.ts';
import { findingsMax } from './reading.ts';
import { parseStoredRecord } from './stored-record.ts';

interface Texts {
  readonly comment: string;
  readonly public: string;
  readonly shared: string;
}
const vectors: {
  readonly records: readonly (Texts & {
    readonly kind: string;
    readonly input: unknown;
    readonly private: string;
    readonly subjects: readonly (readonly [string, string])[];
  })[];
  readonly refused: readonly (Texts & { readonly code: string })[];
} = JSON.parse(readFileSync(new URL('../../../vectors/battery-records.json', import.meta.url), 'utf8'));

const vin = '1M8GDM9AXKP042788';
const invented = (members: object): ParsedRecord =>
  parseRecord(inventedKind, { vin, owner: 'A', ...members }, exampleContext);
const codes = (parsed: ParsedRecord): string[] => parsed.findings.map((finding) => finding.code);

describe('values', () => {
  it.each([undefined, null, '', '  \t', []])('[B14] takes %j as not given', (nothing) => {
    const parsed = parseRecord(batteryModule, { ...exampleModule, moduleModelId: nothing }, exampleContext);
    expect(parsed.findings).toMatchObject([
      { code: 'value_missing', field: 'moduleModelId', level: 'error' },
    ]);
    expect(parsed.record).toBeUndefined();
    const optional = parseRecord(batteryModule, { ...exampleModule, cathode: nothing }, exampleContext);
    expect(optional.findings).toEqual([]);
    expect(optional.record?.shared).toBe('{"cellCount":2,"connection":"1P2S"}');
  });

  it.each(['\u0000', 'a\u001fb', '\u007f', '\u0085', 'a\u2028', '\u202eabc', '\u2066', '\ufeffx', 'a\nb'])(
    '[B15] refuses the control character in %j',
    (note) => expect(codes(invented({ note }))).toEqual(['text_control']),
  );

  it.each(['\ud800', 'a\udc00', '\udc00\ud800', '\ud83d'])(
    '[B15] refuses the lone surrogate in %j',
    (note) => {
      const parsed = invented({ note });
      expect(codes(parsed)).toEqual(['text_not_unicode']);
      expect(parsed.findings[0]?.value).not.toMatch(/[\ud800-\udfff]/);
    },
  );

  it('[B15] keeps text as it is, and says when it is not in form NFC', () => {
    expect(invented({ note: '电池 "引号" \\ 😀' }).record?.shared).toBe('{"note":"电池 \\"引号\\" \\\\ 😀"}');
    const decomposed = invented({ note: 'e\u0301' });
    expect(codes(decomposed)).toEqual(['text_not_composed']);
    expect(decomposed.record?.shared).toBe('{"note":"e\u0301"}');
    const padded = invented({ note: ' a\u3000' });
    expect([codes(padded), padded.record?.shared]).toEqual([['text_trimmed'], '{"note":"a"}']);
  });

  it('[B15] counts characters, not code units', () => {
    expect(codes(invented({ owner: '😀'.repeat(20) }))).toEqual([]);
    expect(codes(invented({ owner: '😀'.repeat(21) }))).toEqual(['text_too_long']);
  });

  it.each([
    [Number.NaN, 'number_not_finite'],
    [Infinity, 'number_not_finite'],
    [-5.01, 'number_too_small'],
    [1e21, 'number_too_large'],
    [1000.01, 'number_too_large'],
    [0.001, 'number_decimals'],
    [1e-7, 'number_decimals'],
    [0.1 + 0.2, 'number_decimals'],
    ['12', 'value_type'],
    [true, 'value_type'],
    [{}, 'value_type'],
    [[1], 'value_type'],
  ])('[B16] refuses the number %j', (amount, finding) => {
    expect(codes(invented({ amount }))).toEqual([finding]);
  });

  it.each([
    [-5, '-5'],
    [0, '0'],
    [-0, '0'],
    [0.5, '0.5'],
    [999.99, '999.99'],
  ])('[B16] writes the number %d as %s', (amount, text) => {
    expect(invented({ amount }).record?.shared).toBe(`{"amount":${text}}`);
  });

  it.each([
    ['2026-02-29', 'date_impossible'],
    ['2026-00-10', 'date_impossible'],
    ['2026-13-10', 'date_impossible'],
    ['0000-01-01', 'date_impossible'],
    ['2026-1-1', 'date_format'],
    ['2026/01/01', 'date_format'],
    ['20260101', 'date_format'],
    ['２026-01-01', 'date_format'],
    ['2026-11-21', 'date_future'],
    [20260101, 'value_type'],
  ])('[B17] refuses the date %j', (day, finding) => expect(codes(invented({ day }))).toEqual([finding]));

  it.each(['2026-11-20', '2024-02-29', '1900-01-01'])('[B17] takes the date %s', (day) => {
    expect(invented({ day }).record?.shared).toBe(`{"day":"${day}"}`);
  });

  it.each([
    ['2026-11-20T08:30:00+08:00', undefined],
    ['2026-11-20T23:59:59-11:00', undefined],
    ['2026-11-20T24:00:00+08:00', 'datetime_format'],
    ['2026-11-20T08:30:00Z', 'datetime_format'],
    ['2026-11-20T08:30:00', 'datetime_format'],
    ['2026-11-20T08:30:00.5+08:00', 'datetime_format'],
    ['2026-11-20 08:30:00+08:00', 'datetime_format'],
    ['2026-11-20T08:30:00-00:00', 'datetime_format'],
    ['2026-02-30T08:30:00+08:00', 'date_impossible'],
  ])('[B17] reads the time %s', (moment, finding) => {
    expect(codes(invented({ moment }))).toEqual(finding === undefined ? [] : [finding]);
  });

  it('[B18] refuses repetition and too many items', () => {
    const code = (serial: number): string => `SY1CB01A000001GB1000000${serial}`;
    const repeated = invented({ codes: [code(1), code(2), code(1)] });
    expect(repeated.findings).toMatchObject([{ code: 'code_duplicate', item: 3, value: code(1) }]);
    expect(codes(invented({ codes: [1, 2, 3, 4].map(code) }))).toEqual(['list_too_long']);
    const many = Array.from(
      { length: 40 },
      (_, i) => `SY1CB01A000001GB1${String((i % 39) + 1).padStart(7, '0')}`,
    );
    const module = { ...exampleModule, cellCodes: many, cellCount: 40, connection: '1P40S' };
    expect(codes(parseRecord(batteryModule, module, exampleContext))).toEqual(['code_duplicate']);
  });

  it('[B19] refuses members that the kind does not know', () => {
    expect(invented({ colour: 'red' }).findings).toMatchObject([{ code: 'unknown_member', field: 'colour' }]);
    const input: unknown = JSON.parse(
      `{"vin":"${vin}","owner":"A","__proto__":{"day":"2026-11-20"},"constructor":1,"toString":null}`,
    );
    const parsed = parseRecord(inventedKind, input, exampleContext);
    expect(parsed.findings.map(({ field }) => field)).toEqual(['__proto__', 'constructor', 'toString']);
    expect({}).not.toHaveProperty('day');
  });

  it('[B20] gives at most 100 findings, and a record with an error among further ones is refused', () => {
    const strange = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x${i}`, 1]));
    const parsed = invented(strange);
    expect(parsed.findings).toHaveLength(findingsMax);
    expect(parsed.record).toBeUndefined();
  });

  it('[B20] gives a value for any JSON value, in any field', () => {
    const kinds: readonly RecordKind[] = [batteryModule, batteryPack, inventedKind];
    const member = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.double());
    fc.assert(
      fc.property(
        fc
          .constantFrom(...kinds)
          .chain((kind) =>
            fc.tuple(
              fc.constant(kind),
              fc.dictionary(fc.constantFrom(...kind.fields.map((field) => field.id)), member),
            ),
          ),
        ([kind, input]) => {
          const parsed = parseRecord(kind, input, exampleContext);
          const errors = parsed.findings.filter((finding) => finding.level === 'error').length;
          expect(parsed.record === undefined).toBe(errors > 0);
          for (const finding of parsed.findings) {
            expect((finding.value ?? '').length).toBeLessThanOrEqual(64);
          }
        },
      ),
      { numRuns: 2_000 },
    );
    for (const input of [undefined, null, 1, 'x', true, []]) {
      expect(codes(parseRecord(batteryModule, input, exampleContext))).toEqual(['record_not_object']);
    }
  });

  it('[B40] shows no lone surrogates and controls of codes and names', () => {
    const broken = '\ud800SY1\u0000\udfff';
    const input = { vin: broken, codes: [broken], day: broken, flag: broken, [broken]: 1 };
    for (const finding of parseRecord(inventedKind, input, exampleContext).findings) {
      const shown = `${finding.value}${finding.field}${finding.message.zh}${finding.message.en}`;
      expect(() => encodeURIComponent(shown)).not.toThrow();
      expect(shown).not.toContain('\u0000');
    }
  });

  it('[B20] takes a megabyte in one member without delay', () => {
    const long = 'A'.repeat(1_000_000);
    for (const input of [{ note: long }, { vin: long }, { codes: [long] }, { note: ' '.repeat(1_000_000) }]) {
      expect(() => invented(input)).not.toThrow();
    }
  });
});

describe('canonical text', () => {
  it.each(vectors.records)(
    '[B21] writes the vector of $kind: $comment',
    ({ kind, input, subjects, ...texts }) => {
      const recordKindOf = recordKind(kind);
      if (recordKindOf === undefined) throw new Error(kind);
      const parsed = parseRecord(recordKindOf, input, exampleContext);
      expect(parsed).toEqual({
        record: { public: texts.public, shared: texts.shared, private: texts.private },
        subjects: subjects.map(([role, code]) => ({ code, role })),
        findings: [],
      });
      expect(parseStoredRecord(recordKindOf, texts.public, texts.shared, 'strict').ok).toBe(true);
    },
  );

  it.each(vectors.refused)('[B24] refuses the vector with $comment', (vector) => {
    const outcome = parseStoredRecord(batteryModule, vector.public, vector.shared, 'strict');
    expect(outcome).toMatchObject({ ok: false, error: { code: vector.code } });
  });

  it('[B21] writes the example of the specification', () => {
    const shuffled = Object.fromEntries(Object.entries(exampleModule).toReversed());
    const { record, findings } = parseRecord(batteryModule, shuffled, exampleContext);
    expect(findings).toEqual([]);
    expect(record).toEqual({
      public:
        '{"moduleCode":"SY1MB01A000001GB20000001","moduleModelId":"SYM-2S","packCode":"SY1PB01A000001GB20000001","cellModelId":"SYC-100","cellCodes":["SY1CB01A000001GB10000001","SY1CB01A000001GB10000002"],"ratedCapacity":100,"nominalVoltage":6.4,"chemistry":"B","productionDate":"2026-11-02"}',
      shared: '{"cellCount":2,"connection":"1P2S"}',
      private: '{}',
    });
  });

  it('[B21] puts each field into its part', () => {
    const { record } = invented({ owner: '张三', flag: false, day: '2026-11-20' });
    expect(record).toEqual({
      public: `{"vin":"${vin}"}`,
      shared: '{"day":"2026-11-20","flag":false}',
      private: '{"owner":"张三"}',
    });
  });

  it('[B22] counts bytes, over all parts', () => {
    const texts = invented({ note: 'a'.repeat(60_000), secret: 'b' }).record;
    const room = 65_536 - Object.values(texts ?? {}).join('').length + 1;
    expect(codes(invented({ note: 'a'.repeat(60_000), secret: 'b'.repeat(room) }))).toEqual([]);
    expect(codes(invented({ note: 'a'.repeat(60_000), secret: 'b'.repeat(room + 1) }))).toEqual([
      'record_too_large',
    ]);
    expect(codes(invented({ note: '电'.repeat(30_000) }))).toEqual(['record_too_large']);
    expect(codes(invented({ note: '😀'.repeat(17_000) }))).toEqual(['record_too_large']);
  });

  it('[B23] parses its own texts to the same texts', () => {
    const members = fc.record(
      {
        day: fc.constantFrom('2026-11-20', '2024-02-29'),
        amount: fc.integer({ min: -500, max: 99_999 }).map((cents) => Number((cents / 100).toFixed(2))),
        flag: fc.boolean(),
        note: fc.string({ unit: 'grapheme' }),
        secret: fc.string(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(members, (input) => {
        const { record } = invented(input);
        if (record === undefined) return;
        const again = {
          ...JSON.parse(record.public),
          ...JSON.parse(record.shared),
          ...JSON.parse(record.private),
        };
        expect(invented(again).record).toEqual(record);
        for (const text of Object.values(record)) expect(JSON.stringify(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('[B24] gives the subjects of a stored record, and refuses every other text', () => {
    const { record, subjects } = parseRecord(batteryModule, exampleModule, exampleContext);
    if (record === undefined) throw new Error('the example is valid');
    const stored = (open: string, shared: string): unknown =>
      parseStoredRecord(batteryModule, open, shared, 'strict');
    expect(stored(record.public, record.shared)).toEqual({ ok: true, value: subjects });
    const refused = (code: string, part?: string): object => ({
      ok: false,
      error: part === undefined ? { code } : { code, part },
    });
    const others: readonly [string, string, object][] = [
      [` ${record.public}`, record.shared, refused('record_not_canonical', 'public')],
      [record.public, '{"connection":"1P2S","cellCount":2}', refused('record_not_canonical', 'shared')],
      [
        record.public,
        '{"cellCount":2,"cellCount":2,"connection":"1P2S"}',
        refused('record_not_canonical', 'shared'),
      ],
      [record.public, '{"cellCount":2.0,"connection":"1P2S"}', refused('record_not_canonical', 'shared')],
      [record.public, '{"cellCount":2,"connection":"1P2S","x":1}', refused('record_not_canonical', 'shared')],
      [record.public, '{"cellCount":2,"connection":"\\u0031P2S"}', refused('record_not_canonical', 'shared')],
      [record.public, `${record.shared.slice(0, -1)},"mass":1}`, refused('record_not_canonical', 'shared')],
      [record.public, record.shared.slice(0, -1), refused('record_not_json', 'shared')],
      ['[]', record.shared, refused('record_not_json', 'public')],
      ['', record.shared, refused('record_not_json', 'public')],
      [record.public, ' '.repeat(70_000), refused('record_too_large')],
    ];
    for (const [open, shared, outcome] of others) expect(stored(open, shared)).toEqual(outcome);
    expect(stored('{}', '{}')).toMatchObject({ ok: false, error: { code: 'record_not_valid' } });
  });

  it('[B24] accepts a text with one character changed only when it is canonical itself', () => {
    const { record } = parseRecord(batteryPack, examplePack, exampleContext);
    if (record === undefined) throw new Error('the example is valid');
    const flip = fc.tuple(fc.nat(record.public.length - 1), fc.constantFrom(...'{}[]":, \\01AZaé'.split('')));
    fc.assert(
      fc.property(flip, ([at, symbol]) => {
        const text = record.public.slice(0, at) + symbol + record.public.slice(at + 1);
        const outcome = parseStoredRecord(batteryPack, text, record.shared, 'legacy');
        expect(!outcome.ok || JSON.stringify(JSON.parse(text)) === text).toBe(true);
      }),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.json(), (open, shared) => {
        expect(parseStoredRecord(batteryPack, open, shared, 'strict').ok).toBe(false);
      }),
    );
  });

  it('[B24] does not ask for the private part', () => {
    const { record } = invented({ note: 'a' });
    if (record === undefined) throw new Error('the example is valid');
    const outcome = parseStoredRecord(inventedKind, record.public, record.shared, 'strict');
    expect(outcome).toEqual({ ok: true, value: [{ code: vin, role: 'subject' }] });
  });

  it('[B25] gives the subjects in the order of the fields', () => {
    const { subjects } = parseRecord(batteryModule, exampleModule, exampleContext);
    expect(subjects).toEqual([
      { code: 'SY1MB01A000001GB20000001', role: 'subject' },
      { code: 'SY1PB01A000001GB20000001', role: 'parent' },
      { code: 'SY1CB01A000001GB10000001', role: 'child' },
      { code: 'SY1CB01A000001GB10000002', role: 'child' },
    ]);
    const pack = parseRecord(batteryPack, examplePack, exampleContext);
    expect(pack.subjects.map(({ role }) => role)).toEqual(['subject', 'reference', 'reference', 'child']);
  });
});

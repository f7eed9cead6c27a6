// Mappings: what is accepted, what each rule does, and that nothing a source sends can upset them.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordKind } from '../kinds/record-kinds.ts';
import { parseRecord } from '../parse-record.ts';
import { compileMapping, parseMappedRecord } from './map-record.ts';
import type { MappedRow } from './create-mapper.ts';
import { createMapper } from './create-mapper.ts';
import { parseMapping } from './parse-mapping.ts';
import { fieldColumns, knownColumns, sourceColumns } from './mapping.ts';
import type { Mapping, Rule } from './mapping.ts';

const kind = recordKind('battery_module') ?? expect.unreachable();
const production = recordKind('vehicle_production') ?? expect.unreachable();
const context = { today: '2026-11-20', codes: 'strict' } as const;

function mappingOf(fields: Readonly<Record<string, unknown>>, more: object = {}): Mapping {
  const parsed = parseMapping({ ...more, format: 'suyuan-mapping/v1', kind: 'battery_module', fields });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error.problems));
  return parsed.value;
}

function problemsOf(value: unknown): readonly string[] {
  const parsed = parseMapping(value);
  return parsed.ok ? [] : parsed.error.problems.map(({ path, code }) => `${path} ${code}`);
}

const ruleProblems = (fields: object, kindId = 'battery_module'): readonly string[] =>
  problemsOf({ format: 'suyuan-mapping/v1', kind: kindId, fields });

type Mapped = Exclude<MappedRow, { readonly skipped: true }>;

function map(field: string, rule: Rule, row: Readonly<Record<string, unknown>>): Mapped {
  const mapped = createMapper(kind, mappingOf({ [field]: rule }))(row);
  if (mapped.skipped === true) throw new Error('skipped');
  return mapped;
}

/** The member that a rule gives, and the codes of its findings. */
function outcome(field: string, rule: Rule, value: unknown): unknown[] {
  const { members, findings } = map(field, rule, { x: value });
  return [members[field], ...findings.map(({ code }) => code)];
}

/** The rows of an MES: other names, other units, nested cells. */
const mesRow = {
  sn: ' SY1MB01A000001GB20000001 ',
  pack: { code: 'SY1PB01A000001GB20000001' },
  model: 'SYM-2S',
  cell_model: 'SYC-LFP-100',
  cells: [{ code: 'SY1CB01A000001GB10000001' }, { code: 'SY1CB01A000001GB10000002' }],
  count: 2,
  connection: '1P2S',
  capacity_mah: '100000',
  voltage_mv: 6400,
  chem: 'LFP',
  mass_g: 4567.8,
  made: '2026/11/02 08:15',
};
const mesFields = {
  moduleCode: { column: 'sn' },
  moduleModelId: { column: 'model' },
  packCode: { column: 'pack.code' },
  cellModelId: { column: 'cell_model' },
  cellCodes: { column: 'cells[].code' },
  cellCount: { column: 'count' },
  connection: { column: 'connection' },
  ratedCapacity: { column: 'capacity_mah', unit: { from: 'mAh' } },
  nominalVoltage: { column: 'voltage_mv', unit: { from: 'mV' } },
  chemistry: { column: 'chem', lookup: { table: [{ from: 'LFP', to: 'B' }], otherwise: 'refuse' } },
  mass: { column: 'mass_g', unit: { from: 'g', round: true } },
  productionDate: { column: 'made', date: { pattern: 'yyyy/MM/dd HH:mm' } },
};

describe('a mapping', () => {
  it('[M1] turns a nested row of another system into a record without a finding', () => {
    const compiled = compileMapping(kind, mappingOf(mesFields));
    const { mass, ...plain } = mesFields;
    const whole = parseMappedRecord(compileMapping(kind, mappingOf(plain)), mesRow, context);
    expect(whole?.findings).toEqual([]);
    expect(JSON.parse(whole?.record?.public ?? '{}')).toMatchObject({
      moduleCode: 'SY1MB01A000001GB20000001',
      ratedCapacity: 100,
      nominalVoltage: 6.4,
      chemistry: 'B',
      productionDate: '2026-11-02',
    });
    const rounded = parseMappedRecord(compiled, mesRow, context);
    expect(rounded?.findings.map(({ code, field }) => [code, field])).toEqual([['mapped_rounded', 'mass']]);
    expect(rounded?.members['mass']).toBe(4.568);
    expect(mass.column).toBe(compiled.columns.get('mass'));
  });

  it('[M2] is refused with every problem at its path', () => {
    expect(problemsOf(null)).toEqual([' mapping_not_object']);
    expect(problemsOf({ format: 'x', kind: 'y' })).toEqual([
      'format mapping_format_unknown',
      'kind mapping_kind_unknown',
    ]);
    expect(
      ruleProblems({
        nothing: { column: 'a' },
        moduleCode: {},
        mass: { column: 'a', constant: 1, unit: { from: 'mV' } },
        ratedCapacity: { column: '', unit: { from: 'bushel' } },
        productionDate: { column: 'a', date: { pattern: 'yy-MM', offset: '8', time: '25:00' }, split: ',' },
        chemistry: { constant: 'Q', code: 'x' },
        sparePart: { column: 'a', default: 'maybe' },
        shape: {
          column: 'a',
          lookup: {
            table: [
              { from: 'a', to: 'pouch' },
              { from: ' a', to: {} },
            ],
            otherwise: 'guess',
          },
        },
      }),
    ).toEqual([
      'fields.nothing mapping_field_unknown',
      'fields.moduleCode mapping_source_missing',
      'fields.mass mapping_source_twice',
      'fields.mass.unit mapping_rule_unfit',
      'fields.ratedCapacity.column mapping_column_empty',
      'fields.ratedCapacity.unit.from mapping_unit_unknown',
      'fields.productionDate.split mapping_rule_unfit',
      'fields.productionDate.date.pattern mapping_pattern_wrong',
      'fields.productionDate.date.offset mapping_offset_wrong',
      'fields.productionDate.date.time mapping_pattern_wrong',
      'fields.chemistry.code mapping_member_unknown',
      'fields.chemistry.constant mapping_value_unfit',
      'fields.sparePart.default mapping_value_unfit',
      'fields.shape.lookup.table[1].from mapping_lookup_repeated',
      'fields.shape.lookup.table[1].to mapping_type',
      'fields.shape.lookup.otherwise mapping_type',
    ]);
    expect(ruleProblems({ mass: { column: 'a', unit: { from: 'mV' } } })).toEqual([
      'fields.mass.unit.from mapping_unit_unfit',
    ]);
    expect(
      ruleProblems({ offlineTime: { column: 'a', date: { pattern: 'yyyy-MM-dd' } } }, 'vehicle_production'),
    ).toEqual(['fields.offlineTime.date mapping_time_missing']);
    expect(problemsOf({ ...mappingOf({}), only: [{ column: 'a', is: 'like', values: ['a'] }] })).toEqual([
      'only[0].is mapping_type',
    ]);
  });

  it('[M2] any JSON is a mapping or is refused, and a mapping is read as itself', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        problemsOf(value);
        ruleProblems(Object.assign({ mass: value }, value));
      }),
    );
    const mapping = mappingOf(mesFields, {
      only: [{ column: 'state', is: 'none_of', values: ['', 'scrap'] }],
      columns: ['sn'],
    });
    expect(parseMapping(JSON.parse(JSON.stringify(mapping)))).toEqual({ ok: true, value: mapping });
  });

  it('[M3] passes over rows that do not meet its conditions', () => {
    const rows = createMapper(
      kind,
      mappingOf(mesFields, {
        only: [
          { column: 'line', is: 'one_of', values: ['L1', '7'] },
          { column: 'state', is: 'none_of', values: ['', 'scrap'] },
        ],
      }),
    );
    const taken = (line: unknown, state: unknown): boolean => rows({ line, state }).skipped !== true;
    expect([taken('L1', 'ok'), taken(7, 'ok'), taken('L2', 'ok')]).toEqual([true, true, false]);
    expect([taken('L1', 'scrap'), taken('L1', ' '), taken('L1', null)]).toEqual([false, false, false]);
  });

  it('[M4] names its columns, and those of each field', () => {
    const mapping = mappingOf(
      { mass: { column: 'g' }, recordId: { join: { columns: ['a', 'g'], with: '-' } } },
      { only: [{ column: 'state', is: 'one_of', values: ['ok'] }], columns: ['b', 'g'] },
    );
    expect(sourceColumns(mapping)).toEqual(['g', 'a', 'state']);
    expect(knownColumns(mapping)).toEqual(['g', 'a', 'state', 'b']);
    expect([...fieldColumns(mapping)]).toEqual([
      ['mass', 'g'],
      ['recordId', 'a + g'],
    ]);
  });
});

describe('columns', () => {
  it('[M4] are read by name, else by path', () => {
    const rule = { column: 'a.b[1].c' };
    const nested = { a: { b: [0, { c: ' x ' }] } };
    expect(map('recordId', rule, nested).members).toEqual({ recordId: 'x' });
    expect(map('recordId', rule, { ...nested, 'a.b[1].c': 'named' }).members).toEqual({ recordId: 'named' });
    for (const row of [{}, { a: null }, { a: { b: [] } }, { a: { b: [0, { c: '  ' }] } }])
      expect(map('recordId', rule, row).members).toEqual({});
    expect(map('recordId', { column: '质量 (kg)' }, { '质量 (kg)': 'y' }).members).toEqual({ recordId: 'y' });
  });

  it('[M4] take nothing from a prototype', () => {
    for (const column of ['constructor', '__proto__', 'toString', 'a.constructor', 'a.length', '[0]', 'a..b'])
      expect(map('recordId', { column }, { a: {} }).members).toEqual({});
  });

  it('[M4] of lists give lists', () => {
    const cells = [{ code: 'A' }, {}, { code: ' B ' }, { code: ['C', 'D'] }];
    const { members } = map('cellCodes', { column: 'cells[].code' }, { cells });
    expect(members).toEqual({ cellCodes: ['A', 'B', 'C', 'D'] });
  });
});

describe('rules', () => {
  it('[M5] give constants, and defaults only where a value is missing', () => {
    expect(map('chemistry', { constant: '磷酸铁锂' }, {}).members).toEqual({ chemistry: 'B' });
    expect(map('sparePart', { constant: false }, {}).members).toEqual({ sparePart: false });
    const rule = { column: 'x', default: 'none' };
    expect(outcome('recordId', rule, ' ')).toEqual(['none']);
    expect(outcome('recordId', rule, 'a')).toEqual(['a']);
  });

  it('[M5] join columns and split texts', () => {
    const join = { join: { columns: ['a', 'b', 'c'], with: '-' } };
    expect(map('recordId', join, { a: 7, c: 'z' }).members).toEqual({ recordId: '7-z' });
    expect(map('recordId', join, { b: ' ' }).members).toEqual({});
    expect(map('recordId', join, { a: {} })).toMatchObject({ ok: false, members: {} });
    expect(outcome('cellCodes', { column: 'x', split: '|' }, 'A| B ||')).toEqual([['A', 'B']]);
    expect(outcome('cellCodes', { column: 'x' }, 'A;B，C')).toEqual([['A', 'B', 'C']]);
  });

  it('[M6] change codes only with a finding', () => {
    const rule = { column: 'x', strip: ' -', upper: true };
    expect(outcome('moduleCode', rule, 'sy1-mb01 a')).toEqual(['SY1MB01A', 'mapped_text_changed']);
    expect(outcome('moduleCode', rule, 'SY1MB01A')).toEqual(['SY1MB01A']);
    expect(outcome('recordId', { column: 'x', upper: true }, 'ß')).toEqual(['ß']);
  });

  it('[M7] look values up, and do as told with those that are not there', () => {
    const table = [
      { from: '三元', to: 'A' },
      { from: '1', to: 'B' },
    ];
    const looked = (otherwise: 'keep' | 'missing' | 'refuse', value: unknown): unknown[] =>
      outcome('chemistry', { column: 'x', lookup: { table, otherwise } }, value);
    expect([looked('keep', ' 三元 '), looked('keep', 1)]).toEqual([['A'], ['B']]);
    expect(looked('keep', 'C')).toEqual(['C']);
    expect(looked('missing', '钛酸锂?')).toEqual([undefined, 'mapped_left_out']);
    expect(looked('refuse', '钛酸锂?')).toEqual(['钛酸锂?', 'mapped_not_in_table']);
    expect(looked('refuse', { a: 1 })).toEqual([{ a: 1 }, 'mapped_not_in_table']);
    const none = { table: [{ from: '-', to: '' }], otherwise: 'keep' } as const;
    expect(outcome('chemistry', { column: 'x', lookup: none, default: 'B' }, '-')).toEqual(['B']);
    const yes = { table: [{ from: 'Y', to: true }], otherwise: 'refuse' } as const;
    expect(outcome('sparePart', { column: 'x', lookup: yes }, 'Y')).toEqual([true]);
  });

  it('[M8] read dates by pattern', () => {
    const read = (pattern: string, value: unknown, offset = '+08:00'): unknown[] =>
      outcome('productionDate', { column: 'x', date: { pattern, offset } }, value);
    expect(read('yyyy/M/d', '2026/1/9')).toEqual(['2026-01-09']);
    expect(read('dd.MM.yyyy', '09.01.2026')).toEqual(['2026-01-09']);
    expect(read('yyyy年M月d日', '2026年11月2日')).toEqual(['2026-11-02']);
    expect(read('yyyyMMddHHmmss', '20261102235959')).toEqual(['2026-11-02']);
    expect(read('yyyy-MM-ddTHH:mm:ss.SSSXXX', '2026-11-02T20:00:00.123Z')).toEqual(['2026-11-03']);
    expect(read('yyyy-MM-dd HH:mm', '2026-11-02 20:00', 'Z')).toEqual(['2026-11-03']);
    expect(read('yyyy/MM/dd', '2026-11-02')).toEqual(['2026-11-02', 'mapped_date_form']);
    expect(read('yyyy/MM/dd', '2026/11/02 ')).toEqual(['2026-11-02']);
    expect(read('yyyy/MM/dd', '2026/11/021')).toEqual(['2026/11/021', 'mapped_date_form']);
    expect(read('yyyy/MM/dd', '2026/02/30')).toEqual(['2026/02/30', 'date_impossible']);
    expect(read('yyyyMMdd', 20_261_102)).toEqual(['2026-11-02']);
    expect(read('yyyyMMdd', { kind: 'date', year: 2026, month: 11, day: 2 })).toEqual(['2026-11-02']);
  });

  it('[M8] read counts of seconds, milliseconds and days', () => {
    const read = (pattern: string, value: unknown): unknown[] =>
      outcome('productionDate', { column: 'x', date: { pattern } }, value);
    expect(read('epoch_seconds', 1_793_721_600)).toEqual(['2026-11-04']);
    expect(read('epoch_milliseconds', '1793721600000')).toEqual(['2026-11-04']);
    expect(read('excel_serial', 46_328)).toEqual(['2026-11-02']);
    expect(read('epoch_seconds', 1_793_721_600_000)).toEqual(['1793721600000', 'mapped_date_form']);
    expect(read('excel_serial', -1)).toEqual(['-1', 'mapped_date_form']);
  });

  it('[M8] give times their offset, and a time where the source has none', () => {
    const read = (date: object, x: unknown): unknown => {
      const parsed = parseMapping({
        format: 'suyuan-mapping/v1',
        kind: 'vehicle_production',
        fields: { offlineTime: { column: 'x', date } },
      });
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
      const mapped = createMapper(production, parsed.value)({ x });
      return mapped.skipped === true ? undefined : mapped.members['offlineTime'];
    };
    expect(read({ pattern: 'yyyy/MM/dd HH:mm' }, '2026/11/02 09:30')).toBe('2026-11-02T09:30:00+08:00');
    expect(read({ pattern: 'yyyy/MM/dd HH:mm', offset: 'Z' }, '2026/11/02 09:30')).toBe(
      '2026-11-02T09:30:00+00:00',
    );
    expect(read({ pattern: 'yyyyMMddHHmmXXX' }, '202611020930-0330')).toBe('2026-11-02T09:30:00-03:30');
    expect(read({ pattern: 'yyyy/MM/dd', time: '08:00' }, '2026/11/02')).toBe('2026-11-02T08:00:00+08:00');
    expect(read({ pattern: 'epoch_seconds' }, 0)).toBe('1970-01-01T08:00:00+08:00');
    expect(read({ pattern: 'excel_serial' }, 46_328.5)).toBe('2026-11-02T12:00:00+08:00');
  });

  it('[M9] convert units exactly, and round only when told', () => {
    const scaled = (from: string, value: unknown, round = false): unknown[] =>
      outcome('mass', { column: 'x', unit: { from, round } }, value);
    expect(scaled('g', 4567)).toEqual([4.567]);
    expect(scaled('g', '4567.8')).toEqual([4.5678]);
    expect(scaled('g', '4567.5', true)).toEqual([4.568, 'mapped_rounded']);
    expect(scaled('t', '0.0046')).toEqual([4.6]);
    expect(scaled('斤', 9.2)).toEqual([4.6]);
    expect(scaled('lb', '10')).toEqual([4.535_923_7]);
    expect(scaled('g', '4,567')).toEqual(['4,567']);
    expect(scaled('g', '1e3')).toEqual([1]);
    expect(scaled('g', { g: 1 })).toEqual([{ g: 1 }]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999 }), (grams) => {
        const digits = String(grams).padStart(4, '0');
        expect(scaled('g', grams)).toEqual([Number(`${digits.slice(0, -3)}.${digits.slice(-3)}`)]);
      }),
    );
  });

  it('[M10] read whole numbers as text where they are meant to be', () => {
    expect(outcome('recordId', { column: 'x', text: true }, 42)).toEqual(['42']);
    expect(outcome('recordId', { column: 'x' }, 42)).toEqual(['42', 'text_as_number']);
    expect(outcome('recordId', { column: 'x', text: true }, 2 ** 60)).toEqual([2 ** 60]);
    expect(outcome('cellCount', { column: 'x' }, '2')).toEqual([2]);
  });
});

describe('rows', () => {
  it('[M11] of a sheet are read as its cells are', () => {
    const formula = { kind: 'formula', value: ' a ' };
    expect(outcome('recordId', { column: 'x' }, formula)).toEqual(['a', 'cell_formula']);
    expect(outcome('recordId', { column: 'x' }, { kind: 'formula', value: null })).toEqual([
      undefined,
      'cell_formula_empty',
    ]);
    expect(outcome('mass', { column: 'x' }, { kind: 'error', text: '#REF!' })).toEqual([
      undefined,
      'cell_error',
    ]);
  });

  it('[M12] say once what is wrong with a value', () => {
    const lookup = { table: [], otherwise: 'refuse' } as const;
    const fields = { ...mesFields, chemistry: { column: 'chem', lookup } };
    const mapped = parseMappedRecord(compileMapping(kind, mappingOf(fields)), mesRow, context);
    expect(mapped?.record).toBeUndefined();
    expect(mapped?.findings.filter(({ level }) => level === 'error').map(({ code }) => code)).toEqual([
      'mapped_not_in_table',
    ]);
  });

  it('[M13] never throw, and give the same again', () => {
    const hostile = fc.oneof(
      fc.jsonValue(),
      fc.record({
        kind: fc.constantFrom('date', 'formula', 'error'),
        value: fc.jsonValue(),
        year: fc.jsonValue(),
      }),
      fc.constant({ kind: 'date', year: { toString: 1 }, month: 1, day: 1 }),
      fc.constantFrom('2026/11/02', 1e300, -0, 2 ** 53, '9'.repeat(40), '\ud800', Number.NaN),
    );
    const rules = mappingOf({
      ...mesFields,
      recordId: { join: { columns: ['sn', 'cells[].code'], with: '-' } },
      sparePart: { column: 'sn', upper: true, strip: 'x' },
      shape: { column: 'a.b[0]', lookup: { table: [], otherwise: 'missing' } },
    });
    const compiled = compileMapping(kind, rules);
    const names = ['sn', 'cells', 'chem', 'mass_g', 'made', 'a', 'capacity_mah', '__proto__', 'count'];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), hostile), (row) => {
        const once = parseMappedRecord(compiled, row, context);
        expect(parseMappedRecord(compiled, row, context)).toEqual(once);
        // Mapping adds no other way into a record than the checks of a push.
        const pushed = parseRecord(kind, once?.members, context);
        expect(once?.record === undefined || once.record.public === pushed.record?.public).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(parseMappedRecord(compiled, [], context)?.record).toBeUndefined();
  });
});

import { exampleContext, exampleModule, examplePack, generateRecords, inventedKind } from '@suyuan/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell } from './cell.ts';
import { splitCodes } from './cell.ts';
import type { HeaderLayout } from './header.ts';
import { headingOf, recognizeHeader } from './header.ts';
import type { RecordKind } from './kind.ts';
import { batteryModule } from './kinds/battery-module.ts';
import { batteryPack } from './kinds/battery-pack.ts';
import { recordKind } from './kinds/record-kinds.ts';
import { parseRecord } from './parse-record.ts';
import { parseRow, rowRole } from './parse-row.ts';
import { cellsOf, templateOf } from './template.ts';

function layoutOf(
  kind: RecordKind,
  heads: readonly Cell[] = kind.fields.map((field) => field.id),
): HeaderLayout {
  const layout = recognizeHeader(kind, heads);
  if (layout === undefined) throw new Error('this is a header');
  return layout;
}

const moduleLayout = layoutOf(batteryModule);

/** The findings of the example module with some cells changed. */
function moduleRow(
  changes: Readonly<Record<string, Cell>>,
): readonly (readonly [string, string, string | undefined])[] {
  const cells = cellsOf(batteryModule, exampleModule);
  for (const [field, cell] of Object.entries(changes)) cells[moduleLayout.columns.get(field) ?? -1] = cell;
  const { findings } = parseRow(batteryModule, moduleLayout, cells, exampleContext);
  return findings.map(({ level, code, field }) => [level, code, field] as const);
}

function inventedRow(changes: Readonly<Record<string, Cell>>): ReturnType<typeof parseRow> {
  const cells = { vin: '1M8GDM9AXKP042788', owner: 'A', ...changes };
  const heads = Object.keys(cells);
  return parseRow(inventedKind, layoutOf(inventedKind, heads), Object.values(cells), exampleContext);
}

describe('header', () => {
  it('[B32] knows id, both labels and the heading of every field', () => {
    for (const kind of [batteryModule, batteryPack]) {
      const places = kind.fields.map((_, place) => place);
      const rows = [
        kind.fields.map((field) => field.id),
        kind.fields.map((field) => field.label.zh),
        kind.fields.map((field) => ` ${field.label.en.toUpperCase()} *`),
        kind.fields.map(headingOf),
      ];
      for (const row of rows) expect(recognizeHeader(kind, row)).toMatchObject({ places, findings: [] });
    }
  });

  it('[B32] says which columns are unknown, repeated and missing', () => {
    const { places, columns, findings } = layoutOf(batteryModule, [
      'moduleCode',
      '颜色',
      null,
      '电池模块编码',
      '单体数量',
      3,
    ]);
    expect(places).toEqual([0, -1, -1, -1, 5, -1]);
    expect([...columns]).toEqual([
      ['moduleCode', 0],
      ['cellCount', 4],
    ]);
    const codes = findings.map(({ code, level, value, field }) => [code, level, value ?? field]);
    expect(codes.slice(0, 3)).toEqual([
      ['unknown_column', 'warning', '颜色'],
      ['duplicate_column', 'error', '电池模块编码'],
      ['unknown_column', 'warning', '3'],
    ]);
    const missing = findings.slice(3).map(({ code, field }) => [code, field]);
    const required = batteryModule.fields
      .filter((field) => field.required === 'yes')
      .map((field) => field.id);
    expect(missing).toEqual(
      required.filter((id) => id !== 'moduleCode' && id !== 'cellCount').map((id) => ['missing_column', id]),
    );
  });

  it('[B32] takes no other row for a header', () => {
    expect(recognizeHeader(batteryModule, ['填写说明'])).toBeUndefined();
    expect(recognizeHeader(batteryModule, [])).toBeUndefined();
    expect(recognizeHeader(batteryModule, cellsOf(batteryModule, exampleModule))).toBeUndefined();
    expect(recognizeHeader(batteryModule, ['质量', '生产日期'])).toBeUndefined();
    expect(recognizeHeader(batteryModule, ['__proto__', 'constructor', 'toString'])).toBeUndefined();
  });

  it('[B33] tells blank rows, repeated headers and the sample from data', () => {
    const template = templateOf(batteryModule).dataSheet.columns;
    const role = (cells: readonly Cell[]): string => rowRole(batteryModule, moduleLayout, cells);
    expect(role(template.map((column) => column.field))).toBe('header');
    expect(role(template.map((column) => column.heading))).toBe('header');
    expect(role(template.map((column) => column.sample))).toBe('sample');
    expect(role(['Sample SY1MB01A000001GB20000001'])).toBe('sample');
    expect(role([])).toBe('blank');
    expect(role([null, '', '  ', undefined])).toBe('blank');
    expect(role(cellsOf(batteryModule, exampleModule))).toBe('data');
    expect(role(['', 'a model'])).toBe('data');
    expect(role([0])).toBe('data');
  });
});

describe('cells', () => {
  it('[B34] refuses numbers where codes belong', () => {
    expect(moduleRow({ moduleCode: 1.5e23 })).toEqual([['error', 'code_as_number', 'moduleCode']]);
    expect(moduleRow({ packCode: 5 })).toEqual([['error', 'code_as_number', 'packCode']]);
    expect(moduleRow({ cellCodes: 5 })).toEqual([['error', 'code_as_number', 'cellCodes']]);
  });

  it('[B34] reads numbers as text and text as numbers, and says so', () => {
    expect(moduleRow({ cellCount: ' 2 ' })).toEqual([['warning', 'number_as_text', 'cellCount']]);
    expect(moduleRow({ moduleModelId: 280 })).toEqual([['warning', 'text_as_number', 'moduleModelId']]);
    for (const text of ['1,000', '100Ah', '１００', '1e2', '0x10', '--1', '.5', 'NaN']) {
      expect([text, moduleRow({ ratedCapacity: text })[0]]).toEqual([
        text,
        ['error', 'value_type', 'ratedCapacity'],
      ]);
    }
  });

  it('[B16] reads what a sheet computed as it is shown, with 15 digits', () => {
    expect(moduleRow({ mass: 0.1 + 0.2 })).toEqual([]);
    expect(moduleRow({ mass: 0.12345 })).toEqual([['error', 'number_decimals', 'mass']]);
  });

  it('[B35] refuses errors and reads results of formulas', () => {
    expect(moduleRow({ mass: { kind: 'error', text: '#REF!' } })).toEqual([['error', 'cell_error', 'mass']]);
    expect(moduleRow({ mass: { kind: 'formula', value: 4 } })).toEqual([['warning', 'cell_formula', 'mass']]);
    expect(moduleRow({ mass: { kind: 'formula', value: null } })).toEqual([
      ['error', 'cell_formula_empty', 'mass'],
    ]);
    expect(moduleRow({ mass: { kind: 'formula', value: { kind: 'error', text: '#N/A' } } })).toEqual([
      ['error', 'cell_error', 'mass'],
    ]);
    expect(moduleRow({ moduleCode: { kind: 'error', text: '#N/A' } })).toEqual([
      ['error', 'cell_error', 'moduleCode'],
    ]);
  });

  it.each<[Cell, string | undefined]>([
    [{ kind: 'date', year: 2026, month: 11, day: 2 }, undefined],
    ['2026-11-02', undefined],
    ['2026/11/2', 'date_read_as'],
    ['2026.11.2', 'date_read_as'],
    ['20261102', 'date_read_as'],
    ['2026年11月2日', 'date_read_as'],
    [{ kind: 'date', year: 2026, month: 11, day: 2, hour: 8, minute: 0, second: 0 }, 'date_read_as'],
    ['2026/2/30', 'date_impossible'],
    [{ kind: 'date', year: 1899, month: 12, day: 31 }, 'date_impossible'],
    ['2/11/2026', 'date_format'],
    [46_328, 'value_type'],
  ])('[B36] reads the date %j', (cell, finding) => {
    expect(moduleRow({ productionDate: cell }).map(([, code]) => code)).toEqual(
      finding === undefined ? [] : [finding],
    );
  });

  it('[B36] reads a date cell as a time in China, and nowhere else', () => {
    const cell = { kind: 'date', year: 2026, month: 11, day: 2, hour: 8, minute: 5, second: 9 } as const;
    expect(inventedRow({ moment: cell }).record?.shared).toBe('{"moment":"2026-11-02T08:05:09+08:00"}');
    expect(inventedRow({ note: cell }).findings).toMatchObject([{ code: 'value_type', value: '2026-11-02' }]);
  });

  it('[B37] splits codes at every separator', () => {
    expect(splitCodes(' A\nB\r\nC,D，E;F；G、H I\u3000J\t,, ')).toEqual('ABCDEFGHIJ'.split(''));
    expect(splitCodes('')).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[A-Z0-9]+$/)), (codes) => {
        expect(splitCodes(codes.join('；'))).toEqual(codes);
      }),
    );
  });

  it('[B38] takes id, labels and choices of a list', () => {
    for (const cell of ['B', '磷酸铁锂', 'lithium iron phosphate', 'B 磷酸铁锂', ' B ']) {
      expect(moduleRow({ chemistry: cell })).toEqual([]);
    }
    expect(moduleRow({ chemistry: 'LFP' })).toEqual([['error', 'enum_value', 'chemistry']]);
    expect(inventedRow({ flag: '是' }).record?.shared).toBe('{"flag":true}');
    expect(inventedRow({ flag: 'No' }).record?.shared).toBe('{"flag":false}');
    expect(inventedRow({ flag: true }).record?.shared).toBe('{"flag":true}');
    expect(inventedRow({ flag: 'x' }).findings).toMatchObject([{ code: 'boolean_value' }]);
    expect(inventedRow({ flag: 1 }).findings).toMatchObject([{ code: 'boolean_value' }]);
  });

  it('[B39] gives back the record that was written into cells', () => {
    const batches = [...generateRecords({ seed: 3, count: 200, from: '2026-01-01', to: '2026-11-20' })];
    const inputs: { readonly kind: string; readonly input: Readonly<Record<string, unknown>> }[] =
      batches.flatMap(({ kind, records }) => records.map((input) => ({ kind, input })));
    inputs.push({ kind: 'battery_pack', input: examplePack });
    for (const { kind: id, input } of inputs) {
      const kind = recordKind(id);
      if (kind === undefined) throw new Error(id);
      const pushed = parseRecord(kind, input, exampleContext);
      const typed = parseRow(kind, layoutOf(kind), cellsOf(kind, input), exampleContext);
      expect(typed).toEqual(pushed);
    }
  });

  it('[B20] gives a value for any cells', () => {
    const plain = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constant(null));
    const day = fc.record({
      kind: fc.constant('date' as const),
      year: fc.integer(),
      month: fc.integer(),
      day: fc.integer(),
    });
    const fault = fc.record({ kind: fc.constant('error' as const), text: fc.string() });
    const formula = fc.record({ kind: fc.constant('formula' as const), value: fc.oneof(plain, day, fault) });
    const cell: fc.Arbitrary<Cell> = fc.oneof(plain, day, fault, formula);
    fc.assert(
      fc.property(
        fc.constantFrom(batteryModule, batteryPack, inventedKind),
        fc.array(cell, { minLength: 25, maxLength: 25 }),
        (kind, cells) => {
          const layout = layoutOf(kind);
          rowRole(kind, layout, cells);
          recognizeHeader(kind, cells);
          const { record, findings } = parseRow(kind, layout, cells, exampleContext);
          expect(record === undefined).toBe(findings.some((finding) => finding.level === 'error'));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

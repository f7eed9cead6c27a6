// Columns of a source: what changed, and how columns of tables and of nested JSON are named.
import { describe, expect, it } from 'vitest';
import { columnsOfRows } from './column-path.ts';
import { columnNames, compareColumns, rowOfCells } from './compare-columns.ts';

describe('changes', () => {
  it('[M14] names what is missing, what is new and what may have been renamed', () => {
    expect(compareColumns(['sn', 'mass_g', 'made'], ['sn', 'weight', 'massG', 'made'])).toEqual({
      missing: ['mass_g'],
      added: ['weight', 'massG'],
      renamed: [{ from: 'mass_g', to: 'massG' }],
    });
    expect(compareColumns(['a'], ['a'])).toEqual({ missing: [], added: [], renamed: [] });
    expect(compareColumns(['生产日期'], ['生产时间']).renamed).toEqual([]);
    expect(compareColumns(['电池包生产日期'], ['电池包生产时间']).renamed).toHaveLength(1);
  });

  it('[M14] places in lists do not matter, and each name is guessed once', () => {
    expect(compareColumns(['cells[0].code'], ['cells[].code'])).toMatchObject({ missing: [], added: [] });
    expect(compareColumns(['code1', 'code2'], ['code3']).renamed).toHaveLength(1);
  });

  it('[M14] thousands of hostile names cost little', () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `${'x'.repeat(2_000)}${index}`);
    expect(
      compareColumns(
        names,
        names.map((name) => `${name}y`),
      ).missing,
    ).toHaveLength(5_000);
  });
});

describe('names', () => {
  it('[M4] a table is named by its headings', () => {
    expect(columnNames(['a', ' b\n c ', undefined, 'a', ''])).toEqual(['a', 'b c', 'C', 'a (2)', 'E']);
    const row = rowOfCells(['a', 'b', '__proto__'], [1, '', 'x']);
    expect(Object.entries(row)).toEqual([
      ['a', 1],
      ['__proto__', 'x'],
    ]);
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });

  it('[M4] nested rows have paths', () => {
    const rows = [{ a: 1, b: { c: [1, 2] } }, { d: [{ e: 1 }, { f: null }] }, 7];
    expect(columnsOfRows(rows, 200)).toEqual(['a', 'b.c', 'd[].e', 'd[].f']);
    expect(columnsOfRows(rows, 2)).toEqual(['a', 'b.c']);
  });
});

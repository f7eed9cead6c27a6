// Suggestions: what is guessed for the columns of common systems, and that any guess is a mapping that runs.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headingOf } from '../header.ts';
import { recordKind, recordKinds } from '../kinds/record-kinds.ts';
import { compileMapping, parseMappedRecord } from './map-record.ts';
import { parseMapping } from './parse-mapping.ts';
import { suggestMapping } from './suggest-mapping.ts';

const kind = recordKind('battery_module') ?? expect.unreachable();

const mes = {
  sn: 'SY1MB01A000001GB20000001',
  model: 'SYM-2S',
  pack: { sn: 'SY1PB01A000001GB20000001' },
  cell_model: 'SYC-LFP-100',
  cells: [{ sn: 'SY1CB01A000001GB10000001' }, { sn: 'SY1CB01A000001GB10000002' }],
  cell_qty: 2,
  series_parallel: '1P2S',
  capacity_mah: '100000',
  voltage_mv: 6400,
  chem: 'LFP',
  weight_g: 4567,
  made: '2026/11/02',
  spare: 'N',
  id: 17,
  operator: 'Li',
};

describe('a suggestion', () => {
  it('[M15] turns the rows of a common production system into records without a change', () => {
    const { mapping, guesses, unused } = suggestMapping(kind, [], [mes]);
    expect(mapping.fields).toEqual({
      moduleCode: { column: 'sn' },
      moduleModelId: { column: 'model' },
      packCode: { column: 'pack.sn' },
      cellModelId: { column: 'cell_model' },
      cellCodes: { column: 'cells[].sn' },
      cellCount: { column: 'cell_qty' },
      connection: { column: 'series_parallel' },
      ratedCapacity: { column: 'capacity_mah', unit: { from: 'mAh', round: true } },
      nominalVoltage: { column: 'voltage_mv', unit: { from: 'mV', round: true } },
      chemistry: { column: 'chem', lookup: { table: [{ from: 'LFP', to: 'B' }], otherwise: 'keep' } },
      mass: { column: 'weight_g', unit: { from: 'g', round: true } },
      productionDate: { column: 'made', date: { pattern: 'yyyy/M/d' } },
      sparePart: { column: 'spare', lookup: { table: [{ from: 'N', to: false }], otherwise: 'keep' } },
      recordId: { column: 'id', text: true },
    });
    expect(unused).toEqual(['operator']);
    expect(guesses.every(({ confidence }) => confidence >= 0.5 && confidence <= 1)).toBe(true);
    const context = { today: '2026-11-20', codes: 'strict' } as const;
    expect(parseMappedRecord(compileMapping(kind, mapping), mes, context)?.findings).toEqual([]);
  });

  it.each(recordKinds.map((entry) => [entry.id, entry] as const))(
    '[M15] knows the headings of the template of %s',
    (_, entry) => {
      for (const name of [
        (field: (typeof entry.fields)[number]) => headingOf(field).replace('\n', ' '),
        (field: (typeof entry.fields)[number]) => field.id,
      ]) {
        const { guesses } = suggestMapping(entry, entry.fields.map(name), []);
        expect(guesses.map(({ field, column }) => [field, column])).toEqual(
          entry.fields.map((field) => [field.id, name(field)]),
        );
      }
    },
  );

  it('[M15] goes by values where names say nothing, and against names that values contradict', () => {
    const { guesses } = suggestMapping(kind, [], [{ F1: mes.sn, mass: 'blue', F3: 'x' }]);
    expect(guesses.map(({ field, column }) => [field, column])).toEqual([['moduleCode', 'F1']]);
  });

  it('[M15] is a mapping whatever the columns and rows are', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...recordKinds),
        fc.array(fc.oneof(fc.string(), fc.constantFrom('质量(g)', 'sn', '生产日期', 'vin', 'a.b[]')), {
          maxLength: 6,
        }),
        fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 3 }),
        (entry, columns, rows) => {
          const { mapping } = suggestMapping(entry, columns, rows);
          expect(parseMapping(JSON.parse(JSON.stringify(mapping)))).toMatchObject({ ok: true });
        },
      ),
      { numRuns: 60 },
    );
  });
});

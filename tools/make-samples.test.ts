import { readFileSync } from 'node:fs';
import {
  checkBatteryCode,
  foldCustody,
  MasterData,
  masterEntryOf,
  masterKinds,
  moduleKinds,
  parseRecord,
  recordKind,
  SisterCodes,
} from '@suyuan/battery';
import type { RecordKind } from '@suyuan/battery';
import { exampleContext } from '@suyuan/testkit';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../packages/node/src/import/byte-source.ts';
import type { ReadRow } from '../packages/node/src/import/read-row.ts';
import { readWorkbook } from '../packages/node/src/import/read-workbook.ts';
import { readFourSheet } from '../packages/node/src/import/four-sheet/read-four-sheet.ts';
import { fourSheetDefaults } from './sample-four-sheet.ts';
import { sampleFiles, sampleKinds, sampleRecords } from './make-samples.ts';

const read = (name: string): Buffer => readFileSync(new URL(`../samples/${name}`, import.meta.url));
const counts: Readonly<Record<string, number>> = {
  battery_module: 24,
  battery_pack: 6,
  vehicle_production: 4,
  vehicle_sale: 4,
  battery_swap: 4,
  after_sales_service: 2,
  vehicle_repair: 2,
  battery_recycling: 7,
  battery_retirement: 3,
  battery_model: 4,
  vehicle_model: 1,
  maker_prefix: 1,
  unit: 5,
  code_table_entry: 3,
  deadline_rule: 2,
  work_calendar_day: 3,
};
const kinds = sampleKinds.map((kind) => ({ ...kind, count: counts[kind.id] }));
function kindOf(id: string): RecordKind {
  const kind = recordKind(id);
  if (kind === undefined) throw new Error(id);
  return kind;
}

async function rowsOf(id: string, name: string): Promise<readonly ReadRow[]> {
  const rows: ReadRow[] = [];
  const context = { ...exampleContext, sisters: new SisterCodes() };
  const options = { kind: kindOf(id), context, rowsMax: 1_000, merged: [] };
  for await (const piece of readWorkbook(memorySource(read(name)), options)) rows.push(...piece.rows);
  return rows;
}

describe('samples', () => {
  it('are what tools/make-samples.ts writes; if not, run it', async () => {
    for (const [name, bytes] of await sampleFiles()) {
      expect([name, read(name).equals(bytes)]).toEqual([name, true]);
    }
  });

  it('four-sheet.xlsx holds six packs with their modules, and the mistakes of the other are each said', async () => {
    const said = async (name: string): Promise<readonly string[]> => {
      const codes = new Set<string>();
      const defaults = { kinds: fourSheetDefaults, models: {} };
      const options = { context: exampleContext, rowsMax: 1_000, defaults };
      for await (const { rows } of readFourSheet(memorySource(read(name)), options))
        for (const row of rows) {
          if (row.record === undefined) codes.add('wrong');
          for (const { code } of row.findings) codes.add(code);
        }
      return [...codes].toSorted();
    };
    expect(await said('four-sheet.xlsx')).toEqual(['number_as_text']);
    expect(await said('four-sheet-with-mistakes.xlsx')).toEqual([
      'box_numbers_gap',
      'code_duplicate',
      'codes_swapped',
      'duplicate_in_file',
      'module_not_in_file',
      'number_as_text',
      'pack_not_in_file',
      'value_missing',
      'wrong',
    ]);
  });

  it.each(kinds)(
    '$name.xlsx and $name.json hold the same $count good records',
    async ({ id, name, count }) => {
      const rows = await rowsOf(id, `${name}.xlsx`);
      const pushed: { readonly records: readonly unknown[] } = JSON.parse(read(`${name}.json`).toString());
      const records = pushed.records.map((input) => parseRecord(kindOf(id), input, exampleContext).record);
      expect(rows.map(({ record, findings }) => [record, findings])).toEqual(
        records.map((record) => [record, []]),
      );
      expect(records.length).toBe(count);
    },
  );

  it.each(kinds)('$name-with-mistakes.xlsx makes each mistake in its row', async ({ id, name, mistakes }) => {
    const rows = await rowsOf(id, `${name}-with-mistakes.xlsx`);
    expect(rows).toHaveLength(mistakes.length);
    for (const [index, { finding }] of mistakes.entries()) {
      // Whether a code stands in two rows is for the import to say, which sees all rows.
      if (finding === 'subject_repeated') continue;
      const said = rows[index]?.findings.map((entry) => entry.code);
      expect([index, said?.includes(finding), said]).toEqual([index, true, said]);
    }
  });

  it('are one history in which nothing contradicts and nothing is missing', () => {
    const records = kinds.flatMap(({ id }, entry) =>
      sampleRecords(id).map((input, leaf) => {
        const { record, subjects } = parseRecord(kindOf(id), input, exampleContext);
        const texts = { publicText: record?.public, sharedText: record?.shared };
        return { kind: id, entry, leaf, reporter: 'sample', voided: false, subjects, ...texts };
      }),
    );
    const custody = foldCustody(records);
    expect(custody.conflicts()).toEqual([]);
    expect(custody.codes().flatMap((code) => custody.state(code).missing)).toEqual([]);
  });

  it('[B58] fit the master data among them, and cannot without it', () => {
    const entries = masterKinds.flatMap(({ id }) =>
      sampleRecords(id).flatMap((members, leaf) => {
        const publicText = JSON.stringify(members);
        const place = { entry: 1, leaf, reporter: 'sample', voided: false };
        return masterEntryOf({ kind: id, publicText, sharedText: '{}', ...place }) ?? [];
      }),
    );
    const said = (id: string, reporter: string): readonly unknown[] => {
      const context = { ...exampleContext, master: { data: new MasterData(entries), reporter } };
      return sampleRecords(id).flatMap((input) => parseRecord(kindOf(id), input, context).findings);
    };
    for (const { id } of moduleKinds) expect([id, said(id, 'battery-maker')]).toEqual([id, []]);
    expect(said('battery_module', 'vehicle-maker')).toMatchObject(
      sampleRecords('battery_module').map(() => ({ code: 'prefix_of_another_organization' })),
    );
  });

  it('hold codes that are valid and of one invented maker', () => {
    for (const id of ['battery_module', 'battery_pack']) {
      for (const record of sampleRecords(id)) {
        const code = String(Object.values(record)[0]);
        expect(checkBatteryCode(code, exampleContext)).toMatchObject({
          valid: true,
          decoded: { manufacturer: 'SY1' },
        });
      }
    }
  });
});

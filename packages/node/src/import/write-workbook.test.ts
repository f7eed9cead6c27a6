import { cellsOf, recordKinds, templateOf } from '@suyuan/battery';
import type { Cell, RecordKind } from '@suyuan/battery';
import { exampleContext, generateRecords } from '@suyuan/testkit';
import { readXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { memorySource } from './byte-source.ts';
import type { ReadRow } from './read-row.ts';
import { readWorkbook } from './read-workbook.ts';
import { writeTemplate } from './write-workbook.ts';

async function readBack(kind: RecordKind, rows: readonly (readonly Cell[])[]): Promise<readonly ReadRow[]> {
  const source = memorySource(await writeTemplate(kind, rows));
  const read: ReadRow[] = [];
  const options = { kind, context: exampleContext, rowsMax: 1_000, merged: [] };
  for await (const piece of readWorkbook(source, options)) read.push(...piece.rows);
  return read;
}

describe('template workbook', () => {
  it.each(recordKinds)('[B32] the empty template of $id has its heads and no data', async (kind) => {
    expect(await readBack(kind, [])).toEqual([]);
  });

  it.each(recordKinds)('[B39] records of $id written into the template are read back', async (kind) => {
    const options = { seed: 5, count: 50, from: '2026-10-01', to: '2026-10-31' };
    const inputs = [...generateRecords(options)]
      .filter((batch) => batch.kind === kind.id)
      .flatMap((batch) => batch.records);
    const rows = await readBack(
      kind,
      inputs.map((input) => cellsOf(kind, input)),
    );
    expect(rows.map(({ row }) => row)).toEqual(inputs.map((_, index) => index + 4));
    for (const [index, { record, findings }] of rows.entries()) {
      expect(findings).toEqual([]);
      const members = { ...JSON.parse(record?.public ?? '{}'), ...JSON.parse(record?.shared ?? '{}') };
      expect(members).toEqual(inputs[index]);
    }
  });

  it.each(recordKinds)('[B38] the drop-down lists of $id hold the choices', async (kind) => {
    const workbook = await readXlsx(await writeTemplate(kind));
    const lists = workbook.sheets[0]?.dataValidations ?? [];
    const choices = templateOf(kind).dataSheet.columns.flatMap((column) =>
      column.choices ? [column.choices] : [],
    );
    expect(lists.map((list) => list.values)).toEqual(choices);
    expect(workbook.sheets[0]?.rowDefs?.get(0)?.hidden).toBe(true);
  });

  it('[B39] gives the same bytes for the same rows', async () => {
    for (const kind of recordKinds) expect(await writeTemplate(kind)).toEqual(await writeTemplate(kind));
  });
});

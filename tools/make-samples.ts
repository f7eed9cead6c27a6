/**
 * Writes the files in samples/: filled-in templates and API pushes of an invented maker, and two workbooks that make
 * every kind of mistake a row can make, one to a row. Run directly to write them.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Cell, FindingCode, RecordKind } from '@suyuan/battery';
import { cellsOf, recordKind } from '@suyuan/battery';
import { generateRecords } from '@suyuan/testkit';
import { writeTemplate } from '../packages/node/src/import/write-workbook.ts';

/** A row that makes one mistake: the finding it is for, and the cells that differ from a good row. */
export interface MistakeRow {
  readonly finding: FindingCode;
  readonly changes: Readonly<Record<string, Cell>>;
}

type Members = Readonly<Record<string, unknown>>;

/** The records of the good samples: six packs of four modules of six cells. */
export function sampleRecords(kindId: string): readonly Members[] {
  const batches = [...generateRecords({ seed: 21, count: 30, from: '2026-11-02', to: '2026-11-07' })];
  return batches.filter((batch) => batch.kind === kindId).flatMap((batch) => batch.records);
}

const codeOf = (product: string, serial: number, rest = 'M000000GB2'): string =>
  `SY1${product}B01${rest}${String(serial).padStart(7, '0')}`;
const cells = (count: number): string =>
  Array.from({ length: count }, (_, i) => codeOf('C', i + 1)).join('\n');

/** Mistakes of codes, values and rules in the module template. */
export const moduleMistakes: readonly MistakeRow[] = [
  { finding: 'code_length', changes: { moduleCode: 'SY1MB01M000000GB200001' } },
  { finding: 'code_lower_case', changes: { moduleCode: 'sy1MB01M000000GB20000002' } },
  { finding: 'code_symbol', changes: { moduleCode: 'SY1MB01-000000GB20000003' } },
  { finding: 'code_product_type', changes: { moduleCode: 'SY1XB01M000000GB20000004' } },
  { finding: 'code_battery_type', changes: { moduleCode: 'SY1MH01M000000GB20000005' } },
  { finding: 'code_date_symbol', changes: { moduleCode: 'SY1MB01M000000GOI0000006' } },
  { finding: 'code_date_impossible', changes: { moduleCode: 'SY1MB01M000000G200000007' } },
  { finding: 'code_date_future', changes: { moduleCode: 'SY1MB01M000000YB20000008' } },
  { finding: 'code_serial_letters', changes: { moduleCode: 'SY1MB01M000000GB200FTY20' } },
  { finding: 'code_serial_zero', changes: { moduleCode: 'SY1MB01M000000GB20000000' } },
  { finding: 'code_sister_lookalike', changes: { cellCodes: cells(6).replaceAll('B01', 'BO1') } },
  { finding: 'code_reused_mark', changes: { moduleCode: 'SY1MB01GB20000009XM' } },
  {
    finding: 'code_reused_suffix',
    changes: { moduleCode: `${codeOf('M', 10)}RM`, previousCode: codeOf('M', 10) },
  },
  { finding: 'code_level', changes: { packCode: codeOf('M', 11) } },
  { finding: 'code_duplicate', changes: { cellCodes: `${cells(5)}，${codeOf('C', 1)}` } },
  { finding: 'code_as_number', changes: { packCode: 2.026e23 } },
  { finding: 'value_missing', changes: { moduleModelId: '' } },
  { finding: 'value_type', changes: { ratedCapacity: '100Ah' } },
  { finding: 'text_too_long', changes: { moduleModelId: 'SYM-'.repeat(20) } },
  { finding: 'text_control', changes: { moduleModelId: 'SYM\u202e-6S' } },
  { finding: 'text_not_composed', changes: { cathode: 'LiFePO4 re\u0301v. 2' } },
  { finding: 'text_trimmed', changes: { moduleModelId: ' SYM-6S ' } },
  { finding: 'text_format', changes: { connection: '6串1并' } },
  { finding: 'text_as_number', changes: { moduleModelId: 280 } },
  { finding: 'number_not_integer', changes: { cellCount: 6.5 } },
  { finding: 'number_too_small', changes: { mass: -1 } },
  { finding: 'number_too_large', changes: { nominalVoltage: 19_200 } },
  { finding: 'number_decimals', changes: { mass: 13.12345 } },
  { finding: 'number_as_text', changes: { cellCount: '6' } },
  { finding: 'date_format', changes: { productionDate: '2/11/26' } },
  { finding: 'date_impossible', changes: { productionDate: '2026-02-30' } },
  { finding: 'date_future', changes: { productionDate: '2040-01-01' } },
  { finding: 'date_read_as', changes: { productionDate: '2026年11月2日' } },
  { finding: 'enum_value', changes: { chemistry: 'LFP' } },
  { finding: 'boolean_value', changes: { sparePart: '可能' } },
  { finding: 'list_too_long', changes: { cellCodes: cells(1_001) } },
  { finding: 'cell_error', changes: { mass: { kind: 'error', text: '#N/A' } } },
  { finding: 'cell_formula', changes: { mass: { kind: 'formula', value: 13.5 } } },
  { finding: 'pack_code_missing', changes: { packCode: null } },
  { finding: 'previous_code_missing', changes: { moduleCode: 'SY1MB01GB20000012RM' } },
  { finding: 'previous_code_same', changes: { moduleCode: codeOf('M', 13), previousCode: codeOf('M', 13) } },
  { finding: 'chemistry_differs', changes: { chemistry: 'E 三元' } },
  {
    finding: 'production_date_differs',
    changes: { productionDate: { kind: 'date', year: 2026, month: 11, day: 5 } },
  },
  { finding: 'child_newer', changes: { cellCodes: cells(6).replace('GB2', 'GB9') } },
  { finding: 'cell_count_differs', changes: { cellCount: 7 } },
  { finding: 'connection_product', changes: { connection: '2P6S' } },
  { finding: 'subject_repeated', changes: { moduleCode: codeOf('M', 13) } },
];

/** Mistakes that only a pack can make. */
export const packMistakes: readonly MistakeRow[] = [
  { finding: 'children_missing', changes: { moduleCodes: '' } },
  { finding: 'capacity_exceeds_rated', changes: { actualCapacity: 130 } },
  { finding: 'energy_differs', changes: { ratedEnergy: 76.8 } },
  { finding: 'voltage_order', changes: { minVoltage: 100 } },
  { finding: 'uscc_length', changes: { supplierUscc: '91350100M000' } },
  { finding: 'uscc_symbol', changes: { supplierUscc: '91350100M000100I43' } },
  { finding: 'uscc_check_digit', changes: { supplierUscc: '91350211M0000XUF46' } },
];

/** The rows of a workbook with mistakes: a good row with code and changes of its own for each. */
export function mistakeCells(
  kind: RecordKind,
  mistakes: readonly MistakeRow[],
): readonly (readonly Cell[])[] {
  const subject = kind.fields[0];
  const [good = {}] = sampleRecords(kind.id);
  const product = kind.id === 'battery_pack' ? 'P' : 'M';
  return mistakes.map(({ changes }, index) => {
    const row = cellsOf(kind, { ...good, [subject?.id ?? '']: codeOf(product, 100 + index) });
    return row.map((cell, column) => {
      const field = kind.fields[column]?.id ?? '';
      return field in changes ? changes[field] : cell;
    });
  });
}

/** Every sample file with its bytes. */
export async function sampleFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const kinds = [
    { id: 'battery_module', name: 'modules', mistakes: moduleMistakes },
    { id: 'battery_pack', name: 'packs', mistakes: packMistakes },
  ];
  for (const { id, name, mistakes } of kinds) {
    const kind = recordKind(id);
    if (kind === undefined) throw new Error(`there is no record kind ${id}`);
    const records = sampleRecords(id);
    const rows = records.map((record) => cellsOf(kind, record));
    files.set(`${name}.xlsx`, await writeTemplate(kind, rows));
    files.set(`${name}-with-mistakes.xlsx`, await writeTemplate(kind, mistakeCells(kind, mistakes)));
    files.set(`${name}.json`, new TextEncoder().encode(`${JSON.stringify({ records }, null, 2)}\n`));
  }
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, bytes] of await sampleFiles()) {
    writeFileSync(new URL(`../samples/${name}`, import.meta.url), bytes);
  }
}

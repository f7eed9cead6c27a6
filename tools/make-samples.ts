/**
 * Writes the files in samples/: filled-in templates and API pushes of invented organisations, and for each kind a
 * workbook that makes every kind of mistake a row can make, one to a row. Run directly to write them.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Cell, FindingCode, RecordKind } from '@suyuan/battery';
import { cellsOf, recordKind } from '@suyuan/battery';
import { generateRecords } from '@suyuan/testkit';
import { sampleLives, sampleVin } from './sample-lives.ts';
import { fourSheetFiles } from './sample-four-sheet.ts';
import { masterMistakes, sampleMaster } from './sample-master.ts';
import { writeTemplate } from '../packages/node/src/import/write-workbook.ts';

/** A row that makes one mistake: the finding it is for, and the cells that differ from a good row. */
export interface MistakeRow {
  readonly finding: FindingCode;
  readonly changes: Readonly<Record<string, Cell>>;
}

type Members = Readonly<Record<string, unknown>>;

/** The records of the good samples: six packs of four modules of six cells, and what becomes of them. */
export function sampleRecords(kindId: string): readonly Members[] {
  const master = sampleMaster[kindId];
  if (master !== undefined) return master;
  if (kindId !== 'battery_module' && kindId !== 'battery_pack') {
    const packs = sampleRecords('battery_pack').map(({ packCode, systemCode, moduleCodes }) => ({
      packCode: String(packCode),
      systemCode: String(systemCode),
      moduleCodes: Array.isArray(moduleCodes) ? moduleCodes.map(String) : [],
    }));
    return sampleLives(packs)[kindId] ?? [];
  }
  const batches = [...generateRecords({ seed: 21, count: 30, from: '2026-11-02', to: '2026-11-07' })];
  return batches.filter((batch) => batch.kind === kindId).flatMap((batch) => batch.records);
}

const codeOf = (product: string, serial: number, rest = 'M000000GB2'): string =>
  `SY1${product}B01${rest}${String(serial).padStart(7, '0')}`;
const cells = (count: number): string =>
  Array.from({ length: count }, (_, i) => codeOf('C', i + 1)).join('\n');

/** Mistakes of codes, values and rules in the module template. */
const moduleMistakes: readonly MistakeRow[] = [
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
const packMistakes: readonly MistakeRow[] = [
  { finding: 'children_missing', changes: { moduleCodes: '' } },
  { finding: 'capacity_exceeds_rated', changes: { actualCapacity: 130 } },
  { finding: 'energy_differs', changes: { ratedEnergy: 76.8 } },
  { finding: 'voltage_order', changes: { minVoltage: 100 } },
  { finding: 'uscc_length', changes: { supplierUscc: '91350100M000' } },
  { finding: 'uscc_symbol', changes: { supplierUscc: '91350100M000100I43' } },
  { finding: 'uscc_check_digit', changes: { supplierUscc: '91350211M0000XUF46' } },
];

/** Mistakes of the kinds about vehicles and about what happens to batteries, by kind. */
const eventMistakes: Readonly<Record<string, readonly MistakeRow[]>> = {
  vehicle_production: [
    { finding: 'vin_length', changes: { vin: 'LSYTESTE0TA00001' } },
    { finding: 'vin_symbol', changes: { vin: 'LSYTESTEOTA000001' } },
    { finding: 'vin_trivial', changes: { vin: '1'.repeat(17) } },
    { finding: 'vin_check_digit', changes: { vin: 'LSYTESTE9TA000001' } },
    { finding: 'datetime_format', changes: { offlineTime: '2026-11-09 早上' } },
    { finding: 'date_read_as', changes: { offlineTime: '2026-11-09 08:15' } },
    { finding: 'value_missing', changes: { systemCode: '' } },
    { finding: 'value_needs_other', changes: { chassisDirectionName: '示例改装车厂' } },
    { finding: 'value_needed_here', changes: { imported: '是' } },
    { finding: 'date_before', changes: { certificateDate: '2026-11-01' } },
    { finding: 'code_newer', changes: { packCodes: 'SY1PB01M000000GBK0000001' } },
    { finding: 'code_level', changes: { packCodes: codeOf('M', 1) } },
  ],
  vehicle_sale: [
    { finding: 'vin_check_digit', changes: { vin: 'LSYTESTE9TA000001' } },
    { finding: 'text_format', changes: { licensePlate: 'A12345' } },
    { finding: 'text_format', changes: { saleArea: '福州' } },
    { finding: 'owner_code_doubtful', changes: { buyerType: '单位' } },
    { finding: 'value_missing', changes: { ownerName: '' } },
    { finding: 'enum_value', changes: { buyerType: '朋友' } },
    { finding: 'date_future', changes: { saleDate: '2040-01-01' } },
    { finding: 'attachment_digest', changes: { attachments: '发票.pdf' } },
    { finding: 'attachment_name', changes: { attachments: `${'0'.repeat(64)} ../发票.pdf` } },
  ],
  battery_swap: [
    { finding: 'value_out_of_place', changes: { vin: sampleVin(1) } },
    { finding: 'value_needed_here', changes: { vin: sampleVin(1), subType: '换电', newCode: '' } },
    { finding: 'value_needed_here', changes: { subType: '出库', newCode: '', oldCode: codeOf('P', 1) } },
    {
      finding: 'codes_equal',
      changes: {
        vin: sampleVin(1),
        subType: '换电',
        oldCode: codeOf('P', 1),
        newCode: codeOf('P', 1),
        moduleList: '',
      },
    },
    { finding: 'code_level', changes: { moduleList: codeOf('P', 1) } },
    { finding: 'number_too_large', changes: { soc: 101 } },
    { finding: 'uscc_check_digit', changes: { replaceUnitCode: '91350211M0000XUF46' } },
  ],
  after_sales_service: [
    { finding: 'level_differs', changes: { level: 'C 单体' } },
    { finding: 'child_level', changes: { childCodes: codeOf('M', 7) } },
    { finding: 'code_newer', changes: { storageDate: { kind: 'date', year: 2026, month: 11, day: 1 } } },
    { finding: 'code_as_number', changes: { code: 1e23 } },
    { finding: 'value_missing', changes: { orderCode: '' } },
  ],
  vehicle_repair: [
    { finding: 'level_differs', changes: { level: 'P 电池包' } },
    { finding: 'codes_equal', changes: { oldCode: codeOf('M', 7), newCode: codeOf('M', 7) } },
    { finding: 'code_newer', changes: { replaceDate: { kind: 'date', year: 2026, month: 11, day: 1 } } },
    { finding: 'value_missing', changes: { whereaboutsName: '' } },
    { finding: 'vin_symbol', changes: { vin: 'LSYTESTEITA000002' } },
  ],
  battery_recycling: [
    { finding: 'code_or_reason_missing', changes: { code: '' } },
    { finding: 'photo_missing', changes: { code: '', unreadableReason: '标签烧毁' } },
    { finding: 'vehicle_missing', changes: { code: '', batteryPresent: '否' } },
    { finding: 'value_needed_here', changes: { subType: '处理', sourceCode: '', sourceName: '' } },
    { finding: 'value_out_of_place', changes: { outDate: '2026-11-18' } },
    {
      finding: 'date_before',
      changes: {
        subType: '出库',
        outDate: '2026-11-16',
        destCode: '91350100MA0TRY005H',
        destName: '示例再生资源有限公司',
        sourceCode: '',
        sourceName: '',
      },
    },
    { finding: 'value_needs_other', changes: { scrapCertNo: 'BF-2026-1' } },
    {
      finding: 'outputs_exceed_weight',
      changes: {
        subType: '处理',
        treatmentDate: '2026-11-20',
        sourceCode: '',
        sourceName: '',
        outputCopper: 900,
      },
    },
    { finding: 'level_differs', changes: { level: 'C 单体' } },
  ],
  battery_retirement: [
    { finding: 'level_differs', changes: { level: 'C 单体' } },
    { finding: 'chemistry_differs', changes: { batteryType: 'E 三元' } },
    { finding: 'number_too_small', changes: { weight: 0 } },
    { finding: 'enum_value', changes: { nextUse: '电动自行车' } },
    { finding: 'code_newer', changes: { retireDate: { kind: 'date', year: 2026, month: 11, day: 1 } } },
    { finding: 'value_missing', changes: { whereaboutsCode: '' } },
  ],
};

/** Base of the sample rows of a kind's mistakes: its first record, for swaps the one into stock. */
function goodRecord(kind: RecordKind): Members {
  const records = sampleRecords(kind.id);
  return (kind.id === 'battery_swap' ? records[1] : records[0]) ?? {};
}

/** A code of its own for each row, where a kind has one record of a subject. */
function ownCode(kind: RecordKind, index: number): Readonly<Record<string, string>> {
  const subject = kind.fields.find(({ role }) => role === 'subject');
  if (subject === undefined) return {};
  if (subject.type === 'vin') return { [subject.id]: sampleVin(100 + index) };
  const level = goodRecord(kind)['level'];
  const product = kind.id === 'battery_pack' ? 'P' : typeof level === 'string' ? level : 'M';
  return { [subject.id]: codeOf(product, 100 + index) };
}

/** The rows of a workbook with mistakes: a good row with code and changes of its own for each. */
function mistakeCells(kind: RecordKind, mistakes: readonly MistakeRow[]): readonly (readonly Cell[])[] {
  return mistakes.map(({ changes }, index) => {
    const row = cellsOf(kind, { ...goodRecord(kind), ...ownCode(kind, index) });
    return row.map((cell, column) => {
      const field = kind.fields[column]?.id ?? '';
      return field in changes ? changes[field] : cell;
    });
  });
}

/** The kinds with the names of their files and the mistakes in them. */
export const sampleKinds: readonly {
  readonly id: string;
  readonly name: string;
  readonly mistakes: readonly MistakeRow[];
}[] = [
  { id: 'battery_module', name: 'modules', mistakes: moduleMistakes },
  { id: 'battery_pack', name: 'packs', mistakes: packMistakes },
  ...[
    ['vehicle_production', 'vehicles'],
    ['vehicle_sale', 'sales'],
    ['battery_swap', 'swaps'],
    ['after_sales_service', 'spare-parts'],
    ['vehicle_repair', 'repairs'],
    ['battery_recycling', 'recycling'],
    ['battery_retirement', 'retirements'],
    ['battery_model', 'battery-models'],
    ['vehicle_model', 'vehicle-models'],
    ['maker_prefix', 'maker-prefixes'],
    ['unit', 'units'],
    ['code_table_entry', 'code-tables'],
    ['deadline_rule', 'deadlines'],
    ['work_calendar_day', 'work-calendar'],
  ].map(([id = '', name = '']) => ({
    id,
    name,
    mistakes: eventMistakes[id] ?? masterMistakes[id] ?? [],
  })),
];

/** Every sample file with its bytes. */
export async function sampleFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const { id, name, mistakes } of sampleKinds) {
    const kind = recordKind(id);
    if (kind === undefined) throw new Error(`there is no record kind ${id}`);
    const records = sampleRecords(id);
    const rows = records.map((record) => cellsOf(kind, record));
    files.set(`${name}.xlsx`, await writeTemplate(kind, rows));
    files.set(`${name}-with-mistakes.xlsx`, await writeTemplate(kind, mistakeCells(kind, mistakes)));
    files.set(`${name}.json`, new TextEncoder().encode(`${JSON.stringify({ records }, null, 2)}\n`));
  }
  for (const [name, bytes] of await fourSheetFiles()) files.set(name, bytes);
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, bytes] of await sampleFiles()) {
    writeFileSync(new URL(`../samples/${name}`, import.meta.url), bytes);
  }
}

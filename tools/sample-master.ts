/**
 * Master data of the samples: the models, the prefix and the units that their records name, and for each kind what can
 * be wrong with a row.
 */
import type { MistakeRow } from './make-samples.ts';

type Members = Readonly<Record<string, unknown>>;

const maker = { makerCode: '91350100M000100Y43', makerName: '示例电池有限公司' } as const;
const vehicleMaker = { code: '91350100MA0TRY0028', name: '示例汽车有限公司' } as const;
const validFrom = '2026-01-01';

const model = (modelId: string, product: string, more: Members): Members => ({
  modelId,
  product,
  ...maker,
  chemistry: 'B',
  ...more,
  validFrom,
});

const unit = (unitCode: string, unitName: string, unitType: string, more: Members = {}): Members => ({
  unitCode,
  unitName,
  unitType,
  area: '350102',
  ...more,
  validFrom,
});

const code = (
  table: string,
  symbol: string,
  nameZh: string,
  nameEn: string,
  more: Members = {},
): Members => ({
  table,
  code: symbol,
  nameZh,
  nameEn,
  ...more,
  validFrom,
});

const deadline = (deadlineId: string, recordKind: string, startFields: string, days: number): Members => ({
  deadlineId,
  recordKind,
  startFields,
  days,
  dayUnit: 'working',
  law: 'network_rules',
  lawNameZh: '本网络约定',
  lawNameEn: 'agreement of this network',
  source: '示例 invented',
  validFrom,
});

const day = (on: string, dayType: string, dayName: string): Members => ({
  day: on,
  dayType,
  dayName,
  remark: '示例，不是正式公布的安排',
});

/** The records of the good samples by kind; every other sample fits them. */
export const sampleMaster: Readonly<Record<string, readonly Members[]>> = {
  battery_model: [
    model('SYC-100', 'C', { ratedCapacity: 100, nominalVoltage: 3.2 }),
    model('SYM-6S', 'M', {
      ratedCapacity: 100,
      nominalVoltage: 19.2,
      connection: '1P6S',
      partCount: 6,
      cellModelId: 'SYC-100',
    }),
    model('SYP-24S', 'P', {
      ratedCapacity: 100,
      nominalVoltage: 76.8,
      ratedEnergy: 7.68,
      partCount: 4,
      cellModelId: 'SYC-100',
    }),
    model('SYS-8', 'S', {}),
  ],
  vehicle_model: [
    {
      vehicleModel: 'SYV7000BEV',
      vehicleName: '纯电动轿车',
      vehicleBrand: '示例牌',
      vehicleType: 'passenger_car',
      makerCode: vehicleMaker.code,
      makerName: vehicleMaker.name,
      packCount: 1,
      packModelId: 'SYP-24S',
      validFrom,
    },
  ],
  maker_prefix: [{ prefix: 'SY1', ...maker, organization: 'battery-maker', validFrom }],
  unit: [
    unit(maker.makerCode, maker.makerName, 'battery_maker', { organization: 'battery-maker' }),
    unit(vehicleMaker.code, vehicleMaker.name, 'vehicle_maker', { organization: 'vehicle-maker' }),
    unit('91350100MA0TRY003B', '示例换电有限公司', 'swap_operator', { organization: 'swap-operator' }),
    unit('91350100MA0TRY004E', '示例汽车维修有限公司', 'repairer', { organization: 'repairer' }),
    unit('91350100MA0TRY005H', '示例再生资源有限公司', 'recycler', { organization: 'recycler' }),
  ],
  code_table_entry: [
    code('battery_type', 'H', '钠离子', 'sodium-ion'),
    code('vehicle_type', 'tractor', '牵引车', 'tractor unit'),
    code('retirement_reason', 'recall', '召回', 'recall', { validTo: '2027-12-31' }),
  ],
  deadline_rule: [
    deadline('network_swap', 'battery_swap', 'swapTime', 10),
    deadline('network_retirement', 'battery_retirement', 'retireDate', 30),
  ],
  work_calendar_day: [
    day('2027-01-01', 'holiday', '元旦'),
    day('2027-02-08', 'holiday', '春节'),
    day('2027-02-13', 'workday', '春节调休'),
  ],
};

/** Mistakes by kind. */
export const masterMistakes: Readonly<Record<string, readonly MistakeRow[]>> = {
  battery_model: [
    { finding: 'value_missing', changes: { modelId: '' } },
    { finding: 'enum_value', changes: { product: '整车' } },
    { finding: 'text_format', changes: { connection: '6串1并' } },
    { finding: 'number_too_large', changes: { partCount: 2_000 } },
    { finding: 'uscc_check_digit', changes: { makerCode: '91350211M0000XUF46' } },
    { finding: 'date_before', changes: { validTo: '2025-12-31' } },
  ],
  vehicle_model: [
    { finding: 'enum_value', changes: { vehicleType: '飞机' } },
    { finding: 'boolean_value', changes: { swapCapable: '可能' } },
    { finding: 'number_too_small', changes: { packCount: 0 } },
    { finding: 'date_format', changes: { validFrom: '年初' } },
  ],
  maker_prefix: [
    { finding: 'text_format', changes: { prefix: 'sy1' } },
    { finding: 'text_too_long', changes: { prefix: 'SY1P' } },
    { finding: 'text_as_number', changes: { prefix: 27 } },
    { finding: 'text_format', changes: { organization: 'Battery Maker' } },
  ],
  unit: [
    { finding: 'uscc_length', changes: { unitCode: '91350100M000' } },
    { finding: 'uscc_symbol', changes: { unitCode: '91350100M000100I43' } },
    { finding: 'value_missing', changes: { unitName: '' } },
    { finding: 'text_format', changes: { area: '福州' } },
    { finding: 'date_impossible', changes: { validFrom: '2026-02-30' } },
  ],
  code_table_entry: [
    { finding: 'enum_value', changes: { table: '颜色' } },
    { finding: 'text_format', changes: { code: '钠' } },
    { finding: 'text_format', changes: { code: 'sodium' } },
    { finding: 'value_needed_here', changes: { table: '日代码' } },
    { finding: 'value_out_of_place', changes: { number: 3 } },
    { finding: 'date_before', changes: { validTo: '2025-12-31' } },
  ],
  deadline_rule: [
    { finding: 'enum_value', changes: { startFields: 'saleDate' } },
    { finding: 'enum_value', changes: { subType: 'treatment' } },
    { finding: 'enum_value', changes: { dayUnit: '周' } },
    { finding: 'number_too_large', changes: { days: 1_000 } },
    { finding: 'text_format', changes: { law: '第 73 号令' } },
  ],
  work_calendar_day: [
    { finding: 'date_format', changes: { day: '元旦' } },
    { finding: 'enum_value', changes: { dayType: '值班' } },
  ],
};

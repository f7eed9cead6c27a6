/**
 * The master data that the records of `generateLives` name, and some of the tables that a managing organisation keeps:
 * a battery type, a vehicle type, a deadline and public holidays of its own, all invented. Deterministic.
 */
import type { LifeMembers, LifeOrganization } from './lives.ts';
import { lifeOrganizations } from './lives.ts';

/** Master data of one kind, as one organisation reports it. */
export interface LifeMaster {
  readonly organization: LifeOrganization | 'managing';
  readonly kind: string;
  /** Input of an API push. */
  readonly records: readonly LifeMembers[];
}

/** What is registered from this civil day on; members of the network have the ids of the demonstration. */
export function lifeMaster(from: string): readonly LifeMaster[] {
  return [
    { organization: 'managing', kind: 'unit', records: units(from) },
    { organization: 'managing', kind: 'maker_prefix', records: prefixes(from) },
    { organization: 'battery_maker', kind: 'battery_model', records: batteryModels(from) },
    { organization: 'vehicle_maker', kind: 'vehicle_model', records: vehicleModels(from) },
    { organization: 'managing', kind: 'code_table_entry', records: codes(from) },
    { organization: 'managing', kind: 'deadline_rule', records: deadlines(from) },
    { organization: 'managing', kind: 'work_calendar_day', records: calendar },
  ];
}

const types: readonly LifeOrganization[] = [
  'battery_maker',
  'vehicle_maker',
  'dealer',
  'swap_operator',
  'repairer',
  'recycler',
];
const memberOf = (type: LifeOrganization): string => type.replaceAll('_', '-');
const maker = (type: LifeOrganization): LifeMembers => ({
  makerCode: lifeOrganizations[type].code,
  makerName: lifeOrganizations[type].name,
});

const units = (validFrom: string): readonly LifeMembers[] =>
  types.map((type) => ({
    unitCode: lifeOrganizations[type].code,
    unitName: lifeOrganizations[type].name,
    unitType: type,
    area: '350102',
    organization: memberOf(type),
    validFrom,
  }));

const prefixes = (validFrom: string): readonly LifeMembers[] => [
  { prefix: 'SY1', ...maker('battery_maker'), organization: memberOf('battery_maker'), validFrom },
];

function batteryModels(validFrom: string): readonly LifeMembers[] {
  const model = (modelId: string, product: string, modelName: string, more: LifeMembers): LifeMembers => ({
    modelId,
    product,
    modelName,
    ...maker('battery_maker'),
    chemistry: 'B',
    ...more,
    validFrom,
  });
  return [
    model('SYC-100', 'C', '100 Ah 单体', { ratedCapacity: 100, nominalVoltage: 3.2 }),
    model('SYM-6S', 'M', '六串标准模块', {
      ratedCapacity: 100,
      nominalVoltage: 19.2,
      connection: '1P6S',
      partCount: 6,
      cellModelId: 'SYC-100',
    }),
    model('SYP-24S', 'P', '四模块电池包', {
      ratedCapacity: 100,
      nominalVoltage: 76.8,
      ratedEnergy: 7.68,
      partCount: 4,
      cellModelId: 'SYC-100',
    }),
    model('SYS-8', 'S', '单包储能装置', {}),
  ];
}

const vehicleModels = (validFrom: string): readonly LifeMembers[] =>
  [['SYV7000BEV', '纯电动轿车', false] as const, ['SYV7000BEV-S', '换电式纯电动轿车', true] as const].map(
    ([vehicleModel, vehicleName, swapCapable]) => ({
      vehicleModel,
      vehicleName,
      vehicleBrand: '示例牌',
      vehicleType: 'passenger_car',
      ...maker('vehicle_maker'),
      swapCapable,
      packCount: 1,
      packModelId: 'SYP-24S',
      validFrom,
    }),
  );

const codes = (validFrom: string): readonly LifeMembers[] => [
  { table: 'battery_type', code: 'H', nameZh: '钠离子', nameEn: 'sodium-ion', validFrom },
  { table: 'vehicle_type', code: 'tractor', nameZh: '牵引车', nameEn: 'tractor unit', validFrom },
];

/** No law that is built in says by when a retirement is reported. */
const deadlines = (validFrom: string): readonly LifeMembers[] => [
  {
    deadlineId: 'network_retirement',
    recordKind: 'battery_retirement',
    startFields: 'retireDate',
    days: 30,
    dayUnit: 'working',
    law: 'network_rules',
    lawNameZh: '本网络约定',
    lawNameEn: 'agreement of this network',
    actorZh: '退役单位',
    actorEn: 'retiring unit',
    source: '演示数据 invented',
    validFrom,
  },
];

const remark = '演示数据，不是正式公布的安排';
const days = (dayType: string, dayName: string, ...all: readonly string[]): readonly LifeMembers[] =>
  all.map((day) => ({ day: `2027-${day}`, dayType, dayName, remark }));

const calendar: readonly LifeMembers[] = [
  ...days('holiday', '元旦', '01-01'),
  ...days('holiday', '春节', '02-05', '02-08', '02-09', '02-10', '02-11'),
  ...days('workday', '春节调休', '01-31', '02-13'),
  ...days('holiday', '清明节', '04-05'),
  ...days('holiday', '劳动节', '05-03', '05-04'),
  ...days('holiday', '端午节', '06-09'),
  ...days('holiday', '中秋节', '09-15'),
  ...days('holiday', '国庆节', '10-01', '10-04', '10-05', '10-06', '10-07'),
  ...days('workday', '国庆调休', '10-09'),
];

/**
 * One valid record of each battery kind, and an invented kind that uses every type of field and all three parts.
 */
import type { RecordContext, RecordKind } from '@suyuan/battery';

/** The context of tests: a fixed day and the strict code mode. */
export const exampleContext: RecordContext = { today: '2026-11-20', codes: 'strict' };

/** A module of two cells, as an API push gives it. */
export const exampleModule: Readonly<Record<string, unknown>> = {
  moduleCode: 'SY1MB01A000001GB20000001',
  moduleModelId: 'SYM-2S',
  packCode: 'SY1PB01A000001GB20000001',
  cellModelId: 'SYC-100',
  cellCodes: ['SY1CB01A000001GB10000001', 'SY1CB01A000001GB10000002'],
  cellCount: 2,
  connection: '1P2S',
  ratedCapacity: 100,
  nominalVoltage: 6.4,
  chemistry: 'B',
  productionDate: '2026-11-02',
};

/** A pack of one module, as an API push gives it. */
export const examplePack: Readonly<Record<string, unknown>> = {
  packCode: 'SY1PB01A000001GB20000001',
  packModelId: 'SYP-2S',
  boxNo: 1,
  systemCode: 'SYS-2026-000001',
  systemModelId: 'SYS-1',
  orderNo: 'PO-2026-1102',
  supplierName: '示例电池有限公司',
  supplierUscc: '91350100M000100Y43',
  systemCount: 1,
  moduleCodes: ['SY1MB01A000001GB20000001'],
  ratedCapacity: 100,
  ratedEnergy: 0.64,
  nominalVoltage: 6.4,
  mass: 6.2,
  chemistry: 'B',
  productionDate: '2026-11-02',
};

const vin = 'LSYTESTE0TA000001';
const unit = { code: '91350100MA0TRY0015', name: '示例单位' } as const;

/** One valid record of every kind by the kind's id, as an API push gives it. */
export const exampleRecords: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  battery_module: exampleModule,
  battery_pack: examplePack,
  vehicle_production: {
    vin,
    vehicleModel: 'SYV7000BEV',
    vehicleBrand: '示例牌',
    vehicleType: 'passenger_car',
    offlineTime: '2026-11-09T09:30:00+08:00',
    packCodes: ['SY1PB01A000001GB20000001'],
    systemCode: 'SYS-2026-000001',
    certificateDate: '2026-11-10',
    swapCapable: true,
  },
  vehicle_sale: {
    vin,
    saleDate: '2026-11-12',
    saleArea: '350102',
    buyerType: 'person',
    ownerName: '张三',
    ownerAddress: '福州市',
    ownerId: '350102199001010000',
  },
  battery_swap: {
    subType: 'swap',
    vin,
    oldCode: 'SY1PB01A000001GB20000001',
    newCode: 'SY1PB01A000001GB20000002',
    replaceUnitCode: unit.code,
    replaceUnitName: unit.name,
    swapTime: '2026-11-15T14:03:20+08:00',
  },
  after_sales_service: {
    code: 'SY1MB01A000001GB20000009',
    level: 'M',
    modelId: 'SYM-2S',
    orderCode: 'SO-2026-0031',
    storageDate: '2026-11-10',
    serviceUnitCode: unit.code,
    serviceUnitName: unit.name,
  },
  vehicle_repair: {
    vin,
    replaceDate: '2026-11-16',
    level: 'M',
    oldCode: 'SY1MB01A000001GB20000001',
    newCode: 'SY1MB01A000001GB20000009',
    whereaboutsCode: unit.code,
    whereaboutsName: unit.name,
  },
  battery_recycling: {
    subType: 'stock_in',
    code: 'SY1PB01A000001GB20000001',
    level: 'P',
    storageDate: '2026-11-18',
    recoverUnitCode: unit.code,
    recoverUnitName: unit.name,
    attachments: [{ digest: '0'.repeat(64), name: '外观.jpg' }],
  },
  battery_retirement: {
    code: 'SY1PB01A000001GB20000001',
    level: 'P',
    retireDate: '2026-11-19',
    retireUnitCode: unit.code,
    retireUnitName: unit.name,
    retireUnitType: 'recovery_outlet',
    batteryType: 'B',
    weight: 61.8,
    whereaboutsCode: unit.code,
    whereaboutsName: unit.name,
    nextUse: 'recycle',
  },
  battery_model: {
    modelId: 'SYM-2S',
    product: 'M',
    makerCode: '91350100M000100Y43',
    makerName: '示例电池有限公司',
    chemistry: 'B',
    ratedCapacity: 100,
    nominalVoltage: 6.4,
    connection: '1P2S',
    partCount: 2,
    cellModelId: 'SYC-100',
    validFrom: '2026-01-01',
  },
  vehicle_model: {
    vehicleModel: 'SYV7000BEV',
    vehicleBrand: '示例牌',
    vehicleType: 'passenger_car',
    makerCode: unit.code,
    makerName: unit.name,
    swapCapable: true,
    packCount: 1,
    validFrom: '2026-01-01',
  },
  maker_prefix: {
    prefix: 'SY1',
    makerCode: '91350100M000100Y43',
    makerName: '示例电池有限公司',
    organization: 'maker',
    validFrom: '2026-01-01',
  },
  unit: {
    unitCode: unit.code,
    unitName: unit.name,
    unitType: 'recycler',
    area: '350102',
    validFrom: '2026-01-01',
    validTo: '2040-12-31',
  },
};

const base = {
  label: { zh: '', en: '' },
  help: { zh: '测试', en: 'test' },
  required: 'no',
  example: '',
} as const;

/** An invented kind with a private part; its rules say nothing. */
export const inventedKind: RecordKind = {
  id: 'invented',
  version: 1,
  label: { zh: '测试', en: 'Invented' },
  help: { zh: '仅用于测试', en: 'For tests only' },
  eventDate: 'day',
  family: 'module',
  rules: [],
  fields: [
    { ...base, id: 'vin', label: { zh: '车架号', en: 'VIN' }, part: 'public', type: 'vin', role: 'subject' },
    {
      ...base,
      id: 'owner',
      label: { zh: '所有人', en: 'Owner' },
      part: 'private',
      type: 'text',
      maxLength: 20,
      required: 'yes',
    },
    { ...base, id: 'day', label: { zh: '日期', en: 'Day' }, part: 'shared', type: 'date', past: true },
    { ...base, id: 'moment', label: { zh: '时刻', en: 'Moment' }, part: 'shared', type: 'datetime' },
    {
      ...base,
      id: 'amount',
      label: { zh: '数量', en: 'Amount' },
      part: 'shared',
      type: 'number',
      min: -5,
      max: 1000,
      decimals: 2,
    },
    { ...base, id: 'flag', label: { zh: '标志', en: 'Flag' }, part: 'shared', type: 'boolean' },
    {
      ...base,
      id: 'note',
      label: { zh: '备注', en: 'Note' },
      part: 'shared',
      type: 'text',
      maxLength: 60_000,
    },
    {
      ...base,
      id: 'secret',
      label: { zh: '密注', en: 'Secret' },
      part: 'private',
      type: 'text',
      maxLength: 60_000,
    },
    {
      ...base,
      id: 'codes',
      label: { zh: '编码', en: 'Codes' },
      part: 'public',
      type: 'battery_codes',
      products: ['P', 'M', 'C'],
      itemsMin: 1,
      itemsMax: 3,
      role: 'child',
    },
  ],
};

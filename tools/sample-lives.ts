/**
 * What becomes of the six packs of the samples: four vehicles, two spare packs, one swap, two repairs, recovery and
 * retirement. Coherent with samples/modules.json and samples/packs.json, by six invented organisations.
 */
import { vinCheckDigit } from '@suyuan/battery';

type Members = Readonly<Record<string, unknown>>;

/** The sample packs in their order, with their modules. */
export interface SamplePack {
  readonly packCode: string;
  readonly systemCode: string;
  readonly moduleCodes: readonly string[];
}

const unit = (id: string, code: string, name: string): Members => ({
  [`${id}Code`]: code,
  [`${id}Name`]: name,
});
const swapOperator = (id: string): Members => unit(id, '91350100MA0TRY003B', '示例换电有限公司');
const repairer = (id: string): Members => unit(id, '91350100MA0TRY004E', '示例汽车维修有限公司');
const recycler = (id: string): Members => unit(id, '91350100MA0TRY005H', '示例再生资源有限公司');

/** A VIN of the invented maker LSY with its check digit. */
export function sampleVin(serial: number): string {
  const tail = `TA${String(serial).padStart(6, '0')}`;
  return `LSYTESTE${vinCheckDigit(`LSYTESTE0${tail}`) ?? '0'}${tail}`;
}

/** A module that no pack holds, with its six cells. */
const spareModule = 'SY1MB01M000009GB20000001';
const spareCells = Array.from({ length: 6 }, (_, i) => `SY1CB01M000009GB2000000${i + 1}`);

type Samples = Readonly<Record<string, readonly Members[]>>;

const codeAt = (packs: readonly SamplePack[], index: number): string => packs[index]?.packCode ?? '';

/** The samples of the seven kinds that follow module and pack, by kind. */
export function sampleLives(packs: readonly SamplePack[]): Samples {
  return { ...useSamples(packs), ...endSamples(packs) };
}

/** Production, sale, swap. */
function useSamples(packs: readonly SamplePack[]): Samples {
  const pack = (index: number): string => codeAt(packs, index);
  const vins = [1, 2, 3, 4].map(sampleVin);
  const [first = ''] = vins;
  return {
    vehicle_production: vins.map((vin, i) => ({
      vin,
      vehicleModel: 'SYV7000BEV',
      vehicleName: '纯电动轿车',
      vehicleBrand: '示例牌',
      vehicleType: 'passenger_car',
      offlineTime: `2026-11-09T0${8 + (i % 2)}:${15 + i * 10}:00+08:00`,
      packCodes: [pack(i)],
      systemCode: packs[i]?.systemCode,
      certificateDate: '2026-11-10',
      swapCapable: i < 2,
    })),
    vehicle_sale: vins.map((vin, i) => ({
      vin,
      vehicleModel: 'SYV7000BEV',
      saleDate: '2026-11-12',
      saleArea: '350102 福建省福州市鼓楼区',
      ...(i === 3
        ? { buyerType: 'company', ownerName: '示例出行有限公司', ownerId: '91350100MA0TRY006L' }
        : { buyerType: 'person', ownerName: `示例车主${i + 1}`, ownerId: `35010219900101000${i}` }),
      ownerAddress: `福州市鼓楼区示例路 ${i + 1} 号`,
    })),
    battery_swap: [
      { subType: 'vehicle', vin: first, swapTime: '2026-11-13T09:00:00+08:00' },
      { subType: 'stock_in', newCode: pack(4), swapTime: '2026-11-13T10:30:00+08:00' },
      {
        subType: 'swap',
        vin: first,
        oldCode: pack(0),
        newCode: pack(4),
        swapTime: '2026-11-15T14:03:20+08:00',
        stationId: 'FZ-007',
        soc: 18.5,
        soh: 97,
        odometer: 1204,
      },
      {
        subType: 'out',
        oldCode: pack(0),
        swapTime: '2026-11-16T16:20:00+08:00',
        ...recycler('whereabouts'),
      },
    ].map((record) => ({ ...record, ...swapOperator('replaceUnit') })),
  };
}

/** Spare parts, repair, recovery, retirement. */
function endSamples(packs: readonly SamplePack[]): Samples {
  const pack = (index: number): string => codeAt(packs, index);
  const oldModule = packs[1]?.moduleCodes[0] ?? '';
  const [second, third] = [2, 3].map(sampleVin);
  return {
    after_sales_service: [
      {
        code: spareModule,
        level: 'M',
        modelId: 'SYM-6S',
        childCodes: spareCells,
        orderCode: 'SO-2026-0031',
      },
      { code: pack(5), level: 'P', modelId: 'SYP-24S', orderCode: 'SO-2026-0032' },
    ].map((record) => ({ ...record, storageDate: '2026-11-10', ...repairer('serviceUnit') })),
    vehicle_repair: [
      { vin: second, level: 'M', oldCode: oldModule, newCode: spareModule, faultText: '模块电压偏低' },
      { vin: third, level: 'P', oldCode: pack(2), newCode: pack(5), faultCode: 'P0A80' },
    ].map((record) => ({
      ...record,
      replaceDate: '2026-11-16',
      ...recycler('whereabouts'),
      repairUnit: '示例汽车维修有限公司',
    })),
    battery_recycling: recoveries([
      { code: pack(0), level: 'P', weight: 62.4, ...swapOperator('source') },
      { code: oldModule, level: 'M', weight: 13.1, ...repairer('source') },
      { code: pack(2), level: 'P', weight: 62.3, ...repairer('source') },
    ]),
    battery_retirement: [
      { code: pack(0), level: 'P', weight: 62.4, nextUse: 'recycle', soh: 71.5, reason: 'capacity' },
      { code: oldModule, level: 'M', weight: 13.1, nextUse: 'recycle', reason: 'fault' },
      { code: pack(2), level: 'P', weight: 62.3, nextUse: 'reuse', soh: 88, reason: 'fault' },
    ].map((record) => ({
      ...record,
      retireDate: '2026-11-19',
      ...recycler('retireUnit'),
      retireUnitType: 'recovery_outlet',
      batteryType: 'B',
      ...recycler('whereabouts'),
    })),
  };
}

/** Each battery taken in and dispatched; the first one treated as well. */
function recoveries(batteries: readonly Members[]): readonly Members[] {
  const records: Members[] = [];
  for (const { code, level, weight, ...source } of batteries) {
    const base = { code, level, weight, ...recycler('recoverUnit') };
    records.push(
      { subType: 'stock_in', ...base, storageDate: '2026-11-17', ...source, conditionGrade: 'intact' },
      { subType: 'dispatch', ...base, storageDate: '2026-11-17', outDate: '2026-11-18', ...recycler('dest') },
    );
  }
  const [first] = batteries;
  records.push({
    subType: 'treatment',
    code: first?.['code'],
    level: first?.['level'],
    weight: first?.['weight'],
    ...recycler('recoverUnit'),
    treatmentDate: '2026-11-20',
    outputLithium: 1.9,
    outputCopper: 7.4,
    outputAluminium: 9.2,
  });
  return records;
}

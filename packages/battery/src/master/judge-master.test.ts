import { exampleContext, exampleRecords } from '@suyuan/testkit';
import { describe, expect, it } from 'vitest';
import { moduleKinds, recordKind } from '../kinds/record-kinds.ts';
import { parseRecord } from '../parse-record.ts';
import type { ParsedRecord } from '../parse-record.ts';
import { parseStoredRecord } from '../stored-record.ts';
import { judgeStoredMaster, masterKindsFor } from './judge-master.ts';
import { MasterData, masterEntryOf } from './master-data.ts';
import { modelReferences } from './model-references.ts';

type Members = Readonly<Record<string, unknown>>;
type Version = readonly [kind: string, changes: Members];

/** Master data of the example records, each with changes. */
function dataOf(versions: readonly Version[]): MasterData {
  return new MasterData(
    versions.flatMap(([kind, changes], entry) => {
      const publicText = JSON.stringify({ ...exampleRecords[kind], ...changes });
      const place = { entry, leaf: 0, reporter: 'managers', voided: false };
      return masterEntryOf({ kind, publicText, sharedText: '{}', ...place }) ?? [];
    }),
  );
}

function parse(id: string, versions: readonly Version[], changes: Members = {}): ParsedRecord {
  const kind = recordKind(id);
  if (kind === undefined) throw new Error(id);
  const master = { data: dataOf(versions), reporter: 'maker' };
  return parseRecord(kind, { ...exampleRecords[id], ...changes }, { ...exampleContext, master });
}

const said = (id: string, versions: readonly Version[], changes: Members = {}): unknown[] =>
  parse(id, versions, changes).findings.map(({ level, code, field }) => [level, code, field]);

const cell: Version = ['battery_model', { modelId: 'SYC-100', product: 'C' }];
const packModel: Version = ['battery_model', { modelId: 'SYP-2S', product: 'P', partCount: 1 }];
const unit: Version = ['unit', { unitCode: '91350100MA0TRY0015' }];
const everything: readonly Version[] = [
  ['battery_model', {}],
  cell,
  packModel,
  ['battery_model', { modelId: 'SYS-1', product: 'S' }],
  ['vehicle_model', {}],
  ['maker_prefix', {}],
  unit,
  ['unit', { unitCode: '91350100M000100Y43', unitName: '示例电池有限公司' }],
];

describe('records against the master data', () => {
  it.each(moduleKinds)('[B58] the example of $id fits the master data of the examples', ({ id }) => {
    expect(said(id, everything)).toEqual([]);
    expect(said(id, [])).toEqual([]);
    expect(parse(id, everything).record).toEqual(parse(id, []).record);
  });

  it('[B58] what is compared are fields that the kinds have', () => {
    for (const [id, references] of modelReferences) {
      const fields = recordKind(id)?.fields.map((field) => field.id);
      for (const { kind, field, productField, same, count } of references) {
        const ofModel = recordKind(kind)?.fields.map((one) => one.id);
        const ofRecord = [
          field,
          productField ?? field,
          ...same.map(([own]) => own),
          ...(count?.fields ?? []),
        ];
        expect(fields).toEqual(expect.arrayContaining(ofRecord));
        const named = [...same.map(([, model]) => model), ...(count === undefined ? [] : [count.ofModel])];
        expect(ofModel).toEqual(expect.arrayContaining(named));
      }
    }
    const kindsFor = (id: string): readonly string[] => {
      const kind = recordKind(id);
      return kind === undefined ? [] : masterKindsFor(kind);
    };
    expect(kindsFor('battery_pack')).toEqual(['battery_model', 'maker_prefix', 'unit']);
    expect(kindsFor('vehicle_sale')).toEqual(['vehicle_model']);
    expect(kindsFor('maker_prefix')).toEqual([]);
  });

  it('[B58] nothing is said of a sort that the node holds nothing of', () => {
    expect(said('battery_module', [packModel])).toEqual([]);
    expect(said('battery_module', [['battery_model', { modelId: 'other' }]])).toEqual([
      ['warning', 'model_not_registered', 'moduleModelId'],
    ]);
  });

  it('[B58] counts on the day of what the record reports, else today', () => {
    const later: Version = ['vehicle_model', { validFrom: '2026-11-10' }];
    expect(said('vehicle_production', [later])).toEqual([
      ['warning', 'model_not_registered', 'vehicleModel'],
    ]);
    // The last second of the 9th in UTC is the 10th in Shanghai.
    const changes = { offlineTime: '2026-11-09T23:59:59+00:00', certificateDate: '2026-11-10' };
    expect(said('vehicle_production', [later], changes)).toEqual([]);
    const wrong = said('battery_module', [['battery_model', { validFrom: '2026-11-20' }]], {
      productionDate: 'yesterday',
    });
    expect(wrong).toEqual([['error', 'date_format', 'productionDate']]);
  });

  it('[B59] a model that is not registered, or registered otherwise, is a warning', () => {
    const model: Version = [
      'battery_model',
      { ratedCapacity: 90, chemistry: 'E', connection: '2P1S', partCount: 3, cellModelId: 'SYC-99' },
    ];
    expect(said('battery_module', [model])).toEqual(
      ['chemistry', 'ratedCapacity', 'connection', 'cellCount', 'cellModelId'].map((field) => [
        'warning',
        'model_differs',
        field,
      ]),
    );
    expect(parse('battery_module', [model]).findings[1]).toMatchObject({
      value: '100',
      message: { en: 'differs from the registered model SYM-2S, which has 90' },
    });
    expect(
      said('battery_pack', [['battery_model', { modelId: 'SYP-2S', product: 'P', partCount: 4 }]]),
    ).toEqual([['warning', 'model_differs', 'moduleCodes']]);
    const vehicle: Version = ['vehicle_model', { swapCapable: false, vehicleBrand: '别的牌', packCount: 2 }];
    expect(said('vehicle_production', [vehicle])).toEqual(
      ['vehicleBrand', 'swapCapable', 'packCodes'].map((field) => ['warning', 'model_differs', field]),
    );
    expect(said('after_sales_service', [cell, ['battery_model', {}]])).toEqual([]);
    expect(said('after_sales_service', [packModel, ['battery_model', { modelId: 'SYM-9' }]])).toEqual([
      ['warning', 'model_not_registered', 'modelId'],
    ]);
  });

  it('[B59] what the model does not say is not compared', () => {
    const bare = Object.fromEntries(
      Object.keys(exampleRecords['battery_model'] ?? {}).map((id) => [id, undefined]),
    );
    const model: Version = [
      'battery_model',
      { ...bare, modelId: 'SYM-2S', product: 'M', validFrom: '2026-01-01' },
    ];
    expect(said('battery_module', [model])).toEqual([]);
  });

  it('[B60] the prefix of an own code is that of the reporter', () => {
    expect(said('battery_module', [['maker_prefix', { organization: 'other' }]])).toEqual([
      ['warning', 'prefix_of_another_organization', 'moduleCode'],
    ]);
    const unnamed = { organization: undefined };
    expect(said('battery_module', [['maker_prefix', unnamed]])).toEqual([]);
    expect(said('battery_pack', [['maker_prefix', unnamed]])).toEqual([]);
    expect(said('battery_pack', [['maker_prefix', { ...unnamed, makerCode: '91350100MA0TRY0015' }]])).toEqual(
      [['warning', 'prefix_of_another_organization', 'packCode']],
    );
    expect(said('vehicle_repair', [['maker_prefix', { organization: 'other' }]])).toEqual([]);
  });

  it('[B60] every code has a registered prefix; of a list the first without one is said', () => {
    const other: Version = ['maker_prefix', { prefix: '027' }];
    expect(said('vehicle_repair', [other])).toEqual([
      ['warning', 'prefix_not_registered', 'oldCode'],
      ['warning', 'prefix_not_registered', 'newCode'],
    ]);
    const cellCodes = ['SY1CB01A000001GB10000001', '04QCB76836300JBC40000903', '001CB240000003B3C0221953'];
    const changes = { cellCodes, cellCount: 3, connection: '1P3S' };
    expect(parse('battery_module', [['maker_prefix', {}]], changes).findings).toMatchObject([
      { code: 'prefix_not_registered', field: 'cellCodes', item: 2, value: cellCodes[1] },
    ]);
  });

  it('[B61] a unit is registered under its name', () => {
    const named = (unitName: string): Version => ['unit', { unitCode: '91350100MA0TRY0015', unitName }];
    expect(said('battery_swap', [['unit', { unitCode: '91350100MA0TRY005H' }]])).toEqual([
      ['warning', 'unit_not_registered', 'replaceUnitCode'],
    ]);
    expect(said('battery_swap', [named('别的单位')])).toEqual([
      ['warning', 'unit_name_differs', 'replaceUnitName'],
    ]);
    const replaceUnitName = '示例（福州）单位';
    expect(said('battery_swap', [named('示例(福州)单位')], { replaceUnitName })).toEqual([]);
    expect(said('battery_pack', [unit])).toEqual([['warning', 'unit_not_registered', 'supplierUscc']]);
  });

  it('[B62] a staged record is judged as it was when it was read, and a received one is not', () => {
    const versions: readonly Version[] = [
      ['battery_model', { ratedCapacity: 90 }],
      ['maker_prefix', { organization: 'other' }],
      ['unit', { unitCode: '91350100MA0TRY005H' }],
      ['vehicle_model', { packCount: 2, swapCapable: false }],
    ];
    const context = { data: dataOf(versions), reporter: 'maker' };
    for (const kind of moduleKinds) {
      const { record, findings } = parse(kind.id, versions);
      if (record === undefined) throw new Error(kind.id);
      const texts = { publicText: record.public, sharedText: record.shared };
      const staged = judgeStoredMaster({ kind: kind.id, ...texts }, context, exampleContext.today);
      expect([kind.id, staged]).toEqual([kind.id, findings]);
      expect(parseStoredRecord(kind, record.public, record.shared, 'strict').ok).toBe(true);
    }
    expect(judgeStoredMaster({ kind: 'x', publicText: '[', sharedText: undefined }, context, '')).toEqual([]);
  });
});

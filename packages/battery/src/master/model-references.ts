/**
 * Which fields of the nine modules name a model, and which of their values a registered model settles. Data behind
 * `judgeMaster`. Implements spec/battery.md, "Master data".
 */
import type { MasterKindId } from './master-data.ts';

/** A field that names a model. */
export interface ModelReference {
  readonly field: string;
  readonly kind: Extract<MasterKindId, 'battery_model' | 'vehicle_model'>;
  /** The product that the model is of; empty for a vehicle. */
  readonly product: string;
  /** The field whose value is the product instead. */
  readonly productField?: string;
  /** Fields of the record whose values are those of the model, by the model's field. */
  readonly same: readonly (readonly [field: string, ofModel: string])[];
  /** Lists of the record with as many items as the model says; of several the first that is given. */
  readonly count?: { readonly fields: readonly string[]; readonly ofModel: string };
}

/** By record kind; a kind that is not here names no model. */
export const modelReferences: ReadonlyMap<string, readonly ModelReference[]> = new Map([
  [
    'battery_module',
    [
      {
        field: 'moduleModelId',
        kind: 'battery_model',
        product: 'M',
        same: [
          ['chemistry', 'chemistry'],
          ['ratedCapacity', 'ratedCapacity'],
          ['nominalVoltage', 'nominalVoltage'],
          ['connection', 'connection'],
          ['cellCount', 'partCount'],
          ['cellModelId', 'cellModelId'],
        ],
      },
      { field: 'cellModelId', kind: 'battery_model', product: 'C', same: [['chemistry', 'chemistry']] },
    ],
  ],
  [
    'battery_pack',
    [
      {
        field: 'packModelId',
        kind: 'battery_model',
        product: 'P',
        same: [
          ['chemistry', 'chemistry'],
          ['ratedCapacity', 'ratedCapacity'],
          ['nominalVoltage', 'nominalVoltage'],
          ['ratedEnergy', 'ratedEnergy'],
        ],
        count: { fields: ['moduleCodes', 'cellCodes'], ofModel: 'partCount' },
      },
      { field: 'systemModelId', kind: 'battery_model', product: 'S', same: [['chemistry', 'chemistry']] },
    ],
  ],
  [
    'vehicle_production',
    [
      {
        field: 'vehicleModel',
        kind: 'vehicle_model',
        product: '',
        same: [
          ['vehicleName', 'vehicleName'],
          ['vehicleBrand', 'vehicleBrand'],
          ['vehicleType', 'vehicleType'],
          ['swapCapable', 'swapCapable'],
        ],
        count: { fields: ['packCodes'], ofModel: 'packCount' },
      },
    ],
  ],
  ['vehicle_sale', [{ field: 'vehicleModel', kind: 'vehicle_model', product: '', same: [] }]],
  [
    'after_sales_service',
    [{ field: 'modelId', kind: 'battery_model', product: '', productField: 'level', same: [] }],
  ],
] satisfies [string, ModelReference[]][]);

/** The kinds whose own code is given by the reporter that makes the thing: its prefix must be the reporter's. */
export const makingKinds: ReadonlySet<string> = new Set(['battery_module', 'battery_pack']);

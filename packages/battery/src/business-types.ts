/**
 * Business types with the record kinds that an organisation of the type usually reports: what a managing organisation
 * fills a `modules` statement with. Implements spec/battery.md, "Presets".
 */
import type { Label } from './finding.ts';

/** What an organisation does in the life of a battery. */
export type BusinessTypeId =
  | 'battery_maker'
  | 'vehicle_maker'
  | 'dealer'
  | 'swap_operator'
  | 'repairer'
  | 'recycler';

/** A business type; its record kinds are in the order that statements need (by character code). */
export interface BusinessType {
  readonly id: BusinessTypeId;
  readonly label: Label;
  readonly recordKinds: readonly string[];
}

/** The business types in the order of a battery's life. */
export const businessTypes: readonly BusinessType[] = [
  {
    id: 'battery_maker',
    label: { zh: '电池生产企业', en: 'battery maker' },
    recordKinds: ['battery_model', 'battery_module', 'battery_pack', 'battery_retirement'],
  },
  {
    id: 'vehicle_maker',
    label: { zh: '汽车生产企业', en: 'vehicle maker' },
    recordKinds: [
      'after_sales_service',
      'vehicle_model',
      'vehicle_production',
      'vehicle_repair',
      'vehicle_sale',
    ],
  },
  {
    id: 'dealer',
    label: { zh: '经销商', en: 'dealer' },
    recordKinds: ['vehicle_sale'],
  },
  {
    id: 'swap_operator',
    label: { zh: '换电运营企业', en: 'swap operator' },
    recordKinds: ['battery_retirement', 'battery_swap'],
  },
  {
    id: 'repairer',
    label: { zh: '维修企业', en: 'repairer' },
    recordKinds: ['after_sales_service', 'vehicle_repair'],
  },
  {
    id: 'recycler',
    label: { zh: '回收利用企业', en: 'recycler' },
    recordKinds: ['battery_recycling', 'battery_retirement'],
  },
];

/**
 * The record kinds that the managing organisation of a network usually reports: the registers that it keeps. Versions
 * of code tables, deadlines and calendar count from nobody else.
 */
export const managingKinds: readonly string[] = [
  'code_table_entry',
  'deadline_rule',
  'maker_prefix',
  'unit',
  'work_calendar_day',
];

/** The record kinds of a business type, or undefined for an unknown one. */
export function recordKindsOfBusiness(id: string): readonly string[] | undefined {
  return businessTypes.find((type) => type.id === id)?.recordKinds;
}

/**
 * The code tables that are built in, as data with validity: product types, battery types, symbols of the date, lengths
 * of the code forms, and lists of values that records hold. A network changes them by records of the kind
 * `code_table_entry`. Implements spec/battery.md, "Battery codes" and "Code tables".
 */
import type { Label } from '../finding.ts';

/** One symbol of a code table with the civil dates between which it is in force. */
export interface CodeSymbol {
  readonly symbol: string;
  readonly label: Label;
  /** What a symbol of a date counts. */
  readonly number?: number;
  readonly validFrom: string;
  readonly validTo?: string;
}

/** An edition of the code rule. */
export interface CodeRule {
  readonly id: string;
  readonly title: string;
  readonly validFrom: string;
  readonly validTo?: string;
  /** Symbols of a year from the first year on, thirty in all. */
  readonly yearSymbols: string;
  readonly firstYear: number;
  /** Symbols of the months from January on. */
  readonly monthSymbols: string;
  /** Symbols of the days from the first on. */
  readonly daySymbols: string;
  readonly newLength: number;
  readonly reusedLength: number;
  readonly reusedSuffixedLength: number;
}

/** GB/T 34014-2017, the only edition known; letters of the date leave out I, O, Q, U and Z. */
export const codeRule: CodeRule = {
  id: 'gbt_34014_2017',
  title: 'GB/T 34014-2017',
  validFrom: '2018-02-01',
  yearSymbols: '123456789ABCDEFGHJKLMNPRSTVWXY',
  firstYear: 2011,
  monthSymbols: '123456789ABC',
  daySymbols: '123456789ABCDEFGHJKLMNPRSTVWXY0',
  newLength: 24,
  reusedLength: 19,
  reusedSuffixedLength: 26,
};

/** What a code names: a pack, a module or a cell. */
export type ProductType = 'P' | 'M' | 'C';

/** Character 4 of a code. */
export const productTypes: readonly (CodeSymbol & { readonly symbol: ProductType })[] = [
  { symbol: 'P', label: { zh: '电池包', en: 'pack' }, validFrom: '2018-02-01' },
  { symbol: 'M', label: { zh: '模块', en: 'module' }, validFrom: '2018-02-01' },
  { symbol: 'C', label: { zh: '单体', en: 'cell' }, validFrom: '2018-02-01' },
];

/** Character 5 of a code: the chemistry. B and E are confirmed by public sources, the others commonly used. */
export const batteryTypes: readonly CodeSymbol[] = [
  { symbol: 'A', label: { zh: '镍氢', en: 'nickel-metal hydride' }, validFrom: '2018-02-01' },
  { symbol: 'B', label: { zh: '磷酸铁锂', en: 'lithium iron phosphate' }, validFrom: '2018-02-01' },
  { symbol: 'C', label: { zh: '锰酸锂', en: 'lithium manganese oxide' }, validFrom: '2018-02-01' },
  { symbol: 'D', label: { zh: '钴酸锂', en: 'lithium cobalt oxide' }, validFrom: '2018-02-01' },
  { symbol: 'E', label: { zh: '三元', en: 'ternary lithium' }, validFrom: '2018-02-01' },
  { symbol: 'F', label: { zh: '超级电容', en: 'supercapacitor' }, validFrom: '2018-02-01' },
  { symbol: 'G', label: { zh: '钛酸锂', en: 'lithium titanate' }, validFrom: '2018-02-01' },
  { symbol: 'Z', label: { zh: '其他', en: 'other' }, validFrom: '2018-02-01' },
];

/** Values of a list that is no part of a standard; they count since the beginning, as the codes do. */
const listed = (
  rows: readonly (readonly [symbol: string, zh: string, en: string])[],
): readonly CodeSymbol[] =>
  rows.map(([symbol, zh, en]) => ({ symbol, label: { zh, en }, validFrom: codeRule.validFrom }));

/** What sort of vehicle it is. */
export const vehicleTypes: readonly CodeSymbol[] = listed([
  ['passenger_car', '乘用车', 'passenger car'],
  ['bus', '客车', 'bus'],
  ['truck', '货车', 'truck'],
  ['special', '专用车', 'special vehicle'],
  ['other', '其他', 'other'],
]);

/** What a unit mainly does. */
export const unitTypes: readonly CodeSymbol[] = listed([
  ['battery_maker', '电池生产企业', 'battery maker'],
  ['vehicle_maker', '汽车生产企业', 'vehicle maker'],
  ['dealer', '经销商', 'dealer'],
  ['swap_operator', '换电运营企业', 'swap operator'],
  ['repairer', '维修企业', 'repairer'],
  ['recovery_outlet', '回收服务网点', 'recovery outlet'],
  ['dismantler', '报废机动车回收拆解企业', 'vehicle dismantler'],
  ['recycler', '综合利用企业', 'recycler'],
  ['other', '其他', 'other'],
]);

/** The shape of cells. */
export const cellShapes: readonly CodeSymbol[] = listed([
  ['prismatic', '方形', 'prismatic'],
  ['cylindrical', '圆柱', 'cylindrical'],
  ['pouch', '软包', 'pouch'],
  ['other', '其他', 'other'],
]);

/** How a battery looks that is taken in. */
export const conditionGrades: readonly CodeSymbol[] = listed([
  ['intact', '完好', 'intact'],
  ['leaking', '漏液', 'leaking'],
  ['deformed', '变形', 'deformed'],
  ['burnt', '烧毁', 'burnt'],
  ['other', '其他', 'other'],
]);

/** Why a battery is retired. */
export const retirementReasons: readonly CodeSymbol[] = listed([
  ['capacity', '容量衰减', 'capacity'],
  ['fault', '故障', 'fault'],
  ['accident', '事故', 'accident'],
  ['scrapped', '车辆报废', 'vehicle scrapped'],
  ['other', '其他', 'other'],
]);

/** The symbols of a piece of the date, each with what it counts: the first one `first`. */
const counting = (symbols: string, first: number): readonly CodeSymbol[] =>
  symbols.split('').map((symbol, place) => ({
    symbol,
    label: { zh: String(first + place), en: String(first + place) },
    number: first + place,
    validFrom: codeRule.validFrom,
  }));

/** A table: where its codes stand, what it is called, and what is built in. */
export interface CodeTable {
  readonly label: Label;
  readonly symbols: readonly CodeSymbol[];
  /** What its codes count, where they are symbols of a date. */
  readonly counts?: { readonly min: number; readonly max: number };
}

/** The name of a table. */
export type CodeTableId =
  | 'battery_type'
  | 'product_type'
  | 'year_symbol'
  | 'month_symbol'
  | 'day_symbol'
  | 'vehicle_type'
  | 'unit_type'
  | 'cell_shape'
  | 'condition_grade'
  | 'retirement_reason';

/** The tables, in the order of pages and documents. */
export const codeTables: { readonly [id in CodeTableId]: CodeTable } = {
  battery_type: {
    label: { zh: '电池类型（编码第 5 位）', en: 'battery type, character 5' },
    symbols: batteryTypes,
  },
  product_type: {
    label: { zh: '产品类型（编码第 4 位）', en: 'product type, character 4' },
    symbols: productTypes,
  },
  year_symbol: {
    label: { zh: '年代码', en: 'symbol of a year' },
    symbols: counting(codeRule.yearSymbols, codeRule.firstYear),
    counts: { min: codeRule.firstYear, max: 2099 },
  },
  month_symbol: {
    label: { zh: '月代码', en: 'symbol of a month' },
    symbols: counting(codeRule.monthSymbols, 1),
    counts: { min: 1, max: 12 },
  },
  day_symbol: {
    label: { zh: '日代码', en: 'symbol of a day' },
    symbols: counting(codeRule.daySymbols, 1),
    counts: { min: 1, max: 31 },
  },
  vehicle_type: { label: { zh: '车辆种类', en: 'vehicle type' }, symbols: vehicleTypes },
  unit_type: { label: { zh: '单位类型', en: 'kind of unit' }, symbols: unitTypes },
  cell_shape: { label: { zh: '单体外形', en: 'shape of cells' }, symbols: cellShapes },
  condition_grade: { label: { zh: '回收电池状态', en: 'condition when taken in' }, symbols: conditionGrades },
  retirement_reason: { label: { zh: '退役原因', en: 'reason of retirement' }, symbols: retirementReasons },
};

/** The values of a table as those of a field. */
export function tableValues(
  symbols: readonly CodeSymbol[],
): readonly { readonly id: string; readonly label: Label }[] {
  return symbols.map(({ symbol, label }) => ({ id: symbol, label }));
}

/** The label of a product type. */
export function productTypeLabel(type: ProductType): Label {
  return productTypes.find((entry) => entry.symbol === type)?.label ?? { zh: type, en: type };
}

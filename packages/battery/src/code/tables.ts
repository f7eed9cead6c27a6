/**
 * The tables behind battery codes, as data with validity: product types, battery types, symbols of the date and the
 * lengths of the code forms. Implements spec/battery.md, "Battery codes".
 */
import type { Label } from '../finding.ts';

/** One symbol of a code table with the civil dates between which it is in force. */
export interface CodeSymbol {
  readonly symbol: string;
  readonly label: Label;
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

/** The label of a product type. */
export function productTypeLabel(type: ProductType): Label {
  return productTypes.find((entry) => entry.symbol === type)?.label ?? { zh: type, en: type };
}

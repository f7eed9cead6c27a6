/**
 * The characters of a VIN (GB 16735) and of a unified social credit code (GB 32100-2015) and what they mean. Implements
 * spec/battery.md, "Code doctor".
 */
import type { Label } from '../finding.ts';
import type { CodePiece } from './explain-code.ts';
import { codeRule } from './tables.ts';
import { vinCheckDigit, vinLength } from './vin.ts';

/** The pieces of a VIN as values. */
export interface VinParts {
  readonly manufacturer: string;
  readonly descriptor: string;
  readonly checkDigit: string;
  /** The model year of the current cycle of thirty years; undefined for a symbol that is no year. */
  readonly modelYear?: number;
  readonly plant: string;
  readonly serial: string;
}

/** The pieces of a unified social credit code, or the number of a DUNS code, as values. */
export type UsccParts =
  | {
      readonly authority: string;
      readonly category: string;
      /** Administrative division by GB/T 2260. */
      readonly region: string;
      readonly organization: string;
      readonly checkSymbol: string;
    }
  | { readonly duns: string };

interface Explained<D> {
  readonly pieces: readonly CodePiece[];
  readonly decoded: D | undefined;
}

type Row = readonly [length: number, label: Label, meaning: Label];

function piecesOf(code: string, rows: readonly Row[]): readonly CodePiece[] {
  let from = 0;
  return rows.map(([length, label, meaning]) => {
    const piece = {
      from: from + 1,
      to: from + length,
      text: code.slice(from, from + length),
      label,
      meaning,
    };
    from += length;
    return piece;
  });
}

const FIRST_VIN_YEAR = 2010;
/** Year symbols of a VIN begin with A for 2010 and end with 9 for 2039: the battery code's, turned by nine. */
const VIN_YEARS = codeRule.yearSymbols.slice(9) + codeRule.yearSymbols.slice(0, 9);

/** Explains a text of 17 characters as a VIN. */
export function explainVin(vin: string): Explained<VinParts> {
  if (vin.length !== vinLength) return { pieces: [], decoded: undefined };
  const place = VIN_YEARS.indexOf(vin.charAt(9));
  const year = place < 0 ? undefined : FIRST_VIN_YEAR + place;
  const expected = vinCheckDigit(vin);
  const yearText =
    year === undefined
      ? { zh: '不是年份代码', en: 'no symbol of a year' }
      : { zh: `${year}（30 年一循环）`, en: `${year} (a cycle of thirty years)` };
  const pieces = piecesOf(vin, [
    [
      3,
      { zh: '世界制造厂识别代号', en: 'world manufacturer identifier' },
      vin.startsWith('L') ? { zh: '中国', en: 'China' } : { zh: '其他国家或地区', en: 'another country' },
    ],
    [5, { zh: '车辆说明部分', en: 'vehicle descriptor' }, { zh: '制造厂自定', en: "the maker's own" }],
    [
      1,
      { zh: '校验位', en: 'check digit' },
      expected === undefined
        ? { zh: '无法计算', en: 'cannot be computed' }
        : { zh: `计算值为 ${expected}`, en: `computed: ${expected}` },
    ],
    [1, { zh: '年份', en: 'model year' }, yearText],
    [1, { zh: '装配厂', en: 'plant' }, { zh: '制造厂自定', en: "the maker's own" }],
    [6, { zh: '生产顺序号', en: 'serial number' }, { zh: '制造厂自定', en: "the maker's own" }],
  ]);
  if (expected === undefined) return { pieces, decoded: undefined };
  const decoded: VinParts = {
    manufacturer: vin.slice(0, 3),
    descriptor: vin.slice(3, 8),
    checkDigit: vin.charAt(8),
    ...(year === undefined ? {} : { modelYear: year }),
    plant: vin.charAt(10),
    serial: vin.slice(11),
  };
  return { pieces, decoded };
}

const AUTHORITIES: Readonly<Record<string, Label>> = {
  '1': { zh: '机构编制', en: 'public institutions' },
  '5': { zh: '民政', en: 'civil affairs' },
  '9': { zh: '市场监管', en: 'market regulation' },
};

/** Explains a text of 18 characters as a unified social credit code, one of nine as a DUNS number. */
export function explainUscc(code: string): Explained<UsccParts> {
  if (code.length === 9) {
    const pieces = piecesOf(code, [
      [9, { zh: '邓白氏编码', en: 'DUNS number' }, { zh: '代替信用代码', en: 'instead of a credit code' }],
    ]);
    return { pieces, decoded: /^[0-9]{9}$/.test(code) ? { duns: code } : undefined };
  }
  if (code.length !== 18) return { pieces: [], decoded: undefined };
  const [authority, category] = [code.charAt(0), code.charAt(1)];
  const pieces = piecesOf(code, [
    [
      1,
      { zh: '登记管理部门', en: 'registration authority' },
      AUTHORITIES[authority] ?? { zh: '其他', en: 'another' },
    ],
    [
      1,
      { zh: '机构类别', en: 'kind of organisation' },
      authority === '9' && category === '1' ? { zh: '企业', en: 'company' } : { zh: '其他', en: 'another' },
    ],
    [6, { zh: '登记管理机关行政区划', en: 'region' }, { zh: 'GB/T 2260', en: 'by GB/T 2260' }],
    [9, { zh: '主体标识码', en: 'organisation' }, { zh: '组织机构代码', en: 'organisation code' }],
    [1, { zh: '校验码', en: 'check symbol' }, { zh: 'GB 32100', en: 'by GB 32100' }],
  ]);
  if (!/^[0-9A-Z]{18}$/.test(code)) return { pieces, decoded: undefined };
  const decoded: UsccParts = {
    authority,
    category,
    region: code.slice(2, 8),
    organization: code.slice(8, 17),
    checkSymbol: code.charAt(17),
  };
  return { pieces, decoded };
}

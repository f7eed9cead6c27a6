/**
 * Battery codes of GB/T 34014-2017: check and decode the forms with 24, 19 and 26 characters. Nothing is upper-cased,
 * trimmed or swapped. Implements spec/battery.md, "Battery codes".
 */
import { formatCivilDate, isCivilDate } from '../civil-date.ts';
import type { Finding, FindingCode, FindingFacts } from '../finding.ts';
import { makeFinding } from '../finding.ts';
import type { ProductType } from './tables.ts';
import { batteryTypes, codeRule } from './tables.ts';

/** `strict` follows the standard; `legacy` turns faults that real old codes have into warnings. */
export type CodeMode = 'strict' | 'legacy';

/** What a check needs to know beside the code. */
export interface CodeContext {
  /** Today's civil date in Asia/Shanghai, `YYYY-MM-DD`. */
  readonly today: string;
  readonly codes: CodeMode;
}

/** A decoded code. `date` is absent when the code holds none that exists; `trace` is empty in the 19-character form. */
export interface BatteryCode {
  readonly form: 'new' | 'reused' | 'reused_suffixed';
  readonly manufacturer: string;
  readonly product: ProductType;
  readonly batteryType: string;
  readonly spec: string;
  readonly trace: string;
  readonly date?: string;
  readonly serial: string;
  /** What a re-used product is now. */
  readonly reusedAs?: ProductType;
}

/** Outcome of a check: `valid` when no finding is an error; `decoded` when the code could be read at all. */
export interface BatteryCodeCheck {
  readonly valid: boolean;
  readonly decoded?: BatteryCode;
  readonly findings: readonly Finding[];
}

/**
 * Places of the variable pieces (index from 0): 24 characters = 3 maker, 1 product, 1 battery type, 2 specification,
 * 7 trace, year, month, day, 7 serial. 19 = the same without trace, then R and P, M or C. 26 = 24, then R and P, M or C.
 */
interface Layout {
  readonly form: BatteryCode['form'];
  readonly dateAt: number;
  readonly markAt: number;
}

const LAYOUTS: readonly Layout[] = [
  { form: 'new', dateAt: 14, markAt: -1 },
  { form: 'reused', dateAt: 7, markAt: 17 },
  { form: 'reused_suffixed', dateAt: 14, markAt: 24 },
];

const SERIAL_DIGITS = 7;
const BATTERY_TYPE_SYMBOLS = batteryTypes.map((entry) => entry.symbol).join('');

/** For each ASCII symbol its number in `symbols` counted from 1, or 0. */
function placesOf(symbols: string): Uint8Array {
  const places = new Uint8Array(128);
  for (let i = 0; i < symbols.length; i += 1) places[symbols.charCodeAt(i)] = i + 1;
  return places;
}

const CODE_SYMBOLS = placesOf('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ');
const YEARS = placesOf(codeRule.yearSymbols);
const MONTHS = placesOf(codeRule.monthSymbols);
const DAYS = placesOf(codeRule.daySymbols);
const TYPES = placesOf(BATTERY_TYPE_SYMBOLS);

function placeIn(places: Uint8Array, symbol: number): number {
  return symbol < 128 ? (places[symbol] ?? 0) : 0;
}

function layoutOf(length: number): Layout | undefined {
  if (length === codeRule.newLength) return LAYOUTS[0];
  if (length === codeRule.reusedLength) return LAYOUTS[1];
  return length === codeRule.reusedSuffixedLength ? LAYOUTS[2] : undefined;
}

/**
 * The civil date that a code of any form holds, or undefined when it holds none that exists.
 */
export function batteryCodeDate(code: string): string | undefined {
  const layout = layoutOf(code.length);
  if (layout === undefined) return undefined;
  const at = layout.dateAt;
  const year = placeIn(YEARS, code.charCodeAt(at));
  const month = placeIn(MONTHS, code.charCodeAt(at + 1));
  const day = placeIn(DAYS, code.charCodeAt(at + 2));
  if (year === 0 || month === 0 || day === 0) return undefined;
  const fullYear = codeRule.firstYear - 1 + year;
  return isCivilDate(fullYear, month, day) ? formatCivilDate(fullYear, month, day) : undefined;
}

/** True for a code in one of the two forms of a re-used product. */
export function isReusedCode(code: string): boolean {
  return code.length === codeRule.reusedLength || code.length === codeRule.reusedSuffixedLength;
}

/** What the code names now: the mark at the end of a re-used product's code, else character 4. */
export function batteryCodeProduct(code: string): string {
  return isReusedCode(code) ? code.charAt(code.length - 1) : code.charAt(3);
}

/**
 * True only for a code of 24 characters of which `checkBatteryCode` finds nothing to say but a look-alike letter or
 * the day symbol 0. This is the quick way for the codes of an import; `today` is a number such as 20261120.
 */
export function isPlainBatteryCode(code: string, today: number): boolean {
  if (code.length !== 24) return false;
  for (let i = 0; i < 14; i += 1) if (placeIn(CODE_SYMBOLS, code.charCodeAt(i)) === 0) return false;
  const product = code.charCodeAt(3);
  if (product !== 0x50 && product !== 0x4d && product !== 0x43) return false;
  if (placeIn(TYPES, code.charCodeAt(4)) === 0) return false;
  const year = placeIn(YEARS, code.charCodeAt(14)) + codeRule.firstYear - 1;
  const month = placeIn(MONTHS, code.charCodeAt(15));
  const day = placeIn(DAYS, code.charCodeAt(16));
  if (year < codeRule.firstYear || !isCivilDate(year, month, day)) return false;
  let digits = 0;
  for (let i = 17; i < 24; i += 1) {
    const symbol = code.charCodeAt(i);
    if (symbol < 0x30 || symbol > 0x39) return false;
    digits |= symbol - 0x30;
  }
  if (digits === 0) return false;
  return year * 10_000 + month * 100 + day <= today;
}

/** Checks and decodes a code; positions in findings count from 1 as in the standard. Never throws. */
export function checkBatteryCode(code: string, context: CodeContext): BatteryCodeCheck {
  const findings: Finding[] = [];
  const say = (finding: FindingCode, facts: FindingFacts = {}): void => {
    findings.push(makeFinding(finding, facts));
  };
  const layout = layoutOf(code.length);
  if (layout === undefined) say('code_length', { length: code.length });
  for (let i = 0; i < Math.min(code.length, codeRule.reusedSuffixedLength); i += 1) {
    const symbol = code.charCodeAt(i);
    if (placeIn(CODE_SYMBOLS, symbol) > 0) continue;
    say(symbol >= 0x61 && symbol <= 0x7a ? 'code_lower_case' : 'code_symbol', { at: i + 1 });
  }
  if (layout === undefined || findings.length > 0) return { valid: false, findings };

  const legacyLevel = context.codes === 'legacy' ? ({ level: 'warning' } as const) : {};
  const product = productAt(code, 3);
  if (product === undefined) say('code_product_type', { at: 4 });
  if (placeIn(TYPES, code.charCodeAt(4)) === 0) say('code_battery_type', { at: 5, ...legacyLevel });
  findings.push(...checkDate(code, layout.dateAt, context));
  const serialAt = layout.dateAt + 3;
  const serial = code.slice(serialAt, serialAt + SERIAL_DIGITS);
  const letter = serial.search(/[^0-9]/);
  if (letter >= 0) say('code_serial_letters', { at: serialAt + letter + 1, ...legacyLevel });
  if (serial === '0000000') say('code_serial_zero', { at: serialAt + 1 });
  findings.push(...checkLookalikes(code, layout.dateAt));
  const reusedAs = layout.markAt < 0 ? undefined : productAt(code, layout.markAt + 1);
  if (layout.markAt >= 0 && (code[layout.markAt] !== 'R' || reusedAs === undefined)) {
    say('code_reused_mark', { at: layout.markAt + 1 });
  }
  if (layout.form === 'reused_suffixed') say('code_reused_suffix', { at: layout.markAt + 1 });
  const valid = findings.every((finding) => finding.level !== 'error');
  if (product === undefined) return { valid, findings };

  const date = batteryCodeDate(code);
  const decoded: BatteryCode = {
    form: layout.form,
    manufacturer: code.slice(0, 3),
    product,
    batteryType: code.charAt(4),
    spec: code.slice(5, 7),
    trace: code.slice(7, layout.dateAt),
    ...(date === undefined ? {} : { date }),
    serial,
    ...(reusedAs === undefined ? {} : { reusedAs }),
  };
  return { valid, decoded, findings };
}

function productAt(code: string, index: number): ProductType | undefined {
  const symbol = code.charAt(index);
  return symbol === 'P' || symbol === 'M' || symbol === 'C' ? symbol : undefined;
}

function checkDate(code: string, at: number, context: CodeContext): Finding[] {
  const level = context.codes === 'legacy' ? ({ level: 'warning' } as const) : {};
  const findings: Finding[] = [];
  const places = [YEARS, MONTHS, DAYS].map((symbols, i) => placeIn(symbols, code.charCodeAt(at + i)));
  places.forEach((place, i) => {
    if (place === 0) findings.push(makeFinding('code_date_symbol', { at: at + i + 1, ...level }));
  });
  if (findings.length > 0) return findings;
  const [year = 0, month = 0, day = 0] = places;
  const fullYear = codeRule.firstYear - 1 + year;
  const date = formatCivilDate(fullYear, month, day);
  if (!isCivilDate(fullYear, month, day)) {
    findings.push(makeFinding('code_date_impossible', { at: at + 1, date, ...level }));
  } else if (date > context.today) {
    findings.push(makeFinding('code_date_future', { at: at + 1, date }));
  }
  if (code[at + 2] === '0') findings.push(makeFinding('code_day_31', { at: at + 3 }));
  return findings;
}

/** Letters O and I in maker, specification and trace, where digits 0 and 1 may stand as well. */
function checkLookalikes(code: string, end: number): Finding[] {
  const findings: Finding[] = [];
  for (let i = 0; i < end; i += 1) {
    const symbol = code[i];
    if (symbol !== 'O' && symbol !== 'I') continue;
    findings.push(makeFinding('code_lookalike', { at: i + 1, symbol, digit: symbol === 'O' ? '0' : '1' }));
  }
  return findings;
}

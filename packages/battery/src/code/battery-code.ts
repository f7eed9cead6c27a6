/**
 * Battery codes of GB/T 34014-2017: check and decode the forms with 24, 19 and 26 characters. Nothing is upper-cased,
 * trimmed or swapped. Implements spec/battery.md, "Battery codes".
 */
import { formatCivilDate, isCivilDate } from '../civil-date.ts';
import type { Finding, FindingCode, FindingFacts } from '../finding.ts';
import { makeFinding } from '../finding.ts';
import type { CodeSymbols, CodeTables } from './code-tables.ts';
import { builtInCodeTables } from './code-tables.ts';
import type { ProductType } from './tables.ts';
import { codeRule } from './tables.ts';

/** `strict` follows the standard; `legacy` turns faults that real old codes have into warnings. */
export type CodeMode = 'strict' | 'legacy';

/** What a check needs to know beside the code. */
export interface CodeContext {
  /** Today's civil date in Asia/Shanghai, `YYYY-MM-DD`. */
  readonly today: string;
  readonly codes: CodeMode;
  /** What the symbols mean; the built-in tables unless given. */
  readonly tables?: CodeTables;
}

/** A decoded code. `date` is absent when the code holds none that exists; `trace` is empty in the 19-character form. */
export interface BatteryCode {
  readonly form: 'new' | 'reused' | 'reused_suffixed';
  readonly manufacturer: string;
  /** P, M or C; another symbol only where the tables know one. */
  readonly product: string;
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

const CODE_SYMBOLS = new Uint8Array(128);
for (const symbol of '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') CODE_SYMBOLS[symbol.charCodeAt(0)] = 1;

/** The symbols on any day of the built-in tables, which never change. */
const BUILT_IN = builtInCodeTables.symbolsOn(codeRule.validFrom);

function placeIn(places: Uint8Array | Uint16Array, symbol: number): number {
  return symbol < 128 ? (places[symbol] ?? 0) : 0;
}

function symbolsFor(context: Pick<CodeContext, 'today' | 'tables'> | undefined): CodeSymbols {
  return context?.tables?.symbolsOn(context.today) ?? BUILT_IN;
}

function layoutOf(length: number): Layout | undefined {
  if (length === codeRule.newLength) return LAYOUTS[0];
  if (length === codeRule.reusedLength) return LAYOUTS[1];
  return length === codeRule.reusedSuffixedLength ? LAYOUTS[2] : undefined;
}

/**
 * The civil date that a code of any form holds, or undefined when it holds none that exists. Its symbols are read by
 * the tables of the context as of its today.
 */
export function batteryCodeDate(
  code: string,
  context?: Pick<CodeContext, 'today' | 'tables'>,
): string | undefined {
  const layout = layoutOf(code.length);
  if (layout === undefined) return undefined;
  const { years, months, days } = symbolsFor(context);
  const at = layout.dateAt;
  const year = placeIn(years, code.charCodeAt(at));
  const month = placeIn(months, code.charCodeAt(at + 1));
  const day = placeIn(days, code.charCodeAt(at + 2));
  if (year === 0 || month === 0 || day === 0) return undefined;
  return isCivilDate(year, month, day) ? formatCivilDate(year, month, day) : undefined;
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
 * the day symbol 0. This is the quick way for the codes of an import; `today` is a number such as 20261120, `symbols`
 * are those of the context's tables on that day.
 */
export function isPlainBatteryCode(code: string, today: number, symbols: CodeSymbols = BUILT_IN): boolean {
  if (code.length !== 24) return false;
  for (let i = 0; i < 14; i += 1) if (placeIn(CODE_SYMBOLS, code.charCodeAt(i)) === 0) return false;
  if (placeIn(symbols.products, code.charCodeAt(3)) === 0) return false;
  if (placeIn(symbols.types, code.charCodeAt(4)) === 0) return false;
  const year = placeIn(symbols.years, code.charCodeAt(14));
  const month = placeIn(symbols.months, code.charCodeAt(15));
  const day = placeIn(symbols.days, code.charCodeAt(16));
  if (year === 0 || !isCivilDate(year, month, day)) return false;
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
  const { tables = builtInCodeTables } = context;
  const date = batteryCodeDate(code, context);
  const day = date ?? context.today;
  const product = code.charAt(3);
  const isProduct = tables.isOpen || tables.find('product_type', product, day) !== undefined;
  if (!isProduct) say('code_product_type', { at: 4, allowed: allowedOn(tables, 'product_type', day) });
  if (!tables.isOpen && tables.find('battery_type', code.charAt(4), day) === undefined)
    say('code_battery_type', { at: 5, allowed: allowedOn(tables, 'battery_type', day), ...legacyLevel });
  if (!tables.isOpen) findings.push(...checkDate(code, layout.dateAt, context));
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
  if (!isProduct) return { valid, findings };

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

/** The symbols of a table that are in force, for a person. */
function allowedOn(tables: CodeTables, table: 'product_type' | 'battery_type', day: string): string {
  return tables
    .inForce(table, day)
    .map(({ symbol }) => symbol)
    .join(' ');
}

function checkDate(code: string, at: number, context: CodeContext): Finding[] {
  const level = context.codes === 'legacy' ? ({ level: 'warning' } as const) : {};
  const findings: Finding[] = [];
  const { years, months, days } = symbolsFor(context);
  const places = [years, months, days].map((symbols, i) => placeIn(symbols, code.charCodeAt(at + i)));
  places.forEach((place, i) => {
    if (place === 0) findings.push(makeFinding('code_date_symbol', { at: at + i + 1, ...level }));
  });
  if (findings.length > 0) return findings;
  const [year = 0, month = 0, day = 0] = places;
  const date = formatCivilDate(year, month, day);
  if (!isCivilDate(year, month, day)) {
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

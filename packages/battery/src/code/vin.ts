/**
 * Vehicle identification numbers by GB 16735 / ISO 3779: 17 characters with a check digit at place 9.
 * Implements spec/battery.md, "Other codes".
 */
import type { Finding } from '../finding.ts';
import { makeFinding } from '../finding.ts';

/** Outcome of a check of a code that is not decoded further. */
export interface CodeCheck {
  readonly valid: boolean;
  readonly findings: readonly Finding[];
}

/** Characters of a VIN. No battery code has as many. */
export const vinLength = 17;
const CHECK_AT = 8;
const LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ';
const LETTER_VALUES = '12345678123457923456789';
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/**
 * The check digit by GB 16735 that belongs at place 9 of a VIN, whatever stands there now; undefined when the text has
 * another length or other symbols.
 */
export function vinCheckDigit(vin: string): string | undefined {
  if (vin.length !== vinLength) return undefined;
  let sum = 0;
  for (let i = 0; i < vinLength; i += 1) {
    if (i === CHECK_AT) continue;
    const value = vinValue(vin.charAt(i));
    if (value === undefined) return undefined;
    sum += value * (WEIGHTS[i] ?? 0);
  }
  return sum % 11 === 10 ? 'X' : String(sum % 11);
}

/** What a symbol counts in the sum: a digit itself, a letter by the table of the standard. */
function vinValue(symbol: string): number | undefined {
  const letter = LETTERS.indexOf(symbol);
  const digit = letter >= 0 ? LETTER_VALUES.charAt(letter) : symbol;
  return digit >= '0' && digit <= '9' ? Number(digit) : undefined;
}

/** Checks a VIN; a wrong check digit is a warning, since imported vehicles may have none. Never throws. */
export function checkVin(vin: string): CodeCheck {
  if (vin.length !== vinLength) {
    return { valid: false, findings: [makeFinding('vin_length', { length: vin.length })] };
  }
  const findings: Finding[] = [];
  for (let i = 0; i < vinLength; i += 1) {
    if (vinValue(vin.charAt(i)) === undefined) findings.push(makeFinding('vin_symbol', { at: i + 1 }));
  }
  if (findings.length > 0) return { valid: false, findings };
  if (vin === vin.charAt(0).repeat(vinLength))
    return { valid: false, findings: [makeFinding('vin_trivial', {})] };
  const expected = vinCheckDigit(vin) ?? '';
  if (vin[CHECK_AT] === expected) return { valid: true, findings: [] };
  return { valid: true, findings: [makeFinding('vin_check_digit', { at: CHECK_AT + 1, expected })] };
}

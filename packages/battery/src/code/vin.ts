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

const VIN_LENGTH = 17;
const LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ';
const LETTER_VALUES = '12345678123457923456789';
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/** Checks a VIN; a wrong check digit is a warning, since imported vehicles may have none. Never throws. */
export function checkVin(vin: string): CodeCheck {
  if (vin.length !== VIN_LENGTH) {
    return { valid: false, findings: [makeFinding('vin_length', { length: vin.length })] };
  }
  let sum = 0;
  const findings: Finding[] = [];
  for (let i = 0; i < VIN_LENGTH; i += 1) {
    const symbol = vin.charAt(i);
    const letter = LETTERS.indexOf(symbol);
    const digit = letter >= 0 ? LETTER_VALUES.charAt(letter) : symbol;
    if (digit < '0' || digit > '9') findings.push(makeFinding('vin_symbol', { at: i + 1 }));
    sum += Number(digit) * (WEIGHTS[i] ?? 0);
  }
  if (findings.length > 0) return { valid: false, findings };
  if (vin === vin.charAt(0).repeat(VIN_LENGTH))
    return { valid: false, findings: [makeFinding('vin_trivial', {})] };
  const expected = sum % 11 === 10 ? 'X' : String(sum % 11);
  if (vin[8] === expected) return { valid: true, findings: [] };
  return { valid: true, findings: [makeFinding('vin_check_digit', { at: 9, expected })] };
}

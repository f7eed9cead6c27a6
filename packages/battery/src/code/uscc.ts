/**
 * Unified social credit codes by GB 32100-2015 (18 symbols, the last a check symbol), and DUNS numbers (nine digits),
 * which the rules accept instead. Implements spec/battery.md, "Other codes".
 */
import type { Finding } from '../finding.ts';
import { makeFinding } from '../finding.ts';
import type { CodeCheck } from './vin.ts';

const USCC_LENGTH = 18;
const DUNS_LENGTH = 9;
const SYMBOLS = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** Checks a unified social credit code or DUNS number; a wrong check symbol is a warning. Never throws. */
export function checkUscc(code: string): CodeCheck {
  if (code.length !== USCC_LENGTH && code.length !== DUNS_LENGTH) {
    return { valid: false, findings: [makeFinding('uscc_length', { length: code.length })] };
  }
  const findings: Finding[] = [];
  let sum = 0;
  for (let i = 0; i < code.length; i += 1) {
    const value = SYMBOLS.indexOf(code.charAt(i));
    const digitsOnly = code.length === DUNS_LENGTH || (i >= 2 && i <= 7);
    if (value < 0 || (digitsOnly && value > 9)) findings.push(makeFinding('uscc_symbol', { at: i + 1 }));
    sum += value * (WEIGHTS[i] ?? 0);
  }
  if (findings.length > 0) return { valid: false, findings };
  if (code.length === DUNS_LENGTH) return { valid: true, findings };
  const expected = SYMBOLS.charAt((31 - (sum % 31)) % 31);
  if (code[17] === expected) return { valid: true, findings };
  return { valid: true, findings: [makeFinding('uscc_check_digit', { at: USCC_LENGTH, expected })] };
}

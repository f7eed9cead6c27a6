// Standard base64 with padding (RFC 4648 section 4), in its one canonical form (spec/log.md, L4). Receipts hold tens
// of thousands of hashes in it, so it is read by table, without a second pass.
import { base64 } from '@scure/base';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** In place of a value where a character is no digit: the one bit that no value has. */
const NO_DIGIT = 64;

const values = new Uint8Array(128).fill(NO_DIGIT);
for (let value = 0; value < DIGITS.length; value++) values[DIGITS.charCodeAt(value)] = value;

/** Standard base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return base64.encode(bytes);
}

/** The bytes of base64 text; undefined unless `encodeBase64` of them gives the same text. */
export function parseBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const whole = padding === 0 ? text.length : text.length - 4;
  let invalid = 0;
  let at = 0;
  for (let i = 0; i < whole; i += 4, at += 3) {
    const a = valueAt(text, i);
    const b = valueAt(text, i + 1);
    const c = valueAt(text, i + 2);
    const d = valueAt(text, i + 3);
    invalid |= a | b | c | d;
    bytes[at] = (a << 2) | (b >> 4);
    bytes[at + 1] = (b << 4) | (c >> 2);
    bytes[at + 2] = (c << 6) | d;
  }
  if (padding > 0) {
    const a = valueAt(text, whole);
    const b = valueAt(text, whole + 1);
    const c = padding === 1 ? valueAt(text, whole + 2) : 0;
    // The bits that padding leaves over are zero in the one canonical form.
    if ((padding === 1 ? c & 3 : b & 15) !== 0) return undefined;
    invalid |= a | b | c;
    bytes[at] = (a << 2) | (b >> 4);
    if (padding === 1) bytes[at + 1] = (b << 4) | (c >> 2);
  }
  return (invalid & NO_DIGIT) === 0 ? bytes : undefined;
}

function valueAt(text: string, index: number): number {
  return values[text.charCodeAt(index)] ?? NO_DIGIT;
}

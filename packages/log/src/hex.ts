// Lower-case hexadecimal text (spec/log.md, L4).
import { hex } from '@scure/base';

/** Two lower-case digits for each byte. */
export function encodeHex(bytes: Uint8Array): string {
  return hex.encode(bytes);
}

/** The bytes of lower-case hexadecimal text; undefined for anything else, upper case included. */
export function parseHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return undefined;
  return hex.decode(text);
}

// Big-endian unsigned integers in byte strings.
import { assert } from './assert.ts';

/** Writes `value` in `width` big-endian bytes at `offset`. */
export function writeUint(bytes: Uint8Array, offset: number, width: number, value: number): void {
  assert(Number.isSafeInteger(value) && value >= 0 && value < 256 ** width, 'the integer fits its width');
  let rest = value;
  for (let i = width - 1; i >= 0; i--) {
    bytes[offset + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

/** Reads `width` big-endian bytes at `offset`; undefined beyond the end or above the safe integers. */
export function readUint(bytes: Uint8Array, offset: number, width: number): number | undefined {
  let value = 0;
  for (let i = 0; i < width; i++) {
    const byte = bytes[offset + i];
    if (byte === undefined) return undefined;
    value = value * 256 + byte;
  }
  return Number.isSafeInteger(value) ? value : undefined;
}

// Copies of parts of byte strings. `slice` is not used on outside bytes: on a Node Buffer it copies nothing.

/** A copy of bytes [start, end), always a plain Uint8Array. */
export function sliceBytes(bytes: Uint8Array, start: number, end: number = bytes.length): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end));
}

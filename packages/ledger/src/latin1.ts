// Bytes as text with one character each (U+0000 to U+00FF), and back.

const CHUNK = 4096;

// Ten times faster than a spread, which walks an iterator.
const fromCharCode: { apply(none: null, codes: ArrayLike<number>): string } = String.fromCharCode;

/** One character for each byte. */
export function latin1Text(bytes: Uint8Array): string {
  if (bytes.length <= CHUNK) return fromCharCode.apply(null, bytes);
  let text = '';
  for (let i = 0; i < bytes.length; i += CHUNK)
    text += fromCharCode.apply(null, bytes.subarray(i, i + CHUNK));
  return text;
}

/** One byte for each character. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

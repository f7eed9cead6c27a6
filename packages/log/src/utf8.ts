// UTF-8 in both directions, exactly: nothing is replaced, and a byte order mark is a character like any other
// (spec/log.md, L4).
import { utf8 } from '@scure/base';

import { assert } from './assert.ts';

/** The UTF-8 bytes of well-formed text. Text with a lone surrogate is a bug. */
export function encodeUtf8(text: string): Uint8Array {
  assert(isWellFormed(text), 'text is well-formed Unicode');
  return utf8.decode(text);
}

/** The text of UTF-8 bytes, or undefined where they are not UTF-8. `encodeUtf8` of it gives the same bytes. */
export function parseUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.encode(bytes);
  } catch {
    return undefined;
  }
}

/** Whether text has no lone surrogate, that is, whether it can be encoded as UTF-8. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

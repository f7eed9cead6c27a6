// What the tests of this package share: values that must be there. Not part of the package.
import type { Result } from './index.ts';
import { parseHex } from './index.ts';

/** The value, which the test takes for granted. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the test expects a value here');
  return value;
}

/** The value of a result that the test takes for granted. */
export function valueOf<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`the test expects a value here, not ${JSON.stringify(result.error)}`);
  return result.value;
}

/** The code of a refusal; undefined where there is none. */
export function codeOf(result: Result<unknown, { readonly code: string }>): string | undefined {
  return result.ok ? undefined : result.error.code;
}

/** The bytes of a vector. */
export function bytesOf(hex: string): Uint8Array {
  return present(parseHex(hex));
}

// The fields of a statement as JSON: bytes in hexadecimal, everything else as it is.
import type { StatementBody } from '@suyuan/ledger';
import { encodeHex } from '@suyuan/log';

/** The members of the fields, by name. */
export function showFields({ fields }: StatementBody): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, shown(value)]));
}

function shown(value: unknown): unknown {
  if (value instanceof Uint8Array) return encodeHex(value);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shown(member)]));
}

// A document is the UTF-8 text of one JSON value in its one accepted spelling and a final line feed, so that two
// documents that say the same are the same bytes (spec/receipt.md, V1 to V3).
import type { Rejection, Result } from '@suyuan/log';
import { encodeUtf8, ok, parseUtf8, reject } from '@suyuan/log';

import type { Codec } from './json-codec.ts';

/** Which of the three documents a rejection is about. */
export type DocumentName = 'receipt' | 'policy' | 'disclosure';

/** Why a document was refused before anything in it was checked. `at` names the member, such as `records.3.path`. */
export type DocumentRejection<N extends DocumentName = DocumentName> =
  | Rejection<`${N}_too_large` | `${N}_not_canonical`>
  | (Rejection<`${N}_malformed`> & { readonly at: string });

/** The form of one document: its codec, its indentation and its largest size. */
export interface DocumentForm<T, N extends DocumentName> {
  readonly name: N;
  readonly codec: Codec<T>;
  /** Spaces of indentation: 0 writes one line. */
  readonly indent: 0 | 2;
  readonly bytesMax: number;
}

/** The document's bytes. */
export function encodeDocument<T, N extends DocumentName>(form: DocumentForm<T, N>, value: T): Uint8Array {
  return encodeUtf8(spell(form.codec.write(value), form.indent));
}

/** The value in these bytes, refused unless `encodeDocument` gives the same bytes back. Never throws. */
export function parseDocument<T, N extends DocumentName>(
  form: DocumentForm<T, N>,
  bytes: Uint8Array,
): Result<T, DocumentRejection<N>> {
  if (bytes.length > form.bytesMax) return reject({ code: `${form.name}_too_large` });
  const text = parseUtf8(bytes);
  const json = text === undefined ? undefined : parseJson(text);
  if (text === undefined || json === undefined) return reject({ code: `${form.name}_malformed`, at: '' });
  const fault: string[] = [];
  const value = form.codec.read(json.value, fault);
  if (value === undefined) return reject({ code: `${form.name}_malformed`, at: fault.join('.') });
  // The codec fixed members, their order and every string, so what may still differ from what `encodeDocument` writes
  // is the spelling: space, escapes, forms of numbers, and members given twice, of which JSON.parse keeps the last.
  if (spell(json.value, form.indent) !== text) return reject({ code: `${form.name}_not_canonical` });
  return ok(value);
}

function spell(value: unknown, indent: 0 | 2): string {
  return `${JSON.stringify(value, null, indent)}\n`;
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

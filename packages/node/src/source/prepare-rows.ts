// Rows of a source with what names each for good and the digest of what it says, so that a row which came before as it
// is stages nothing again (spec/source.md, D11).
import { hash } from 'node:crypto';

import { createMapper, isMembers } from '@suyuan/battery';
import type { Mapping, MapRow, RecordKind } from '@suyuan/battery';

import { codeFieldOf } from '../import/code-field.ts';
import type { MappingVersion } from '../import/workbook-messages.ts';

/** Bytes of a name or digest; rows that collide by accident need 2^64 rows. */
const digestBytes = 16;

/** A row to stage. */
export interface PreparedRow {
  /** As the source gave it. */
  readonly input: unknown;
  /** Digest of the row's own number, its code, or all it says. */
  readonly name: Buffer;
  /** Digest of its members. */
  readonly digest: Buffer;
}

/** How rows of one stream are read. */
export interface RowForm {
  readonly kind: RecordKind;
  readonly mapping: Mapping | undefined;
  /** The saved mapping that `mapping` is; one made of the columns' names is none. */
  readonly mappedBy: MappingVersion | undefined;
  readonly mapRow: MapRow | undefined;
  readonly codeField: string | undefined;
  /** Column that names a row, where the source says so. */
  readonly rowId: string | undefined;
}

/** The form of a stream's rows. */
export function rowFormOf(
  kind: RecordKind,
  mapping: Mapping | undefined,
  rowId: string | undefined,
  mappedBy?: MappingVersion,
): RowForm {
  const mapRow = mapping === undefined ? undefined : createMapper(kind, mapping);
  return { kind, mapping, mappedBy, mapRow, codeField: codeFieldOf(kind.id), rowId };
}

/** A row with its digests; undefined for one that the mapping passes over. */
export function prepareRow(form: RowForm, input: unknown): PreparedRow | undefined {
  const mapped = form.mapRow !== undefined && isMembers(input) ? form.mapRow(input) : undefined;
  if (mapped?.skipped === true) return undefined;
  const members = mapped?.members ?? input;
  const digest = digestOf(stableText(members));
  const name = nameOf(form, input, members);
  return { input, digest, name: name === undefined ? digest : digestOf(name) };
}

function nameOf({ rowId, codeField }: RowForm, input: unknown, members: unknown): string | undefined {
  const id = rowId === undefined ? undefined : plainAt(input, rowId);
  if (id !== undefined) return `row:${id}`;
  const number = plainAt(members, 'recordId');
  if (number !== undefined) return `number:${number}`;
  const code = codeField === undefined ? undefined : plainAt(members, codeField);
  return code === undefined ? undefined : `code:${code}`;
}

function plainAt(value: unknown, name: string): string | undefined {
  const member = isMembers(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  if (typeof member === 'number') return String(member);
  return typeof member === 'string' && member.trim() !== '' ? member.trim() : undefined;
}

/** JSON with the members in the order of their names: a source that orders them otherwise says the same. */
function stableText(value: unknown): string {
  if (!isMembers(value)) return JSON.stringify(value);
  return JSON.stringify(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function digestOf(text: string): Buffer {
  return hash('sha256', text, 'buffer').subarray(0, digestBytes);
}

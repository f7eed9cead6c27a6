/**
 * From a row of a source to a record: the mapping first, then the same checks as an API push; findings of both come
 * together. Implements spec/mapping.md, "Findings".
 */
import type { RecordContext, RecordKind } from '../kind.ts';
import { isMembers } from '../members.ts';
import type { ParsedRecord } from '../parse-record.ts';
import { parseRecord } from '../parse-record.ts';
import type { Mapping } from './mapping.ts';
import { fieldColumns } from './mapping.ts';
import type { MapRow } from './create-mapper.ts';
import { createMapper } from './create-mapper.ts';

/** A mapping made ready for many rows. */
export interface CompiledMapping {
  readonly kind: RecordKind;
  readonly mapRow: MapRow;
  /** For each mapped field the columns that a finding about it names. */
  readonly columns: ReadonlyMap<string, string>;
}

/** A row after mapping and checking; `members` are what was checked. */
export interface MappedRecord extends ParsedRecord {
  readonly members: Readonly<Record<string, unknown>>;
}

/** Compiles a mapping that `parseMapping` has accepted for this kind. */
export function compileMapping(kind: RecordKind, mapping: Mapping): CompiledMapping {
  return { kind, mapRow: createMapper(kind, mapping), columns: fieldColumns(mapping) };
}

/** Maps and parses one row; undefined when the mapping's conditions pass it over. Never throws. */
export function parseMappedRecord(
  { kind, mapRow }: CompiledMapping,
  row: unknown,
  context: RecordContext,
): MappedRecord | undefined {
  if (!isMembers(row)) return Object.assign(parseRecord(kind, row, context), { members: {} });
  const mapped = mapRow(row);
  if (mapped.skipped === true) return undefined;
  const { members, findings } = mapped;
  const { record, subjects, findings: checked } = parseRecord(kind, members, context);
  if (findings.length === 0) return { record, subjects, findings: checked, members };
  // What mapping could not read is an error once; that its value is wrong or missing then says nothing more.
  const wrong = new Set(findings.filter(({ level }) => level === 'error').map(({ field }) => field));
  const others = checked.filter(({ field, level }) => level !== 'error' || !wrong.has(field));
  return { record: mapped.ok ? record : undefined, subjects, findings: [...findings, ...others], members };
}

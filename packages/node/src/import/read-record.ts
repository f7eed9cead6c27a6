// One pushed record, of a list or of a line, to a record with its findings in place (spec/import.md).
import { isMembers, parseRecord } from '@suyuan/battery';
import type { ParsedRecord, RecordContext, RecordKind } from '@suyuan/battery';
import { findingInList, importFinding } from './import-finding.ts';
import { ownCodeOfRow, shownCode } from './own-code.ts';
import type { SourceRow } from './source-piece.ts';

/** The list that records belong to. */
export interface RecordList {
  readonly kind: RecordKind;
  readonly context: RecordContext;
  /** The kind's subject field, if it has one. */
  readonly codeField: string | undefined;
  /** The place at which each record, by its own code or content, stood first; filled by {@link placeRecord}. */
  readonly codes: Map<string, number>;
}

/** Parses a value out of `JSON.parse`; a record that repeats a code of the list, or a whole record, is refused. */
export function readRecord(list: RecordList, row: number, input: unknown): SourceRow {
  return placeRecord(list, row, input, parseRecord(list.kind, input, list.context));
}

/** The same of a record that is parsed already; `input` is what is kept of it for correction. */
export function placeRecord(
  { codes, codeField }: RecordList,
  row: number,
  input: unknown,
  { record, subjects, findings }: ParsedRecord,
): SourceRow {
  const placed = findings.map((finding) => findingInList(finding, row));
  const code = ownCodeOfRow(record, subjects);
  const first = code === undefined ? undefined : codes.get(code);
  if (code !== undefined && first === undefined) codes.set(code, row);
  if (code !== undefined && first !== undefined) {
    const field = codeField === undefined ? {} : { column: codeField, field: codeField };
    const place = { row, ...field, value: shownCode(code) };
    placed.push(importFinding('duplicate_in_file', place, { first }));
  }
  const good = first === undefined ? record : undefined;
  return { row, record: good, subjects, findings: placed, kept: good === undefined ? membersOf(input) : {} };
}

/** What is kept of a bad record for correction: its members, or the whole value under an empty name. */
function membersOf(input: unknown): Readonly<Record<string, unknown>> {
  return isMembers(input) ? { ...input } : { '': input };
}

// One row of a source, through a mapping, to a record with its findings in place (spec/mapping.md, M12).
import { parseMappedRecord } from '@suyuan/battery';
import type { CompiledMapping, RecordContext } from '@suyuan/battery';
import { codeFieldOf } from '../import/code-field.ts';
import type { ImportFinding } from '../import/import-finding.ts';
import { placeRecord } from '../import/read-record.ts';
import type { RecordList } from '../import/read-record.ts';
import type { SourceRow } from '../import/source-piece.ts';

/** The list or table that rows belong to. */
export interface MappedList extends RecordList {
  readonly mapping: CompiledMapping;
  /** Name of the sheet; undefined for lists and files without sheets. */
  readonly sheet: string | undefined;
  /** What a finding about a field names: a column's letters in a table, its name elsewhere. */
  readonly columns: ReadonlyMap<string, string>;
}

/** A list of rows without a sheet, whose findings name columns as the mapping does. */
export function mappedList(mapping: CompiledMapping, context: RecordContext): MappedList {
  const { kind, columns } = mapping;
  return {
    kind,
    mapping,
    context,
    columns,
    sheet: undefined,
    codeField: codeFieldOf(kind.id),
    codes: new Map(),
  };
}

/** Maps and parses a row; one that repeats a code of the list, or a whole record, is refused. Undefined: passed over. */
export function mapRow(list: MappedList, row: number, input: unknown): SourceRow | undefined {
  const mapped = parseMappedRecord(list.mapping, input, list.context);
  if (mapped === undefined) return undefined;
  const { record, subjects, findings, kept } = placeRecord(list, row, mapped.members, mapped);
  return { row, record, subjects, findings: findings.map((finding) => placed(list, finding)), kept };
}

function placed({ sheet, columns }: MappedList, finding: ImportFinding): ImportFinding {
  const column = finding.field === undefined ? undefined : columns.get(finding.field);
  // A field without a column of its own (a constant, or none at all) is named itself.
  return {
    ...finding,
    ...(sheet === undefined ? {} : { sheet }),
    ...(column === undefined ? {} : { column }),
  };
}

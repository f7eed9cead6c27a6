// Notices that a source has other columns than before, before anything of it is staged (spec/source.md, D14).
import { columnsOfRows, compareColumns, fieldNamed, sourceColumns } from '@suyuan/battery';
import type { Mapping, RecordKind } from '@suyuan/battery';

import type { RowChunk } from './source-reader.ts';

/** How the columns differ. */
export interface ColumnDifference {
  readonly missing: readonly string[];
  readonly added: readonly string[];
}

/** What the columns of a chunk mean. */
export type ColumnCheck =
  | { readonly isSame: true; readonly columns: readonly string[] }
  | { readonly isSame: false; readonly difference: ColumnDifference };

/** Columns of one source that are remembered. */
export const columnsMax = 200;

/**
 * Compares the columns of a chunk with those known. Where the source names its columns, one that is needed must be
 * there. Rows of JSON leave out what they have no value for: there a column is missed when its field is required, or
 * when an unknown one has come at the same time. Rows without a mapping may have no column that is no field.
 */
export function checkColumns(
  kind: RecordKind,
  mapping: Mapping | undefined,
  known: readonly string[] | undefined,
  chunk: RowChunk,
): ColumnCheck {
  const found = chunk.columns ?? columnsOfRows(chunk.rows, columnsMax);
  if (chunk.rows.length === 0) return { isSame: true, columns: known ?? [] };
  const { added } = compareColumns(known ?? found, found);
  const isField = (name: string): boolean => fieldNamed(kind, name) !== undefined;
  const needed = mapping === undefined ? (known ?? []).filter(isField) : sourceColumns(mapping);
  const { missing } = compareColumns(needed, found);
  const missed = missing.filter((name) => !found.some((other) => isWithin(name, other)));
  const isExact = chunk.columns !== undefined;
  const strange = added.filter((name) => !needed.some((other) => isWithin(other, name)));
  const isMissed = (name: string): boolean =>
    isExact || strange.length > 0 || isRequired(kind, mapping, name);
  const gone = missed.filter(isMissed);
  const isUnreadable = mapping === undefined && !isExact && strange.some((name) => !isField(name));
  if (gone.length > 0 || isUnreadable)
    return { isSame: false, difference: { missing: gone, added: strange } };
  const columns = [...new Set([...(known ?? []), ...found])].slice(0, columnsMax);
  return { isSame: true, columns };
}

/** Whether a path leads into a column that is there as a whole, such as an empty list. */
function isWithin(path: string, column: string): boolean {
  return path.startsWith(column) && (path[column.length] === '.' || path[column.length] === '[');
}

function isRequired(kind: RecordKind, mapping: Mapping | undefined, column: string): boolean {
  return kind.fields.some((field) => {
    if (field.required !== 'yes') return false;
    if (mapping === undefined) return field.id === column;
    const rule = Object.hasOwn(mapping.fields, field.id) ? mapping.fields[field.id] : undefined;
    return rule?.column === column && rule.default === undefined;
  });
}

/** A mapping of columns that are named like fields; for texts, which no push would take as they are. */
export function mappingByName(kind: RecordKind, columns: readonly string[]): Mapping {
  const fields: Record<string, { readonly column: string }> = {};
  for (const column of columns) {
    const place = fieldNamed(kind, column);
    const field = place === undefined ? undefined : kind.fields[place];
    if (field !== undefined && !Object.hasOwn(fields, field.id)) fields[field.id] = { column };
  }
  return { format: 'suyuan-mapping/v1', kind: kind.id, fields };
}

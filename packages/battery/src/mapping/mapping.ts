/**
 * A mapping says, as data, how the columns of an organisation's own system become the fields of a record kind: which
 * column, in which unit, written how, with which default. It holds no code and no expression, so that one can be read,
 * compared and run without trust. Implements spec/mapping.md, "A mapping".
 */
import type { Label } from '../finding.ts';

/** The only version of the format there is. */
export const mappingFormat = 'suyuan-mapping/v1';

/** A value that a mapping itself gives. */
export type MappingValue = string | number | boolean;

/**
 * Values of the source that stand for values of the field. `from` is compared with the whole trimmed value; an empty
 * `to` stands for a missing value.
 */
export interface Lookup {
  readonly table: readonly { readonly from: string; readonly to: MappingValue }[];
  /** What a value becomes that is not in the table: itself, nothing, or an error of its row. */
  readonly otherwise: 'keep' | 'missing' | 'refuse';
}

/** How a date or time is written in the source. */
export interface DateRule {
  /**
   * `yyyy MM M dd d HH H mm ss SSS XXX` stand for their parts, `T` and everything that is no Latin letter for itself;
   * or one of `epoch_seconds`, `epoch_milliseconds`, `excel_serial`.
   */
  readonly pattern: string;
  /** Offset of times written without one, `+08:00` unless said. */
  readonly offset?: string;
  /** The time of day, `HH:mm` or `HH:mm:ss`, of a date without one that goes to a field for times. */
  readonly time?: string;
}

/** The unit in which the source counts. */
export interface UnitRule {
  /** A symbol of the table of units, of the same quantity as the field's own. */
  readonly from: string;
  /** Rounds half up to the digits that the field takes, and says so. Without it more digits are an error. */
  readonly round?: boolean;
}

/**
 * How one field gets its value: from exactly one of `column`, `join` and `constant`; then what else is given, in the
 * order in which it stands here.
 */
export interface Rule {
  /** A column by its name, or a path into nested JSON: `order.lines[0].code`, `cells[].code` for a list. */
  readonly column?: string;
  /** Several columns with a text between them; those without a value are left out. */
  readonly join?: { readonly columns: readonly string[]; readonly with: string };
  readonly constant?: MappingValue;
  /** Cuts one text into a list at this text. */
  readonly split?: string;
  /** Leaves these characters out wherever they stand, and says so. */
  readonly strip?: string;
  /** Makes the letters a to z capitals, and says so. */
  readonly upper?: boolean;
  readonly lookup?: Lookup;
  readonly date?: DateRule;
  readonly unit?: UnitRule;
  /** Whole numbers in this column are meant as text, and reading them so is not worth a finding. */
  readonly text?: boolean;
  /** Stands in for a value that is missing. */
  readonly default?: MappingValue;
}

/** Keeps a row, or passes it over, by the value of a column; the empty text stands for a missing value. */
export interface RowCondition {
  readonly column: string;
  readonly is: 'one_of' | 'none_of';
  readonly values: readonly string[];
}

/** Where a table begins. */
export interface TableRule {
  /** Name of the sheet; the first visible one that has all columns unless said. */
  readonly sheet?: string;
  /** The row of the headings, from 1; the first row that is not blank unless said. */
  readonly headings?: number;
}

/** A mapping from the rows of one source to records of one kind. */
export interface Mapping {
  readonly format: typeof mappingFormat;
  /** Id of the record kind. */
  readonly kind: string;
  /** Rules by field id; fields without one stay empty. */
  readonly fields: { readonly [field: string]: Rule };
  /** Rows that do not meet all of these are passed over. */
  readonly only?: readonly RowCondition[];
  /** For workbooks and CSV files. */
  readonly table?: TableRule;
  /** Every column that the source had when the mapping was made, used or not, so that a new one is noticed. */
  readonly columns?: readonly string[];
}

/** Bounds of a mapping. */
export const mappingLimits = {
  nameLengthMax: 200,
  columnsMax: 200,
  joinedMax: 10,
  lookupMax: 1_000,
  conditionsMax: 10,
  textLengthMax: 256,
  separatorLengthMax: 8,
  patternLengthMax: 40,
  headingsRowMax: 100,
} as const;

/** What is wrong with a mapping. */
export type MappingProblemCode =
  | 'mapping_not_object'
  | 'mapping_format_unknown'
  | 'mapping_kind_unknown'
  | 'mapping_member_unknown'
  | 'mapping_type'
  | 'mapping_too_long'
  | 'mapping_field_unknown'
  | 'mapping_source_missing'
  | 'mapping_source_twice'
  | 'mapping_column_empty'
  | 'mapping_rule_unfit'
  | 'mapping_lookup_repeated'
  | 'mapping_pattern_wrong'
  | 'mapping_time_missing'
  | 'mapping_offset_wrong'
  | 'mapping_unit_unknown'
  | 'mapping_unit_unfit'
  | 'mapping_value_unfit';

/** One problem, at a path such as `fields.mass.unit.from`. */
export interface MappingProblem {
  readonly path: string;
  readonly code: MappingProblemCode;
  readonly message: Label;
}

/** Why a value is no mapping; every problem is named. */
export interface MappingRejection {
  readonly code: 'mapping_invalid';
  readonly problems: readonly MappingProblem[];
}

/** A row of a source: values by column, as JSON, as texts or as the cells of a sheet. */
export type SourceValues = Readonly<Record<string, unknown>>;

/** The columns that a rule reads, as the mapping names them. */
export function columnsOfRule({ column, join }: Rule): readonly string[] {
  if (column !== undefined) return [column];
  return join === undefined ? [] : join.columns;
}

/** The columns that a mapping reads, each once, in the order of its rules; those of its conditions follow. */
export function sourceColumns(mapping: Mapping): readonly string[] {
  const columns = new Set<string>();
  for (const rule of Object.values(mapping.fields))
    for (const column of columnsOfRule(rule)) columns.add(column);
  for (const { column } of mapping.only ?? []) columns.add(column);
  return [...columns];
}

/** Every column that the source is expected to have: those seen when the mapping was made, and those it reads. */
export function knownColumns(mapping: Mapping): readonly string[] {
  return [...new Set([...sourceColumns(mapping), ...(mapping.columns ?? [])])];
}

/** For each mapped field what a finding about it names: its column, or its columns joined by ` + `. */
export function fieldColumns(mapping: Mapping): ReadonlyMap<string, string> {
  const columns = new Map<string, string>();
  for (const [field, rule] of Object.entries(mapping.fields)) {
    const named = columnsOfRule(rule);
    if (named.length > 0) columns.set(field, named.join(' + '));
  }
  return columns;
}

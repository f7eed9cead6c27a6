/**
 * A record kind as data. Parsing, template, HTTP contract, form labels and documentation are all derived from it, so
 * that a new kind is a new value of this type and nothing else. Implements spec/battery.md, "Record kinds".
 */
import type { CodeContext, CodeMode } from './code/battery-code.ts';
import type { SisterCodes } from './code/sister-codes.ts';
import type { CodeTableId, ProductType } from './code/tables.ts';
import type { FindingCode, FindingFacts, Label } from './finding.ts';
import type { MasterContext } from './master/judge-master.ts';

/** One of the three pieces of a record: for anyone with the code, for channel members, for the reporter only. */
export type Part = 'public' | 'shared' | 'private';

/**
 * What a code is to the record: the thing reported, of which a kind has one record; what it is part of, what is part
 * of it, the code it had before, a number that people look things up by (an order). Kinds that report what happens to
 * things again and again have instead: the vehicle it happens at, what comes off or goes out, what goes on or comes
 * in, what is handled without changing its place in a vehicle.
 */
export type SubjectRole =
  | 'subject'
  | 'parent'
  | 'child'
  | 'previous'
  | 'reference'
  | 'vehicle'
  | 'removed'
  | 'installed'
  | 'handled'
  /** The digest of a file that the record names. */
  | 'attachment';

/** A condition over another field of the record: its value (yes and no as `true`, `false`) is one of these. */
export interface FieldCondition {
  readonly field: string;
  readonly values: readonly string[];
}

interface FieldBase {
  /** Name of the member in the record's JSON; a JavaScript identifier in camelCase. */
  readonly id: string;
  readonly label: Label;
  readonly part: Part;
  /** `conditional` means that `requiredWhen` or a rule of the kind decides. */
  readonly required: 'yes' | 'no' | 'conditional';
  /** The value is required when this holds. */
  readonly requiredWhen?: FieldCondition;
  /** The value may be given only when this holds. */
  readonly onlyWhen?: FieldCondition;
  readonly help: Label;
  /** An example as a person types it into a cell. */
  readonly example: string;
  /** When set, the value is one of the record's subjects and can be looked up. */
  readonly role?: SubjectRole;
}

/** One line of text. */
export interface TextField extends FieldBase {
  readonly type: 'text';
  readonly maxLength: number;
  /** A regular expression of linear time that the whole text matches. */
  readonly pattern?: string;
}

/** A number or whole number between bounds, with at most `decimals` digits after the point. */
export interface NumberField extends FieldBase {
  readonly type: 'number' | 'integer';
  readonly unit?: string;
  readonly min: number;
  readonly max: number;
  readonly decimals: number;
}

/** One of a few values, each with a label. */
export interface EnumField extends FieldBase {
  readonly type: 'enum';
  /** What is built in. */
  readonly values: readonly { readonly id: string; readonly label: Label }[];
  /** The code table of the values, which a network may add to and change; without one they are fixed. */
  readonly table?: CodeTableId;
}

/** A civil date, a time with offset, or yes/no. `past` refuses dates after today. */
export interface SimpleField extends FieldBase {
  readonly type: 'date' | 'datetime' | 'boolean';
  readonly past?: boolean;
}

/** A battery code of the products named. */
export interface BatteryCodeField extends FieldBase {
  readonly type: 'battery_code';
  readonly products: readonly ProductType[];
}

/** A list of battery codes of the products named, without repetition. */
export interface BatteryCodesField extends FieldBase {
  readonly type: 'battery_codes';
  readonly products: readonly ProductType[];
  readonly itemsMin: number;
  readonly itemsMax: number;
}

/** A vehicle identification number, or a unified social credit code (or DUNS number). */
export interface OtherCodeField extends FieldBase {
  readonly type: 'vin' | 'uscc';
}

/** Files that go with the record: for each its SHA-256 digest and its name. */
export interface AttachmentsField extends FieldBase {
  readonly type: 'attachments';
  readonly itemsMax: number;
}

/** One field of a record kind. */
export type Field =
  | TextField
  | NumberField
  | EnumField
  | SimpleField
  | BatteryCodeField
  | BatteryCodesField
  | OtherCodeField
  | AttachmentsField;

/** The values of a record that passed their own checks; a field that is absent or wrong is undefined. */
export interface RecordValues {
  text(field: string): string | undefined;
  number(field: string): number | undefined;
  flag(field: string): boolean | undefined;
  list(field: string): readonly string[] | undefined;
  /** True when the member was given, right or wrong. */
  given(field: string): boolean;
}

/** Says a finding about a field. */
export type Say = (code: FindingCode, field: string, facts?: FindingFacts) => void;

/** A rule over several fields of one record. It must not throw and must take time linear in the record. */
export type RecordRule = (values: RecordValues, say: Say, context: RecordContext) => void;

/** What a kind reports: `module`, what happens to batteries and vehicles; `master`, what such records name. */
export type KindFamily = 'module' | 'master';

/** A record kind: its fields in the order of the canonical text, and its rules. */
export interface RecordKind {
  /** lower_snake; the same string in statements, API and command line. */
  readonly id: string;
  /** Counts up when a field is added; fields are never removed or given another meaning. */
  readonly version: number;
  readonly family: KindFamily;
  readonly label: Label;
  readonly help: Label;
  readonly fields: readonly Field[];
  readonly rules: readonly RecordRule[];
  /** The field that says when what the record reports took place; of several the first that is given. */
  readonly eventDate: string | readonly string[];
}

/** What parsing needs to know beside the input. Pure packages have no clock, so today is an argument. */
export interface RecordContext extends CodeContext {
  /** Today's civil date in Asia/Shanghai, `YYYY-MM-DD`. */
  readonly today: string;
  /** The network's policy for battery codes. */
  readonly codes: CodeMode;
  /** When given, codes that differ from others of the same file only by O/0 or I/1 are pointed out. */
  readonly sisters?: SisterCodes;
  /** When given, models, maker prefixes and units that the record names are compared with the master data. */
  readonly master?: MasterContext;
}

/** The exact UTF-8 JSON texts of the three parts; `{}` for an empty one. */
export interface RecordTexts {
  readonly public: string;
  readonly shared: string;
  readonly private: string;
}

/** A code under which the record can be found. */
export interface Subject {
  readonly code: string;
  readonly role: SubjectRole;
}

/** Names of the parts in the order in which commitments are made. */
export const parts: readonly Part[] = ['public', 'shared', 'private'];

/** Bytes of the three texts of one record together. */
export const recordBytesMax = 65_536;

/** Roles from the one that names a record best to the one that names it least. */
const NAMING: readonly SubjectRole[] = ['subject', 'handled', 'installed', 'removed', 'vehicle'];

/** The code by which a person knows a record: its subject, else what it is about. Undefined when it names none. */
export function mainCode(subjects: readonly Subject[]): string | undefined {
  for (const role of NAMING) {
    const named = subjects.find((subject) => subject.role === role);
    if (named !== undefined) return named.code;
  }
  return undefined;
}

/**
 * From a JSON object to a record: every member checked, the canonical text of each part, the subjects, the findings.
 * A kind is compiled once. Implements spec/battery.md, "Canonical text" and "Values".
 */
import { assert } from '@suyuan/log';
import type { Finding } from './finding.ts';
import { makeFinding } from './finding.ts';
import type { Field, Part, RecordContext, RecordKind, RecordTexts, Say, Subject } from './kind.ts';
import { recordBytesMax } from './kind.ts';
import type { ReadValue } from './read-value.ts';
import { compileReader } from './read-value.ts';
import { Reading } from './reading.ts';
import { judgeCodes } from './master/judge-codes.ts';
import { judgeMaster } from './master/judge-master.ts';
import { checkConditions } from './field-condition.ts';
import { isMembers } from './members.ts';
import { isBlank, trimBlanks, utf8Size } from './unicode.ts';

/**
 * Outcome of parsing. `record` is undefined when a finding is an error; then `subjects` holds what could be read, so
 * that a person finds the row.
 */
export interface ParsedRecord {
  readonly record: RecordTexts | undefined;
  readonly subjects: readonly Subject[];
  readonly findings: readonly Finding[];
}

/** A field with its reader; `key` is the member's name as it stands in the text, with the colon. */
export interface CompiledField {
  readonly field: Field;
  readonly place: number;
  readonly key: string;
  readonly required: boolean;
  readonly read: ReadValue;
}

/** A kind whose fields have readers. */
export interface CompiledKind {
  readonly kind: RecordKind;
  readonly fields: readonly CompiledField[];
  readonly places: ReadonlyMap<string, number>;
  /** As many times undefined as there are fields. */
  readonly blank: readonly unknown[];
}

const FIELDS_MAX = 50;
const compiledKinds = new WeakMap<RecordKind, CompiledKind>();

/** The compiled form of a kind, made at its first use. */
export function compileKind(kind: RecordKind): CompiledKind {
  const known = compiledKinds.get(kind);
  if (known !== undefined) return known;
  assert(kind.fields.length <= FIELDS_MAX, 'a record kind has at most 50 fields');
  const fields = kind.fields.map((field, place) => {
    assert(/^[a-z][A-Za-z0-9]{0,39}$/.test(field.id), 'a field id is a short camelCase name');
    assert(!(field.id in {}), 'a field id is no name of a prototype');
    const required = field.required === 'yes';
    return { field, place, key: `"${field.id}":`, required, read: compileReader(field) };
  });
  const places = new Map(fields.map((entry) => [entry.field.id, entry.place]));
  assert(places.size === fields.length, 'field ids of a kind are distinct');
  const compiled = { kind, fields, places, blank: fields.map(() => undefined) };
  compiledKinds.set(kind, compiled);
  return compiled;
}

/**
 * Parses a record as an API push gives it: `input` is a value out of `JSON.parse`. Never throws and changes nothing
 * silently. Absent, null, empty text and empty list all mean "not given".
 */
export function parseRecord(kind: RecordKind, input: unknown, context: RecordContext): ParsedRecord {
  const compiled = compileKind(kind);
  const reading = new Reading(context, compiled);
  if (!isMembers(input)) {
    reading.add(makeFinding('record_not_object', {}));
    return { record: undefined, subjects: [], findings: reading.findings };
  }
  const texts = new PartTexts();
  let known = 0;
  for (const entry of compiled.fields) {
    const value = input[entry.field.id];
    if (value !== undefined) known += 1;
    readField(entry, value, reading, texts);
  }
  const names = Object.keys(input);
  if (names.length !== known) refuseUnknown(names, compiled, reading);
  return finishRecord(kind, reading, texts);
}

function refuseUnknown(names: readonly string[], compiled: CompiledKind, reading: Reading): void {
  for (const name of names) {
    if (!compiled.places.has(name)) reading.say('unknown_member', name, { value: name });
  }
}

/** The texts of the three parts while they grow. */
export class PartTexts {
  public = '';
  shared = '';
  private = '';

  /** Adds a member to a part. */
  add(part: Part, key: string, text: string): void {
    const before = this[part];
    this[part] = before === '' ? `{${key}${text}` : `${before},${key}${text}`;
  }

  /** The finished texts. */
  finish(): RecordTexts {
    return { public: close(this.public), shared: close(this.shared), private: close(this.private) };
  }
}

function close(text: string): string {
  return text === '' ? '{}' : `${text}}`;
}

/** Reads one field into the texts, or says that a required one is missing. */
export function readField(entry: CompiledField, value: unknown, reading: Reading, texts: PartTexts): void {
  if (isAbsent(value)) {
    if (entry.required) reading.say('value_missing', entry.field.id);
    return;
  }
  reading.markGiven(entry.place);
  const text = entry.read(value, reading, entry.place);
  if (text !== undefined) texts.add(entry.field.part, entry.key, text);
}

function isAbsent(value: unknown): boolean {
  if (typeof value === 'string')
    return value === '' || (isBlank(value.charCodeAt(0)) && trimBlanks(value) === '');
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** Applies the rules over several fields and gives the outcome. */
export function finishRecord(kind: RecordKind, reading: Reading, texts: PartTexts): ParsedRecord {
  const say: Say = (code, field, facts) => reading.say(code, field, facts);
  checkConditions(kind, reading);
  for (const rule of kind.rules) rule(reading, say, reading.context);
  const { master, tables, today } = reading.context;
  if (tables !== undefined) judgeCodes(kind, reading, say, tables, reading.context);
  if (master !== undefined) judgeMaster(kind, reading, say, master, today);
  const record = texts.finish();
  const size = recordSize(record);
  if (size > recordBytesMax) reading.add(makeFinding('record_too_large', { size }));
  return {
    record: reading.errors === 0 ? record : undefined,
    subjects: reading.subjects,
    findings: reading.findings,
  };
}

/** Bytes of the three texts together, or a bound that is within the limit. */
function recordSize(record: RecordTexts): number {
  const units = record.public.length + record.shared.length + record.private.length;
  if (units * 3 <= recordBytesMax) return units;
  return utf8Size(record.public) + utf8Size(record.shared) + utf8Size(record.private);
}

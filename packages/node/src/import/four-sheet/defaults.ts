// Values for what the four-sheet layout has no column for, given with the import: by record kind, and by model where
// models differ (spec/import.md, "The four-sheet layout").
import { recordKind } from '@suyuan/battery';
import { ok, reject } from '@suyuan/log';
import type { Result } from '@suyuan/log';
import { fourSheetRecordKinds } from './layout.ts';

/** A value as a cell holds it. */
export type DefaultValue = string | number | boolean;
/** Values by field. */
export type FieldValues = Readonly<Record<string, DefaultValue>>;

/** Values by record kind, and by the model of a pack or module, which go before those of the kind. */
export interface FourSheetDefaults {
  readonly kinds: Readonly<Record<string, FieldValues>>;
  readonly models: Readonly<Record<string, FieldValues>>;
}

/** Why defaults are not taken: what does not fit, and where. */
export interface DefaultsRejection {
  readonly code: 'defaults_malformed';
  readonly path: string;
  readonly message: string;
}

function refuse(path: string, message: string): Result<never, DefaultsRejection> {
  return reject({ code: 'defaults_malformed', path, message });
}

/** No defaults. */
export const noDefaults: FourSheetDefaults = { kinds: {}, models: {} };

const modelsMax = 1_000;

/** Parses `{"battery_pack": {…}, "battery_module": {…}, "models": {"MODEL": {…}}}`; says what does not fit. */
export function parseDefaults(text: string): Result<FourSheetDefaults, DefaultsRejection> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('query/defaults', 'is not JSON');
  }
  if (!isObject(value)) return refuse('query/defaults', 'must be an object');
  const kinds: Record<string, FieldValues> = {};
  let models: Record<string, FieldValues> = {};
  for (const [name, member] of Object.entries(value)) {
    const path = `query/defaults/${name.slice(0, 64)}`;
    if (!isObject(member)) return refuse(path, 'must be an object');
    if (name === 'models') {
      const read = readModels(path, member);
      if (!read.ok) return read;
      models = read.value;
    } else {
      if (!fourSheetRecordKinds.some((id) => id === name))
        return refuse(path, 'is no record kind of this layout');
      const read = readFields(path, member, [name]);
      if (!read.ok) return read;
      kinds[name] = read.value;
    }
  }
  return ok({ kinds, models });
}

function readModels(
  path: string,
  member: Readonly<Record<string, unknown>>,
): Result<Record<string, FieldValues>, DefaultsRejection> {
  const models: [string, FieldValues][] = [];
  if (Object.keys(member).length > modelsMax) return refuse(path, 'holds too many models');
  for (const [model, fields] of Object.entries(member)) {
    const place = `${path}/${model.slice(0, 64)}`;
    if (!isObject(fields)) return refuse(place, 'must be an object');
    const read = readFields(place, fields, fourSheetRecordKinds);
    if (!read.ok) return read;
    models.push([model, read.value]);
  }
  return ok(Object.fromEntries(models));
}

function readFields(
  path: string,
  member: Readonly<Record<string, unknown>>,
  kinds: readonly string[],
): Result<FieldValues, DefaultsRejection> {
  const fields: Record<string, DefaultValue> = {};
  const known = kinds.flatMap((id) => recordKind(id)?.fields.map((field) => field.id) ?? []);
  for (const [name, value] of Object.entries(member)) {
    const place = `${path}/${name.slice(0, 64)}`;
    if (!known.includes(name)) return refuse(place, 'is no field of the record kind');
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
      return refuse(place, 'must be a text, a number or a boolean');
    fields[name] = value;
  }
  return ok(fields);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The JSON Schema (2020-12, as OpenAPI 3.1 uses it) of a record kind, for the HTTP contract and for forms. It says
 * what one member may look like; rules over several members are in the documentation. Implements spec/battery.md,
 * "Record kinds".
 */
import { attachmentSchema } from './attachment.ts';
import type { TablesOfDay } from './code/field-values.ts';
import { fieldValues } from './code/field-values.ts';
import { codeRule } from './code/tables.ts';
import type { Field, FieldCondition, RecordKind } from './kind.ts';

/** A JSON Schema as data. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** The schema of a whole record. */
export interface RecordSchema extends JsonSchema {
  readonly type: 'object';
  readonly properties: { readonly [field: string]: JsonSchema };
  readonly required: readonly string[];
}

/** The schema of a record in an API push; values of code tables are those in force on the day of the tables. */
export function jsonSchema(kind: RecordKind, tables?: TablesOfDay): RecordSchema {
  return {
    title: kind.label.en,
    description: `${kind.help.zh}\n\n${kind.help.en}`,
    type: 'object',
    properties: Object.fromEntries(kind.fields.map((field) => [field.id, fieldSchema(field, tables)])),
    required: kind.fields.filter((field) => field.required === 'yes').map((field) => field.id),
    additionalProperties: false,
    ...conditionsOf(kind),
  };
}

/** Fields that another field's value makes required or forbids, as `if` and `then`. */
function conditionsOf(kind: RecordKind): JsonSchema {
  const conditions = kind.fields.flatMap(({ id, requiredWhen, onlyWhen }) => [
    ...(requiredWhen === undefined ? [] : [ifThen(holds(kind, requiredWhen), { required: [id] })]),
    ...(onlyWhen === undefined ? [] : [ifThen({ required: [id] }, holds(kind, onlyWhen))]),
  ]);
  return conditions.length === 0 ? {} : { allOf: conditions };
}

function ifThen(condition: JsonSchema, consequence: JsonSchema): JsonSchema {
  // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema; nothing awaits a schema
  return { if: condition, then: consequence };
}

function holds(kind: RecordKind, { field, values }: FieldCondition): JsonSchema {
  const isBoolean = kind.fields.find(({ id }) => id === field)?.type === 'boolean';
  const allowed = isBoolean ? values.map((value) => value === 'true') : values;
  return { properties: { [field]: { enum: allowed } }, required: [field] };
}

function fieldSchema(field: Field, tables: TablesOfDay | undefined): JsonSchema {
  const unit = field.type === 'number' && field.unit !== undefined ? ` (${field.unit})` : '';
  return {
    title: `${field.label.zh} ${field.label.en}${unit}`,
    description: `${field.help.zh}\n\n${field.help.en}`,
    ...valueSchema(field, tables),
    'x-part': field.part,
    ...(field.role === undefined ? {} : { 'x-role': field.role }),
  };
}

/** A pattern for the codes of one product; the finer checks are findings, whose level depends on the policy. */
function codeSchema(products: readonly string[]): JsonSchema {
  const types = products.join('');
  const pattern = `^(?:[A-Z0-9]{3}[${types}][A-Z0-9]{20}|[A-Z0-9]{17}(?:[A-Z0-9]{7})?R[${types}])$`;
  return {
    type: 'string',
    pattern,
    minLength: codeRule.reusedLength,
    maxLength: codeRule.reusedSuffixedLength,
  };
}

function valueSchema(field: Field, tables: TablesOfDay | undefined): JsonSchema {
  switch (field.type) {
    case 'text':
      return {
        type: 'string',
        maxLength: field.maxLength,
        ...(field.pattern === undefined ? {} : { pattern: `^(?:${field.pattern})$` }),
      };
    case 'number':
    case 'integer':
      return { type: field.type, minimum: field.min, maximum: field.max };
    case 'enum':
      return {
        type: 'string',
        enum: fieldValues(field, tables).map(({ id }) => id),
        'x-labels': fieldValues(field, tables).map(({ label }) => label),
        ...(field.table === undefined ? {} : { 'x-code-table': field.table }),
      };
    case 'boolean':
      return { type: 'boolean' };
    case 'date':
      return { type: 'string', format: 'date' };
    case 'datetime':
      return { type: 'string', format: 'date-time' };
    case 'battery_code':
      return codeSchema(field.products);
    case 'battery_codes':
      return {
        type: 'array',
        items: codeSchema(field.products),
        minItems: field.itemsMin,
        maxItems: field.itemsMax,
        uniqueItems: true,
      };
    case 'attachments':
      return { type: 'array', items: attachmentSchema, maxItems: field.itemsMax };
    case 'vin':
      return { type: 'string', pattern: '^[A-HJ-NPR-Z0-9]{17}$' };
    case 'uscc':
    default:
      return { type: 'string', pattern: '^(?:[0-9A-HJ-NP-RTUW-Y]{18}|[0-9]{9})$' };
  }
}

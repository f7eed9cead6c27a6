import { exampleContext, exampleModule, exampleRecords } from '@suyuan/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOf, templateOf } from './template.ts';
import { documentKind } from './document-kind.ts';
import { headingOf } from './header.ts';
import type { JsonSchema } from './json-schema.ts';
import { jsonSchema } from './json-schema.ts';
import type { RecordKind } from './kind.ts';
import { recordKind, recordKinds } from './kinds/record-kinds.ts';
import { parseRecord } from './parse-record.ts';
import { parseRow } from './parse-row.ts';
import { recognizeHeader } from './header.ts';

const ids = recordKinds.map((kind) => kind.id);
const kindOf = (id: string): RecordKind => {
  const kind = recordKind(id);
  if (kind === undefined) throw new Error(id);
  return kind;
};

/** A validator for the few keywords that the schemas use; enough to hold parsing and schema together. */
function fits(schema: JsonSchema, value: unknown): boolean {
  const { type, pattern, maxLength, minimum, maximum, items, minItems, maxItems } = schema;
  if (Array.isArray(schema['enum'])) return schema['enum'].includes(value);
  if (type === 'string') {
    if (typeof value !== 'string' || (typeof maxLength === 'number' && Array.from(value).length > maxLength))
      return false;
    return typeof pattern !== 'string' || new RegExp(pattern, 'u').test(value);
  }
  if (type === 'array') {
    if (!Array.isArray(value) || value.length < Number(minItems) || value.length > Number(maxItems))
      return false;
    return value.every((item) => fits({ ...Object(items) }, item));
  }
  if (type === 'object') return typeof value === 'object' && value !== null;
  if (type === 'boolean') return typeof value === 'boolean';
  const whole = type !== 'integer' || Number.isInteger(value);
  return typeof value === 'number' && whole && value >= Number(minimum) && value <= Number(maximum);
}

interface Condition {
  readonly if: JsonSchema;
  readonly then: JsonSchema;
}

/** The conditions that one field's value puts on another. */
function conditionsOf(schema: JsonSchema): readonly Condition[] {
  const conditions = schema['allOf'];
  return Array.isArray(conditions) ? conditions : [];
}

/** Whether the members satisfy `required` and `properties` with `enum`, the only keywords of conditions. */
function meets(schema: JsonSchema, members: Readonly<Record<string, unknown>>): boolean {
  const { required = [], properties = {} } = schema;
  if (Array.isArray(required) && required.some((name: string) => !(name in members))) return false;
  return Object.entries(Object(properties)).every(([name, rule]) =>
    Object(rule).enum.includes(members[name]),
  );
}

describe('record kinds', () => {
  it.each(ids)('[B11] %s is complete', (id) => {
    const { family, fields, label, help, eventDate } = kindOf(id);
    expect([label.zh, label.en, help.zh, help.en].every((text) => text !== '')).toBe(true);
    expect(new Set(fields.map((field) => field.id)).size).toBe(fields.length);
    expect(new Set(fields.flatMap((field) => [field.label.zh, field.label.en])).size).toBe(fields.length * 2);
    const subjects = fields.filter((field) => field.role === 'subject').length;
    const handled = fields.filter(({ role }) => role === 'removed' || role === 'handled').length;
    // An entry of master data has many versions, so that its key is no subject.
    const happens = family === 'module' && subjects === 0;
    expect([subjects, handled > 0]).toEqual([happens || family === 'master' ? 0 : 1, happens]);
    for (const name of [eventDate].flat()) {
      const when = fields.find((field) => field.id === name);
      expect(when?.type).toMatch(/^date/);
      expect(when?.part).not.toBe('private');
    }
    for (const field of fields) {
      expect([field.label.zh, field.label.en, field.help.zh, field.help.en]).not.toContain('');
      expect(field.id in {}).toBe(false);
    }
  });

  it.each(ids)('[B11] the examples of %s make a record without findings', (id) => {
    const kind = kindOf(id);
    const layout = recognizeHeader(
      kind,
      kind.fields.map((field) => field.id),
    );
    if (layout === undefined) throw new Error('the ids are a header');
    const cells = templateOf(kind).dataSheet.columns.map(({ sample }) =>
      typeof sample === 'string' ? sample.replace('示例 ', '') : sample,
    );
    const { findings, record } = parseRow(kind, layout, cells, exampleContext);
    expect(findings).toEqual([]);
    expect(record).toBeDefined();
  });

  it.each(ids)('[B12] schema, template and documentation of %s hold every field once', (id) => {
    const kind = kindOf(id);
    const names = kind.fields.map((field) => field.id);
    const schema = jsonSchema(kind);
    expect(Object.keys(schema.properties)).toEqual(names);
    const template = templateOf(kind);
    expect(template.dataSheet.columns.map((column) => column.field)).toEqual(names);
    expect(template.notesSheet.rows.slice(-names.length).map((row) => row[0])).toEqual(names);
    const text = documentKind(kind);
    for (const name of names) expect(text.split(`| \`${name}\` |`)).toHaveLength(2);
    for (const field of kind.fields) expect(headingOf(field)).toContain(field.label.zh);
  });

  it.each(Object.entries(exampleRecords))(
    '[B12] a changed %s that parsing accepts satisfies the schema',
    (id, example) => {
      const kind = kindOf(id);
      const schema = jsonSchema(kind);
      const value = fc.oneof(
        fc.string({ maxLength: 70 }),
        fc.double(),
        fc.integer({ min: -1, max: 2_000 }),
        fc.boolean(),
        fc.constantFrom(
          'SY1MB01GB20000001RM',
          'SY1PB01A000001GB20000001',
          'B',
          'pouch',
          '1P2S',
          '2026-11-02',
        ),
        fc.array(fc.constantFrom('SY1CB01A000001GB10000001', 'SY1MB01A000001GB20000001'), { maxLength: 2 }),
      );
      const names = kind.fields.map((field) => field.id);
      let accepted = 0;
      fc.assert(
        fc.property(fc.constantFrom(...names), value, (name, changed) => {
          const input = { ...example, [name]: changed };
          const { record } = parseRecord(kind, input, exampleContext);
          if (record === undefined) return;
          accepted += 1;
          const members = { ...JSON.parse(record.public), ...JSON.parse(record.shared) };
          for (const [member, given] of Object.entries(members)) {
            expect([member, given, fits(schema.properties[member] ?? {}, given)]).toEqual([
              member,
              given,
              true,
            ]);
          }
          const needed = schema.required.filter((id) => schema.properties[id]?.['x-part'] !== 'private');
          for (const required of needed) expect(members).toHaveProperty(required);
          for (const condition of conditionsOf(schema)) {
            expect([condition, !meets(condition.if, members) || meets(condition.then, members)]).toEqual([
              condition,
              true,
            ]);
          }
        }),
        { numRuns: 1_000 },
      );
      expect(accepted).toBeGreaterThan(15);
    },
  );

  it('[B39] cells made of a record hold one value per field', () => {
    expect(cellsOf(kindOf('battery_module'), exampleModule)).toHaveLength(
      kindOf('battery_module').fields.length,
    );
  });
});

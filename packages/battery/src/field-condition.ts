/**
 * Fields that the value of another field makes required or out of place, such as those of a sub-type. Implements
 * spec/battery.md, "Record kinds".
 */
import type { Field, FieldCondition, RecordKind } from './kind.ts';
import type { Reading } from './reading.ts';

const conditional = new WeakMap<RecordKind, readonly Field[]>();

function conditionalFields(kind: RecordKind): readonly Field[] {
  let fields = conditional.get(kind);
  if (fields === undefined) {
    fields = kind.fields.filter((field) => field.requiredWhen !== undefined || field.onlyWhen !== undefined);
    conditional.set(kind, fields);
  }
  return fields;
}

/** The value that a condition looks at, as text; undefined when it was not given or is wrong. */
function valueOf(reading: Reading, { field }: FieldCondition): string | undefined {
  const flag = reading.flag(field);
  return flag === undefined ? reading.text(field) : String(flag);
}

/**
 * Says which fields lack and which are out of place. A condition over a field that is wrong is not judged. A private
 * field is judged by its reporter only: others do not know whether it is there.
 */
export function checkConditions(kind: RecordKind, reading: Reading): void {
  for (const field of conditionalFields(kind)) {
    const { requiredWhen, onlyWhen } = field;
    const given = reading.given(field.id);
    if (requiredWhen !== undefined && !given && field.part !== 'private') {
      const value = valueOf(reading, requiredWhen);
      if (value !== undefined && requiredWhen.values.includes(value)) {
        reading.say('value_needed_here', field.id, factsOf(kind, requiredWhen, value));
      }
    }
    if (onlyWhen === undefined || !given) continue;
    const value = valueOf(reading, onlyWhen);
    if (value === undefined ? reading.given(onlyWhen.field) : onlyWhen.values.includes(value)) continue;
    reading.say('value_out_of_place', field.id, factsOf(kind, onlyWhen, value ?? '—'));
  }
}

function factsOf(kind: RecordKind, condition: FieldCondition, value: string): Record<string, string> {
  const label = kind.fields.find(({ id }) => id === condition.field)?.label;
  return { whenZh: label?.zh ?? condition.field, whenEn: label?.en ?? condition.field, is: value };
}

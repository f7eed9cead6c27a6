/**
 * What a record's values say against the code tables that a network changed: a code that is not in force on the day of
 * what the record reports. Implements spec/battery.md, "Code tables".
 */
import { civilDateOfMoment } from '../civil-date.ts';
import type { CodeContext } from '../code/battery-code.ts';
import type { CodeTables } from '../code/code-tables.ts';
import type { RecordKind, RecordValues, Say } from '../kind.ts';

/** The civil day of what a record reports; undefined when the record does not say. */
export function dayOf(kind: Pick<RecordKind, 'eventDate'>, values: RecordValues): string | undefined {
  const { eventDate } = kind;
  for (const field of typeof eventDate === 'string' ? [eventDate] : eventDate) {
    const moment = values.text(field);
    if (moment !== undefined) return civilDateOfMoment(moment);
  }
  return undefined;
}

/** Says which values of tables are not in force; nothing of tables that are as built in. */
export function judgeCodes(
  kind: RecordKind,
  values: RecordValues,
  say: Say,
  tables: CodeTables,
  { today, codes }: Pick<CodeContext, 'today' | 'codes'>,
): void {
  for (const field of kind.fields) {
    if (field.type !== 'enum' || field.table === undefined || !tables.isChanged(field.table)) continue;
    const value = values.text(field.id);
    if (value === undefined) continue;
    const day = dayOf(kind, values) ?? today;
    if (tables.find(field.table, value, day) !== undefined) continue;
    say('enum_not_in_force', field.id, { value, day, ...(codes === 'legacy' ? { level: 'warning' } : {}) });
  }
}

/** The values that a field with a few of them can take on a day. Implements spec/battery.md, "Code tables". */
import type { EnumField } from '../kind.ts';
import type { CodeTables } from './code-tables.ts';

/** Tables together with the civil day on which they are looked at. */
export interface TablesOfDay {
  readonly tables: CodeTables;
  readonly today: string;
}

/** The values of a field, those of a code table as they are in force on the day; built in where no tables are given. */
export function fieldValues({ table, values }: EnumField, tablesOfDay?: TablesOfDay): EnumField['values'] {
  if (table === undefined || tablesOfDay === undefined) return values;
  const { tables, today } = tablesOfDay;
  return tables.inForce(table, today).map(({ symbol, label }) => ({ id: symbol, label }));
}

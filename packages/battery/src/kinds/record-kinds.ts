/** The record kinds of the battery domain. A new kind of master data is added here, a new module in `module-kinds.ts`. */
import type { RecordKind } from '../kind.ts';
import { batteryModel } from './battery-model.ts';
import { codeTableEntry } from './code-table-entry.ts';
import { deadlineRule } from './deadline-rule.ts';
import { makerPrefix } from './maker-prefix.ts';
import { moduleKinds } from './module-kinds.ts';
import { unit } from './unit.ts';
import { vehicleModel } from './vehicle-model.ts';
import { workCalendarDay } from './work-calendar-day.ts';

export { moduleKinds } from './module-kinds.ts';

/** The kinds of master data: what records of the nine modules name and are judged by. */
export const masterKinds: readonly RecordKind[] = [
  batteryModel,
  vehicleModel,
  makerPrefix,
  unit,
  codeTableEntry,
  deadlineRule,
  workCalendarDay,
];

/** Every record kind: the nine modules, then master data. */
export const recordKinds: readonly RecordKind[] = [...moduleKinds, ...masterKinds];

const byId: ReadonlyMap<string, RecordKind> = new Map(recordKinds.map((kind) => [kind.id, kind]));

/** The kind with this id, or undefined. */
export function recordKind(id: string): RecordKind | undefined {
  return byId.get(id);
}

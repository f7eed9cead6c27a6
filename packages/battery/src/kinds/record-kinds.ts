/** The record kinds of the battery domain. A new kind is added here and nowhere else. */
import type { RecordKind } from '../kind.ts';
import { batteryModule } from './battery-module.ts';
import { batteryPack } from './battery-pack.ts';

/** Every record kind, in the order in which pages and documents list them. */
export const recordKinds: readonly RecordKind[] = [batteryModule, batteryPack];

/** The kind with this id, or undefined. */
export function recordKind(id: string): RecordKind | undefined {
  return recordKinds.find((kind) => kind.id === id);
}

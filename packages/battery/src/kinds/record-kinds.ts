/** The record kinds of the battery domain. A new kind is added here and nowhere else. */
import type { RecordKind } from '../kind.ts';
import { afterSalesService } from './after-sales-service.ts';
import { batteryModule } from './battery-module.ts';
import { batteryPack } from './battery-pack.ts';
import { batteryRecycling } from './battery-recycling.ts';
import { batteryRetirement } from './battery-retirement.ts';
import { batterySwap } from './battery-swap.ts';
import { batteryModel } from './battery-model.ts';
import { makerPrefix } from './maker-prefix.ts';
import { unit } from './unit.ts';
import { vehicleModel } from './vehicle-model.ts';
import { vehicleProduction } from './vehicle-production.ts';
import { vehicleRepair } from './vehicle-repair.ts';
import { vehicleSale } from './vehicle-sale.ts';

/** The nine modules, in the order in which pages and documents list them: that of a battery's life. */
export const moduleKinds: readonly RecordKind[] = [
  batteryModule,
  batteryPack,
  vehicleProduction,
  vehicleSale,
  batterySwap,
  afterSalesService,
  vehicleRepair,
  batteryRecycling,
  batteryRetirement,
];

/** The kinds of master data: what records of the nine modules name. */
export const masterKinds: readonly RecordKind[] = [batteryModel, vehicleModel, makerPrefix, unit];

/** Every record kind: the nine modules, then master data. */
export const recordKinds: readonly RecordKind[] = [...moduleKinds, ...masterKinds];

const byId: ReadonlyMap<string, RecordKind> = new Map(recordKinds.map((kind) => [kind.id, kind]));

/** The kind with this id, or undefined. */
export function recordKind(id: string): RecordKind | undefined {
  return byId.get(id);
}

/** The kinds of the family `module`: what happens to batteries and vehicles. A new module is added here. */
import type { RecordKind } from '../kind.ts';
import { afterSalesService } from './after-sales-service.ts';
import { batteryModule } from './battery-module.ts';
import { batteryPack } from './battery-pack.ts';
import { batteryRecycling } from './battery-recycling.ts';
import { batteryRetirement } from './battery-retirement.ts';
import { batterySwap } from './battery-swap.ts';
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

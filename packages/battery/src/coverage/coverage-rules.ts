/**
 * Which stage follows which in the life of a battery or vehicle, and how long it may take: data, since no source states
 * these times. The time that the law gives for reporting (deadlines.ts) comes on top. Implements spec/coverage.md,
 * "Stages".
 */
import type { CustodyAct } from '../custody/custody-move.ts';

/** What a code stands for, as far as coverage looks at it; cells have no stages of their own. */
export type CoveredProduct = 'P' | 'M' | 'V';

/** After one of these acts a record of this kind is awaited. */
export interface CoverageRule {
  readonly product: CoveredProduct;
  readonly recordKind: string;
  readonly after: readonly CustodyAct[];
  /** Any of these, not before the act that it follows, fulfils it. */
  readonly until: readonly CustodyAct[];
  /** True when what fulfils it may be dated earlier: what was made must have been reported as made. */
  readonly anyTime?: boolean;
  /** Days from the act until the stage should have come. */
  readonly days: number;
}

const ends: readonly CustodyAct[] = ['retired', 'taken_in', 'dispatched', 'treated'];

/** Every rule; all of a product's are looked at, the one that was due first is shown. */
export const coverageRules: readonly CoverageRule[] = [
  {
    product: 'M',
    recordKind: 'battery_module',
    after: ['built_in', 'stocked', 'mounted', 'unmounted', ...ends],
    until: ['made'],
    anyTime: true,
    days: 0,
  },
  {
    product: 'M',
    recordKind: 'battery_pack',
    after: ['made'],
    until: ['built_in', 'stocked', 'mounted', ...ends],
    days: 180,
  },
  {
    product: 'P',
    recordKind: 'battery_pack',
    after: ['stocked', 'mounted', 'unmounted', 'left', ...ends],
    until: ['made'],
    anyTime: true,
    days: 0,
  },
  {
    product: 'P',
    recordKind: 'vehicle_production',
    after: ['made'],
    until: ['mounted', 'stocked', 'left', ...ends],
    days: 365,
  },
  {
    product: 'P',
    recordKind: 'battery_recycling',
    after: ['unmounted', 'left'],
    until: ['mounted', 'stocked', ...ends],
    days: 90,
  },
  {
    product: 'P',
    recordKind: 'battery_recycling',
    after: ['retired'],
    until: ['taken_in', 'dispatched', 'treated'],
    days: 90,
  },
  {
    product: 'P',
    recordKind: 'battery_recycling',
    after: ['taken_in'],
    until: ['dispatched', 'treated', 'retired'],
    days: 180,
  },
  {
    product: 'V',
    recordKind: 'vehicle_production',
    after: ['sold', 'mounted', 'unmounted'],
    until: ['made'],
    anyTime: true,
    days: 0,
  },
  { product: 'V', recordKind: 'vehicle_sale', after: ['made'], until: ['sold'], days: 365 },
];

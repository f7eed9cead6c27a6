// A year of a battery's world as steps that are imported and reported one after the other: month by month, and within a
// month in the order in which records name each other. The same plan every time, so that a stopped one is taken up.
import { assert } from '@suyuan/log';
import { generateLives, lifeMaster, lifeVin } from '@suyuan/invented';
import type { LifeMaster, LifeMembers, LifeRecord } from '@suyuan/invented';

/** What lies in the past year. */
export interface YearSpan {
  readonly vehicles: number;
  /** First and last civil day, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
}

/** Records of one kind that one organisation imports and reports together. */
export interface YearStep {
  /** `YYYY-MM`. */
  readonly month: string;
  readonly organization: LifeMaster['organization'];
  readonly kind: string;
  /** As an API push sends them; each with an own record number, by which the node knows it when it comes again. */
  readonly records: readonly LifeMembers[];
}

/** Own record numbers and codes of another network's year differ by nothing but their dates. */
const SEED = 1;
/** Records of a step; a push takes no more. */
const RECORDS_MAX = 1_000;
const DAY_MS = 86_400_000;

/** Kinds in the order of a life. A re-used pack names one that is retired, so it comes in a later month. */
const order = [
  'battery_module',
  'battery_pack',
  'vehicle_production',
  'vehicle_sale',
  'after_sales_service',
  'battery_swap',
  'vehicle_repair',
  'battery_recycling',
  'battery_retirement',
] as const;

/** The VIN of the first vehicle: its packs are swapped, one has a module replaced, and both ends are in the year. */
export const firstVehicle: string = lifeVin(SEED, 0);

/** The year that ends the day before `today`, so that nothing in it lies ahead. */
export function yearBefore(today: string, vehicles: number): YearSpan {
  const day = (count: number): string =>
    new Date(Date.parse(today) - count * DAY_MS).toISOString().slice(0, 10);
  return { vehicles, from: day(366), to: day(1) };
}

/** The steps of a year, each of one organisation and one kind: what is registered, then what happens. */
export function planYear(span: YearSpan): readonly YearStep[] {
  return [...planMaster(span), ...planLives(span)];
}

/** The master data that the year's records name, in force from the year's first day on. */
function planMaster({ from }: YearSpan): readonly YearStep[] {
  return lifeMaster(from).map(({ organization, kind, records }) => ({
    month: from.slice(0, 7),
    organization,
    kind,
    records: records.map((record, index) => ({ recordId: `DEMO-${kind}-${index + 1}`, ...record })),
  }));
}

/** The steps of a year of lives alone, of which a demonstration consists that was begun before there was master data. */
export function planLives(span: YearSpan): readonly YearStep[] {
  const steps = new Map<string, YearStep & { readonly records: LifeMembers[] }>();
  for (const [index, life] of generateLives({ ...span, seed: SEED }).entries()) {
    const month = life.on.slice(0, 7);
    const place = order.findIndex((kind) => kind === life.kind);
    assert(place >= 0, 'every kind of a life has its place in the order');
    const { organization, kind } = life;
    const key = `${month} ${place} ${organization}`;
    const step = steps.get(key) ?? { month, organization, kind, records: [] };
    steps.set(key, step);
    step.records.push(numbered(life, index));
    assert(step.records.length <= RECORDS_MAX, 'a month of the demonstration fits into one push');
  }
  return [...steps].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, step]) => step);
}

function numbered({ record, on }: LifeRecord, index: number): LifeMembers {
  return { recordId: `DEMO-${on}-${index + 1}`, ...record };
}

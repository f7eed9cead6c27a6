/**
 * The rules of custody: what is wrong or lacking when a move meets the state before it, and the state after it. Pure
 * and without memory; the fold is in custody.ts. Implements spec/custody.md, "Rules".
 */
import type { FindingCode } from '../finding.ts';
import type { CustodyMove, Holder, RecordName } from './custody-move.ts';

/** Where a battery or vehicle stands. */
export type CustodyStatus =
  | 'unknown'
  | 'made'
  | 'built_in'
  | 'in_stock'
  | 'in_vehicle'
  | 'removed'
  | 'collected'
  | 'dispatched'
  | 'retired'
  | 'treated'
  | 'sold';

/** What is known of a code at one moment. */
export interface Standing {
  readonly status: CustodyStatus;
  /** The vehicle or the whole that it is in. */
  readonly in?: string;
  readonly holder?: Holder;
  /** Date or time of the last move. */
  readonly since?: string;
  /** The record of the last move. */
  readonly by?: RecordName;
  /** The record of its production. */
  readonly made?: RecordName;
  /** True when production or entry into stock as a spare part is known. */
  readonly hasOrigin: boolean;
  /** The first move that was not production. */
  readonly firstUse?: RecordName;
  readonly outbound?: RecordName;
  readonly retired?: RecordName;
  readonly treated?: RecordName;
  readonly sold?: RecordName;
}

/** Before anything is known. */
export const nothingKnown: Standing = { status: 'unknown', hasOrigin: false };

/**
 * What a rule has to say of a move: with another record, a contradiction between the two; without, something earlier
 * that is missing.
 */
export interface Doubt {
  readonly code: FindingCode;
  readonly against?: RecordName;
}

const against = (code: FindingCode, record: RecordName | undefined): readonly Doubt[] => [
  record === undefined ? { code } : { code, against: record },
];
const NONE: readonly Doubt[] = [];

/**
 * What is to say of a move of a battery, given what was known before it and the vehicle that its place was in, through
 * the wholes it is built into.
 */
export function judgeBattery(
  move: CustodyMove,
  before: Standing,
  vehicle: string | undefined,
): readonly Doubt[] {
  if (move.act === 'made') {
    if (before.made !== undefined) return against('custody_made_twice', before.made);
    return before.firstUse === undefined ? NONE : against('custody_before_made', before.firstUse);
  }
  const end = before.treated ?? (isUse(move) ? before.retired : undefined);
  if (end !== undefined && move.act !== 'treated') return against('custody_after_end', end);
  const origin: readonly Doubt[] =
    before.hasOrigin || move.act === 'built_in' || isSpare(move)
      ? NONE
      : [{ code: 'custody_origin_unknown' }];
  return [...origin, ...judgePlace(move, before, vehicle)];
}

/** Moves into use; a retired battery needs a new code for them. */
function isUse({ act }: CustodyMove): boolean {
  return act === 'mounted' || act === 'stocked' || act === 'unmounted' || act === 'left';
}

function isSpare({ act, recordKind }: CustodyMove): boolean {
  return act === 'stocked' && recordKind === 'after_sales_service';
}

function judgePlace(move: CustodyMove, before: Standing, vehicle: string | undefined): readonly Doubt[] {
  switch (move.act) {
    case 'built_in':
      return judgeBuiltIn(move, before);
    case 'mounted':
      return judgeMounted(move, before, vehicle);
    case 'unmounted': {
      if (vehicle === move.vehicle) return NONE;
      const unknown = vehicle === undefined && ['unknown', 'made', 'built_in'].includes(before.status);
      return unknown ? [{ code: 'custody_vehicle_unknown' }] : against('custody_not_on_vehicle', before.by);
    }
    case 'treated':
      if (before.treated !== undefined) return against('custody_treated_twice', before.treated);
      return stillInVehicle(vehicle, before);
    case 'taken_in':
      return vehicle === move.vehicle ? NONE : stillInVehicle(vehicle, before);
    case 'retired':
      if (before.retired !== undefined) return against('custody_retired_twice', before.retired);
      if (vehicle !== undefined) return stillInVehicle(vehicle, before);
      return before.outbound === undefined ? [{ code: 'custody_outbound_missing' }] : NONE;
    case 'stocked':
    case 'left':
    case 'dispatched':
      return judgeLeaving(move, before, vehicle);
    case 'made':
    case 'registered':
    case 'sold':
    default:
      return NONE;
  }
}

/** Into stock, out of stock, dispatch. */
function judgeLeaving(move: CustodyMove, before: Standing, vehicle: string | undefined): readonly Doubt[] {
  if (vehicle !== undefined) return stillInVehicle(vehicle, before);
  if (move.act === 'stocked') return NONE;
  if (before.retired !== undefined && before.outbound === undefined) {
    return against('custody_outbound_late', before.retired);
  }
  const expected = move.act === 'left' ? 'in_stock' : 'collected';
  const isThere = before.status === expected || before.retired !== undefined;
  return isThere ? NONE : [{ code: 'custody_entry_missing' }];
}

function stillInVehicle(vehicle: string | undefined, before: Standing): readonly Doubt[] {
  return vehicle === undefined ? NONE : against('custody_still_in_vehicle', before.by);
}

function judgeBuiltIn(move: CustodyMove, before: Standing): readonly Doubt[] {
  if (before.status === 'built_in') {
    return before.in === move.whole || before.in === move.previousWhole
      ? NONE
      : against('custody_in_two_wholes', before.by);
  }
  if (before.status === 'unknown' || before.status === 'made') return NONE;
  return against('custody_before_made', before.firstUse);
}

function judgeMounted(move: CustodyMove, before: Standing, vehicle: string | undefined): readonly Doubt[] {
  if (vehicle !== undefined) {
    return against(vehicle === move.vehicle ? 'custody_mounted_twice' : 'custody_bound_elsewhere', before.by);
  }
  if (before.status === 'built_in') return against('custody_in_two_wholes', before.by);
  if (move.replaces === undefined) return NONE;
  if (before.status !== 'in_stock') return [{ code: 'custody_not_from_stock' }];
  const other = move.holder !== undefined && before.holder?.code !== move.holder.code;
  return other ? [{ code: 'custody_other_stock' }] : NONE;
}

/** What is to say of a move of a vehicle. */
export function judgeVehicle(move: CustodyMove, before: Standing): readonly Doubt[] {
  if (move.act === 'made') {
    if (before.made !== undefined) return against('custody_made_twice', before.made);
    return before.firstUse === undefined ? NONE : against('custody_before_made', before.firstUse);
  }
  if (move.act === 'sold' && before.sold !== undefined) return against('custody_sold_twice', before.sold);
  return before.hasOrigin ? NONE : [{ code: 'custody_vehicle_origin_unknown' }];
}

/** What is known of a battery after a move; `place` is where a replacing part goes. */
export function afterBattery(move: CustodyMove, before: Standing, place: string | undefined): Standing {
  const { act, at, record, holder } = move;
  const { status, in: _in, holder: _holder, since: _since, by: _by, ...rest } = before;
  const held = holder === undefined ? {} : { holder };
  // A spread in front of new members would make V8 keep the object until the next full collection.
  const used = (next: CustodyStatus, facts: Partial<Standing>): Standing => ({
    status: next,
    since: at,
    by: record,
    firstUse: record,
    ...rest,
    ...facts,
  });
  switch (act) {
    case 'made':
      return { made: record, ...before, hasOrigin: true, ...madeNow(before, move) };
    case 'built_in': {
      if (status !== 'unknown' && status !== 'made' && status !== 'built_in') return before;
      const into = move.whole === undefined ? {} : { in: move.whole };
      return { since: at, by: record, ...into, ...rest, status: 'built_in', hasOrigin: true };
    }
    case 'stocked':
      return used('in_stock', { hasOrigin: before.hasOrigin || isSpare(move), ...held });
    case 'mounted':
      // A part that replaces another one inside a pack is in the pack, wherever that goes.
      return used(
        place === move.vehicle ? 'in_vehicle' : 'built_in',
        place === undefined ? {} : { in: place },
      );
    case 'unmounted':
      return used(move.recordKind === 'battery_swap' ? 'in_stock' : 'removed', held);
    case 'taken_in':
      return used(before.retired === undefined ? 'collected' : 'retired', held);
    case 'left':
    case 'dispatched':
      return used(before.retired === undefined ? 'dispatched' : 'retired', {
        outbound: before.outbound ?? record,
        ...held,
      });
    case 'retired':
      return used('retired', { retired: before.retired ?? record, ...held });
    case 'treated':
      return used('treated', { treated: before.treated ?? record, ...held });
    case 'registered':
    case 'sold':
    default:
      return used(status, {});
  }
}

/** Production changes the place only of what has none yet. */
function madeNow(before: Standing, { at, record }: CustodyMove): Partial<Standing> {
  return before.status === 'unknown' ? { status: 'made', since: at, by: record } : {};
}

/** What is known of a vehicle after a move. */
export function afterVehicle({ act, at, record }: CustodyMove, before: Standing): Standing {
  const { since: _since, by: _by, ...rest } = before;
  if (act === 'made') {
    const status = before.sold === undefined ? 'made' : 'sold';
    return { since: at, by: record, made: record, ...rest, status, hasOrigin: true };
  }
  const used = { since: at, by: record, firstUse: record, ...rest };
  return act === 'sold' ? { sold: record, ...used, status: 'sold' } : used;
}

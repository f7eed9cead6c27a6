/**
 * What a record says about where things are: one move for each code that it places, with the key that puts the moves
 * of a code in order. Implements spec/custody.md, "Moves".
 */
import { civilDateOfMoment, shanghaiTime } from '../civil-date.ts';
import type { FoundRecord } from '../family.ts';
import type { Members } from '../members.ts';
import { membersOfRecord } from '../members.ts';

/** A record's name: its entry in the log and its leaf in the batch. */
export interface RecordName {
  readonly entry: number;
  readonly leaf: number;
}

/** An organisation as a record names it. */
export interface Holder {
  /** Unified social credit code or DUNS number. */
  readonly code: string;
  readonly name: string;
}

/** What happens to the code. */
export type CustodyAct =
  | 'made'
  | 'built_in'
  | 'stocked'
  | 'mounted'
  | 'unmounted'
  | 'left'
  | 'taken_in'
  | 'dispatched'
  | 'retired'
  | 'treated'
  | 'registered'
  | 'sold';

/** One move of one code. */
export interface CustodyMove {
  /** The battery or vehicle that the move is about. */
  readonly code: string;
  readonly act: CustodyAct;
  /** Date or time as the record says. */
  readonly at: string;
  readonly record: RecordName;
  readonly recordKind: string;
  /** Moves of a code are in the order of their keys, compared as text. */
  readonly key: string;
  /** The vehicle it goes on, comes off or was in. */
  readonly vehicle?: string;
  /** For a vehicle: the battery that comes on or off. */
  readonly battery?: string;
  /** What it is built into. */
  readonly whole?: string;
  /** The code that the whole had before it became a re-used product. */
  readonly previousWhole?: string;
  /** The code whose place it takes. */
  readonly replaces?: string;
  /** Who has it afterwards. */
  readonly holder?: Holder;
}

/**
 * Within one day: production, what it is built into, stock by date; then everything with a time of day; then what has
 * only a date, in the order of a battery's life.
 */
const RANKS: { readonly [act in CustodyAct]: number } = {
  made: 0,
  built_in: 1,
  stocked: 2,
  registered: 3,
  mounted: 3,
  unmounted: 3,
  left: 3,
  sold: 4,
  taken_in: 6,
  dispatched: 7,
  retired: 8,
  treated: 9,
};
const RANK_TIMED = 3;
const RANK_REPAIR = 5;

/** The key of a move: day, rank, time of day, entry, leaf, place within the record. */
function keyOf(act: CustodyAct, at: string, { entry, leaf }: RecordName, place: number): string {
  const timed = at.length > 10;
  const rank = timed ? RANK_TIMED : RANKS[act] === RANK_TIMED ? RANK_REPAIR : RANKS[act];
  const time = timed ? shanghaiTime(at).slice(11) : '00:00:00';
  const number = (value: number, digits: number): string => String(value).padStart(digits, '0');
  return `${civilDateOfMoment(at)} ${rank} ${time} ${number(entry, 16)}/${number(leaf, 4)}.${number(place, 5)}`;
}

/** Gathers the moves of one record. */
class MoveList {
  readonly moves: CustodyMove[] = [];
  readonly #record: FoundRecord;
  readonly #members: Members;
  readonly #isWanted: (code: string) => boolean;

  constructor(record: FoundRecord, isWanted: (code: string) => boolean) {
    this.#record = record;
    this.#members = membersOfRecord(record);
    this.#isWanted = isWanted;
  }

  text(field: string): string | undefined {
    const value = this.#members[field];
    return typeof value === 'string' ? value : undefined;
  }

  list(field: string): readonly string[] {
    const value = this.#members[field];
    return Array.isArray(value) ? value.filter((code) => typeof code === 'string') : [];
  }

  holder(field: string): { readonly holder?: Holder } {
    const code = this.text(`${field}Code`);
    return code === undefined ? {} : { holder: { code, name: this.text(`${field}Name`) ?? '' } };
  }

  add(
    code: string | undefined,
    act: CustodyAct,
    at: string | undefined,
    facts: Partial<CustodyMove> = {},
  ): void {
    if (code === undefined || at === undefined || !this.#isWanted(code)) return;
    const { entry, leaf, kind } = this.#record;
    const record = { entry, leaf };
    const key = keyOf(act, at, record, this.moves.length);
    this.moves.push({ code, act, at, record, recordKind: kind, key, ...facts });
  }

  /** A battery comes on or off a vehicle: a move of both. */
  atVehicle(
    act: 'mounted' | 'unmounted',
    code: string | undefined,
    at: string | undefined,
    facts: Partial<CustodyMove>,
  ): void {
    this.add(code, act, at, facts);
    if (code !== undefined) this.add(facts.vehicle, act, at, { battery: code });
  }

  builtIn(whole: string | undefined, parts: readonly string[], at: string | undefined): void {
    if (whole === undefined) return;
    const previousWhole = this.text('previousCode');
    const facts = previousWhole === undefined ? { whole } : { whole, previousWhole };
    for (const part of parts) this.add(part, 'built_in', at, facts);
  }
}

/** The moves of a record of each kind; kinds that are not here move nothing. */
const readers: Readonly<Record<string, (list: MoveList) => void>> = {
  battery_module: (list) => {
    const [code, at, pack] = [list.text('moduleCode'), list.text('productionDate'), list.text('packCode')];
    list.add(code, 'made', at);
    if (code !== undefined) list.builtIn(pack, [code], at);
    list.builtIn(code, list.list('cellCodes'), at);
  },
  battery_pack: (list) => {
    const [code, at] = [list.text('packCode'), list.text('productionDate')];
    list.add(code, 'made', at);
    list.builtIn(code, [...list.list('moduleCodes'), ...list.list('cellCodes')], at);
  },
  vehicle_production: (list) => {
    const [vehicle, at] = [list.text('vin'), list.text('offlineTime')];
    list.add(vehicle, 'made', at);
    if (vehicle === undefined) return;
    for (const pack of list.list('packCodes')) list.atVehicle('mounted', pack, at, { vehicle });
  },
  vehicle_sale: (list) => list.add(list.text('vin'), 'sold', list.text('saleDate')),
  battery_swap: readSwap,
  after_sales_service: (list) => {
    const [code, at] = [list.text('code'), list.text('storageDate')];
    list.builtIn(code, list.list('childCodes'), at);
    list.add(code, 'stocked', at, list.holder('serviceUnit'));
  },
  vehicle_repair: (list) => {
    if (list.text('maintainStatus') === 'in_progress') return;
    const [vehicle, at] = [list.text('vin'), list.text('replaceDate')];
    const [oldCode, newCode] = [list.text('oldCode'), list.text('newCode')];
    list.builtIn(newCode, list.list('newCodeTree'), at);
    if (vehicle === undefined || oldCode === undefined) return;
    list.atVehicle('unmounted', oldCode, at, { vehicle, ...list.holder('whereabouts') });
    list.atVehicle('mounted', newCode, at, { vehicle, replaces: oldCode });
  },
  battery_recycling: (list) => {
    const code = list.text('code');
    const vehicle = list.text('sourceVin');
    const from = vehicle === undefined ? {} : { vehicle };
    switch (list.text('subType') ?? '') {
      case 'stock_in':
        list.add(code, 'taken_in', list.text('storageDate'), { ...from, ...list.holder('recoverUnit') });
        break;
      case 'dispatch':
        list.add(code, 'dispatched', list.text('outDate'), list.holder('dest'));
        break;
      default:
        list.add(code, 'treated', list.text('treatmentDate'), list.holder('recoverUnit'));
    }
  },
  battery_retirement: (list) => {
    list.add(list.text('code'), 'retired', list.text('retireDate'), list.holder('whereabouts'));
  },
};

function readSwap(list: MoveList): void {
  const [vehicle, at] = [list.text('vin'), list.text('swapTime')];
  const [oldCode, newCode] = [list.text('oldCode'), list.text('newCode')];
  const operator = list.holder('replaceUnit');
  switch (list.text('subType') ?? '') {
    case 'stock_in':
      list.builtIn(newCode, list.list('moduleList'), at);
      list.add(newCode, 'stocked', at, operator);
      break;
    case 'swap':
      if (vehicle === undefined || oldCode === undefined) return;
      list.atVehicle('unmounted', oldCode, at, { vehicle, ...operator });
      list.atVehicle('mounted', newCode, at, { vehicle, replaces: oldCode, ...operator });
      break;
    case 'vehicle':
      list.add(vehicle, 'registered', at);
      break;
    default:
      list.add(oldCode, 'left', at, list.holder('whereabouts'));
  }
}

/**
 * The moves that a record reports, in the order in which they happen; none for one whose text is missing. Only those of
 * codes that are wanted: a module names dozens of cells of which mostly nobody asks.
 */
export function custodyMoves(
  record: FoundRecord,
  isWanted: (code: string) => boolean = () => true,
): readonly CustodyMove[] {
  const list = new MoveList(record, isWanted);
  readers[record.kind]?.(list);
  return list.moves;
}

/** `1234/56`. */
export function nameOfRecord({ entry, leaf }: RecordName): string {
  return `${entry}/${leaf}`;
}

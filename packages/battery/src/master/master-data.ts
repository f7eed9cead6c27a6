/**
 * Master data out of records: models, maker prefixes, units, code tables, deadlines and the work calendar as versioned
 * entries, and which of them is in force on a day. Implements spec/battery.md, "Master data".
 */
import type { Members } from '../members.ts';
import { membersOfRecord } from '../members.ts';

/** The record kinds of master data. */
export type MasterKindId =
  | 'battery_model'
  | 'vehicle_model'
  | 'maker_prefix'
  | 'unit'
  | 'code_table_entry'
  | 'deadline_rule'
  | 'work_calendar_day';

/** The kinds that every record is judged by, so that only the managing organisation's versions count. */
export const managedKinds: ReadonlySet<string> = new Set<MasterKindId>([
  'code_table_entry',
  'deadline_rule',
  'work_calendar_day',
]);

/**
 * The field that holds the key of a kind's entries: what records of the nine modules name. Of a code table entry the
 * key is `TABLE:CODE`.
 */
export const masterKeyFields: { readonly [kind in MasterKindId]: string } = {
  battery_model: 'modelId',
  vehicle_model: 'vehicleModel',
  maker_prefix: 'prefix',
  unit: 'unitCode',
  code_table_entry: 'code',
  deadline_rule: 'deadlineId',
  work_calendar_day: 'day',
};

/** The fields by which people know an entry beside its key. */
export const masterNameFields: { readonly [kind in MasterKindId]: readonly string[] } = {
  battery_model: ['modelName', 'makerName'],
  vehicle_model: ['vehicleName', 'vehicleBrand', 'makerName'],
  maker_prefix: ['makerName', 'makerCode'],
  unit: ['unitName'],
  code_table_entry: ['nameZh', 'nameEn'],
  deadline_rule: ['actorZh', 'actorEn', 'recordKind', 'law', 'lawNameZh', 'lawNameEn'],
  work_calendar_day: ['dayName', 'dayType'],
};

/** One version of an entry, as one record says it. */
export interface MasterEntry {
  readonly kind: MasterKindId;
  readonly key: string;
  /** Of a battery model the product, since models of different products may share a name; else empty. */
  readonly product: string;
  /** First and last day on which it counts. */
  readonly validFrom: string;
  readonly validTo: string | undefined;
  /** The values of the record's public and shared parts. */
  readonly members: Members;
  readonly entry: number;
  readonly leaf: number;
  readonly reporter: string;
  readonly voided: boolean;
  /** True for what the product brings; it stands before everything in the log and has no record. */
  readonly isBuiltIn?: true;
}

/** A record as a node holds it. */
export interface MasterRecord {
  readonly kind: string;
  readonly publicText: string | undefined;
  readonly sharedText: string | undefined;
  readonly entry: number;
  readonly leaf: number;
  readonly reporter: string;
  readonly voided: boolean;
}

/** What an entry is looked up by. */
export type MasterKey = Pick<MasterEntry, 'kind' | 'key' | 'product'>;

/** True for the id of a kind of master data. */
export function isMasterKind(kind: string): kind is MasterKindId {
  return Object.hasOwn(masterKeyFields, kind);
}

/** The entry that a record makes; undefined for a record of another kind, or one whose text is not there. */
export function masterEntryOf(record: MasterRecord): MasterEntry | undefined {
  const { kind, entry, leaf, reporter, voided } = record;
  if (!isMasterKind(kind)) return undefined;
  const members = membersOfRecord(record);
  return entryOfMembers(kind, members, { entry, leaf, reporter, voided });
}

/** The entry of a kind that these members say; undefined when its key or first day is not there. */
export function entryOfMembers(
  kind: MasterKindId,
  members: Members,
  place: Pick<MasterEntry, 'entry' | 'leaf' | 'reporter' | 'voided'>,
): MasterEntry | undefined {
  const key = keyOf(kind, members);
  const { product } = members;
  const { validFrom, validTo } = validityOf(kind, members);
  if (key === undefined || typeof validFrom !== 'string') return undefined;
  const { entry, leaf, reporter, voided } = place;
  return {
    kind,
    key,
    product: kind === 'battery_model' && typeof product === 'string' ? product : '',
    validFrom,
    validTo: typeof validTo === 'string' ? validTo : undefined,
    members,
    entry,
    leaf,
    reporter,
    voided,
  };
}

function keyOf(kind: MasterKindId, members: Members): string | undefined {
  const key = members[masterKeyFields[kind]];
  if (typeof key !== 'string') return undefined;
  return kind === 'code_table_entry' ? `${String(members['table'])}:${key}` : key;
}

/** A day of the work calendar counts in its year, all others between the days that they name. */
function validityOf(kind: MasterKindId, members: Members): { validFrom: unknown; validTo: unknown } {
  const { day, validFrom, validTo } = members;
  if (kind !== 'work_calendar_day') return { validFrom, validTo };
  if (typeof day !== 'string') return { validFrom: undefined, validTo: undefined };
  return { validFrom: `${day.slice(0, 4)}-01-01`, validTo: `${day.slice(0, 4)}-12-31` };
}

/** What is kept of one kind, of battery models for each product by itself. */
interface Sort {
  readonly versions: Map<string, MasterEntry[]>;
  /** False while all of it is voided. */
  isKept: boolean;
}

const none: readonly MasterEntry[] = [];

/**
 * Entries by key. The result depends on the entries alone, not on their order: versions stand by their first day,
 * those of the same day in log order.
 */
export class MasterData {
  readonly #sorts = new Map<MasterKindId, Map<string, Sort>>();
  readonly #byKey = new Map<MasterKindId, readonly (readonly MasterEntry[])[]>();

  constructor(entries: Iterable<MasterEntry>) {
    for (const entry of entries) {
      const sort = this.#sortOf(entry);
      const versions = sort.versions.get(entry.key);
      if (versions === undefined) sort.versions.set(entry.key, [entry]);
      else versions.push(entry);
      sort.isKept ||= !entry.voided;
    }
    for (const versions of this.#all()) if (versions.length > 1) versions.sort(inOrder);
  }

  /** True when there is any entry of the kind (and product); without one, nothing is said about records. */
  keeps(kind: MasterKindId, product = ''): boolean {
    return this.#sorts.get(kind)?.get(product)?.isKept === true;
  }

  /**
   * The entry in force on a civil date: of those that are not voided the last whose first day is not after it. When
   * that one has ended, none is.
   */
  inForce(key: MasterKey, day: string): MasterEntry | undefined {
    const versions = this.versions(key);
    for (let at = versions.length - 1; at >= 0; at -= 1) {
      const version = versions[at];
      if (version === undefined || version.voided || version.validFrom > day) continue;
      return version.validTo !== undefined && version.validTo < day ? undefined : version;
    }
    return undefined;
  }

  /** All versions under a key, voided ones too, the latest first day last. */
  versions({ kind, key, product }: MasterKey): readonly MasterEntry[] {
    return this.#sorts.get(kind)?.get(product)?.versions.get(key) ?? none;
  }

  /** The versions of every key of a kind, in the order of keys by character code, then products. */
  entries(kind: MasterKindId): readonly (readonly MasterEntry[])[] {
    const known = this.#byKey.get(kind);
    if (known !== undefined) return known;
    const sorts = [...(this.#sorts.get(kind)?.values() ?? [])];
    const entries = sorts.flatMap(({ versions }) => [...versions.values()]);
    entries.sort(([a], [b]) => (a === undefined || b === undefined ? 0 : compareKeys(a, b)));
    this.#byKey.set(kind, entries);
    return entries;
  }

  /** The versions of every key. */
  all(): Iterable<readonly MasterEntry[]> {
    return this.#all();
  }

  *#all(): Generator<MasterEntry[]> {
    for (const products of this.#sorts.values()) {
      for (const { versions } of products.values()) yield* versions.values();
    }
  }

  #sortOf({ kind, product }: MasterEntry): Sort {
    const products = this.#sorts.get(kind) ?? new Map<string, Sort>();
    this.#sorts.set(kind, products);
    const sort = products.get(product) ?? { versions: new Map<string, MasterEntry[]>(), isKept: false };
    products.set(product, sort);
    return sort;
  }
}

/** By key, then by product. */
export function compareKeys(
  a: Pick<MasterEntry, 'key' | 'product'>,
  b: Pick<MasterEntry, 'key' | 'product'>,
): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.product === b.product ? 0 : a.product < b.product ? -1 : 1;
}

function inOrder(a: MasterEntry, b: MasterEntry): number {
  if (a.validFrom !== b.validFrom) return a.validFrom < b.validFrom ? -1 : 1;
  return a.entry - b.entry || a.leaf - b.leaf;
}

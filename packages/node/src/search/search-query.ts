// What a search asks for, and where a page of it ends. Newest first means: what has no entry yet by descending batch,
// then what is reported by descending entry; within a batch by descending leaf. Implements spec/search.md, "Order".
import type { QueryOf, searchRecords } from '@suyuan/api';

/** The filters of a search; everything given must hold. */
export type SearchFilters = Omit<QueryOf<typeof searchRecords>, 'after' | 'limit'>;

/** A place in the order; what follows it comes next. `open`: before entries, `place` is a batch; else an entry. */
export interface SearchPlace {
  readonly open: boolean;
  readonly place: number;
  /** Only leaves below this one follow within that batch; 0 when it is done. */
  readonly below: number;
}

/** Above every leaf. */
export const LEAF_TOP = 2_147_483_647;

/** The place before the first record. */
export const searchStart: SearchPlace = { open: true, place: Number.MAX_SAFE_INTEGER, below: LEAF_TOP };

/** Where a page starts that goes on behind the record or batch at this place, as opaque text. */
export function encodeCursor({ open, place, below }: SearchPlace): string {
  return Buffer.from(`${open ? 'o' : 'r'}${place}.${below}`).toString('base64url');
}

/** The place in a cursor; undefined when it is none of ours. */
export function parseCursor(text: string): SearchPlace | undefined {
  const plain = Buffer.from(text, 'base64url').toString();
  const match = /^([or])(0|[1-9][0-9]{0,15})\.(0|[1-9][0-9]{0,9})$/.exec(plain);
  if (match === null) return undefined;
  const [place, below] = [Number(match[2]), Number(match[3])];
  if (!Number.isSafeInteger(place) || below > LEAF_TOP) return undefined;
  return { open: match[1] === 'o', place, below };
}

/** True when `a` comes before `b` in the order of a search. */
export function comparePlaces(a: Omit<SearchPlace, 'below'>, b: Omit<SearchPlace, 'below'>): number {
  if (a.open !== b.open) return a.open ? -1 : 1;
  return b.place - a.place;
}

/** Whether a text of digits like `2026-02-30` is a day of the calendar. */
function isCivilDate(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** The first filter that no record can pass as it is written, or that does not go with another. */
export function filterFault(filters: SearchFilters): string | undefined {
  for (const name of ['eventFrom', 'eventTo', 'storedFrom', 'storedTo'] as const) {
    const value = filters[name];
    if (value !== undefined && !isCivilDate(value)) return name;
  }
  for (const name of ['reportedFrom', 'reportedTo'] as const) {
    const value = filters[name];
    if (value !== undefined && Number.isNaN(Date.parse(value))) return name;
  }
  for (const name of ['code', 'codePrefix', 'text'] as const) {
    // PostgreSQL takes no NUL in a text; no code or value holds one.
    if (filters[name]?.includes('\0') === true) return name;
  }
  if (filters.code !== undefined && filters.codePrefix !== undefined) return 'codePrefix';
  return filters.field !== undefined && filters.text === undefined ? 'field' : undefined;
}

/** Conditions on the texts of single records; all undefined when batches alone decide. */
export interface RecordConditions {
  readonly eventFrom: string | undefined;
  readonly eventTo: string | undefined;
  /** Part of the exact text. */
  readonly needle: string | undefined;
  readonly words: string | undefined;
  readonly field: string | undefined;
}

/** What of the filters only the texts can tell. */
export function conditionsOf(filters: SearchFilters, needle?: string): RecordConditions {
  const { eventFrom, eventTo, text, field } = filters;
  return { eventFrom, eventTo, needle, words: text?.toLowerCase(), field };
}

/** True when every record of a chosen batch is found. */
export function isUnconditional(conditions: RecordConditions): boolean {
  return Object.values(conditions).every((value) => value === undefined);
}

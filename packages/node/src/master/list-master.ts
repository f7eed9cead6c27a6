// Master data as the API shows it: entries by key with the version that counts on a day, and the versions of one
// entry. Everything comes out of memory (packages/api/src/master.ts).
import { compareKeys, masterNameFields } from '@suyuan/battery';
import type { MasterData, MasterEntry, MasterKindId } from '@suyuan/battery';
import type { AnswerOf, getMasterEntry, listMasterData } from '@suyuan/api';

type Page = Pick<AnswerOf<typeof listMasterData>, 'items' | 'next'>;
type Versions = AnswerOf<typeof getMasterEntry>;
type Shown = Versions['items'][number];
type Product = NonNullable<Shown['product']>;

/** Which entries to list. */
export interface MasterQuery {
  readonly kind: MasterKindId;
  readonly day: string;
  readonly text?: string | undefined;
  readonly product?: string | undefined;
  /** Entries of which no version is in force on the day too. */
  readonly all?: boolean | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** One page of entries, in the order of their keys. The cursor is product and key of the last one. */
export function listMaster(data: MasterData, query: MasterQuery): Page {
  const { kind, day, product, all = false, after, limit } = query;
  const text = query.text?.toLowerCase();
  const from = after === undefined ? undefined : cursorOf(after);
  const items: Page['items'] = [];
  for (const versions of data.entries(kind)) {
    const [first] = versions;
    if (first === undefined || (product !== undefined && first.product !== product)) continue;
    if (from !== undefined && compareKeys(first, from) <= 0) continue;
    const version = data.inForce(first, day) ?? (all ? nearest(versions, day) : undefined);
    if (version === undefined || (text !== undefined && !isFound(version, text))) continue;
    const last = items.at(-1);
    if (items.length === limit && last !== undefined) {
      return { items, next: `${last.product ?? ''}:${last.key}` };
    }
    items.push({ versions: versions.length, ...showVersion(data, version, day) });
  }
  return { items };
}

/** The versions of one entry, of all products unless one is named; the latest first day first. The cursor counts. */
export function listVersions(
  data: MasterData,
  key: { readonly kind: MasterKindId; readonly key: string; readonly product?: string | undefined },
  { day, after, limit }: { readonly day: string; readonly after: number; readonly limit: number },
): Versions {
  const products = key.product === undefined ? ['', 'C', 'M', 'P', 'S'] : [key.product];
  const versions = products.flatMap((product) => data.versions({ ...key, product }).toReversed());
  const items = versions.slice(after, after + limit).map((version) => showVersion(data, version, day));
  return after + limit < versions.length ? { items, next: String(after + limit) } : { items };
}

/** The version that was last in force, else the first that will be; a voided one when there is no other. */
function nearest(versions: readonly MasterEntry[], day: string): MasterEntry | undefined {
  const standing = versions.filter(({ voided }) => !voided);
  return standing.findLast(({ validFrom }) => validFrom <= day) ?? standing[0] ?? versions.at(-1);
}

function cursorOf(after: string): Pick<MasterEntry, 'key' | 'product'> {
  const colon = after.indexOf(':');
  return { product: after.slice(0, Math.max(colon, 0)), key: after.slice(colon + 1) };
}

function isFound({ kind, key, members }: MasterEntry, text: string): boolean {
  if (key.toLowerCase().includes(text)) return true;
  return masterNameFields[kind].some((field) => {
    const value = members[field];
    return typeof value === 'string' && value.toLowerCase().includes(text);
  });
}

function showVersion(data: MasterData, version: MasterEntry, day: string): Shown {
  const { key, product, entry, leaf, reporter, validFrom, validTo, members, isBuiltIn } = version;
  return {
    key,
    ...(isBuiltIn === true ? { builtIn: true } : { record: `${entry}/${leaf}` }),
    reporter,
    validFrom,
    standing: standingOf(data, version, day),
    values: { ...members },
    ...(isProduct(product) ? { product } : {}),
    ...(validTo === undefined ? {} : { validTo }),
  };
}

function isProduct(product: string): product is Product {
  return product !== '';
}

function standingOf(data: MasterData, version: MasterEntry, day: string): Shown['standing'] {
  if (version.voided) return 'voided';
  if (data.inForce(version, day) === version) return 'in_force';
  if (version.validFrom > day) return 'ahead';
  const later = data.versions(version).findLast(({ voided, validFrom }) => !voided && validFrom <= day);
  return later === version ? 'ended' : 'replaced';
}

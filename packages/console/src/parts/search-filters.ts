/** The filters of a search as they stand in the address of the page: texts, each optional. */
import type { QueryOf, searchRecords } from '@suyuan/api';

const names = [
  'code',
  'codePrefix',
  'kind',
  'reporter',
  'status',
  'channel',
  'entryFrom',
  'entryTo',
  'eventFrom',
  'eventTo',
  'storedFrom',
  'storedTo',
  'import',
  'text',
  'field',
  'columns',
] as const;
const numbers: ReadonlySet<string> = new Set(['channel', 'entryFrom', 'entryTo', 'import']);

/** What the address of the search page may hold. */
export type SearchAddress = { readonly [Name in (typeof names)[number]]?: string };

/** The known, non-empty parts of an address. */
export const searchAddressOf = (search: Readonly<Record<string, unknown>>): SearchAddress =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = search[name];
      return typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()]] : [];
    }),
  );

/** The query of the node; what is no number where one is asked stays out. */
export const searchQueryOf = (address: SearchAddress): QueryOf<typeof searchRecords> =>
  Object.fromEntries<string | number>(
    Object.entries(address).flatMap(([name, value]): (readonly [string, string | number])[] => {
      if (name === 'columns') return [];
      if (!numbers.has(name)) return [[name, value]];
      return /^\d{1,15}$/u.test(value) ? [[name, Number(value)]] : [];
    }),
  );

/** Where something typed into the search box of the frame leads: a whole code to its trace, else to a search. */
export const targetOf = (
  typed: string,
): { readonly to: '/trace' | '/search'; readonly search: SearchAddress } | undefined => {
  const text = typed.trim();
  if (text.length < 2) return undefined;
  if (/^(?:[0-9a-z]{17}|[0-9a-z]{19}|[0-9a-z]{24}|[0-9a-z]{26})$/iu.test(text))
    return { to: '/trace', search: { code: text.toUpperCase() } };
  if (/^[0-9a-z]{3,26}$/iu.test(text) && /\d/u.test(text))
    return { to: '/search', search: { codePrefix: text.toUpperCase() } };
  return { to: '/search', search: { text } };
};

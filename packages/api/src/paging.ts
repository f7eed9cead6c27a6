// Cursor paging: `?after=CURSOR&limit=N`, answered by `{"items", "next"}`; `next` is absent on the last page.
import { Type } from 'typebox';
import type { TSchema } from 'typebox';

/** Query members of a paged list; spread them into a query object. `after` is what `next` said. */
export const paging = {
  after: Type.Optional(Type.String({ maxLength: 200, description: 'cursor: `next` of the page before' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: '50 unless said' })),
};

/** One page of a list. */
export function page<S extends TSchema>(item: S) {
  return Type.Object({ items: Type.Array(item), next: Type.Optional(Type.String()) });
}

/** A page's size unless the request says one. */
export const pageSizeDefault = 50;

/** An id that the database gives, as a path parameter. */
export const idParams = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });

/** A moment as RFC 3339 text in UTC. */
export const moment = Type.String({ format: 'date-time' });

/** A sentence in both languages. */
export const text = Type.Object({ en: Type.String(), zh: Type.String() });

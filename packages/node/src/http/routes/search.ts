// Search over HTTP (packages/api/src/search.ts).
import { pageSizeDefault, searchRecords } from '@suyuan/api';

import { filterFault, parseCursor, searchStart } from '../../search/search-query.ts';
import { searchPage } from '../../search/search-records.ts';
import type { SearchOptions } from '../../search/search-records.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem } from '../problem.ts';

/** The routes of searching. */
export function searchBindings(options: SearchOptions): readonly Binding[] {
  return [
    handle(searchRecords, async ({ query }) => {
      const { after, limit = pageSizeDefault, ...filters } = query;
      const fault = filterFault(filters);
      if (fault !== undefined) return badFilter(fault, 'is not a value that can be searched for');
      const from = after === undefined ? searchStart : parseCursor(after);
      if (from === undefined) return badFilter('after', 'is not a cursor of this search');
      return await searchPage(options, filters, from, { limit, isFirst: after === undefined });
    }),
  ];
}

function badFilter(name: string, message: string) {
  return problem('request_invalid', { errors: [{ path: `query/${name}`, message }] });
}

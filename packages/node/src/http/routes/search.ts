// Search and export over HTTP (packages/api/src/search.ts).
import { exportRecords, pageSizeDefault, searchRecords } from '@suyuan/api';

import { exportFound } from '../../search/export/export-records.ts';
import type { ExportOptions } from '../../search/export/export-records.ts';
import { filterFault, parseCursor, searchStart } from '../../search/search-query.ts';
import { searchPage } from '../../search/search-records.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem } from '../problem.ts';

/** The routes of searching. */
export function searchBindings(options: ExportOptions): readonly Binding[] {
  return [
    handle(searchRecords, async ({ query }) => {
      const { after, limit = pageSizeDefault, ...filters } = query;
      const fault = filterFault(filters);
      if (fault !== undefined) return badFilter(fault, 'is not a value that can be searched for');
      const from = after === undefined ? searchStart : parseCursor(after);
      if (from === undefined) return badFilter('after', 'is not a cursor of this search');
      return await searchPage(options, filters, from, { limit, isFirst: after === undefined });
    }),
    handle(exportRecords, async ({ query, caller, signal }) => {
      const { format, private: withPrivate = false, ...filters } = query;
      const fault = filterFault(filters);
      if (fault !== undefined) return badFilter(fault, 'is not a value that can be searched for');
      const file = await exportFound(options, { filters, format, withPrivate, caller, signal });
      return file.ok ? file.value : problem(file.error.code);
    }),
  ];
}

function badFilter(name: string, message: string) {
  return problem('request_invalid', { errors: [{ path: `query/${name}`, message }] });
}

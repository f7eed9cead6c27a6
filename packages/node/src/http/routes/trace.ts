// Tracing over HTTP (packages/api/src/trace.ts).
import { pageSizeDefault, traceCode } from '@suyuan/api';

import { traceOf } from '../../trace/trace-code.ts';
import type { TraceOptions } from '../../trace/trace-code.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';

/** The route of tracing. */
export function traceBindings(options: TraceOptions): readonly Binding[] {
  return [
    handle(traceCode, async ({ params, query }) => {
      return await traceOf(options, params.code, {
        after: query.after ?? 0,
        limit: query.limit ?? pageSizeDefault,
      });
    }),
  ];
}

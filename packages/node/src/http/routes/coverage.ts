// Coverage and deadlines over HTTP (packages/api/src/coverage.ts).
import { getCoverage, getDeadlines, listMissingStages, pageSizeDefault } from '@suyuan/api';

import type { CoverageOptions } from '../../coverage/show-coverage.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem } from '../problem.ts';

// oxlint-disable-next-line typescript/explicit-function-return-type -- the type of a module has no name
const load = async () => await import('../../coverage/show-coverage.ts');

/** The routes of coverage and deadlines; what they need is loaded when they are first asked. */
export function coverageBindings(options: CoverageOptions): readonly Binding[] {
  return [
    handle(getCoverage, async () => await (await load()).showCoverage(options)),
    handle(listMissingStages, async ({ query }) => {
      const { limit = pageSizeDefault } = query;
      const shown = await (await load()).showMissing(options, { ...query, limit });
      if (shown !== undefined) return shown;
      return problem('request_invalid', {
        errors: [{ path: 'query/after', message: 'is not a cursor of this list' }],
      });
    }),
    handle(getDeadlines, async () => await (await load()).showDeadlines(options)),
  ];
}

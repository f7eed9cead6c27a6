// Master data over HTTP (packages/api/src/master.ts).
import { getMasterEntry, listMasterData, pageSizeDefault } from '@suyuan/api';

import { civilDateOf } from '../../clock.ts';
import type { Clock } from '../../clock.ts';
import { listMaster, listVersions } from '../../master/list-master.ts';
import type { MasterStore } from '../../master/master-store.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem } from '../problem.ts';

/** What these routes need. */
export interface MasterDependencies {
  readonly clock: Clock;
  readonly master: Pick<MasterStore, 'held'>;
}

/** The routes of master data. */
export function masterBindings({ clock, master }: MasterDependencies): readonly Binding[] {
  const today = (): string => civilDateOf(clock.now());
  return [
    handle(listMasterData, async ({ params, query }) => {
      const { day = today(), limit = pageSizeDefault, ...rest } = query;
      const { data, incomplete } = await master.held();
      const isComplete = !incomplete.has(params.kind);
      return { day, isComplete, ...listMaster(data, { ...rest, kind: params.kind, day, limit }) };
    }),
    handle(getMasterEntry, async ({ params, query }) => {
      const { day = today(), limit = pageSizeDefault, after = '0', product } = query;
      const from = Number(after);
      if (!Number.isSafeInteger(from) || from < 0)
        return problem('request_invalid', { detail: 'after: not a cursor' });
      const { data } = await master.held();
      return listVersions(data, { ...params, product }, { day, after: from, limit });
    }),
  ];
}

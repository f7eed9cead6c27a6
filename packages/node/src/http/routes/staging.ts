// The organisation's own records over HTTP: listed, and changed or discarded while they are staged.
import { discardStagedRecord, editStagedRecord, listRecords, operators, pageSizeDefault } from '@suyuan/api';
import type { ImportDeps } from '../../import/import-deps.ts';
import {
  discardStagedRecord as discardRecord,
  editStagedRecord as editRecord,
  listRecords as listOwnRecords,
} from '../../import/staged-records.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem } from '../problem.ts';

/** The routes of own records. */
export function stagingBindings(deps: ImportDeps): readonly Binding[] {
  return [
    handle(listRecords, async ({ query, caller }) => {
      const { limit = pageSizeDefault, ...rest } = query;
      const withPrivate = operators.includes(caller.role);
      return await listOwnRecords(deps.database, deps.organization, { ...rest, limit, withPrivate });
    }),
    handle(editStagedRecord, async ({ params, body }) => {
      return (await editRecord(deps, params, body.record)) ?? problem('staged_record_not_found');
    }),
    handle(discardStagedRecord, async ({ params }) => {
      return (await discardRecord(deps, params)) ? undefined : problem('staged_record_not_found');
    }),
  ];
}

// Staged records against the master data, for the preview of a report: versions that are to be reported together with
// the records count as if they were reported already (spec/battery.md, "Master data").
import { judgeStoredMaster, MasterData, masterEntryOf } from '@suyuan/battery';
import type { Finding, MasterContext, MasterEntry, StagedRecord } from '@suyuan/battery';

import type { HeldMasterData } from './master-store.ts';

/** Staged versions sort behind everything in the log. */
const STAGED_ENTRY = 2 ** 52;

/** For each record, by its place in the list, what contradicts the master data. Look-ups in memory only. */
export function judgeStagedMaster(
  { compared, incomplete }: HeldMasterData,
  organization: string,
  staged: readonly StagedRecord[],
  today: string,
): readonly (readonly Finding[])[] {
  const versions = staged.flatMap(({ kind, reporter, publicText, sharedText }, leaf) => {
    if (incomplete.has(kind)) return [];
    const place = { entry: STAGED_ENTRY, leaf, reporter, voided: false };
    return masterEntryOf({ kind, publicText, sharedText, ...place }) ?? [];
  });
  const context = { data: withVersions(compared, versions), reporter: organization };
  return staged.map((record) => judgeOne(record, context, today));
}

function withVersions(data: MasterData, versions: readonly MasterEntry[]): MasterData {
  return versions.length === 0 ? data : new MasterData([...[...data.all()].flat(), ...versions]);
}

function judgeOne(
  { kind, publicText, sharedText }: StagedRecord,
  context: MasterContext,
  today: string,
): readonly Finding[] {
  return judgeStoredMaster({ kind, publicText, sharedText }, context, today);
}

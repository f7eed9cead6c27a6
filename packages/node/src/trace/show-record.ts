// A stored record as the API shows it: its two readable parts, never a salt; and findings about it.
import type { AnswerOf, getRecord, traceCode } from '@suyuan/api';
import type { Finding } from '@suyuan/battery';

import type { StoredRecord } from './find-records.ts';
import type { EntryEvidence } from './read-evidence.ts';

/** A record as the API shows it. */
export type ShownRecord = AnswerOf<typeof getRecord>;

/** Shows a finding about a code. */
export function showFinding({
  level,
  code,
  message,
  value,
}: Finding): AnswerOf<typeof traceCode>['findings'][number] {
  return { level, code, message, ...(value === undefined ? {} : { value }) };
}

/** Shows a record; `evidence` holds that of its entry, where it has one. */
export function showRecord(
  record: StoredRecord,
  voided: boolean,
  evidence: ReadonlyMap<number, EntryEvidence>,
): ShownRecord {
  const { entry, leaf, batchId } = record;
  const found = entry === null ? undefined : evidence.get(entry);
  return {
    status: record.status,
    ...(entry === null ? { staged: `${batchId}/${leaf}` } : { record: `${entry}/${leaf}` }),
    kind: record.kind,
    reporter: record.reporter,
    voided,
    public: membersOf(record.publicText),
    shared: membersOf(record.sharedText),
    ...(found === undefined ? {} : { evidence: { leaf, ...found } }),
  };
}

/** The members of a stored text: an object, since it was checked before it was stored. */
function membersOf(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

// A found record as the API shows it: two readable parts, never a salt and never the private part.
import type { foundRecord } from '@suyuan/api';
import { civilDateOfMoment, mainCode, parseStoredRecord, recordKind } from '@suyuan/battery';
import type { CodeMode } from '@suyuan/battery';
import { batchOf, voidOf } from '@suyuan/ledger';
import type { View } from '@suyuan/ledger';
import type { Static } from 'typebox';

import type { FoundText } from './read-texts.ts';
import type { SearchFilters } from './search-query.ts';
import { dateFieldsOf } from './select-batches.ts';

/** A found record. */
export type ShownFound = Static<typeof foundRecord>;

/** Shows a record; undefined for one whose text holds the code only in a field that is no subject. */
export function showFound(
  view: View,
  codes: CodeMode,
  { batch, leaf, row, importId, publicText, sharedText }: FoundText,
  filters: SearchFilters,
): ShownFound | undefined {
  const kind = recordKind(batch.kind);
  const parsed = kind && parseStoredRecord(kind, publicText, sharedText, codes);
  const subjects = parsed?.ok === true ? parsed.value : undefined;
  const { code, codePrefix } = filters;
  const isNamed = subjects?.some((subject) =>
    codePrefix === undefined ? subject.code === code : subject.code.startsWith(codePrefix),
  );
  if ((code !== undefined || codePrefix !== undefined) && isNamed === false) return undefined;
  const [publicMembers, sharedMembers] = [membersOf(publicText), membersOf(sharedText)];
  const main = subjects && mainCode(subjects);
  const eventDate = dateIn(batch.kind, { ...sharedMembers, ...publicMembers });
  const { entry, channel, created_at: createdAt } = batch;
  const ordered = entry === null ? undefined : batchOf(view, entry);
  return {
    status: batch.status,
    ...(entry === null ? { staged: `${batch.id}/${leaf}` } : { record: `${entry}/${leaf}` }),
    kind: batch.kind,
    reporter: batch.reporter,
    ...(channel === null ? {} : { channel }),
    voided: ordered !== undefined && voidOf(ordered, leaf) !== undefined,
    ...(main === undefined ? {} : { code: main }),
    ...(eventDate === undefined ? {} : { eventDate }),
    storedOn: batch.stored_on,
    ...(createdAt === null ? {} : { reportedAt: createdAt.toISOString() }),
    ...(importId === null ? {} : { import: importId }),
    ...(row === null ? {} : { row }),
    public: publicMembers,
    shared: sharedMembers,
  };
}

function dateIn(kind: string, members: Readonly<Record<string, unknown>>): string | undefined {
  for (const field of dateFieldsOf(kind).split(',')) {
    const value = members[field];
    if (typeof value === 'string') return civilDateOfMoment(value);
  }
  return undefined;
}

/** The members of a stored text: an object, since it was checked before it was stored. */
export function membersOf(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

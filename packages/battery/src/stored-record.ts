/**
 * What a member checks when a payload arrives: the texts are valid against the schema and are exactly the canonical
 * texts. Implements spec/battery.md, "Canonical text".
 */
import type { Result } from '@suyuan/log';
import { ok, reject } from '@suyuan/log';
import type { CodeMode } from './code/battery-code.ts';
import { openCodeTables } from './code/code-tables.ts';
import type { Finding } from './finding.ts';
import type { Part, RecordKind, Subject } from './kind.ts';
import { recordBytesMax } from './kind.ts';
import { isMembers } from './members.ts';
import { compileKind, finishRecord, PartTexts, readField } from './parse-record.ts';
import { Reading } from './reading.ts';

/** Why a stored text is refused. */
export type StoredRecordRejection =
  | { readonly code: 'record_too_large' }
  | { readonly code: 'record_not_json'; readonly part: Part }
  | { readonly code: 'record_not_canonical'; readonly part: Part }
  | { readonly code: 'record_not_valid'; readonly findings: readonly Finding[] };

/** A day that no civil date of a record is after: members do not judge by their own clocks. */
const NO_TODAY = '9999-12-31';

/**
 * Checks the public and shared texts of a record as they were received and gives the subjects for the index. The
 * private part stays with the reporter, so private fields count as not known. Code tables are the reporter's node's to
 * judge by: they reach members at different times, and what is stored must not depend on that. Never throws.
 */
export function parseStoredRecord(
  kind: RecordKind,
  publicText: string,
  sharedText: string,
  codes: CodeMode,
): Result<readonly Subject[], StoredRecordRejection> {
  if (publicText.length + sharedText.length > recordBytesMax) return reject({ code: 'record_too_large' });
  const publicMembers = parseMembers(publicText);
  if (publicMembers === undefined) return reject({ code: 'record_not_json', part: 'public' });
  const sharedMembers = parseMembers(sharedText);
  if (sharedMembers === undefined) return reject({ code: 'record_not_json', part: 'shared' });

  const compiled = compileKind(kind);
  const reading = new Reading({ today: NO_TODAY, codes, tables: openCodeTables }, compiled);
  const texts = new PartTexts();
  for (const entry of compiled.fields) {
    if (entry.field.part === 'private') continue;
    const members = entry.field.part === 'public' ? publicMembers : sharedMembers;
    readField(entry, members[entry.field.id], reading, texts);
  }
  const { record, subjects, findings } = finishRecord(kind, reading, texts);
  if (record === undefined) return reject({ code: 'record_not_valid', findings });
  if (record.public !== publicText) return reject({ code: 'record_not_canonical', part: 'public' });
  if (record.shared !== sharedText) return reject({ code: 'record_not_canonical', part: 'shared' });
  return ok(subjects);
}

function parseMembers(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isMembers(value)) return undefined;
    return value;
  } catch {
    return undefined;
  }
}

// What makes one record the same as another: the code of its own that a record of most kinds has, else its whole
// content; of kinds that report what happens again and again, the same code may come in many records (spec/import.md).
import { hash } from 'node:crypto';
import { mainCode } from '@suyuan/battery';
import type { RecordTexts, Subject } from '@suyuan/battery';

/** The role under which the subject index holds whole contents; only in the reporter's own database. */
export const contentRole = 'content';

/** What no two staged records of a kind have in common. */
export interface OwnCode {
  readonly code: string;
  readonly role: 'subject' | typeof contentRole;
}

/** The record's own code, or a digest of its content behind a mark that no code has, with the code it is known by. */
export function ownCodeOf(record: RecordTexts, subjects: readonly Subject[]): OwnCode {
  const code = subjectOf(subjects);
  if (code !== undefined) return { code, role: 'subject' };
  // Canonical texts have no line feeds, so that these three can't be taken for three others.
  const text = `${record.public}\n${record.shared}\n${record.private}`;
  const known = mainCode(subjects) ?? '';
  return { code: `=${known}:${hash('sha256', text, 'base64url')}`, role: contentRole };
}

/** The same of a record that may have errors; undefined when they leave nothing to know it by. */
export function ownCodeOfRow(
  record: RecordTexts | undefined,
  subjects: readonly Subject[],
): string | undefined {
  return record === undefined ? subjectOf(subjects) : ownCodeOf(record, subjects).code;
}

/** The code that a person knows the record by. */
export function shownCode(ownCode: string): string {
  return ownCode.startsWith('=') ? ownCode.slice(1, ownCode.indexOf(':')) : ownCode;
}

function subjectOf(subjects: readonly Subject[]): string | undefined {
  return subjects.find(({ role }) => role === 'subject')?.code;
}

// The files that a record names; without imports of its own, since the thread that reads workbooks loads it.
import type { RecordTexts, Subject } from '@suyuan/battery';

/** A file as a record names it. */
export interface NamedFile {
  readonly digest: string;
  readonly name: string;
}

const none: readonly NamedFile[] = [];

/** The files that a record names. */
export function filesOf(record: RecordTexts, subjects: readonly Subject[]): readonly NamedFile[] {
  if (!subjects.some(({ role }) => role === 'attachment')) return none;
  const { attachments = none }: { readonly attachments?: readonly NamedFile[] } = JSON.parse(record.shared); // its kind's own text
  return attachments;
}

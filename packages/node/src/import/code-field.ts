// The field that holds a record's own code, by record kind.
import { recordKind } from '@suyuan/battery';

/** Id of the kind's subject field; empty for an unknown kind. */
export function codeFieldOf(kind: string): string {
  return recordKind(kind)?.fields.find(({ role }) => role === 'subject')?.id ?? '';
}

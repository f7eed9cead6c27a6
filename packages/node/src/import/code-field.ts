// The field that holds a record's own code, by record kind.
import { recordKind } from '@suyuan/battery';

/** Id of the kind's subject field; undefined for a kind whose records have no code of their own. */
export function codeFieldOf(kind: string): string | undefined {
  return recordKind(kind)?.fields.find(({ role }) => role === 'subject')?.id;
}

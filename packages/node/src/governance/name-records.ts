// Records by their names ENTRY/LEAF, as people write them and as statements hold them: sorted, each once, neighbours
// joined to ranges (spec/statement.md, "Fields").
import type { RecordName, VoidRange } from '@suyuan/ledger';

/** The name in a text; undefined where it is none. */
export function parseRecordName(text: string): RecordName | undefined {
  const match = /^(0|[1-9][0-9]{0,14})\/(0|[1-9][0-9]{0,3})$/.exec(text);
  return match === null ? undefined : { entry: Number(match[1]), leaf: Number(match[2]) };
}

/** The text of a name. */
export function showRecordName({ entry, leaf }: RecordName): string {
  return `${entry}/${leaf}`;
}

/** Names in the order of the log, each once; undefined where one is no name. */
export function parseRecordNames(texts: readonly string[]): readonly RecordName[] | undefined {
  const names = [...new Set(texts)].map(parseRecordName);
  if (!names.every((name) => name !== undefined)) return undefined;
  return names.toSorted((a, b) => a.entry - b.entry || a.leaf - b.leaf);
}

/** One record to be void, with what replaces it. */
export interface NamedVoid extends RecordName {
  readonly replacement: RecordName | null;
}

/** Neighbours joined, as long as what replaces them are neighbours too. The records are sorted and of one entry. */
export function rangesOf(records: readonly NamedVoid[]): readonly VoidRange[] {
  const ranges: { first: number; last: number; replacement: RecordName | null }[] = [];
  for (const { leaf, replacement } of records) {
    const before = ranges.at(-1);
    if (before !== undefined && before.last + 1 === leaf && continues(before, replacement))
      before.last = leaf;
    else ranges.push({ first: leaf, last: leaf, replacement });
  }
  return ranges;
}

function continues(before: VoidRange, replacement: RecordName | null): boolean {
  if (before.replacement === null || replacement === null) return before.replacement === replacement;
  const next = before.replacement.leaf + before.last - before.first + 1;
  return before.replacement.entry === replacement.entry && next === replacement.leaf;
}

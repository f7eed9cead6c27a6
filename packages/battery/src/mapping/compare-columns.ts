/**
 * Names the columns of a table, and says how the columns of a source differ from those that are expected, so that a
 * source that changed is noticed before anything wrong is reported. Implements spec/mapping.md, "Columns".
 */
import type { Cell } from '../cell.ts';
import { cellText } from '../cell.ts';
import { trimBlanks } from '../unicode.ts';
import { columnFamily } from './column-path.ts';
import { mappingLimits } from './mapping.ts';

/** How a source's columns differ. A pair in `renamed` is in `missing` and `added` too: it is a guess. */
export interface ColumnChanges {
  readonly missing: readonly string[];
  readonly added: readonly string[];
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
}

/** Compares by exact name; places in lists do not matter. */
export function compareColumns(expected: readonly string[], found: readonly string[]): ColumnChanges {
  const has = new Set(found.map(columnFamily));
  const had = new Set(expected.map(columnFamily));
  const missing = expected.filter((name) => !has.has(columnFamily(name)));
  const added = found.filter((name) => !had.has(columnFamily(name)));
  return { missing, added, renamed: guessRenamed(missing, added) };
}

/** Names that are compared, and characters of each, so that a hostile source costs little. */
const COMPARED_MAX = 30;
const COMPARED_LENGTH = 64;
/** A name that differs in more than this share of its characters is another name. */
const SHARE_MAX = 0.4;

function guessRenamed(missing: readonly string[], added: readonly string[]): ColumnChanges['renamed'] {
  const pairs = missing
    .slice(0, COMPARED_MAX)
    .flatMap((from) =>
      added.slice(0, COMPARED_MAX).map((to) => ({ from, to, share: nameDifference(from, to) })),
    )
    .filter(({ share }) => share <= SHARE_MAX)
    .toSorted((a, b) => a.share - b.share);
  const taken = new Set<string>();
  const renamed: { from: string; to: string }[] = [];
  for (const { from, to } of pairs) {
    if (taken.has(`-${from}`) || taken.has(`+${to}`)) continue;
    taken.add(`-${from}`).add(`+${to}`);
    renamed.push({ from, to });
  }
  return renamed;
}

/** A name in small letters without blanks, stars and signs, for comparison. */
export function plainName(name: string): string {
  return name.replace(/[\s*＊_\-./\\()（）[\]【】:：#]/g, '').toLowerCase();
}

/** How much two names differ: edits by the length of the longer, 0 for equal, 1 for nothing in common. */
export function nameDifference(one: string, other: string): number {
  const a = plainName(one).slice(0, COMPARED_LENGTH);
  const b = plainName(other).slice(0, COMPARED_LENGTH);
  const longer = Math.max(a.length, b.length);
  return longer === 0 ? 1 : editDistance(a, b) / longer;
}

/** Levenshtein's distance, one row of the table at a time. */
function editDistance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    before = row;
  }
  return before[b.length] ?? 0;
}

/**
 * Names the columns of a table by its row of headings: blanks and line breaks become one space, a repeated heading
 * gets its number, a column without one gets its letters. Columns beyond the limit are not named.
 */
export function columnNames(headings: readonly Cell[]): readonly string[] {
  const names: string[] = [];
  const seen = new Set<string>();
  for (const [column, cell] of headings.slice(0, mappingLimits.columnsMax).entries()) {
    const heading = trimBlanks(cellText(cell))
      .replace(/\s+/g, ' ')
      .slice(0, mappingLimits.nameLengthMax - 8);
    const name = heading === '' ? lettersOf(column) : heading;
    let unique = name;
    for (let count = 2; seen.has(unique); count += 1) unique = `${name} (${count})`;
    seen.add(unique);
    names.push(unique);
  }
  return names;
}

function lettersOf(column: number): string {
  let letters = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(0x41 + ((rest - 1) % 26)) + letters;
  return letters;
}

/** The values of a table's row by column name; empty cells are left out. */
export function rowOfCells(names: readonly string[], cells: readonly Cell[]): Readonly<Record<string, Cell>> {
  const row: Record<string, Cell> = {};
  for (let column = 0; column < names.length; column += 1) {
    const cell = cells[column];
    const name = names[column];
    if (name === undefined || cell === undefined || cell === null || cell === '') continue;
    if (name === '__proto__') Object.defineProperty(row, name, { value: cell, enumerable: true });
    else row[name] = cell;
  }
  return row;
}

// Lists of what holds from which height on (spec/ledger.md, G6).
import type { Version } from './state-values.ts';

/** The list with one more version; what no height from this one on can see is dropped. */
export function withVersion<T>(
  versions: readonly Version<T>[],
  added: Version<T>,
  height: number,
): readonly Version<T>[] {
  const kept = versions.filter((version) => version.from < added.from);
  const inForce = kept.findLastIndex((version) => version.from <= height);
  return [...kept.slice(Math.max(inForce, 0)), added];
}

// Which records were withdrawn. Records that are found together mostly stand in few batches, so each batch is read from
// the state once.
import { batchOf, voidOf } from '@suyuan/ledger';
import type { View, VoidedRange } from '@suyuan/ledger';

/** Whether a void is in force for the record ENTRY/LEAF; false where no such batch was accepted. */
export type VoidReader = (entry: number, leaf: number) => boolean;

/** Reads which records of these entries were withdrawn. */
export type VoidSource = (entries: readonly number[]) => Promise<VoidReader>;

/** Ranges of withdrawn records by the entry of their batch; an entry that has none may be left out. */
export type Voids = ReadonlyMap<number, readonly VoidedRange[]>;

/** The voids in force among the batches of these entries. */
export function voidsOf(view: View, entries: Iterable<number>): Voids {
  const voids = new Map<number, readonly VoidedRange[]>();
  for (const entry of entries) {
    const ranges = batchOf(view, entry)?.voids ?? [];
    if (ranges.length > 0) voids.set(entry, ranges);
  }
  return voids;
}

/** A reader of voids that were read before. */
export function voidReaderOf(voids: Voids): VoidReader {
  return (entry, leaf) => {
    const ranges = voids.get(entry);
    return ranges !== undefined && voidOf({ voids: ranges }, leaf) !== undefined;
  };
}

/** A reader for one look-up: it keeps what it has read. */
export function createVoidReader(view: View): VoidReader {
  const batches = new Map<number, ReturnType<typeof batchOf>>();
  return (entry, leaf) => {
    if (!batches.has(entry)) batches.set(entry, batchOf(view, entry));
    const batch = batches.get(entry);
    return batch !== undefined && voidOf(batch, leaf) !== undefined;
  };
}

/** A source for one piece of work in the thread that has the state. */
export function voidSourceOf(view: View): VoidSource {
  const isVoid = createVoidReader(view);
  return async () => isVoid;
}

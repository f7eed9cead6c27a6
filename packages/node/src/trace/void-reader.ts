// Which records were withdrawn. Records that are found together mostly stand in few batches, so each batch is read from
// the state once.
import { batchOf, voidOf } from '@suyuan/ledger';
import type { View } from '@suyuan/ledger';

/** Whether a void is in force for the record ENTRY/LEAF; false where no such batch was accepted. */
export type VoidReader = (entry: number, leaf: number) => boolean;

/** A reader for one look-up: it keeps what it has read. */
export function createVoidReader(view: View): VoidReader {
  const batches = new Map<number, ReturnType<typeof batchOf>>();
  return (entry, leaf) => {
    if (!batches.has(entry)) batches.set(entry, batchOf(view, entry));
    const batch = batches.get(entry);
    return batch !== undefined && voidOf(batch, leaf) !== undefined;
  };
}

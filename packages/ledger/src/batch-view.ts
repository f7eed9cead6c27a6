// Questions about batches and voids (spec/ledger.md, "State"). What takes a `BatchValue` also serves who holds only
// a proof of it.
import type { StateReader } from './draft.ts';
import type { BatchValue, DeletionValue, VoidedRange, VoidValue } from './state-values.ts';
import { tables } from './state-values.ts';

/** An accepted batch by the entry of its statement. */
export function batchOf(view: StateReader, entry: number): BatchValue | undefined {
  return view.read(tables.batch, entry);
}

/** The void that holds for a leaf of a batch. */
export function voidOf(batch: Pick<BatchValue, 'voids'>, leaf: number): VoidedRange | undefined {
  return batch.voids.find((range) => range.first <= leaf && leaf <= range.last);
}

/** A void in force by the entry of its statement. */
export function voidActOf(view: StateReader, entry: number): VoidValue | undefined {
  return view.read(tables.void, entry);
}

/** One organisation's duty to delete, and how far it is. */
export interface DeletionDuty {
  readonly organization: string;
  readonly done: DeletionValue | undefined;
}

/** Who must delete for a void: the reporter and all who were members since the batch, departed ones included. */
export function deletionDutiesOf(view: StateReader, entry: number): readonly DeletionDuty[] {
  const act = voidActOf(view, entry);
  if (act === undefined || act.mode === 'keep') return [];
  return holdersOf(view, act).map((organization) => ({
    organization,
    done: view.read(tables.void_done, `${entry}/${organization}`),
  }));
}

/** Everyone who may hold the records of a void's batch, ascending. */
export function holdersOf(view: StateReader, act: VoidValue): readonly string[] {
  const batch = batchOf(view, act.batch);
  const channel = view.read(tables.channel, act.channel);
  if (batch === undefined || channel === undefined) return [];
  const holders = new Set([batch.reporter]);
  for (const member of channel.members) {
    if (member.until === null || member.until > batch.height) holders.add(member.organization);
  }
  return [...holders].sort();
}

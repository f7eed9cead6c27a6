// The checkpoints that may still get a quorum or still get signatures, with the states they commit to; and notes of
// peers for sizes that this node has not reached. Both are bounded, so a lost quorum costs no memory.
import type { LedgerState } from '@suyuan/ledger';
import type { Note } from '@suyuan/log';

import type { Candidate } from './candidate.ts';

/** A candidate with the state after its block. */
export interface WindowEntry {
  readonly candidate: Candidate;
  readonly state: LedgerState;
  readonly enteredAtMs: number;
}

/** Checkpoints kept: older ones can't be the first with a quorum any more, a newer one will cover their entries. */
const CHECKPOINTS_MAX = 128;
/** Notes kept of one peer for sizes to come. */
const EARLY_NOTES_MAX = 128;

/** Recent checkpoints by size. */
export class CheckpointWindow {
  readonly #entries = new Map<number, WindowEntry>();
  readonly #early = new Map<string, Map<number, Note>>();

  /** Adds the newest checkpoint and gives the notes that peers have sent ahead for it. */
  add(entry: WindowEntry): readonly (readonly [organization: string, note: Note])[] {
    const { size } = entry.candidate;
    this.#entries.set(size, entry);
    for (const [oldest] of this.#entries)
      if (this.#entries.size > CHECKPOINTS_MAX) this.#entries.delete(oldest);
    const notes: (readonly [string, Note])[] = [];
    for (const [organization, early] of this.#early) {
      const note = early.get(size);
      if (note !== undefined) notes.push([organization, note]);
      for (const ahead of early.keys()) if (ahead <= size) early.delete(ahead);
    }
    return notes;
  }

  /** Keeps a note for a size to come; the newest that came stay. */
  keepEarly(organization: string, size: number, note: Note): void {
    const early = this.#early.get(organization) ?? new Map<number, Note>();
    this.#early.set(organization, early.set(size, note));
    for (const [oldest] of early) if (early.size > EARLY_NOTES_MAX) early.delete(oldest);
  }

  get(size: number): WindowEntry | undefined {
    return this.#entries.get(size);
  }

  /** From the newest to the oldest. */
  newestFirst(): readonly WindowEntry[] {
    return [...this.#entries.values()].reverse();
  }
}

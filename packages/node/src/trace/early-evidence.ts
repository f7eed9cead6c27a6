// Reads the evidence of records on a second connection while a family is still being looked up: one wait less a trace.
import type { View } from '@suyuan/ledger';

import type { Database } from '../database/database.ts';
import type { StoredRecord } from './find-records.ts';
import { readEvidence } from './read-evidence.ts';
import type { EntryEvidence } from './read-evidence.ts';

/** Entries whose evidence is read before it is asked for, at most. */
const FORESEEN_MAX = 64;

/** Evidence that may be under way already when it is asked for. */
export interface EarlyEvidence {
  /** Says which records are known so far, and begins to read what speaks for them. */
  readonly foresee: (records: Iterable<StoredRecord>) => void;
  /** The evidence of these entries; what was not foreseen is read now. Throws DatabaseFault. */
  readonly take: (entries: readonly number[]) => Promise<ReadonlyMap<number, EntryEvidence>>;
}

/** Evidence for one trace. */
export function createEarlyEvidence(database: Database, view: View): EarlyEvidence {
  let foreseen = new Set<number>();
  let reading: Promise<ReadonlyMap<number, EntryEvidence>> = Promise.resolve(new Map());
  return {
    foresee: (records) => {
      const entries = new Set([...records].flatMap(({ entry }) => entry ?? []));
      // Records are only added from round to round, so an equal size is the same set.
      if (entries.size > FORESEEN_MAX || entries.size === foreseen.size) return;
      foreseen = entries;
      reading = readEvidence(database, view, [...entries]);
      reading.catch(() => undefined); // `take` throws the fault; a trace that failed before does not take
    },
    take: async (entries) =>
      entries.every((entry) => foreseen.has(entry))
        ? await reading
        : await readEvidence(database, view, entries),
  };
}

// Background work on batches: small ones beside the requests, large ones in a thread of their own, one after the other.
import type { MasterEntry } from '@suyuan/battery';
import { viewOf } from '@suyuan/ledger';
import type { LedgerState, View } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';

import type { Database } from '../database/database.ts';
import type { OrderedBatch } from '../events/judge-batch.ts';
import { voidSourceOf, voidsOf } from '../trace/void-reader.ts';
import { runTask } from './background-task.ts';
import type { BackgroundTask } from './background-task.ts';
import { createBackgroundThread } from './background-thread.ts';

/** A batch of more records than this would hold up requests for milliseconds. */
const RECORDS_BESIDE_REQUESTS = 50;

/** What background work needs. */
export interface BackgroundOptions {
  readonly database: Database;
  readonly databaseUrl: string;
  readonly crypto: Crypto;
  readonly state: () => LedgerState;
}

/** Does what nobody waits for; faults of the database are thrown as such. */
export interface Background {
  /** Counts a batch for the coverage, once, by the deadlines and calendar days that the network reported. */
  readonly countBatch: (
    batch: { readonly id: number; readonly count: number },
    due: readonly MasterEntry[],
  ) => Promise<void>;
  /** The number of the batch's records that stand in a conflict which no resolution has settled. */
  readonly countConflicts: (batch: OrderedBatch) => Promise<number>;
  /** Cuts off what runs; what it had not stored is done again. */
  readonly stop: () => Promise<void>;
}

/** Makes it; nothing runs before it is asked to. */
export function createBackground({ database, databaseUrl, crypto, state }: BackgroundOptions): Background {
  const view = (): View => viewOf(crypto, state());
  const thread = createBackgroundThread({ databaseUrl, voids: (entries) => voidsOf(view(), entries) });
  let last: Promise<unknown> = Promise.resolve();

  const run = async (task: BackgroundTask, records: number): Promise<number> => {
    const result = last
      .catch(() => undefined) // told to whom it concerned
      .then(async () =>
        records > RECORDS_BESIDE_REQUESTS
          ? await thread.run(task)
          : await runTask(database, voidSourceOf(view()), task),
      );
    last = result;
    return await result;
  };
  return {
    countBatch: async ({ id, count }, due) => {
      await run({ type: 'count', batch: id, due }, count);
    },
    countConflicts: async (batch) => await run({ type: 'judge', batch }, batch.count),
    stop: thread.stop,
  };
}

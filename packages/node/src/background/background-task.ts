// Work on what is reported that nobody waits for: counting a batch for the coverage, and counting its contradictions.
// The same whether it runs beside the requests or in a thread of its own (spec/coverage.md, spec/events.md).
import { reportedDueRules } from '@suyuan/battery';
import type { MasterEntry } from '@suyuan/battery';

import type { Database } from '../database/database.ts';
import type { OrderedBatch } from '../events/judge-batch.ts';
import type { VoidSource } from '../trace/void-reader.ts';

/** One batch to work on. */
export type BackgroundTask =
  | {
      readonly type: 'count';
      readonly batch: number;
      /** The deadlines and calendar days that the network reported. */
      readonly due: readonly MasterEntry[];
    }
  | { readonly type: 'judge'; readonly batch: OrderedBatch };

/** Does the task: the number of records that contradict others, or 0 for a task that only stores. */
export async function runTask(database: Database, voids: VoidSource, task: BackgroundTask): Promise<number> {
  // Loaded when there is first something to do.
  if (task.type === 'judge') {
    const { countConflicts } = await import('../events/judge-batch.ts');
    return await countConflicts(database, voids, task.batch);
  }
  const { countBatch } = await import('../coverage/count-batch.ts');
  const rules = reportedDueRules(task.due);
  await database.transact(async (tx) => await countBatch(tx, voids, task.batch, rules));
  return 0;
}

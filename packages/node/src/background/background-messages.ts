// What a node and its background thread say to each other. The thread asks one question at a time.
import type { DatabaseFaultCode } from '../database/database-fault.ts';
import type { Voids } from '../trace/void-reader.ts';
import type { BackgroundTask } from './background-task.ts';

/** How the thread begins. */
export interface BackgroundStart {
  readonly databaseUrl: string;
}

/** To the thread. */
export type ToThread =
  | { readonly type: 'task'; readonly task: BackgroundTask }
  | { readonly type: 'voids'; readonly voids: Voids };

/** From the thread. */
export type FromThread =
  | { readonly type: 'ask'; readonly entries: readonly number[] }
  | { readonly type: 'done'; readonly value: number }
  | {
      readonly type: 'failed';
      readonly error: unknown;
      /** Where the database could not serve. */
      readonly fault?: { readonly code: DatabaseFaultCode; readonly maybeStored: boolean };
    };

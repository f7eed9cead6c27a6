// Starts a thread that reads one workbook and hands on what it says. The thread has a memory bound of its own,
// and ends when its reader stops listening.
import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ReadingMessage, ReadingTask } from './workbook-messages.ts';
import { WorkbookRefusal } from './workbook-rejection.ts';

/** A reading in progress. */
export interface WorkbookThread extends AsyncDisposable {
  /** Everything the thread says; ends after `end` or `refused`. */
  readonly messages: AsyncIterable<ReadingMessage>;
  /** Allows one more batch, with this id. */
  grant(batchId: number): void;
}

/** Beyond this the thread dies alone, and the file counts as too large. */
const threadHeapMiB = 256;

// Run from source (tests), the thread still needs what the compiler made of it: Node 20 runs no TypeScript.
const entry = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/import/workbook-worker.js' : './workbook-worker.js',
  import.meta.url,
);

/** Starts reading; `signal` ends the thread at once. */
export function startReading(task: ReadingTask, signal: AbortSignal): WorkbookThread {
  const thread = new Worker(entry, {
    workerData: task,
    // Flags of the parent (a test runner's conditions, for example) are not meant for the compiled thread.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: threadHeapMiB },
  });
  const events = on(thread, 'message', { signal, close: ['exit'] });
  return {
    messages: messagesOf(events),
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    grant: (batchId) => thread.postMessage({ batchId }),
    [Symbol.asyncDispose]: async () => {
      await thread.terminate();
    },
  };
}

/** The worker of this folder sends messages of this type and nothing else. */
async function* messagesOf(events: AsyncIterable<readonly ReadingMessage[]>): AsyncGenerator<ReadingMessage> {
  try {
    for await (const [message] of events) {
      if (message === undefined) continue;
      yield message;
      if (message.type === 'end' || message.type === 'refused') return;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
      throw new WorkbookRefusal({ code: 'workbook_too_large', part: 'workbook', limit: threadHeapMiB << 20 });
    throw error;
  }
}

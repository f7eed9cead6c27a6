// Starts a thread that reads one sample file, with a bound on memory and an end when the caller goes away.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { assert } from '@suyuan/log';
import type { Result } from '@suyuan/log';
import type { WorkbookRejection } from '../import/workbook-rejection.ts';
import type { Sample, SampleTask } from './read-sample.ts';

/** A sample, or why its file is not read. */
export type SampleResult = Result<Sample, Exclude<WorkbookRejection, { readonly code: 'import_repeated' }>>;

/** Beyond this the thread dies alone, and the file counts as too large. */
const threadHeapMiB = 192;

// Run from source (tests), the thread still needs what the compiler made of it: Node 20 runs no TypeScript.
const entry = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/mapping/sample-worker.js' : './sample-worker.js',
  import.meta.url,
);

/** Reads the sample in a thread of its own. */
export async function readSampleInThread(task: SampleTask, signal: AbortSignal): Promise<SampleResult> {
  const thread = new Worker(entry, {
    workerData: task,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: threadHeapMiB },
  });
  try {
    const messages: SampleResult[] = await once(thread, 'message', { signal }); // the worker of this folder sends nothing else
    const [result] = messages;
    assert(result !== undefined, 'a message has a value');
    return result;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
      return {
        ok: false,
        error: { code: 'workbook_too_large', part: 'workbook', limit: threadHeapMiB << 20 },
      };
    throw error;
  } finally {
    await thread.terminate();
  }
}

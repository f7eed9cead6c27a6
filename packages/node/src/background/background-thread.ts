// A thread for background work that is started when there is some and ends when there has been none for a while, so that
// a node at rest does not pay for it. Its questions about the ledger's state are answered from here.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { assert } from '@suyuan/log';

import { DatabaseFault } from '../database/database-fault.ts';
import type { Voids } from '../trace/void-reader.ts';
import type { BackgroundStart, FromThread, ToThread } from './background-messages.ts';
import type { BackgroundTask } from './background-task.ts';

/** What the thread needs of its node. */
export interface BackgroundThreadOptions extends BackgroundStart {
  readonly voids: (entries: readonly number[]) => Voids;
}

/** The thread; one task at a time. */
export interface BackgroundThread {
  /** Does the task; throws what it throws, and an error when the thread ends under it. */
  readonly run: (task: BackgroundTask) => Promise<number>;
  /** Ends the thread; a task under way is cut off and its transaction rolled back. */
  readonly stop: () => Promise<void>;
}

/** Beyond this the thread dies alone. */
const THREAD_HEAP_MIB = 256;
/** A third of what V8 takes by itself: it need not be fast, but stands beside a node under load. */
const YOUNG_HEAP_MIB = 16;
/** Without a task for so long, the thread ends. */
const IDLE_MS = 10_000;

// Run from source (tests), the thread still needs what the compiler made of it: Node 20 runs no TypeScript.
const entry = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/background/background-worker.js' : './background-worker.js',
  import.meta.url,
);

/** Makes it; no thread runs before the first task. */
export function createBackgroundThread({ databaseUrl, voids }: BackgroundThreadOptions): BackgroundThread {
  let thread: Worker | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;

  const start = (): Worker => {
    const workerData: BackgroundStart = { databaseUrl };
    const started = new Worker(entry, {
      workerData,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MIB, maxYoungGenerationSizeMb: YOUNG_HEAP_MIB },
    });
    started.on('error', () => undefined); // the task under way learns of it below
    started.once('exit', () => {
      if (thread === started) thread = undefined;
    });
    return started;
  };
  const say = (to: Worker, message: ToThread): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    to.postMessage(message);
  };
  const end = async (): Promise<void> => {
    clearTimeout(idle);
    const ended = thread;
    thread = undefined;
    await ended?.terminate();
  };
  const listen = async (to: Worker, message: ToThread): Promise<FromThread> => {
    const ended = new AbortController();
    const onExit = (): void => ended.abort();
    to.once('exit', onExit);
    try {
      const answered = once(to, 'message', { signal: ended.signal });
      say(to, message);
      const [answer]: FromThread[] = await answered; // background-worker.ts sends nothing else
      assert(answer !== undefined, 'a message has a value');
      return answer;
    } finally {
      to.off('exit', onExit);
    }
  };
  return {
    run: async (task) => {
      clearTimeout(idle);
      thread ??= start();
      const running = thread;
      let answer = await listen(running, { type: 'task', task });
      while (answer.type === 'ask')
        answer = await listen(running, { type: 'voids', voids: voids(answer.entries) });
      idle = setTimeout(() => void end(), IDLE_MS);
      idle.unref();
      if (answer.type === 'done') return answer.value;
      const { error, fault } = answer;
      if (fault === undefined) throw error;
      throw new DatabaseFault(fault.code, String(error), undefined, fault.maybeStored);
    },
    stop: end,
  };
}

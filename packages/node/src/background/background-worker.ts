// Entry of the background thread: does one task after the other with a database connection of its own, so that the thread
// that answers requests stays free. Started by background-thread.ts.
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@suyuan/log';

import { DatabaseFault } from '../database/database-fault.ts';
import { openDatabase } from '../database/database.ts';
import { voidReaderOf } from '../trace/void-reader.ts';
import type { VoidSource } from '../trace/void-reader.ts';
import type { BackgroundStart, FromThread, ToThread } from './background-messages.ts';
import { runTask } from './background-task.ts';

/** Both kinds of task use one connection after the other. */
const CONNECTIONS_MAX = 2;

// On Linux this concerns the calling thread alone, elsewhere it would slow down the node.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);

const port = parentPort;
assert(port !== null, 'a background thread has a parent');
const { databaseUrl }: BackgroundStart = workerData; // given by background-thread.ts and by nobody else
const database = openDatabase({ url: databaseUrl, connectionsMax: CONNECTIONS_MAX });

function say(message: FromThread): void {
  assert(port !== null, 'a background thread has a parent');
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  port.postMessage(message);
}

const askForVoids: VoidSource = async (entries) => {
  assert(port !== null, 'a background thread has a parent');
  const answered = once(port, 'message');
  say({ type: 'ask', entries: [...new Set(entries)] });
  const [answer]: ToThread[] = await answered; // background-thread.ts sends nothing else
  assert(answer?.type === 'voids', 'a question is answered before the next task');
  return voidReaderOf(answer.voids);
};

port.on('message', (message: ToThread) => {
  if (message.type !== 'task') return;
  runTask(database, askForVoids, message.task).then(
    (value) => say({ type: 'done', value }),
    (error: unknown) => {
      if (!(error instanceof DatabaseFault)) say({ type: 'failed', error });
      else {
        const { code, maybeStored, message: text } = error;
        say({ type: 'failed', error: text, fault: { code, maybeStored } });
      }
    },
  );
});

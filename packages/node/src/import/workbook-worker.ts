// Entry of the reading thread: unzips, parses and encodes one workbook, so that the thread that answers
// requests stays free. Started by workbook-thread.ts.
import { closeSync, fstatSync, openSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@suyuan/log';
import { fileSource } from './byte-source.ts';
import { encodeWorkbook } from './encode-workbook.ts';
import type { Credit, ReadingMessage, ReadingTask } from './workbook-messages.ts';
import { refusalOf } from './workbook-rejection.ts';

const port = parentPort;
assert(port !== null, 'a reading thread has a parent');
const task: ReadingTask = workerData; // given by workbook-thread.ts and by nobody else

const credits: number[] = [];
let wake: (() => void) | undefined;
port.on('message', ({ batchId }: Credit) => {
  credits.push(batchId);
  wake?.();
});

async function takeCredit(): Promise<number> {
  for (;;) {
    const credit = credits.shift();
    if (credit !== undefined) return credit;
    await new Promise<void>((resolve) => (wake = resolve));
  }
}

function say(message: ReadingMessage): void {
  assert(port !== null, 'a reading thread has a parent');
  const transferred =
    message.type === 'piece'
      ? [message.records, message.subjects, message.problemRows].map(({ buffer }) => buffer)
      : [];
  port.postMessage(message, transferred);
}

const descriptor = openSync(task.path, 'r');
const source = fileSource(descriptor, fstatSync(descriptor).size);
const result = await refusalOf(async () => await encodeWorkbook(source, task, takeCredit, say));
closeSync(descriptor);
say(result.ok ? result.value : { type: 'refused', rejection: result.error });
port.close();

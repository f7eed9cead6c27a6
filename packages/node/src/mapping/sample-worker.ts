// Entry of the thread that reads a sample file. Started by sample-thread.ts; answers once.
import { closeSync, fstatSync, openSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { fileSource } from '../import/byte-source.ts';
import { refusalOf } from '../import/workbook-rejection.ts';
import { readSample } from './read-sample.ts';
import type { SampleTask } from './read-sample.ts';

const task: SampleTask = workerData; // given by sample-thread.ts and by nobody else

const descriptor = openSync(task.path, 'r');
const source = fileSource(descriptor, fstatSync(descriptor).size);
const result = await refusalOf(async () => await readSample(source, task));
closeSync(descriptor);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage(result);
parentPort?.close();

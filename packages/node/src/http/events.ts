// Server-sent events: one JSON value an event, a comment every 15 seconds so that proxies keep the connection. A client
// that takes nothing for half a minute is cut off (spec/events.md, W5).
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';

const heartbeatMs = 15_000;
/** Text that waits for a client before the source is asked for more. */
const waitingBytesMax = 64 * 1024;

/** How a stream is sent. */
export interface EventStreamOptions {
  /** Values carry their member `id` as the event's id. */
  readonly resumable?: boolean;
  /** How long a client may take nothing while something waits for it. */
  readonly stalledMs?: number;
}

function frameOf(value: unknown, resumable: boolean): string {
  const data = `data: ${JSON.stringify(value)}\n\n`;
  return resumable ? `id: ${String(Object(value).id)}\n${data}` : data;
}

/** Resolves when the stream takes more, or is closed; closes it itself when that lasts too long. */
async function roomIn(stream: PassThrough, stalledMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const stalled = setTimeout(() => stream.destroy(), stalledMs);
    const done = (): void => {
      clearTimeout(stalled);
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.once('drain', done).once('close', done);
  });
}

/** The body of an event stream; ends with its source or when `signal` aborts. */
export function eventStream(
  source: AsyncIterable<unknown>,
  signal: AbortSignal,
  { resumable = false, stalledMs = 30_000 }: EventStreamOptions = {},
): Readable {
  const values = source[Symbol.asyncIterator]();
  const stream = new PassThrough({ highWaterMark: waitingBytesMax });
  const beat = setInterval(() => {
    if (!stream.writableNeedDrain) stream.write(':\n\n');
  }, heartbeatMs);
  const end = (): void => void stream.end();
  signal.addEventListener('abort', end, { once: true });
  stream.once('close', () => {
    clearInterval(beat);
    signal.removeEventListener('abort', end);
    // Not awaited: a source that waits for something would hold the connection open.
    void values.return?.().catch(() => undefined);
  });
  const pump = async (): Promise<void> => {
    stream.write('retry: 2000\n\n');
    if (signal.aborted) return end();
    for (let next = await values.next(); next.done !== true; next = await values.next()) {
      if (!stream.writable) return;
      if (!stream.write(frameOf(next.value, resumable))) await roomIn(stream, stalledMs);
    }
    end();
  };
  pump().catch((error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))));
  return stream;
}

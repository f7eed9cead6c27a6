// Server-sent events: one JSON value an event, a comment every 15 seconds so that proxies keep the connection.
import { Readable } from 'node:stream';

const heartbeatMs = 15_000;

async function* encode(source: AsyncIterable<unknown>, signal: AbortSignal): AsyncGenerator<string> {
  const values = source[Symbol.asyncIterator]();
  let beat: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<'aborted'>((resolve) => {
    onAbort = () => resolve('aborted');
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    yield 'retry: 2000\n\n';
    let next = values.next();
    for (;;) {
      const quiet = new Promise<'quiet'>(
        (resolve) => (beat = setTimeout(() => resolve('quiet'), heartbeatMs)),
      );
      const winner = await Promise.race([next, quiet, aborted]);
      clearTimeout(beat);
      if (winner === 'aborted') return;
      if (winner === 'quiet') {
        yield ':\n\n';
        continue;
      }
      if (winner.done === true) return;
      yield `data: ${JSON.stringify(winner.value)}\n\n`;
      next = values.next();
    }
  } finally {
    clearTimeout(beat);
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
    // Not awaited: a source that waits for something would hold the connection open.
    void values.return?.().catch(() => undefined);
  }
}

/** The body of an event stream; ends with its source or when `signal` aborts. */
export function eventStream(source: AsyncIterable<unknown>, signal: AbortSignal): Readable {
  return Readable.from(encode(source, signal), { objectMode: false });
}

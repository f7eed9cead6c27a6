// Tells a handler that nobody waits for its answer any more. Made only when it is asked for: most answers are short,
// and a signal for each of them would keep the memory of its request until the next full collection.
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Gives the signal of one request, the same at each call: aborted when the caller is gone or the node stops. */
export function createRequestSignal(
  request: FastifyRequest,
  reply: FastifyReply,
  stopping: AbortSignal,
): () => AbortSignal {
  let gone: AbortController | undefined;
  return () => {
    if (gone !== undefined) return gone.signal;
    const controller = new AbortController();
    gone = controller;
    const abort = (): void => controller.abort();
    if (stopping.aborted || reply.raw.destroyed || request.raw.readableAborted) abort();
    stopping.addEventListener('abort', abort, { once: true });
    request.raw.once('close', () => request.raw.readableAborted && abort());
    reply.raw.once('close', () => {
      stopping.removeEventListener('abort', abort);
      abort();
    });
    return controller.signal;
  };
}

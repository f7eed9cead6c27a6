// Hands statements to the mempool of the CometBFT process beside the node.
import { setTimeout } from 'node:timers';

/** What became of a statement that was handed over. */
export type Handover =
  /** It waits in the mempool, or is known there. */
  | { readonly status: 'taken' }
  /** The application refused it. */
  | { readonly status: 'refused'; readonly code: string }
  /** Nobody answered, or the mempool is full: again later. */
  | { readonly status: 'later'; readonly reason: string };

const ANSWER_MS_MAX = 5_000;

/** Hands one statement over; never throws. */
export type HandOver = (statement: Uint8Array) => Promise<Handover>;

/** A client of the RPC at this port of 127.0.0.1. */
export function createHandOver(port: number, signal: AbortSignal): HandOver {
  const url = `http://127.0.0.1:${port}/`;
  return async (statement) => {
    const tx = Buffer.from(statement).toString('base64');
    const request = { jsonrpc: '2.0', id: 1, method: 'broadcast_tx_sync', params: { tx } };
    const expiry = new AbortController();
    const timer = setTimeout(() => expiry.abort(), ANSWER_MS_MAX);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
        signal: AbortSignal.any([signal, expiry.signal]),
      });
      return readHandover(await response.json());
    } catch (error) {
      return { status: 'later', reason: error instanceof Error ? error.message : String(error) };
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Reads the answer of broadcast_tx_sync. */
export function readHandover(answer: unknown): Handover {
  const { result, error } = membersOf(answer);
  const failure = membersOf(error)['data'];
  if (typeof failure === 'string')
    return failure.includes('tx already exists in cache')
      ? { status: 'taken' }
      : { status: 'later', reason: failure };
  const { code, log } = membersOf(result);
  if (code === 0) return { status: 'taken' };
  if (typeof code === 'number') return { status: 'refused', code: typeof log === 'string' ? log : '' };
  return { status: 'later', reason: 'the answer of the engine is no answer' };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

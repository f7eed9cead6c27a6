// Posts one signed message to one address: no redirect is followed, no more than the beginning of the answer is read,
// and everything ends in time (spec/events.md, W9 to W11).
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

import { systemCodeOf } from '../fault.ts';
import { parseWebhookUrl, publicLookup } from './webhook-address.ts';
import { signMessage } from './webhook-signature.ts';

/** What became of one attempt. */
export interface AttemptOutcome {
  /** An answer from 200 to 299. */
  readonly delivered: boolean;
  readonly httpStatus: number | null;
  /** Why it failed: `http_500`, `timed_out`, `address_private`, a code of the system. */
  readonly failure: string | null;
  /** The beginning of the answer, as text. */
  readonly answer: string | null;
  readonly ms: number;
}

/** One message to send. */
export interface WebhookMessage {
  readonly url: string;
  readonly secret: Uint8Array;
  /** The header `webhook-id`. */
  readonly id: string;
  readonly body: string;
  /** Seconds since 1970; the header `webhook-timestamp`. */
  readonly timestamp: number;
}

/** Sends messages over connections that it keeps. */
export interface WebhookSender {
  readonly send: (message: WebhookMessage, signal: AbortSignal) => Promise<AttemptOutcome>;
  readonly close: () => void;
}

/** How a sender is made. */
export interface WebhookSenderOptions {
  readonly allowPrivate: boolean;
  /** Time for a whole attempt; 10 seconds unless said. */
  readonly timeoutMs?: number;
}

/** Bytes of an answer that are read; a longer one is cut off. */
const ANSWER_BYTES_MAX = 16 * 1024;
/** Characters of it that the log keeps. */
const ANSWER_SHOWN_MAX = 500;

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Reads at most the bound; a connection with more to come is closed. */
async function readAnswer(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes: Buffer = chunk; // no encoding is set, so chunks are buffers
    chunks.push(bytes);
    size += bytes.length;
    if (size >= ANSWER_BYTES_MAX) break;
  }
  // PostgreSQL's text holds no zero character.
  return Buffer.concat(chunks).toString('utf8').slice(0, ANSWER_SHOWN_MAX).replaceAll('\0', '\uFFFD');
}

/** A sender with connections of its own. */
export function createWebhookSender({
  allowPrivate,
  timeoutMs = 10_000,
}: WebhookSenderOptions): WebhookSender {
  const kept = { keepAlive: true, maxFreeSockets: 4, maxTotalSockets: 256, timeout: 30_000 };
  const lookup = allowPrivate ? {} : { lookup: publicLookup() };
  const agents = { http: new HttpAgent(kept), https: new HttpsAgent(kept) };

  async function post(url: URL, message: WebhookMessage, signal: AbortSignal): Promise<Answer> {
    const secure = url.protocol === 'https:';
    const body = Buffer.from(message.body, 'utf8');
    const options = {
      ...lookup,
      method: 'POST',
      agent: secure ? agents.https : agents.http,
      signal,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': body.length,
        'user-agent': 'suyuan-webhooks/1',
        'webhook-id': message.id,
        'webhook-timestamp': String(message.timestamp),
        'webhook-signature': signMessage(message.secret, message.id, message.timestamp, message.body),
      },
    };
    const response = await new Promise<IncomingMessage>((resolve, fail) => {
      const request = (secure ? httpsRequest : httpRequest)(url, options, resolve);
      request.on('error', fail);
      request.end(body);
    });
    return { status: response.statusCode ?? 0, text: await readAnswer(response) };
  }

  return {
    send: async (message, signal) => {
      const begun = performance.now();
      const ms = (): number => Math.round(performance.now() - begun);
      const none = { delivered: false, httpStatus: null, answer: null };
      const url = parseWebhookUrl(message.url, allowPrivate);
      if (!url.ok) return { ...none, failure: url.error.code, ms: ms() };
      const attempt = new AbortController();
      const end = (): void => attempt.abort();
      const timer = setTimeout(end, timeoutMs);
      signal.addEventListener('abort', end, { once: true });
      try {
        const { status, text } = await post(url.value, message, attempt.signal);
        const delivered = status >= 200 && status < 300;
        const failure = delivered ? null : `http_${status}`;
        return { delivered, httpStatus: status, failure, answer: text, ms: ms() };
      } catch (error) {
        const failure = attempt.signal.aborted ? 'timed_out' : (systemCodeOf(error) ?? 'connection_failed');
        return { ...none, failure: failure.slice(0, 100).toLowerCase(), ms: ms() };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
      }
    },
    close: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

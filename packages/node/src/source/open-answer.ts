// One guarded GET: only the origin named, only addresses that may be reached, no credentials but in a header, and an
// answer that is bounded in bytes and in time, packed or not (spec/source.md, D3 to D6).
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { systemCodeOf } from '../fault.ts';
import { guardedLookup, hostOf, refuseAddress } from './source-address.ts';
import type { AllowedAddresses } from './source-address.ts';
import { SourceFault } from './source-fault.ts';
import type { SourceLimits } from './source-limits.ts';

/** What to get. */
export interface AnswerRequest {
  readonly url: URL;
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly allowed: AllowedAddresses;
  readonly limits: SourceLimits;
  readonly bytesMax: number;
  readonly signal: AbortSignal;
}

/** A successful answer. */
export interface Answer {
  readonly link: string | undefined;
  /** Unpacked bytes; ends in a {@link SourceFault} beyond the bounds. Read it to its end or break off. */
  readonly body: AsyncIterable<Buffer>;
}

const redirectsMax = 3;
const waitMsMax = 300_000;

/** Gets one answer, following redirects within the origin. */
export async function openAnswer(request: AnswerRequest): Promise<Answer> {
  const ending = AbortSignal.any([request.signal, AbortSignal.timeout(request.limits.answerMs)]);
  let { url } = request;
  for (let redirects = 0; redirects <= redirectsMax; redirects += 1) {
    if (url.origin !== request.origin) throw new SourceFault('address_elsewhere', { detail: url.origin });
    refuseAddress(hostOf(url), request.allowed);
    const response = await send(url, request, ending);
    const { statusCode: status = 0, headers } = response;
    if (status >= 200 && status < 300)
      return { link: linkOf(headers.link), body: bodyOf(response, request, ending) };
    response.destroy();
    if (status < 300 || status >= 400 || headers.location === undefined)
      throw refusalOf(status, headers['retry-after']);
    if (!URL.canParse(headers.location, url.href)) throw new SourceFault('address_elsewhere');
    url = new URL(headers.location, url);
  }
  throw new SourceFault('answer_refused', { detail: 'redirects_too_many' });
}

function linkOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.join(', ');
}

async function send(url: URL, request: AnswerRequest, ending: AbortSignal): Promise<IncomingMessage> {
  const options = {
    method: 'GET',
    agent: false,
    lookup: guardedLookup(request.allowed),
    headers: {
      accept: '*/*',
      'accept-encoding': 'gzip',
      'user-agent': 'suyuan-sources/1',
      ...request.headers,
    },
    maxHeaderSize: 65_536,
    signal: ending,
  } as const;
  return await new Promise<IncomingMessage>((resolve, fail) => {
    const sent = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, resolve);
    sent.setTimeout(request.limits.idleMs, () => sent.destroy(timedOut()));
    sent.on('error', (error) => fail(faultOf(error, request, ending)));
    sent.end();
  });
}

function timedOut(): SourceFault {
  return new SourceFault('timed_out', { isTemporary: true });
}

function faultOf(error: unknown, { signal }: AnswerRequest, ending: AbortSignal): unknown {
  if (error instanceof SourceFault) return error;
  if (signal.aborted) return signal.reason;
  if (ending.aborted) return timedOut();
  const detail = systemCodeOf(error)?.toLowerCase().slice(0, 40);
  return new SourceFault('connection_failed', {
    ...(detail === undefined ? {} : { detail }),
    isTemporary: true,
    cause: error,
  });
}

function refusalOf(status: number, retryAfter: string | undefined): SourceFault {
  const detail = `http_${status}`;
  if (status === 401 || status === 403) return new SourceFault('credentials_refused', { detail });
  const seconds = retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : 0;
  return new SourceFault('answer_refused', {
    detail,
    isTemporary: status >= 500 || status === 429 || status === 408,
    waitMs: Math.min(seconds * 1000, waitMsMax),
  });
}

async function* bodyOf(
  response: IncomingMessage,
  request: AnswerRequest,
  ending: AbortSignal,
): AsyncGenerator<Buffer> {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity' && encoding !== 'gzip') {
    response.destroy();
    throw new SourceFault('answer_encoded');
  }
  let stream: Readable = response;
  if (encoding === 'gzip') {
    const unpacked = createGunzip();
    response.on('error', (error) => unpacked.destroy(error));
    stream = response.pipe(unpacked);
  }
  let size = 0;
  try {
    for await (const chunk of stream) {
      const bytes: Buffer = chunk; // no encoding is set, so chunks are buffers
      size += bytes.length;
      if (size > request.bytesMax)
        throw new SourceFault('answer_too_large', { detail: `${request.bytesMax} bytes` });
      yield bytes;
    }
  } catch (error) {
    const code = systemCodeOf(error);
    throw code?.startsWith('Z_') === true
      ? new SourceFault('answer_encoded', { cause: error })
      : faultOf(error, request, ending);
  } finally {
    response.destroy();
    stream.destroy();
  }
}

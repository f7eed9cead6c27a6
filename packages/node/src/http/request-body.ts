// Reading request bodies within their limits: JSON whole, everything else as a stream. Both feed a digest, so that
// an idempotency key can be told to belong to exactly this request.
import type { Hash } from 'node:crypto';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import type { IncomingHttpHeaders } from 'node:http';
import type { JsonBody, StreamBody } from '@suyuan/api';
import { ProblemError } from './problem.ts';

/** The media type of a request without its parameters, in lower case. */
export function mediaTypeOf(headers: IncomingHttpHeaders): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function checkDeclared(headers: IncomingHttpHeaders, mediaTypes: readonly string[], bytesMax: number): void {
  if (!mediaTypes.includes(mediaTypeOf(headers))) {
    throw new ProblemError('content_type_unsupported', { expected: mediaTypes });
  }
  if (Number(headers['content-length'] ?? 0) > bytesMax)
    throw new ProblemError('body_too_large', { bytesMax });
}

/** Reads a JSON body whole. */
export async function readJson(
  payload: Readable,
  headers: IncomingHttpHeaders,
  body: JsonBody,
  digest: Hash | undefined,
): Promise<unknown> {
  checkDeclared(headers, ['application/json'], body.bytesMax);
  const chunks: Buffer[] = [];
  let size = 0;
  const stream: AsyncIterable<Buffer> = payload; // a request stream without an encoding gives buffers
  for await (const bytes of stream) {
    size += bytes.length;
    if (size > body.bytesMax) throw new ProblemError('body_too_large', { bytesMax: body.bytesMax });
    digest?.update(bytes);
    chunks.push(bytes);
  }
  return parseJson(Buffer.concat(chunks));
}

/** Lists and objects within each other; no body of the API needs ten, and writers of JSON recurse. */
const levelsMax = 64;

/** Whether the lists and objects of a value are no deeper within each other than a body may be. */
export function isWithinLevels(value: unknown): boolean {
  return isWithin(value, levelsMax);
}

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => isWithin(member, levels - 1));
}

/**
 * Parses JSON strictly as UTF-8. Refuses members named `__proto__`, which could change objects made from it, and
 * more than 64 levels.
 */
function parseJson(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
    const value: unknown = JSON.parse(text);
    if (!isWithin(value, levelsMax)) throw new SyntaxError(`more than ${levelsMax} levels`);
    if (!text.includes('__proto__') && !text.includes('\\u005f')) return value;
    return JSON.parse(text, (key, member: unknown) => {
      if (key === '__proto__') throw new SyntaxError('a member may not be named __proto__');
      return member;
    });
  } catch (error) {
    throw new ProblemError('body_malformed', { detail: error instanceof Error ? error.message : 'not JSON' });
  }
}

/** The body as a stream that fails with `body_too_large` after `bytesMax` bytes. */
export function boundedStream(
  payload: Readable,
  headers: IncomingHttpHeaders,
  body: StreamBody,
  digest: Hash | undefined,
): Readable {
  checkDeclared(headers, body.mediaTypes, body.bytesMax);
  let size = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > body.bytesMax) {
        done(new ProblemError('body_too_large', { bytesMax: body.bytesMax }));
        return;
      }
      digest?.update(chunk);
      done(null, chunk);
    },
  });
  // A client that goes away in the middle must not look like the end of the body.
  payload.once('error', (error) => bounded.destroy(error));
  payload.once('close', () => {
    if (!payload.readableEnded)
      bounded.destroy(new Error('the client went away before the body was complete'));
  });
  bounded.once('close', () => payload.resume());
  return payload.pipe(bounded);
}

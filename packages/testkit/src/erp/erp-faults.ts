// What can go wrong with the simulated ERP, on demand: each fault answers in place of the table, or changes its rows.
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';

/** One fault; it lasts until another one, or none, is set. */
export type ErpFault =
  /** Answers after so many milliseconds. */
  | { readonly type: 'slow'; readonly ms: number }
  /** 503, as of a server that is being restarted. */
  | { readonly type: 'down'; readonly status?: number }
  /** Takes the request and never says a word. */
  | { readonly type: 'silent' }
  /** Begins an answer and closes the connection. */
  | { readonly type: 'cut' }
  /** Gives the first page for ever, always with a next one. */
  | { readonly type: 'repeats' }
  /** Renames a column, as an upgrade of the ERP does. */
  | { readonly type: 'renames'; readonly from: string; readonly to: string }
  /** Sends an answer of so many bytes, generated as it goes. */
  | { readonly type: 'endless'; readonly bytes: number }
  /** Sends so many zero bytes, compressed about a thousand times. */
  | { readonly type: 'gzip_bomb'; readonly bytes: number }
  /** Points elsewhere. */
  | { readonly type: 'redirects'; readonly to: string }
  /** Says that the next page is elsewhere. */
  | { readonly type: 'next_elsewhere'; readonly to: string }
  /** Sends a sign-in page instead of data. */
  | { readonly type: 'html' };

/** Writes as fast as the other side takes it. */
async function stream(response: ServerResponse, chunk: Buffer, bytes: number): Promise<void> {
  const chunks = function* (): Generator<Buffer> {
    for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
  };
  // Who is asked for 10 GB usually does not stay to the end.
  await pipeline(Readable.from(chunks()), response).catch(() => undefined);
}

/** Answers in place of the table; false where the fault leaves the answer to it. */
export function answerFault(fault: ErpFault, response: ServerResponse): boolean {
  switch (fault.type) {
    case 'down':
      response.writeHead(fault.status ?? 503, { 'content-type': 'text/plain' }).end('down');
      return true;
    case 'silent':
      return true;
    case 'cut':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"items":[', () => response.destroy());
      return true;
    case 'redirects':
      response.writeHead(302, { location: fault.to }).end();
      return true;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Sign in</p>');
      return true;
    case 'endless':
      response.writeHead(200, { 'content-type': 'application/json' });
      void stream(response, Buffer.alloc(65_536, ' '), fault.bytes);
      return true;
    case 'gzip_bomb': {
      // Members of gzip may follow each other, so that one compressed block serves for any size.
      const block = 1024 * 1024;
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      const member = gzipSync(Buffer.alloc(block, ' '));
      void stream(response, member, (fault.bytes / block) * member.length);
      return true;
    }
    case 'slow':
    case 'repeats':
    case 'renames':
    case 'next_elsewhere':
      break;
  }
  return false;
}

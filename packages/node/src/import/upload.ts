// Takes an uploaded file to a temporary file of its own, with its digest; the stream is bounded by the route.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A file that has arrived whole; disposing of it deletes it. */
export interface Upload extends AsyncDisposable {
  readonly path: string;
  readonly size: number;
  /** SHA-256 of the bytes. */
  readonly digest: Buffer;
}

/** Most bytes of an uploaded workbook. */
export const uploadBytesMax: number = 64 * 1024 * 1024;

/** Writes the stream to a new folder inside `folder`, readable by this user only. */
export async function receiveUpload(stream: Readable, folder: string, signal: AbortSignal): Promise<Upload> {
  const own = await mkdtemp(join(folder, 'suyuan-upload-'));
  const remove = async (): Promise<void> => await rm(own, { recursive: true, force: true });
  const path = join(own, 'upload');
  const hash = createHash('sha256');
  let size = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  try {
    await pipeline(stream, counting, createWriteStream(path, { mode: 0o600 }), { signal });
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, size, digest: hash.digest(), [Symbol.asyncDispose]: remove };
}

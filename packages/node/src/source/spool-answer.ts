// An answer of lines or CSV on disk while it is read, so that its size costs no memory and the network is not held up by
// staging. The file is gone when it is disposed of.
import { createHash, randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { fileSource } from '../import/byte-source.ts';
import type { ByteSource } from '../import/byte-source.ts';

/** A file with random access. */
export interface Spooled extends AsyncDisposable {
  readonly path: string;
  readonly source: ByteSource;
  readonly digest: Buffer;
}

/** Writes the bytes to a file of this user's own. */
export async function spoolAnswer(body: AsyncIterable<Buffer>, folder: string): Promise<Spooled> {
  const path = join(folder, `source-${randomUUID()}`);
  const hash = createHash('sha256');
  const file = await open(path, 'wx+', 0o600);
  let size = 0;
  try {
    for await (const bytes of body) {
      hash.update(bytes);
      await file.write(bytes);
      size += bytes.length;
    }
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    throw error;
  }
  return {
    path,
    source: fileSource(file.fd, size),
    digest: hash.digest(),
    [Symbol.asyncDispose]: async () => {
      await file.close();
      await rm(path, { force: true });
    },
  };
}

// Fills a disk to the last byte.
import { open } from 'node:fs/promises';

/** Writes to a file until not one byte more can be written: the file system says so itself. */
export async function fillDisk(ballast: string): Promise<void> {
  const file = await open(ballast, 'a');
  for (let size = 1024 * 1024; size >= 1;) {
    try {
      await file.write(Buffer.alloc(size));
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOSPC') throw error;
      size = Math.floor(size / 2);
    }
  }
  await file.close();
}

// Files that only this user may read, written whole or not at all.
import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StartupFault, systemCodeOf } from '../fault.ts';

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a file with mode 0600; durable and complete once this resolves, absent or as before until then. */
export async function writePrivateFile(path: string, content: string | Uint8Array): Promise<void> {
  const fresh = `${path}.${randomBytes(4).toString('hex')}.new`;
  try {
    const handle = await open(fresh, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Reads a private file; undefined when it is not there. Refuses one that other users may read. */
export async function readPrivateFile(path: string): Promise<Buffer | undefined> {
  try {
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new StartupFault('key_file_open', `${path} can be read by other users. Run: chmod 600 ${path}`);
    }
    return await readFile(path);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    if (error instanceof StartupFault) throw error;
    const message = `${path} cannot be read (${systemCodeOf(error) ?? 'unknown'}).`;
    throw new StartupFault('data_folder_unreadable', message, error);
  }
}

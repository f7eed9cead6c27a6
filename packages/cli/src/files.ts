// Reading and writing the files that a user names: bounded, and with a sentence instead of a system error.
import { mkdir, open, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { CommandFailure } from './failure.ts';

/** The bytes of a file of at most `bytesMax`. `what` names it in the sentence for people. */
export async function readBounded(path: string, what: string, bytesMax: number): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > bytesMax) {
      throw new CommandFailure(
        'file_too_large',
        `The ${what} ${path} has ${size} bytes; at most ${bytesMax} are read.`,
      );
    }
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw unreadable(path, what, error);
  }
}

/** Refuses early where a file can't be read. */
export async function checkReadable(path: string, what: string): Promise<number> {
  try {
    const file = await open(path, 'r');
    const found = await file.stat();
    await file.close();
    if (!found.isDirectory()) return found.size;
    throw new CommandFailure('file_unreadable', `The ${what} ${path} could not be read: it is a folder.`);
  } catch (error) {
    throw unreadable(path, what, error);
  }
}

/** Writes a file whole or not at all; private keys with mode 0o600. */
export async function writeWhole(path: string, bytes: Uint8Array | string, mode = 0o644): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    await writeFile(draft, bytes, { mode });
    await rename(draft, path);
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw new CommandFailure('file_not_written', `${path} could not be written: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

/** Writes what comes under a draft's name and renames it at the end, so that no half file has the name; returns its bytes. */
export async function writeStream(path: string, content: ReadableStream<Uint8Array>): Promise<number> {
  const draft = join(dirname(path), `.${basename(path)}.${process.pid}`);
  let bytes = 0;
  try {
    const file = await open(draft, 'w', 0o644);
    try {
      for await (const piece of content) {
        await file.writeFile(piece);
        bytes += piece.length;
      }
    } finally {
      await file.close();
    }
    await rename(draft, path);
    return bytes;
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw new CommandFailure('file_not_written', `${path} could not be written: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

function unreadable(path: string, what: string, error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error;
  return new CommandFailure('file_unreadable', `The ${what} ${path} could not be read: ${reasonOf(error)}.`, {
    cause: error,
  });
}

/** A system error in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file or folder',
    EACCES: 'permission is missing',
    EPERM: 'permission is missing',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of the path is not a folder',
    ENOSPC: 'the disk is full',
    EROFS: 'the disk is read-only',
    ECONNREFUSED: 'nothing listens there',
    ENOTFOUND: 'the name is unknown',
    ECONNRESET: 'the connection was cut',
    ETIMEDOUT: 'no answer came in time',
  };
  return words[code] ?? (error instanceof Error ? error.message : String(error));
}

/** Makes a folder for its owner only, where there is none. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new CommandFailure('file_not_written', `${path} could not be made: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

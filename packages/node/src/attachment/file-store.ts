// Files by the SHA-256 of their bytes: `ab/cd...` below one folder. A file is complete and on the disk before it has its
// name, and its name is made of its bytes, never of anything that came from outside (spec/attachment.md, AT2).
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { attachmentTypeOf, headBytes } from './media-type.ts';
import type { AttachmentType } from './media-type.ts';

/** Most bytes of a file. */
export const attachmentBytesMax: number = 10 * 1024 * 1024;

/** A file that is stored. */
export interface StoredFile {
  readonly digest: string;
  readonly size: number;
  readonly type: AttachmentType;
}

/** Why a file is not stored. */
export type FileRejection = 'attachment_type_refused' | 'attachment_digest_wrong';

/** The files of one node. */
export interface FileStore {
  /** Stores what the chunks give, durably; refuses other types, and other bytes than `expected` names. */
  put(chunks: AsyncIterable<Uint8Array>, expected?: string): Promise<StoredFile | FileRejection>;
  /** Throws when there is no such file. */
  read(digest: string): Readable;
  readWhole(digest: string): Promise<Uint8Array>;
  remove(digest: string): Promise<void>;
  /** Digests of all files, a folder at a time, of those that are older. */
  listBefore(time: Date): AsyncIterable<readonly string[]>;
}

const digestPattern = /^[0-9a-f]{64}$/;
const incoming = 'incoming';

/** Opens the folder; what an earlier process was just writing is removed. */
export async function openFileStore(folder: string): Promise<FileStore> {
  const temporary = join(folder, incoming);
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  const pathOf = (digest: string): string => {
    if (!digestPattern.test(digest)) throw new RangeError('a file is named by its digest');
    return join(folder, digest.slice(0, 2), digest.slice(2));
  };
  return {
    put: async (chunks, expected) => await put(join(temporary, randomUUID()), pathOf, chunks, expected),
    read: (digest) => createReadStream(pathOf(digest)),
    readWhole: async (digest) => {
      await using file = await open(pathOf(digest), 'r');
      return await file.readFile();
    },
    remove: async (digest) => await rm(pathOf(digest), { force: true }),
    listBefore: (time) => listBefore(folder, time),
  };
}

async function put(
  temporary: string,
  pathOf: (digest: string) => string,
  chunks: AsyncIterable<Uint8Array>,
  expected: string | undefined,
): Promise<StoredFile | FileRejection> {
  try {
    const file = await open(temporary, 'wx', 0o600);
    const written = await write(file, chunks).finally(async () => await file.close());
    const { digest, size, type } = written;
    if (type === undefined) return 'attachment_type_refused';
    if (expected !== undefined && digest !== expected) return 'attachment_digest_wrong';
    const path = pathOf(digest);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rename(temporary, path);
    await syncFolder(dirname(path));
    await syncFolder(dirname(dirname(path)));
    return { digest, size, type };
  } finally {
    await rm(temporary, { force: true });
  }
}

async function write(
  file: FileHandle,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly digest: string; readonly size: number; readonly type: AttachmentType | undefined }> {
  const hash = createHash('sha256');
  const head = Buffer.alloc(headBytes);
  let size = 0;
  for await (const chunk of chunks) {
    if (size < headBytes) head.set(chunk.subarray(0, headBytes - size), size);
    hash.update(chunk);
    await file.write(chunk);
    size += chunk.length;
  }
  await file.sync();
  const type = attachmentTypeOf(head.subarray(0, Math.min(size, headBytes)));
  return { digest: hash.digest('hex'), size, type };
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r');
  await folder.sync();
}

async function* listBefore(folder: string, time: Date): AsyncGenerator<readonly string[]> {
  for (const first of await readdir(folder)) {
    if (!/^[0-9a-f]{2}$/.test(first)) continue;
    const digests: string[] = [];
    for (const rest of await readdir(join(folder, first))) {
      const about = await stat(join(folder, first, rest)).catch(() => undefined);
      if (about !== undefined && about.mtime < time && digestPattern.test(first + rest))
        digests.push(first + rest);
    }
    if (digests.length > 0) yield digests;
  }
}

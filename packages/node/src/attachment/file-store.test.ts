// The store of files: what is taken, where it lies, and that nothing half-written has a name.
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openFileStore } from './file-store.ts';
import type { FileStore } from './file-store.ts';
import { attachmentTypeOf, fileNameOf } from './media-type.ts';

const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(5_000, 7)]);
const digest = createHash('sha256').update(jpeg).digest('hex');

async function* chunks(bytes: Buffer, size = 3): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function withStore(work: (files: FileStore, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-attachments-'));
  try {
    await work(await openFileStore(folder), folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

it('[AT1] tells the type by the first bytes', () => {
  const webp = Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1');
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  expect([jpeg, png, webp, Buffer.from('%PDF-1.7')].map(attachmentTypeOf)).toEqual([
    'image/jpeg',
    'image/png',
    'image/webp',
    'application/pdf',
  ]);
  const others = ['<svg>', '<html>', 'RIFF\0\0\0\0WAVE', '', 'GIF89a', '%PD'];
  for (const text of others) expect(attachmentTypeOf(Buffer.from(text, 'latin1'))).toBeUndefined();
  expect(fileNameOf(digest, 'image/jpeg')).toBe(`${digest.slice(0, 16)}.jpg`);
});

it('[AT2] stores under the digest, once, and leaves nothing of what it refuses', async () => {
  await withStore(async (files, folder) => {
    expect(await files.put(chunks(jpeg))).toEqual({ digest, size: jpeg.length, type: 'image/jpeg' });
    expect(await files.put(chunks(jpeg), digest)).toMatchObject({ digest });
    expect(await files.put(chunks(Buffer.from('<script>')))).toBe('attachment_type_refused');
    expect(await files.put(chunks(jpeg.subarray(1_000)), digest)).toBe('attachment_type_refused');
    expect(await files.put(chunks(jpeg.subarray(0, 4_000)), digest)).toBe('attachment_digest_wrong');
    await expect(
      files.put(
        (async function* () {
          yield jpeg;
          throw new Error('cut');
        })(),
      ),
    ).rejects.toThrow('cut');
    expect((await readdir(folder)).toSorted()).toEqual([digest.slice(0, 2), 'incoming'].toSorted());
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    expect(await readdir(join(folder, digest.slice(0, 2)))).toEqual([digest.slice(2)]);
    expect(Buffer.from(await files.readWhole(digest)).equals(jpeg)).toBe(true);
    for (const name of ['../../etc/passwd', `${digest}/..`, digest.toUpperCase()])
      expect(() => files.read(name)).toThrow(RangeError);
    await files.remove(digest);
    await files.remove(digest);
    expect(await readdir(join(folder, digest.slice(0, 2)))).toEqual([]);
  });
});

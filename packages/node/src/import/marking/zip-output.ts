// Writes a zip file whose entries are either copied from another zip as they are compressed there, or new
// (APPNOTE 6.3.10, 4.3). Sizes are known before an entry is written, so no reader needs data descriptors.
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';
import type { ByteSource } from '../byte-source.ts';
import type { ZipEntry } from '../zip-directory.ts';
import { rawEntryPieces } from '../zip-inflate.ts';

/** New content, compressed. */
export interface CompressedEntry {
  readonly name: string;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly pieces: readonly Buffer[];
}

interface EntryHead {
  readonly name: Buffer;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
}

/** Compresses a part; its compressed form is held in memory. */
export async function compressEntry(
  name: string,
  content: Buffer | AsyncIterable<Buffer>,
): Promise<CompressedEntry> {
  let crc = 0;
  let size = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const piece of Buffer.isBuffer(content) ? [content] : content) {
      if (piece.length === 0) continue;
      crc = crc32(piece, crc);
      size += piece.length;
      yield piece;
    }
  }
  const pieces: Buffer[] = [];
  const collect = new Writable({
    write(piece: Buffer, _encoding, done) {
      pieces.push(piece);
      done();
    },
  });
  await pipeline(counted(), createDeflateRaw({ level: 4 }), collect);
  const compressedSize = pieces.reduce((sum, { length }) => sum + length, 0);
  return { name, crc, compressedSize, size, pieces };
}

/** Yields the file: old entries as they are compressed in `source`, and new ones. */
export function* writeZip(
  source: ByteSource,
  entries: Iterable<{ readonly old: ZipEntry } | CompressedEntry>,
): Generator<Buffer> {
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const head = headOf(entry);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), entryHead(head), head.name]);
    directory.push(directoryEntry(head, offset));
    offset += local.length + head.compressedSize;
    yield local;
    yield* 'old' in entry ? rawEntryPieces(source, entry.old) : entry.pieces;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  yield* directory;
  yield endRecord(directory.length, size, offset);
}

function headOf(entry: { readonly old: ZipEntry } | CompressedEntry): EntryHead {
  if (!('old' in entry)) return { ...entry, name: Buffer.from(entry.name), method: 8 };
  const { old } = entry;
  return { ...old, name: Buffer.from(old.name), method: old.method === 'deflated' ? 8 : 0 };
}

/** What local and central headers have in common: version, flags (names are UTF-8), method, time, sizes, name. */
function entryHead({ name, method, crc, compressedSize, size }: EntryHead): Buffer {
  const head = Buffer.alloc(26);
  head.writeUInt16LE(20, 0);
  head.writeUInt16LE(0x0800, 2);
  head.writeUInt16LE(method, 4);
  head.writeUInt16LE(0x21, 8); // 1980-01-01: the same input gives the same file
  head.writeUInt32LE(crc, 10);
  head.writeUInt32LE(compressedSize, 14);
  head.writeUInt32LE(size, 18);
  head.writeUInt16LE(name.length, 22);
  return head;
}

function directoryEntry(head: EntryHead, offset: number): Buffer {
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(offset, 10);
  return Buffer.concat([Buffer.from('504b01021400', 'hex'), entryHead(head), tail, head.name]);
}

function endRecord(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x0605_4b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}

// Streams the bytes of one zip entry. What inflating really yields is counted against the limit and
// against the directory, so that a directory that lies about sizes gains nothing.
import { crc32, createInflateRaw } from 'node:zlib';
import { Readable } from 'node:stream';
import type { ByteSource } from './byte-source.ts';
import { damaged, WorkbookRefusal } from './workbook-rejection.ts';
import type { ZipEntry } from './zip-directory.ts';

const pieceBytes = 256 * 1024;
/** No sheet compresses as well as this; a larger entry that does is a bomb. */
const ratioMax = 300;
const ratioFreeBytes = 16 * 1024 * 1024;

/** The inflated bytes of `entry`, at most `bytesMax`, in pieces; ends in a refusal unless size and CRC-32 hold. */
export async function* inflateEntry(
  source: ByteSource,
  entry: ZipEntry,
  bytesMax: number,
): AsyncGenerator<Buffer> {
  refuseBefore(entry, bytesMax);
  const start = dataOffset(source, entry);
  let produced = 0;
  let crc = 0;
  for await (const piece of rawPieces(source, entry, start)) {
    produced += piece.length;
    if (produced > entry.size) throw damaged(entry.name, 'it inflates to more than the directory says');
    crc = crc32(piece, crc);
    yield piece;
  }
  if (produced !== entry.size) throw damaged(entry.name, 'it inflates to less than the directory says');
  if (crc !== entry.crc) throw damaged(entry.name, 'its checksum does not match');
}

/** All inflated bytes of a small part. */
export async function inflateWhole(source: ByteSource, entry: ZipEntry, bytesMax: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of inflateEntry(source, entry, bytesMax)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function refuseBefore(entry: ZipEntry, bytesMax: number): void {
  if (entry.encrypted) throw new WorkbookRefusal({ code: 'workbook_encrypted' });
  if (entry.size > bytesMax)
    throw new WorkbookRefusal({ code: 'workbook_too_large', part: entry.name, limit: bytesMax });
  if (entry.size > ratioFreeBytes && entry.size > ratioMax * entry.compressedSize)
    throw new WorkbookRefusal({
      code: 'workbook_too_large',
      part: entry.name,
      limit: ratioMax * entry.compressedSize,
    });
}

/** The data begins after the local header, whose name and extra field may be longer than the directory's. */
function dataOffset(source: ByteSource, entry: ZipEntry): number {
  const header = source.read(entry.headerOffset, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== 0x0403_4b50)
    throw damaged(entry.name, 'its local header is missing');
  const start = entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (start + entry.compressedSize > source.size) throw damaged(entry.name, 'its data lies outside the file');
  return start;
}

/** The bytes of an entry as they are compressed in the file. */
export function* rawEntryPieces(source: ByteSource, entry: ZipEntry): Generator<Buffer> {
  yield* storedPieces(source, entry, dataOffset(source, entry));
}

function* storedPieces(source: ByteSource, entry: ZipEntry, start: number): Generator<Buffer> {
  for (let at = 0; at < entry.compressedSize; at += pieceBytes)
    yield source.read(start + at, Math.min(pieceBytes, entry.compressedSize - at));
}

async function* rawPieces(source: ByteSource, entry: ZipEntry, start: number): AsyncGenerator<Buffer> {
  if (entry.method === 'stored') {
    yield* storedPieces(source, entry, start);
    return;
  }
  const inflating = createInflateRaw({ chunkSize: pieceBytes });
  const feeding = Readable.from(storedPieces(source, entry, start), { highWaterMark: 1 });
  feeding.once('error', (error) => inflating.destroy(error));
  feeding.pipe(inflating);
  try {
    const pieces: AsyncIterable<Buffer> = inflating;
    for await (const piece of pieces) yield piece;
  } catch (error) {
    throw isZlibError(error) ? damaged(entry.name, 'its data cannot be inflated') : error;
  } finally {
    feeding.destroy();
    inflating.destroy();
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

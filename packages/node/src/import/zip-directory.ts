// Reads the central directory of a zip file as data of an adversary: every size, offset and count is
// bounded before anything is inflated (APPNOTE 6.3.10, sections 4.3 and 4.5.3).
import type { ByteSource } from './byte-source.ts';
import { damaged, WorkbookRefusal } from './workbook-rejection.ts';

/** One file inside a zip, as the central directory describes it. */
export interface ZipEntry {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly compressedSize: number;
  readonly size: number;
  readonly crc: number;
  readonly encrypted: boolean;
  readonly headerOffset: number;
}

const entriesMax = 4_096;
const directoryBytesMax = 1 << 20;
const endRecordSize = 22;
const commentBytesMax = 0xffff;
const sentinel32 = 0xffff_ffff;

/** The entries of a zip by name. Refuses what is not a zip, spans disks, repeats a name or lies about itself. */
export function readZipDirectory(source: ByteSource): ReadonlyMap<string, ZipEntry> {
  const { offset, size, count } = locateDirectory(source);
  if (count > entriesMax) throw tooLarge('zip directory', entriesMax);
  if (size > directoryBytesMax) throw tooLarge('zip directory', directoryBytesMax);
  if (offset + size > source.size) throw damaged('zip', 'the directory lies outside the file');
  const bytes = source.read(offset, size);
  const entries = new Map<string, ZipEntry>();
  let position = 0;
  for (let index = 0; index < count; index += 1) {
    const { entry, next } = readEntry(bytes, position);
    if (entries.has(entry.name)) throw damaged('zip', `two entries are named ${entry.name.slice(0, 100)}`);
    if (entry.headerOffset + entry.compressedSize > source.size)
      throw damaged('zip', 'an entry lies outside the file');
    entries.set(entry.name, entry);
    position = next;
  }
  if (position !== bytes.length) throw damaged('zip', 'the directory is longer than its entries');
  return entries;
}

function tooLarge(part: string, limit: number): WorkbookRefusal {
  return new WorkbookRefusal({ code: 'workbook_too_large', part, limit });
}

function locateDirectory(source: ByteSource): { offset: number; size: number; count: number } {
  const tailSize = Math.min(source.size, endRecordSize + commentBytesMax);
  const tailStart = source.size - tailSize;
  const tail = source.read(tailStart, tailSize);
  for (let at = tail.length - endRecordSize; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== 0x0605_4b50) continue;
    if (at + endRecordSize + tail.readUInt16LE(at + 20) !== tail.length) continue;
    if (tail.readUInt16LE(at + 4) !== 0 || tail.readUInt16LE(at + 6) !== 0)
      throw damaged('zip', 'it spans several disks');
    const count = tail.readUInt16LE(at + 10);
    const size = tail.readUInt32LE(at + 12);
    const offset = tail.readUInt32LE(at + 16);
    if (count === 0xffff || size === sentinel32 || offset === sentinel32)
      return locateDirectory64(source, tailStart + at);
    return { offset, size, count };
  }
  throw damaged('zip', 'its end record is missing');
}

/** The Zip64 locator stands right before the end record and points at the 64-bit end record. */
function locateDirectory64(
  source: ByteSource,
  endRecordAt: number,
): { offset: number; size: number; count: number } {
  const locator = source.read(endRecordAt - 20, 20);
  if (endRecordAt < 20 || locator.length < 20 || locator.readUInt32LE(0) !== 0x0706_4b50)
    throw damaged('zip', 'its 64-bit locator is missing');
  const record = source.read(readUInt64(locator, 8), 56);
  if (record.length < 56 || record.readUInt32LE(0) !== 0x0606_4b50)
    throw damaged('zip', 'its 64-bit end record is missing');
  return { count: readUInt64(record, 32), size: readUInt64(record, 40), offset: readUInt64(record, 48) };
}

function readUInt64(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged('zip', 'a size is absurd');
  return Number(value);
}

function readEntry(bytes: Buffer, at: number): { entry: ZipEntry; next: number } {
  if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x0201_4b50)
    throw damaged('zip', 'the directory is cut short');
  const flags = bytes.readUInt16LE(at + 8);
  const method = bytes.readUInt16LE(at + 10);
  const nameEnd = at + 46 + bytes.readUInt16LE(at + 28);
  const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
  const next = extraEnd + bytes.readUInt16LE(at + 32);
  if (next > bytes.length) throw damaged('zip', 'the directory is cut short');
  const name = bytes.toString('utf8', at + 46, nameEnd).replaceAll('\\', '/');
  if (method !== 0 && method !== 8) throw damaged('zip', `compression method ${method} is not supported`);
  const sizes = readSizes(bytes, at, nameEnd, extraEnd);
  const encrypted = (flags & 1) !== 0;
  const entry: ZipEntry = {
    name,
    method: method === 8 ? 'deflated' : 'stored',
    crc: bytes.readUInt32LE(at + 16),
    encrypted,
    ...sizes,
  };
  return { entry, next };
}

/** Sizes and offset; the 64-bit extra field (id 1) holds, in this order, those that read 0xffffffff. */
function readSizes(
  bytes: Buffer,
  at: number,
  extraStart: number,
  extraEnd: number,
): Pick<ZipEntry, 'size' | 'compressedSize' | 'headerOffset'> {
  const fields = [bytes.readUInt32LE(at + 24), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)];
  if (fields.includes(sentinel32)) {
    let [from, to] = [extraStart, extraStart];
    for (let field = extraStart; field + 4 <= extraEnd; field += 4 + bytes.readUInt16LE(field + 2)) {
      if (bytes.readUInt16LE(field) !== 1) continue;
      from = field + 4;
      to = from + bytes.readUInt16LE(field + 2);
    }
    for (const [index, value] of fields.entries()) {
      if (value !== sentinel32) continue;
      if (from + 8 > to || to > extraEnd) throw damaged('zip', 'a 64-bit size is missing');
      fields[index] = readUInt64(bytes, from);
      from += 8;
    }
  }
  const [size = 0, compressedSize = 0, headerOffset = 0] = fields;
  return { size, compressedSize, headerOffset };
}

// For tests: writes zip files by hand, honest ones and ones that lie, so that every hostile form can be made.
import { crc32, deflateRawSync } from 'node:zlib';

/** One entry; what is not given is true. */
export interface ZipFileEntry {
  readonly name: string;
  readonly data: Uint8Array | string;
  readonly stored?: boolean;
  /** What the directory claims instead of the truth. */
  readonly claim?: { readonly size?: number; readonly compressedSize?: number; readonly crc?: number };
  readonly flags?: number;
  readonly method?: number;
}

/** The bytes of a zip file with these entries. */
export function zipFile(entries: readonly ZipFileEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { local, central } = encodeEntry(entry, offset);
    files.push(local);
    directory.push(central);
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  end.writeUInt32LE(0x0605_4b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, ...directory, end]);
}

function encodeEntry(entry: ZipFileEntry, offset: number): { local: Buffer; central: Buffer } {
  const data = Buffer.from(entry.data);
  const body = entry.stored === true ? data : deflateRawSync(data);
  const name = Buffer.from(entry.name);
  const head = Buffer.alloc(26);
  head.writeUInt16LE(20, 0);
  head.writeUInt16LE(entry.flags ?? 0, 2);
  head.writeUInt16LE(entry.method ?? (entry.stored === true ? 0 : 8), 4);
  head.writeUInt32LE(entry.claim?.crc ?? crc32(data), 10);
  head.writeUInt32LE(entry.claim?.compressedSize ?? body.length, 14);
  head.writeUInt32LE(entry.claim?.size ?? data.length, 18);
  head.writeUInt16LE(name.length, 22);
  const tail = Buffer.alloc(14); // comment, disk and attributes stay zero
  tail.writeUInt32LE(offset, 10);
  const local = Buffer.concat([Buffer.from('504b0304', 'hex'), head, name, body]);
  const central = Buffer.concat([Buffer.from('504b01021400', 'hex'), head, tail, name]);
  return { local, central };
}

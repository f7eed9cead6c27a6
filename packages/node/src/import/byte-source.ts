// Random access to the bytes of an uploaded file: on disk while it is read, in memory in tests and for
// small files. Callers ask for pieces with a bound of their own.
import { readSync } from 'node:fs';

/** A file of `size` bytes of which pieces can be read. */
export interface ByteSource {
  readonly size: number;
  /** The bytes [position, position + length), fewer at the end of the file. The caller owns the result. */
  read(position: number, length: number): Buffer;
}

/** The bytes of an open file. The descriptor stays the caller's to close. */
export function fileSource(descriptor: number, size: number): ByteSource {
  return {
    size,
    read(position, length) {
      const target = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - position)));
      let filled = 0;
      while (filled < target.length) {
        const count = readSync(descriptor, target, filled, target.length - filled, position + filled);
        if (count === 0) break;
        filled += count;
      }
      return target.subarray(0, filled);
    },
  };
}

/** Bytes that are already in memory. */
export function memorySource(bytes: Uint8Array): ByteSource {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { size: view.length, read: (position, length) => view.subarray(position, position + length) };
}

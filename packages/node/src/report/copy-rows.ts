// Reads the binary COPY format of PostgreSQL (its manual, COPY, Binary Format) over whole chunks, without copying.
//
//   header   "PGCOPY\n\xff\r\n\0"  u32 flags  u32 length of extension
//   row      u16 number of fields, then per field  i32 length (-1 for NULL)  bytes
//   trailer  u16 0xffff
import { assert } from '@suyuan/log';

const HEADER = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
const TRAILER = 0xffff;

/** Fields of a row as they came: views on the chunk, or null. */
export type CopyRow = readonly (Buffer | null)[];

/** Takes chunks of COPY ... TO STDOUT (FORMAT binary) and hands out each row once it is whole. */
export interface CopyReader {
  readonly push: (chunk: Buffer) => void;
  /** Ends the reading; a cut-off copy is a bug of the connection. */
  readonly end: () => void;
}

/** A reader of rows with this many fields. Fields are views on the chunks; the row array is used again. */
export function createCopyReader(fieldCount: number, onRow: (row: CopyRow) => void): CopyReader {
  let rest: Buffer = Buffer.alloc(0);
  let headerRead = false;
  let ended = false;
  const row = Array.from<Buffer | null>({ length: fieldCount }).fill(null);
  /** The offset after the row at `start`, or undefined while it is not whole. */
  const readRow = (bytes: Buffer, start: number): number | undefined => {
    if (start + 2 > bytes.length) return undefined;
    const count = bytes.readUInt16BE(start);
    if (count === TRAILER) {
      ended = true;
      return start + 2;
    }
    assert(count === fieldCount, 'every row of a copy has the fields that were asked for');
    let at = start + 2;
    for (let index = 0; index < fieldCount; index++) {
      if (at + 4 > bytes.length) return undefined;
      const size = bytes.readInt32BE(at);
      at += 4;
      if (size > 0 && at + size > bytes.length) return undefined;
      row[index] = size < 0 ? null : bytes.subarray(at, at + size);
      if (size > 0) at += size;
    }
    if (at > bytes.length) return undefined;
    onRow(row);
    return at;
  };
  return {
    push: (chunk) => {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let at = 0;
      if (!headerRead) {
        if (bytes.length < HEADER.length) {
          rest = bytes;
          return;
        }
        assert(bytes.subarray(0, HEADER.length).equals(HEADER), 'a binary copy begins with its header');
        headerRead = true;
        at = HEADER.length;
      }
      for (;;) {
        const next = ended ? undefined : readRow(bytes, at);
        if (next === undefined) break;
        at = next;
      }
      rest = bytes.subarray(at);
    },
    end: () => {
      assert(ended && rest.length === 0, 'a binary copy ends with its trailer');
    },
  };
}

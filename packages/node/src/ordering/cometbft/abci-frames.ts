// Framing of ABCI over a socket: the length of a message as an unsigned LEB128 number, then the message, a protobuf
// (spec/ordering.md, O1).
import { OrderingFault } from '../ordering-fault.ts';

/** Bytes of the longest length that is read: 2^35 is far above every limit. */
const LENGTH_BYTES_MAX = 5;

/** Cuts a stream of chunks into messages. */
export interface FrameReader {
  /** The messages that are complete now, each with bytes of its own. Throws where one is above the limit. */
  readonly push: (chunk: Uint8Array) => readonly Uint8Array[];
}

/** A reader that has read nothing yet. */
export function createFrameReader(bytesMax: number): FrameReader {
  let chunks: Uint8Array[] = [];
  let size = 0;
  /** No frame is complete below this size. */
  let wanted = 1;
  return {
    push: (chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size < wanted) return [];
      const bytes = Buffer.concat(chunks, size);
      const messages: Uint8Array[] = [];
      let at = 0;
      for (;;) {
        const length = readLength(bytes, at, bytesMax);
        const end = length === undefined ? undefined : length.next + length.value;
        wanted = end === undefined ? bytes.length - at + 1 : end - at;
        if (length === undefined || end === undefined || end > bytes.length) break;
        messages.push(new Uint8Array(bytes.subarray(length.next, end)));
        at = end;
      }
      size -= at;
      chunks = size === 0 ? [] : [bytes.subarray(at)];
      return messages;
    },
  };
}

function readLength(
  bytes: Uint8Array,
  at: number,
  bytesMax: number,
): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let i = 0; i < LENGTH_BYTES_MAX; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (value > bytesMax) break;
    if (byte < 0x80) return { value, next: at + i + 1 };
  }
  throw new OrderingFault('consensus_malformed', `a message of the engine is longer than ${bytesMax} bytes`);
}

/** The message with its length before it. */
export function encodeFrame(message: Uint8Array): Uint8Array {
  const length: number[] = [];
  let rest = message.length;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) length.push((rest % 0x80) + 0x80);
  return Buffer.concat([Uint8Array.of(...length, rest), message]);
}

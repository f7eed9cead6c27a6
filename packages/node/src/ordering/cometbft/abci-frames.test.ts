import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { OrderingFault } from '../ordering-fault.ts';
import { createFrameReader, encodeFrame } from './abci-frames.ts';

const message = fc.uint8Array({ maxLength: 400 });

test('[O1] messages come out as they went in, however the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), fc.infiniteStream(fc.nat(90)), (messages, cuts) => {
      const stream = new Uint8Array(Buffer.concat(messages.map(encodeFrame)));
      const reader = createFrameReader(400);
      const read: Uint8Array[] = [];
      for (let at = 0; at < stream.length;) {
        const size = cuts.next().value ?? 1;
        read.push(...reader.push(stream.subarray(at, at + size)));
        at += size;
      }
      expect(read).toEqual(messages);
    }),
  );
});

test('[O1] a message above the limit is refused by its length alone', () => {
  const reader = createFrameReader(400);
  const refused = (): unknown => createFrameReader(400).push(encodeFrame(new Uint8Array(401)).subarray(0, 2));
  expect(refused).toThrow('longer than 400 bytes');
  expect(() => reader.push(new Uint8Array(6).fill(0x80))).toThrow('longer than 400 bytes');
});

test('[O1] arbitrary bytes are messages within the limit, wait for more, or are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1_000 }), (bytes) => {
      const read = readAll(bytes);
      const isRight =
        read === 'consensus_malformed' || (Array.isArray(read) && read.every((size) => size <= 50));
      expect(isRight).toBe(true);
    }),
  );
});

/** The sizes of the messages, or why there are none. */
function readAll(bytes: Uint8Array): unknown {
  try {
    return createFrameReader(50)
      .push(bytes)
      .map(({ length }) => length);
  } catch (error) {
    return error instanceof OrderingFault ? error.code : error;
  }
}

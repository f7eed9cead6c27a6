// Rows of a binary COPY: what is written is read back, however the stream is cut into chunks.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { TupleWriter } from '../import/tuple-writer.ts';
import { createCopyReader } from './copy-rows.ts';

const HEADER = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');

/** A whole stream as PostgreSQL sends it. */
function streamOf(...rows: Buffer[]): Buffer {
  return Buffer.concat([HEADER, ...rows, Buffer.from('ffff', 'hex')]);
}

function readAll(bytes: Buffer, cuts: readonly number[], fieldCount: number): (string | null)[][] {
  const rows: (string | null)[][] = [];
  const reader = createCopyReader(fieldCount, (row) => {
    rows.push(row.map((field) => (field === null ? null : field.toString('hex'))));
  });
  const edges = [0, ...cuts.map((cut) => cut % bytes.length), bytes.length].toSorted((a, b) => a - b);
  for (const [index, edge] of edges.entries()) {
    const next = edges[index + 1];
    if (next !== undefined) reader.push(bytes.subarray(edge, next));
  }
  reader.end();
  return rows;
}

it('reads back what was written, cut anywhere', () => {
  const field = fc.option(fc.uint8Array({ maxLength: 40 }), { nil: null });
  const rows = fc.array(fc.tuple(field, field, field), { maxLength: 20 });
  fc.assert(
    fc.property(rows, fc.array(fc.nat(), { maxLength: 8 }), (written, cuts) => {
      const writer = new TupleWriter(64);
      for (const row of written) {
        writer.tuple(3);
        for (const value of row)
          if (value === null) writer.nothing();
          else writer.bytes(value);
      }
      const expected = written.map((row) =>
        row.map((value) => (value === null ? null : Buffer.from(value).toString('hex'))),
      );
      expect(readAll(streamOf(writer.take()), cuts, 3)).toEqual(expected);
    }),
  );
});

it('writes numbers and dates as PostgreSQL reads them', () => {
  const writer = new TupleWriter(4);
  writer.tuple(3);
  writer.int4(-2);
  writer.int8(2 ** 40);
  writer.date(10_958);
  expect(readAll(streamOf(writer.take()), [], 3)).toEqual([['fffffffe', '0000010000000000', '00000001']]);
});

it('stops on a stream that is cut off or has other fields', () => {
  const writer = new TupleWriter(64);
  writer.tuple(1);
  writer.int4(1);
  const bytes = streamOf(writer.take());
  expect(() => readAll(bytes.subarray(0, -1), [], 1)).toThrow('trailer');
  expect(() => readAll(bytes, [], 2)).toThrow('fields');
});

it('hands over what was taken and goes on', () => {
  const writer = new TupleWriter(64);
  writer.tuple(1);
  writer.bytes(new Uint8Array(5_000).fill(9));
  const first = writer.take();
  writer.tuple(1);
  writer.int4(7);
  const rows = readAll(streamOf(first, writer.take()), [], 1);
  expect(rows).toEqual([['09'.repeat(5_000)], ['00000007']]);
});

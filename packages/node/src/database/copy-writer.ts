// COPY ... FROM STDIN as a writer with back-pressure: the fastest way into PostgreSQL, inside a transaction.
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { PoolClient } from 'pg';
import { from } from 'pg-copy-streams';
import { databaseFaultOf } from './database-fault.ts';

/** `binary`: the caller writes tuples (int16 field count, then int32 length and bytes each); header and trailer are added here. */
export type CopyFormat = 'text' | 'binary';

/** One running COPY. Write whole or partial rows; `end` must be awaited before the transaction's next statement. */
export interface CopyWriter {
  /** Resolves when more may be written. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves to the number of rows stored. */
  end(): Promise<number>;
}

// "PGCOPY\n\xff\r\n\0", flags 0, no header extension (PostgreSQL manual, COPY, Binary Format)
const binaryHeader = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
const binaryTrailer = Buffer.from('ffff', 'hex');

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Resolves when more may be written or nothing can be any more, and leaves no listener behind: a COPY waits often. */
async function drained(stream: Writable): Promise<void> {
  const ended = new AbortController();
  const { signal } = ended;
  try {
    await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]);
  } finally {
    ended.abort();
  }
}

/** Starts COPY of `columns` into `table` on a connection that does nothing else until `end`. */
export function startCopy(
  client: PoolClient,
  table: string,
  columns: readonly string[],
  format: CopyFormat,
): CopyWriter {
  const into = `${quoted(table)} (${columns.map(quoted).join(', ')})`;
  const stream = client.query(from(`COPY ${into} FROM STDIN WITH (FORMAT ${format})`));
  let failure: unknown;
  stream.on('error', (error) => (failure = databaseFaultOf(error)));
  if (format === 'binary') stream.write(binaryHeader);
  return {
    async write(bytes) {
      if (failure !== undefined) throw failure;
      if (!stream.write(bytes)) await drained(stream);
      if (failure !== undefined) throw failure;
    },
    async end() {
      if (failure !== undefined) throw failure;
      if (format === 'binary') stream.write(binaryTrailer);
      try {
        stream.end();
        await once(stream, 'finish');
      } catch (error) {
        throw databaseFaultOf(error);
      }
      return stream.rowCount ?? 0;
    },
  };
}

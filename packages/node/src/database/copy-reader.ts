// COPY (query) TO STDOUT: the cheapest way to read many rows, without a JavaScript value per field.
import type { PoolClient } from 'pg';
import { to } from 'pg-copy-streams';

/** Hands out the bytes of a binary COPY in order, in memory of their own. */
export async function readCopy(
  client: PoolClient,
  query: string,
  onChunk: (chunk: Buffer) => void,
): Promise<void> {
  const stream: AsyncIterable<Buffer> = client.query(to(`COPY (${query}) TO STDOUT (FORMAT binary)`));
  // Copied, because the driver reuses its memory.
  for await (const chunk of stream) onChunk(Buffer.from(chunk));
}

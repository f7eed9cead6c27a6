/**
 * The baseline of everything that stores records: the same rows, read back from the node's tables, by plain COPY in
 * batches of 1,000 into tables with the same indexes on the same server, one transaction a batch.
 */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

const BATCH_ROWS = 1_000;

interface Piece {
  readonly records: Buffer;
  readonly subjects: Buffer;
}

const copyOut = async (client: Client, query: string): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  const rows: AsyncIterable<Buffer> = client.query(copyTo(`copy (${query}) to stdout`));
  for await (const chunk of rows) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const piecesOf = async (client: Client): Promise<readonly Piece[]> => {
  const { rows } = await client.query<{ id: string; from: number }>(
    `select batch_id as id, (leaf / ${BATCH_ROWS}) * ${BATCH_ROWS} as from from record group by 1, 2 order by 1, 2`,
  );
  const pieces: Piece[] = [];
  for (const { id, from } of rows) {
    const range = `batch_id = ${id} and leaf >= ${from} and leaf < ${from + BATCH_ROWS}`;
    pieces.push({
      records: await copyOut(client, `select * from record where ${range} order by leaf`),
      subjects: await copyOut(client, `select * from subject where ${range} order by leaf`),
    });
  }
  return pieces;
};

const makeTables = async (client: Client): Promise<void> => {
  await client.query(`
    drop table if exists bench_record, bench_subject;
    create table bench_record (like record including all);
    create table bench_subject (like subject including all)`);
};

/** Records a second of plain COPY of all records and subjects that the node's database holds now. */
export const measureCopy = async (databaseUrl: string): Promise<number> => {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const pieces = await piecesOf(client);
  await makeTables(client);
  const counted = await client.query<{ count: number }>('select count(*)::int as count from record');
  const begin = performance.now();
  for (const { records, subjects } of pieces) {
    await client.query('begin');
    await pipeline(Readable.from([records]), client.query(copyFrom('copy bench_record from stdin')));
    await pipeline(Readable.from([subjects]), client.query(copyFrom('copy bench_subject from stdin')));
    await client.query('commit');
  }
  const seconds = (performance.now() - begin) / 1_000;
  await client.query('drop table bench_record, bench_subject');
  await client.end();
  return (counted.rows[0]?.count ?? 0) / seconds;
};

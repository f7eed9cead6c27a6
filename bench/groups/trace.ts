/** Trace by code over HTTP with a million records of 36 months in the node; against one bare index look-up. */
import { Client } from 'pg';
import { startBenchNode } from '../bench-node.ts';
import { figure, quantileOf, type Figure } from '../figure.ts';
import { makeBodies, pushAll, reportAll } from '../load.ts';

const MONTHS = 36;
const RECORDS_PER_MONTH = 28_000;
const LOOKUPS = 2_000;

const timedEach = async (
  codes: readonly string[],
  look: (code: string) => Promise<void>,
): Promise<number[]> => {
  const times: number[] = [];
  for (const code of codes) {
    const begin = performance.now();
    await look(code);
    times.push(performance.now() - begin);
  }
  return times;
};

export const measureTrace = async (): Promise<readonly Figure[]> => {
  await using node = await startBenchNode();
  for (let month = 0; month < MONTHS; month += 1) {
    const first = new Date(Date.UTC(2023, month, 1)).toISOString().slice(0, 10);
    const last = new Date(Date.UTC(2023, month, 28)).toISOString().slice(0, 10);
    await node.setClock(Date.UTC(2023, month, 28, 4));
    await pushAll(node, makeBodies({ seed: month % 34, count: RECORDS_PER_MONTH, from: first, to: last }));
    await reportAll(node);
  }
  const client = new Client({ connectionString: node.databaseUrl });
  await client.connect();
  await client.query('analyze');
  const { rows } = await client.query<{ code: string }>(
    `select code from subject tablesample system (1) order by random() limit ${LOOKUPS + 200}`,
  );
  const codes = rows.map(({ code }) => code);
  const trace = async (code: string): Promise<void> => {
    await (await node.request('GET', `/trace/${code}`)).arrayBuffer();
  };
  await timedEach(codes.slice(0, 200), trace);
  const times = await timedEach(codes.slice(200), trace);
  const bare = await timedEach(codes.slice(200), async (code) => {
    await client.query('select * from subject where code = $1', [code]);
  });
  await client.end();
  return [
    figure('trace.p50', quantileOf(times, 0.5), 'ms', '', quantileOf(bare, 0.5)),
    figure('trace.p99', quantileOf(times, 0.99), 'ms', 'under 5', quantileOf(bare, 0.99)),
  ];
};

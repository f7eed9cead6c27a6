/** Trace by code over HTTP with a million records of 36 months in the node; against one bare index look-up. */
import { Client } from 'pg';
import { startBenchNode } from '../bench-node.ts';
import { figure, quantileOf, type Figure } from '../figure.ts';
import { makeBodies, pushAll, reportAll } from '../load.ts';

const MONTHS = 36;
const RECORDS_PER_MONTH = 28_000;
const LOOKUPS = 2_000;
/** Until the compiler of a fresh process has seen the way of a trace often enough. */
const WARM_UP_LOOKUPS = 3_000;

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
  // A node in service has had its rows vacuumed and its pages written: neither is part of a trace.
  await client.query('vacuum analyze');
  await client.query('checkpoint');
  const { rows } = await client.query<{ code: string }>(
    `select code from subject tablesample system (1) order by random() limit ${LOOKUPS + WARM_UP_LOOKUPS}`,
  );
  const codes = rows.map(({ code }) => code);
  const trace = async (code: string): Promise<void> => {
    await (await node.request('GET', `/trace/${code}`)).arrayBuffer();
  };
  const measured = codes.slice(WARM_UP_LOOKUPS);
  await timedEach(codes.slice(0, WARM_UP_LOOKUPS), trace);
  const times = await timedEach(measured, trace);
  const bare = await timedEach(measured, async (code) => {
    await client.query('select * from subject where code = $1', [code]);
  });
  await client.end();
  return [
    figure('trace.p50', quantileOf(times, 0.5), 'ms', '', quantileOf(bare, 0.5)),
    figure('trace.p99', quantileOf(times, 0.99), 'ms', 'under 5', quantileOf(bare, 0.99)),
  ];
};

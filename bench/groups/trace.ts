/** Trace by code over HTTP with a million records of 36 months in the node; against one bare index look-up. */
import type { Client } from 'pg';
import type { BenchNode } from '../bench-node.ts';
import { figure, quantileOf, timedEach, type Figure } from '../figure.ts';

const LOOKUPS = 2_000;
/** Until the compiler of a fresh process has seen the way of a trace often enough. */
const WARM_UP_LOOKUPS = 3_000;

/** Codes of all sorts, at random places of the tables; `name` begins the figures' names, `asked` is for the 99th percentile. */
export const measureTrace = async (
  { name, asked }: { readonly name: string; readonly asked: string },
  node: BenchNode,
  client: Client,
): Promise<readonly Figure[]> => {
  const { rows } = await client.query<{ code: string }>(
    `select code from subject tablesample system (1) order by random() limit ${LOOKUPS + WARM_UP_LOOKUPS}`,
  );
  const codes = rows.map(({ code }) => code);
  const trace = async (code: string): Promise<void> => {
    await node.look(`/trace/${code}`);
  };
  const measured = codes.slice(WARM_UP_LOOKUPS);
  await timedEach(codes.slice(0, WARM_UP_LOOKUPS), trace);
  const times = await timedEach(measured, trace);
  const bare = await timedEach(measured, async (code) => {
    await client.query('select * from subject where code = $1', [code]);
  });
  return [
    figure(`${name}.p50`, quantileOf(times, 0.5), 'ms', '', quantileOf(bare, 0.5)),
    figure(`${name}.p99`, quantileOf(times, 0.99), 'ms', asked, quantileOf(bare, 0.99)),
  ];
};

/** What is measured with a million records over 36 months in the node, whose clock goes from month to month. */
import { Client } from 'pg';
import { startBenchNode, untilLookedThrough, waitUntilIdle } from '../bench-node.ts';
import type { Figure } from '../figure.ts';
import { makeBodies, pushAll, reportAll } from '../load.ts';
import { measureCustody } from './custody.ts';
import { measureFamily } from './family.ts';
import { measureTrace } from './trace.ts';

const MONTHS = 36;
const RECORDS_PER_MONTH = 28_000;

export const measureMillion = async (): Promise<readonly Figure[]> => {
  await using node = await startBenchNode();
  for (let month = 0; month < MONTHS; month += 1) {
    const first = new Date(Date.UTC(2023, month, 1)).toISOString().slice(0, 10);
    const last = new Date(Date.UTC(2023, month, 28)).toISOString().slice(0, 10);
    await node.setClock(Date.UTC(2023, month, 28, 4));
    await pushAll(node, makeBodies({ seed: month % 34, count: RECORDS_PER_MONTH, from: first, to: last }));
    await reportAll(node);
  }
  await node.setClock(Date.UTC(2026, 10, 20));
  const client = new Client({ connectionString: node.databaseUrl });
  client.on('error', () => undefined); // when a measurement fails the server goes first; its error is the one to see
  await client.connect();
  // A node in service has had its rows vacuumed and its pages written: neither is part of a look-up.
  await client.query('vacuum analyze');
  await client.query('checkpoint');
  const atWork = await measureTrace({ name: 'trace.at_work', asked: '' }, node, client);
  await untilLookedThrough(client);
  await waitUntilIdle(node.pid);
  const figures = [
    ...(await measureTrace({ name: 'trace', asked: 'under 5' }, node, client)),
    ...atWork,
    ...(await measureFamily(node, client)),
    ...(await measureCustody(node, client)),
  ];
  await client.end();
  return figures;
};

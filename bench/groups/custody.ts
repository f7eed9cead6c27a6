/** Findings of custody for 10,000 staged vehicles against a million stored records; against reading their packs. */
import type { Client } from 'pg';
import type { BenchNode } from '../bench-node.ts';
import { figure, type Figure } from '../figure.ts';
import { bodyOf, pushAll } from '../load.ts';
import { exampleRecords } from '../../packages/testkit/src/battery-examples.ts';
import { lifeVin } from '../../packages/invented/src/lives.ts';

const STAGED = 10_000;
const RECORDS_PER_PUSH = 1_000;

const stageVehicles = async (node: BenchNode, packs: readonly string[]): Promise<void> => {
  const vehicles = packs.map((code, index) => ({
    ...exampleRecords['vehicle_production'],
    vin: lifeVin(40, index),
    systemCode: `SYS-${index}`,
    packCodes: [code],
  }));
  const bodies = Array.from({ length: STAGED / RECORDS_PER_PUSH }, (_, i) =>
    bodyOf('vehicle_production', vehicles.slice(i * RECORDS_PER_PUSH, (i + 1) * RECORDS_PER_PUSH)),
  );
  await pushAll(node, bodies);
};

/** Statements that this database has run in transactions of their own. */
const transactions = async (client: Client): Promise<number> => {
  await client.query('select pg_stat_clear_snapshot()');
  const { rows } = await client.query<{ count: number }>(
    'select xact_commit::int as count from pg_stat_database where datname = current_database()',
  );
  return rows[0]?.count ?? 0;
};

export const measureCustody = async (node: BenchNode, client: Client): Promise<readonly Figure[]> => {
  const { rows } = await client.query<{ code: string }>(
    `select code from subject where kind = 'battery_pack' and role = 'subject' order by md5(code) limit ${STAGED}`,
  );
  const packs = rows.map(({ code }) => code);
  await stageVehicles(node, packs);
  const before = await transactions(client);
  const begin = performance.now();
  const answer = await node.request('POST', '/reports/preview', JSON.stringify({ all: true }));
  const preview: { judged: number; isComplete: boolean } = await answer.json();
  const seconds = (performance.now() - begin) / 1_000;
  const queries = (await transactions(client)) - before;
  if (preview.judged !== STAGED || !preview.isComplete) throw new Error('not all records were judged');
  const beginBare = performance.now();
  await client.query('select * from find_records($1::text[], $2)', [packs, 2 * STAGED]);
  const bare = (performance.now() - beginBare) / 1_000;
  return [
    figure('custody.seconds', seconds, 's', 'under 10', bare),
    figure('custody.queries', queries, 'queries', 'not one a record', STAGED),
  ];
};

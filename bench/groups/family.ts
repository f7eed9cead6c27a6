/** The family of a pack of 1,000 nodes in a node of a million records; against reading its records by one query. */
import type { Client } from 'pg';
import type { BenchNode } from '../bench-node.ts';
import { figure, quantileOf, timedEach, type Figure } from '../figure.ts';
import { bodyOf, pushAll, reportAll } from '../load.ts';
import { GroupMaker } from '../../packages/invented/src/records.ts';

const MODULES = 27;
const CELLS_PER_MODULE = 36;
const NODES = 1 + MODULES + MODULES * CELLS_PER_MODULE;
const LOOKUPS = 500;
const WARM_UP_LOOKUPS = 100;
/** A group that the generator of the million does not reach. */
const GROUP = 1_000_000;

const pushFamily = async (node: BenchNode): Promise<readonly string[]> => {
  const group = new GroupMaker(33, GROUP, '2025-12-01');
  const modules = Array.from({ length: MODULES }, (_, place) => ({
    ...group.module(place),
    cellCodes: Array.from({ length: CELLS_PER_MODULE }, (_cell, i) =>
      group.code('C', place * CELLS_PER_MODULE + i + 1),
    ),
    cellCount: CELLS_PER_MODULE,
    connection: `1P${CELLS_PER_MODULE}S`,
  }));
  const moduleCodes = modules.map((_, place) => group.code('M', place + 1));
  const pack = { ...group.pack(), moduleCodes };
  await pushAll(node, [bodyOf('battery_module', modules), bodyOf('battery_pack', [pack])]);
  await reportAll(node);
  return [group.code('P', 1), ...moduleCodes, ...modules.flatMap(({ cellCodes }) => cellCodes)];
};

/** Traces of a pack, its modules and its cells in turn: each shows the whole family. */
export const measureFamily = async (node: BenchNode, client: Client): Promise<readonly Figure[]> => {
  const codes = await pushFamily(node);
  const asked = Array.from({ length: LOOKUPS + WARM_UP_LOOKUPS }, (_, i) => codes[(i * 7) % NODES] ?? '');
  const trace = async (code: string): Promise<void> => {
    const shown: { family: unknown[] } = JSON.parse(await node.look(`/trace/${code}`));
    if (shown.family.length !== NODES) throw new Error(`${shown.family.length} of ${NODES} nodes`);
  };
  await timedEach(asked.slice(0, WARM_UP_LOOKUPS), trace);
  const times = await timedEach(asked.slice(WARM_UP_LOOKUPS), trace);
  const bare = await timedEach(asked.slice(WARM_UP_LOOKUPS), async () => {
    await client.query('select * from find_records($1::text[], 2001)', [codes]);
  });
  return [
    figure('family.p50', quantileOf(times, 0.5), 'ms', '', quantileOf(bare, 0.5)),
    figure('family.p99', quantileOf(times, 0.99), 'ms', 'under 50', quantileOf(bare, 0.99)),
  ];
};

/**
 * A real network of four organisations on this machine, as `suyuan network` makes it: four nodes, four CometBFT
 * validators and four PostgreSQL servers. How much it takes in, how soon one batch has its receipt, what it costs idle.
 */
import { readFile, readdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { generateRecords } from '../../packages/invented/src/index.ts';
import type { OrganizationAccess } from '../../packages/node/src/local-network/access.ts';
import type {
  NetworkStatus,
  OrganizationStatus,
} from '../../packages/node/src/local-network/network-status.ts';
import { peakMemoryOf, readProcessStat } from '../bench-node.ts';
import { measureCopy } from '../copy-baseline.ts';
import { figure, medianOf, quantileOf, type Figure } from '../figure.ts';
import { ask, insist, ORGANIZATIONS, pidsOf, startBenchNetwork, untilQuiet } from '../local-network.ts';

/** Reported before the clock runs: code is loaded and compiled, connections are open. */
const WARM_RECORDS = 40_000;
const RECORDS = 100_000;
const BATCHES = 100;
const BATCH_RECORDS = 100;
const IDLE_MS = 20_000;
const LOOK_MS = 5;
/** Between batches: the empty block after each, which carries its app hash, is made meanwhile. */
const BETWEEN_MS = 300;

/** Milliseconds from reporting a batch of 100 to a receipt with its quorum at the reporter and the entry at all. */
const measureBatch = async (
  reporter: OrganizationAccess,
  all: readonly OrganizationAccess[],
  records: readonly object[],
): Promise<number> => {
  const pushed = await ask(reporter, '/records/battery_module', { records });
  const begin = performance.now();
  const begun = await ask(reporter, '/reports', { import: pushed?.['id'] });
  const entry = await insist(async () => {
    const report = await ask(reporter, `/reports/${Number(begun?.['id'])}`);
    const batches = report?.['batches'];
    const [batch]: readonly { readonly entry?: number }[] = Array.isArray(batches) ? batches : [];
    return batch?.entry;
  }, LOOK_MS);
  await insist(async () => await ask(reporter, `/batches/${entry}/receipt`), LOOK_MS);
  const reach = async (one: OrganizationAccess): Promise<boolean> =>
    await insist(
      async () => (Number((await ask(one, '/organization'))?.['logSize']) > entry ? true : undefined),
      LOOK_MS,
    );
  await Promise.all(all.map(reach));
  return performance.now() - begin;
};

const measureBatches = async (all: readonly OrganizationAccess[]): Promise<readonly number[]> => {
  const [reporter] = all;
  if (reporter === undefined) throw new RangeError('the network has organisations');
  const samples: number[] = [];
  const options = { seed: 9, count: BATCHES * BATCH_RECORDS * 2, from: '2026-01-01', to: '2026-06-30' };
  for (const { kind, records } of generateRecords({ ...options, batchSize: BATCH_RECORDS })) {
    if (kind !== 'battery_module') continue;
    samples.push(await measureBatch(reporter, all, records));
    if (samples.length === BATCHES) break;
    await pause(BETWEEN_MS);
  }
  return samples;
};

/** Processor seconds so far of processes and of all that they have started and that still run, by pid. Linux only. */
const processorSeconds = async (pids: readonly number[]): Promise<ReadonlyMap<number, number>> => {
  const all = new Map<number, { readonly parent: number; readonly seconds: number }>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/u.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    all.set(Number(name), readProcessStat(stat));
  }
  const own = new Map<number, number>();
  for (const [pid, { seconds }] of all) {
    for (let at = pid; at > 1; at = all.get(at)?.parent ?? 0) {
      if (pids.includes(at)) own.set(pid, seconds);
    }
  }
  return own;
};

/** Share of a core that an organisation takes while nothing happens, and the blocks made meanwhile. */
const measureIdle = async (
  read: () => Promise<NetworkStatus>,
): Promise<{ readonly share: number; readonly blocks: number }> => {
  await pause(5_000);
  const before = await read();
  const pids = before.organizations.flatMap(pidsOf);
  const from = await processorSeconds(pids);
  await pause(IDLE_MS);
  // By process: what one has used that ends meanwhile must not count as negative.
  let used = 0;
  for (const [pid, seconds] of await processorSeconds(pids)) used += seconds - (from.get(pid) ?? 0);
  const after = await read();
  const heights = after.organizations.map(
    ({ height }, i) => (height ?? 0) - (before.organizations[i]?.height ?? 0),
  );
  return { share: (used / (IDLE_MS / 1_000) / ORGANIZATIONS) * 100, blocks: Math.max(...heights) };
};

/** What four COPY streams of the same rows reach that run at the same time, each on its own server. */
const measureBaseline = async ({ organizations }: NetworkStatus): Promise<number> => {
  const rates = await Promise.all(organizations.map(({ databaseUrl }) => measureCopy(databaseUrl ?? '')));
  return Math.min(...rates);
};

export const measureNetwork = async (): Promise<readonly Figure[]> => {
  await using network = await startBenchNetwork();
  const { organizations, read, load } = network;
  await load(WARM_RECORDS, 1);
  const { committed, seconds } = await load(RECORDS, 2);
  const status = await read();
  const peak = Math.max(...(await Promise.all(status.organizations.map(peakOf))));
  await untilQuiet(status);
  const samples = await measureBatches(organizations);
  await untilQuiet(status);
  const idle = await measureIdle(read);
  const baseline = await measureBaseline(status);
  return [
    figure('network.records_per_second', committed / seconds, '/s', '10,000', baseline),
    figure('network.batch_p50', medianOf(samples) / 1_000, 's', 'under 0.2', 0.2),
    figure('network.batch_p99', quantileOf(samples, 0.99) / 1_000, 's', 'under 0.5', 0.5),
    figure('network.idle', idle.share, '% of a core', 'under 5', 5),
    figure('network.idle_blocks', idle.blocks, 'blocks', '0'),
    figure('network.memory', peak, 'MB', 'under 400', 400),
  ];
};

/** The highest memory of an organisation's node and CometBFT, MB. */
const peakOf = async ({ pids }: OrganizationStatus): Promise<number> => {
  const [node, engine] = await Promise.all([peakMemoryOf(pids.node ?? 0), peakMemoryOf(pids.cometbft ?? 0)]);
  return node + engine;
};

/**
 * A network of four under a steady load of 1,000 records a second: one organisation is killed with all its processes and
 * comes back a minute later, and, when asked for, the same load without a fault for as long as it takes to see whether
 * memory grows.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { generateRecords } from '../../packages/invented/src/index.ts';
import type { OrganizationAccess } from '../../packages/node/src/local-network/access.ts';
import { memoryNowOf } from '../bench-node.ts';
import { figure, type Figure } from '../figure.ts';
import { ask, insist, pidsOf, startBenchNetwork } from '../local-network.ts';
import type { BenchNetwork } from '../local-network.ts';

const LIVE_RECORDS_PER_SECOND = 1_000;
/** One push and one report a second, each of as many records as a push may hold. */
const BATCH_RECORDS = 1_000;
const WARM_MS = 10_000;
const DOWN_MS = 60_000;
const LOOK_MS = 10;
/** Longer, since it counts the records of four databases. */
const CAUGHT_UP_LOOK_MS = 250;
const ENDURANCE_MINUTES = 20;
/** After that all code is compiled and every cache has its size. */
const SETTLED_MINUTES = 5;

/** Reports at these organisations in turn until it is aborted. */
const reportSteadily = async (
  reporters: readonly OrganizationAccess[],
  signal: AbortSignal,
): Promise<void> => {
  const every = (1_000 * BATCH_RECORDS) / LIVE_RECORDS_PER_SECOND;
  const begin = performance.now();
  let sent = 0;
  for (let seed = 0; !signal.aborted; seed += 1) {
    const from = `${2026 + Math.floor(seed / 30)}-01-01`;
    const to = `${2026 + Math.floor(seed / 30)}-06-30`;
    const pieces = generateRecords({ seed: seed % 30, count: 60_000, from, to, batchSize: BATCH_RECORDS });
    for (const { kind, records } of pieces) {
      if (signal.aborted) return;
      const reporter = reporters[sent % reporters.length];
      if (reporter === undefined) throw new RangeError('somebody reports');
      const pushed = await ask(reporter, `/records/${kind}`, { records });
      if (pushed?.['staged'] !== records.length) throw new Error(`refused: ${JSON.stringify(pushed)}`);
      await ask(reporter, '/reports', { import: pushed['id'] });
      sent += 1;
      await pause(Math.max(0, begin + sent * every - performance.now()));
    }
  }
};

const logSizeOf = async (one: OrganizationAccess): Promise<number> =>
  Number((await ask(one, '/organization').catch(() => undefined))?.['logSize'] ?? 0);

/** The longest time in which the log of this organisation did not grow, until the signal; milliseconds. */
const longestStall = async (one: OrganizationAccess, signal: AbortSignal): Promise<number> => {
  let size = await logSizeOf(one);
  let grownAt = performance.now();
  let longest = 0;
  while (!signal.aborted) {
    const now = await logSizeOf(one);
    longest = Math.max(longest, performance.now() - grownAt);
    if (now > size) grownAt = performance.now();
    size = Math.max(size, now);
    await pause(LOOK_MS);
  }
  return longest;
};

/** Milliseconds until the organisation holds every record that another one held when it looked. */
const untilCaughtUp = async (network: BenchNetwork, late: number): Promise<number> => {
  const begin = performance.now();
  return await insist(async () => {
    const { organizations } = await network.read();
    const [first] = organizations;
    const records = first?.records ?? Infinity;
    const own = organizations[late]?.records ?? 0;
    // What was reported within the last look is on its way at all.
    if (own < records - LIVE_RECORDS_PER_SECOND / 2) return undefined;
    return performance.now() - begin;
  }, CAUGHT_UP_LOOK_MS);
};

export const measureNetworkFault = async (): Promise<readonly Figure[]> => {
  await using network = await startBenchNetwork();
  const { organizations } = network;
  const [first] = organizations;
  const late = organizations.length - 1;
  if (first === undefined) throw new RangeError('the network has organisations');
  const ending = new AbortController();
  const reporting = reportSteadily(organizations.slice(0, late), ending.signal);
  await pause(WARM_MS);
  const whole = await longestStall(first, AbortSignal.timeout(WARM_MS));
  const victim = (await network.read()).organizations[late];
  if (victim === undefined) throw new RangeError('there is somebody to kill');
  for (const pid of pidsOf(victim)) process.kill(pid, 'SIGKILL');
  const killedAt = performance.now();
  const stall = await longestStall(first, AbortSignal.timeout(DOWN_MS));
  await network.start();
  const downMs = performance.now() - killedAt;
  const tookMs = await untilCaughtUp(network, late);
  ending.abort();
  await reporting;
  // While it takes up what it missed, the others go on: it does both.
  const times = (downMs + tookMs) / tookMs;
  return [
    figure('network.stall', stall / 1_000, 's', 'under 5', whole / 1_000),
    figure('network.caught_up', tookMs / 1_000, 's', ''),
    figure('network.catch_up', times, 'times live', 'at least 5', 5),
  ];
};

export const measureNetworkEndurance = async (): Promise<readonly Figure[]> => {
  await using network = await startBenchNetwork();
  const ending = new AbortController();
  const reporting = reportSteadily(network.organizations, ending.signal);
  const highestIn = async (minutes: number): Promise<number> => {
    let highest = 0;
    const until = performance.now() + minutes * 60_000;
    while (performance.now() < until) {
      for (const { pids } of (await network.read()).organizations) {
        const [node, engine] = await Promise.all([
          memoryNowOf(pids.node ?? 0),
          memoryNowOf(pids.cometbft ?? 0),
        ]);
        highest = Math.max(highest, node + engine);
      }
      await pause(5_000);
    }
    return highest;
  };
  await highestIn(SETTLED_MINUTES);
  const early = await highestIn(SETTLED_MINUTES);
  await highestIn(ENDURANCE_MINUTES - 3 * SETTLED_MINUTES);
  const late = await highestIn(SETTLED_MINUTES);
  ending.abort();
  await reporting;
  return [figure('network.memory_after_20_minutes', late, 'MB', 'no growth', early)];
};

// `npm run torture -- --minutes M --seed S`: four organisations as real processes, broken at random for so long. The
// seed gives the same faults in the same order; prints what it does, and ends with exit code 1 at the first violation.
import { parseArgs } from 'node:util';

import { faultKinds, lieKinds } from './faults.ts';
import { findViolations } from './invariants.ts';
import { RealNetwork } from './real-network.ts';
import { Workload } from './workload.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (!(minutes > 0) || !Number.isSafeInteger(seed) || seed < 0) {
  console.error('--minutes is a number above 0, --seed a whole number.');
  process.exit(2);
}

/** Numbers below 1, the same for a seed on every machine (mulberry32). */
function randomOf(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function choose<T>(random: () => number, from: readonly T[]): T {
  const chosen = from[Math.floor(random() * from.length)];
  if (chosen === undefined) throw new RangeError('there is something to choose');
  return chosen;
}

const kinds = [...faultKinds, ...lieKinds];

/** One fault with work under it; violations of what must be true afterwards. */
async function runRound(
  network: RealNetwork,
  workload: Workload,
  random: () => number,
): Promise<readonly string[]> {
  const kind = choose(random, kinds);
  const struck = choose(random, network.ids);
  const others = network.ids.filter((id) => id !== struck);
  console.log(
    `${new Date().toISOString()} ${kind.name} at ${struck}; ${workload.expected.size} records so far`,
  );
  const patient = workload.report(struck); // under way when the fault comes
  const broken = await kind.strike(network, struck);
  const reports = Array.from({ length: 1 + Math.floor(random() * 4) }, () =>
    workload.report(choose(random, others)),
  );
  const done = await Promise.all(reports);
  await broken.mend();
  for (const reported of [...done, await patient]) await workload.collectReceipts(reported);
  return await findViolations(network, workload);
}

const random = randomOf(seed);
const endsAt = performance.now() + minutes * 60_000;
await using network = await RealNetwork.start(4);
const workload = new Workload(network, seed);
for (const id of network.ids) await workload.report(id);
let rounds = 0;
let violations: readonly string[] = [];
while (performance.now() < endsAt && violations.length === 0) {
  violations = await runRound(network, workload, random);
  rounds += 1;
}
for (const violation of violations) console.error(violation);
const { expected, receipts } = workload;
console.log(
  `${rounds} faults, ${expected.size} records, ${receipts.size} receipts, ${violations.length} violations`,
);
process.exitCode = violations.length === 0 ? 0 : 1;

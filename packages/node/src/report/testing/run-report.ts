// A process with the nodes of a small network that takes up what an earlier one left, stages and reports one more
// batch, prints how many reports are done, and dies where SUYUAN_HALT_AT says.
import { crashPointsOf } from '../../crash-point.ts';
import { openDatabase } from '../../database/database.ts';
import { stageSamples } from '../../testing/stage-samples.ts';
import { testNetwork } from '../../testing/test-network.ts';
import { moduleRecords, reportAndWait, waitForReports } from './report-steps.ts';

const [urls = '{}', seed = '1'] = process.argv.slice(2);
const urlOf = new Map<string, string>(Object.entries(JSON.parse(urls)));
const network = await testNetwork({
  organizations: ['managing', 'maker'],
  random: new Uint8Array(16).fill(7),
  openDatabase: async (name) => openDatabase({ url: urlOf.get(name) ?? '', connectionsMax: 5 }),
});
const maker = network.node('maker');
await maker.restartWorker();
await waitForReports(maker);
await maker.restartWorker({ reach: crashPointsOf(process.env, undefined) });
await stageSamples(maker.database, {
  kind: 'battery_module',
  reporter: 'maker',
  storedOn: '2026-11-20',
  records: moduleRecords(3, Number(seed)),
});
const done = await reportAndWait(maker);
await network[Symbol.asyncDispose]();
process.stdout.write(`${done}\n`);

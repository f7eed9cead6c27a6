// A process that takes up what an earlier one left of a source, or runs it, and prints how the last run ended; it dies
// where SUYUAN_HALT_AT says. Arguments: database URL, data folder, source.
import { systemClock } from '../../clock.ts';
import { crashPointsOf } from '../../crash-point.ts';
import { openDatabase } from '../../database/database.ts';
import { importDeps } from '../../import/testing/import-fixture.ts';
import { createLogger } from '../../logger.ts';
import { showRuns } from '../show-source.ts';
import { createSources } from '../sources.ts';

const [url = '', dataDir = '', source = ''] = process.argv.slice(2);
const database = openDatabase({ url });
const sources = createSources({
  ...importDeps(database, { clock: systemClock, reach: crashPointsOf(process.env, undefined) }),
  modules: () => ['battery_module'],
  temporaryDir: dataDir,
  dataDir,
  enqueueReport: () => undefined,
  logger: createLogger('silent'),
  onBroken: (error) => {
    throw error;
  },
});
await sources.start();
const worker = await sources.worker();
await worker.run(Number(source), 'command', 'test');
await worker.settled();
const runs = await showRuns(database, Number(source), Number.MAX_SAFE_INTEGER, 10);
await sources.stop();
await database.close();
process.stdout.write(JSON.stringify(runs));

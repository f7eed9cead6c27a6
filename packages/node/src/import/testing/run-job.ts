// A process that stores a workbook as a job and runs it, and dies where SUYUAN_HALT_AT says; without a file it runs what an
// earlier process left, and ends when nothing waits.
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pino from 'pino';
import { crashPointsOf } from '../../crash-point.ts';
import { openDatabase } from '../../database/database.ts';
import { createLimiter } from '../../replication/limiter.ts';
import { createImportJobs } from '../jobs/import-jobs.ts';
import { readJobs } from '../jobs/job-store.ts';
import { importDeps, uploadOf } from './import-fixture.ts';

const [url = '', path = ''] = process.argv.slice(2);
const database = openDatabase({ url });
const jobs = createImportJobs({
  ...importDeps(database, { reach: crashPointsOf(process.env, undefined) }),
  uploadFolder: await mkdtemp(join(tmpdir(), 'suyuan-run-job-')),
  logger: pino({ enabled: false }),
  atOnce: createLimiter(1),
  onBroken: (error) => {
    throw error;
  },
});
if (path !== '') {
  await using upload = await uploadOf(await readFile(path));
  await jobs.accept({
    upload,
    form: { type: 'workbook' },
    kind: 'battery_module',
    fileName: 'modules.xlsx',
    createdBy: 'user:1',
    idempotencyKey: undefined,
    remember: async () => undefined,
  });
}
await jobs.start();
while ((await readJobs(database)).length > 0) await pause(20);
await jobs.stop();
await database.close();
process.stdout.write('done\n');

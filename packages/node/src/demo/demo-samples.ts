// The samples of a small demonstration: pushed and reported once, by HTTP like anybody's records; the workbooks with the
// same records are left for people to try. Killed in the middle, the next start goes on: every request carries an
// idempotency key.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Database } from '../database/database.ts';
import { askNode, followReport } from './ask-node.ts';
import type { DemoOrganization } from './demo-document.ts';

/** The sample files, in the repository's `samples` folder beside the packages. */
const sampleFolder = new URL('../../../../samples/', import.meta.url);
const samples = [
  { kind: 'battery_module', fileName: 'modules.json' },
  { kind: 'battery_pack', fileName: 'packs.json' },
] as const;

const settingName = 'demonstration_samples';
const reportTimeoutMs = 60_000;

async function pushFile(maker: DemoOrganization, kind: string, fileName: string): Promise<number> {
  const body: unknown = JSON.parse(await readFile(new URL(fileName, sampleFolder), 'utf8'));
  const headers = { 'idempotency-key': `demonstration-import-${kind}` };
  const outcome = await askNode(maker, {
    method: 'POST',
    path: `/records/${kind}`,
    body: Object(body),
    headers,
  });
  return Number(outcome['staged']);
}

/** Reports what is staged and waits until it is in the log; a slow network only delays it. */
async function reportAll(maker: DemoOrganization): Promise<void> {
  const report = await askNode(maker, {
    method: 'POST',
    path: '/reports',
    body: { all: true },
    headers: { 'idempotency-key': 'demonstration-report' },
  });
  const signal = AbortSignal.timeout(reportTimeoutMs);
  await followReport(maker, Number(report['id']), signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

/** Imports and reports the samples at the battery maker, whose database it is, unless an earlier start has. */
export async function importSamples(
  maker: DemoOrganization,
  database: Database,
  tell: (message: string) => void,
): Promise<void> {
  const done = await database.read(
    async (db) =>
      await db.selectFrom('setting').select('name').where('name', '=', settingName).executeTakeFirst(),
  );
  if (done !== undefined) return;
  for (const { kind, fileName } of samples) {
    const staged = await pushFile(maker, kind, fileName);
    tell(`Pushed ${staged} records from ${fileURLToPath(new URL(fileName, sampleFolder))}`);
  }
  await reportAll(maker);
  tell('Reported them to the other organisations.');
  await database.transact(
    async ({ sql }) => await sql.insertInto('setting').values({ name: settingName, value: 'true' }).execute(),
  );
}

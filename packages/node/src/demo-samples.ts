// The samples of the demonstration: imported and reported once, by HTTP like anybody's records. Killed in the middle,
// the next start goes on: every request carries an idempotency key.
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DemoOrganization } from './demo-document.ts';
import type { Network } from './network.ts';

/** The sample files, in the repository's `samples` folder beside the packages. */
const sampleFolder = new URL('../../../samples/', import.meta.url);
const samples = [
  { kind: 'battery_module', fileName: 'modules.xlsx' },
  { kind: 'battery_pack', fileName: 'packs.xlsx' },
] as const;

const settingName = 'demonstration_samples';
const reportTimeoutMs = 60_000;

async function ask(
  organization: DemoOrganization,
  method: string,
  path: string,
  body?: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${organization.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${organization.tokens.operator}`, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const value: unknown = await answer.json();
  if (!answer.ok)
    throw new Error(`${method} ${path} was answered with ${answer.status}: ${JSON.stringify(value)}`);
  return { ...Object(value) };
}

async function importFile(maker: DemoOrganization, kind: string, fileName: string): Promise<number> {
  const bytes = await readFile(new URL(fileName, sampleFolder));
  const outcome = await ask(
    maker,
    'POST',
    `/imports?kind=${kind}&fileName=${fileName}`,
    new Uint8Array(bytes),
    {
      'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'idempotency-key': `demonstration-import-${kind}`,
    },
  );
  return Number(outcome['staged']);
}

/** Reports what is staged and waits until it is in the log; a slow network only delays it. */
async function reportAll(maker: DemoOrganization): Promise<void> {
  const report = await ask(maker, 'POST', '/reports', JSON.stringify({ all: true }), {
    'content-type': 'application/json',
    'idempotency-key': 'demonstration-report',
  });
  for (let waited = 0; waited < reportTimeoutMs; waited += 100) {
    const { status } = await ask(maker, 'GET', `/reports/${Number(report['id'])}`);
    if (status !== 'running') return;
    await delay(100);
  }
}

/** Imports and reports the samples unless an earlier start has. */
export async function importSamples(
  network: Network,
  organizations: readonly DemoOrganization[],
  tell: (message: string) => void,
): Promise<void> {
  const maker = organizations.find((organization) => organization.role === 'battery_maker');
  const database = network.nodes.find((node) => node.organization === maker?.id)?.database;
  if (maker === undefined || database === undefined) return;
  const done = await database.read(
    async (db) =>
      await db.selectFrom('setting').select('name').where('name', '=', settingName).executeTakeFirst(),
  );
  if (done !== undefined) return;
  for (const { kind, fileName } of samples) {
    const staged = await importFile(maker, kind, fileName);
    tell(`Imported ${staged} records from ${fileURLToPath(new URL(fileName, sampleFolder))}`);
  }
  await reportAll(maker);
  tell('Reported them to the other two organisations.');
  await database.transact(
    async ({ sql }) => await sql.insertInto('setting').values({ name: settingName, value: 'true' }).execute(),
  );
}

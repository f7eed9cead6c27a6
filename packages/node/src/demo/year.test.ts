// The year of a demonstration: seven organisations, loaded in the background, taken up after a stop, each record once.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readSettings } from '../config.ts';
import type { Settings } from '../config.ts';
import { networkDatabases } from '../testing/network-databases.ts';
import { AnswerFault, askNode } from './ask-node.ts';
import type { DemoOrganization, DemoType } from './demo-document.ts';
import { demoMembers, demoTypes } from './demo-members.ts';
import { startDemonstration } from './demonstration.ts';
import type { Demonstration, DemonstrationOptions } from './demonstration.ts';
import { planYear, yearBefore } from './year-plan.ts';

/** The first vehicle's battery meets all nine kinds. */
const VEHICLES = 1;

async function ask(
  organization: DemoOrganization | undefined,
  method: 'GET' | 'POST',
  path: string,
): Promise<Readonly<Record<string, unknown>>> {
  if (organization === undefined) throw new RangeError('no such organisation');
  return await askNode(organization, { method, path });
}

const get = async (
  organization: DemoOrganization | undefined,
  path: string,
): Promise<Readonly<Record<string, unknown>>> => await ask(organization, 'GET', path);

interface Page {
  readonly items: readonly { readonly status: string; readonly shared: { readonly recordId: string } }[];
  readonly next?: string;
}

/** The own numbers of everything that an organisation has, staged or reported. */
async function numbersAt(organization: DemoOrganization): Promise<readonly string[]> {
  const numbers: string[] = [];
  for (let after: string | undefined = ''; after !== undefined;) {
    const page: Readonly<Record<string, unknown>> = await get(organization, `/records?limit=100${after}`);
    const { items, next }: Page = Object(page);
    for (const { status, shared } of items) {
      expect(status).toBe('reported');
      numbers.push(shared.recordId);
    }
    after = next === undefined ? undefined : `&after=${next}`;
  }
  return numbers;
}

/** The battery maker's ERP is bound, and what it has made comes once. */
async function pullFromErp(maker: DemoOrganization | undefined): Promise<void> {
  const { items } = Object(await get(maker, '/sources'));
  expect(items).toMatchObject([{ name: 'ERP', state: 'new' }]);
  for (const staged of [200, 0]) {
    const run = Object(await ask(maker, 'POST', `/sources/${items[0].id}/runs`));
    const path = `/sources/${items[0].id}/runs/${run.id}`;
    await vi.waitFor(
      async () => expect(await get(maker, path)).toMatchObject({ status: 'done', staged, errors: 0 }),
      {
        timeout: 30_000,
        interval: 50,
      },
    );
  }
}

/** Makes the next start believe that the last steps were not reported. */
async function forget({ network }: Demonstration, steps: number): Promise<void> {
  await network.nodes[0]?.database.transact(async ({ sql }) => {
    const rows = sql.selectFrom('setting').where('name', '=', 'demonstration_year');
    const { value } = await rows.select('value').executeTakeFirstOrThrow();
    const progress = Object(JSON.parse(value));
    const earlier = JSON.stringify({ ...progress, done: progress.done - steps });
    await sql
      .updateTable('setting')
      .set({ value: earlier })
      .where('name', '=', 'demonstration_year')
      .execute();
  });
}

/** A folder for the keys, and databases for these organisations. */
async function newPlace(
  types: readonly DemoType[],
): Promise<AsyncDisposable & { readonly settings: Settings }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'suyuan-year-'));
  const databases = await networkDatabases(demoMembers(types).map(({ organization }) => organization));
  const settings = {
    ...readSettings({ SUYUAN_LOG: 'silent' }, { dataDir, port: 0 }),
    databaseUrl: databases.url,
  };
  return {
    settings,
    [Symbol.asyncDispose]: async () => {
      await databases[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

test('a year is loaded in the background, goes on after a stop, and holds every record once', async () => {
  await using place = await newPlace(demoTypes);
  const { settings } = place;
  const start = async (changes: Partial<DemonstrationOptions> = {}): Promise<Demonstration> =>
    await startDemonstration({ settings, vehicles: VEHICLES, ...changes });
  let stopped = (): void => undefined;
  const isUnderWay = new Promise<void>((resolve) => (stopped = resolve));
  const first = await start({ onFilling: (done) => void (done > 8 && stopped()) });
  await isUnderWay;
  await first.stop();
  await first.filled;

  const moves: number[] = [];
  const second = await start({ onFilling: (done) => moves.push(done) });
  const { organizations } = second.document;
  expect(organizations.map(({ role }) => role)).toEqual(['managing', ...demoTypes]);
  await second.filled;
  const plan = planYear(
    yearBefore(new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10), VEHICLES),
  );
  const planned = plan.flatMap(({ records }) => records.map(({ recordId }) => recordId));
  expect(moves.at(-1)).toBe(planned.length);
  await forget(second, 3); // as a kill between the report and its note would leave it
  await second.stop();

  const third = await start({ vehicles: 7 });
  await third.filled;
  const all = await Promise.all(third.document.organizations.map(numbersAt));
  expect(all.flat().toSorted()).toEqual(planned.map(String).toSorted());
  await pullFromErp(third.document.organizations[1]);
  await third.stop();
}, 300_000);

test('an empty network has the chosen organisations with the record kinds of their types, and stays empty', async () => {
  await using place = await newPlace(['recycler', 'dealer']);
  const { settings } = place;
  const made = await startDemonstration({
    settings,
    businessTypes: ['recycler', 'dealer'],
    content: 'nothing',
  });
  expect(made.document.organizations.map(({ id }) => id)).toEqual(['manager', 'dealer', 'recycler']);
  const [, dealer, recycler] = made.document.organizations;
  expect(await get(recycler, '/organization')).toMatchObject({
    modules: ['battery_recycling', 'battery_retirement'],
  });
  await expect(get(dealer, '/records/1/0')).rejects.toBeInstanceOf(AnswerFault);
  await made.stop();

  const again = await startDemonstration({ settings });
  expect(again.document.organizations.map(({ tokens }) => tokens)).toEqual(
    made.document.organizations.map(({ tokens }) => tokens),
  );
  await again.filled;
  expect(await get(again.document.organizations[0], '/log')).toMatchObject({ size: 0 });
  await again.stop();
}, 180_000);

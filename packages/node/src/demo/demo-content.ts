// What a demonstration reports by itself: chosen at its first start and kept, so that a network that was made empty stays
// so.
import type { Database } from '../database/database.ts';
import { civilDateOf } from '../clock.ts';
import { systemCodeOf } from '../fault.ts';
import type { Network } from '../network.ts';
import type { DemoErp } from './demo-erp.ts';
import type { DemoOrganization } from './demo-document.ts';
import { importSamples } from './demo-samples.ts';

/** A year of lives, in the background; the sample files, before it is ready; or nothing. */
export type DemoContent = 'year' | 'samples' | 'nothing';

const settingName = 'demonstration_content';

/** What was chosen at the first start; `wanted` when this is the first. */
export async function chooseContent(
  database: Database,
  isNew: boolean,
  wanted: DemoContent,
): Promise<DemoContent> {
  const row = await database.read(
    async (db) =>
      await db.selectFrom('setting').select('value').where('name', '=', settingName).executeTakeFirst(),
  );
  if (row !== undefined) {
    const kept: unknown = JSON.parse(row.value);
    return kept === 'year' || kept === 'samples' ? kept : 'nothing';
  }
  // Demonstrations made before there was a choice had the samples.
  const content = isNew ? wanted : 'samples';
  const value = JSON.stringify(content);
  await database.transact(
    async ({ sql }) => await sql.insertInto('setting').values({ name: settingName, value }).execute(),
  );
  return content;
}

/** What goes on after a demonstration is ready. */
export interface Filling {
  /** A code to look up. */
  readonly example: string | undefined;
  /** Resolves when everything is there, or when it was stopped; rejects when it cannot be done. */
  readonly filled: Promise<void>;
  /** Stops it; the next start goes on. */
  stop(): Promise<void>;
}

/** What filling needs. */
export interface FillOptions {
  readonly content: DemoContent;
  /** Of the year. */
  readonly vehicles: number;
  readonly network: Network;
  readonly organizations: readonly DemoOrganization[];
  /** For the simulated ERP; 0 is any. */
  readonly erpPort: number;
  readonly tell: (message: string) => void;
  readonly onFilling: (done: number, total: number) => void;
}

/** Fills the network: the samples before it resolves, the year afterwards. */
export async function fillDemonstration(options: FillOptions): Promise<Filling> {
  const { content, vehicles, network, organizations, tell, onFilling } = options;
  const stopping = new AbortController();
  const [manager] = network.nodes;
  let filled = Promise.resolve();
  let example: string | undefined;
  let erp: DemoErp | undefined;
  if (content === 'samples') {
    const maker = organizations.find(({ role }) => role === 'battery_maker');
    const node = network.nodes.find(({ organization }) => organization === maker?.id);
    if (maker !== undefined && node !== undefined) await importSamples(maker, node.database, tell);
  } else if (content === 'year' && manager !== undefined) {
    // Loaded here: nobody but a demonstration with a year needs invented lives.
    const { loadYear } = await import('./load-year.ts');
    const { firstVehicle, yearBefore } = await import('./year-plan.ts');
    example = firstVehicle;
    erp = await openErp(options);
    filled = loadYear({
      database: manager.database,
      organizations,
      span: yearBefore(civilDateOf(Date.now()), vehicles),
      signal: stopping.signal,
      onMoved: onFilling,
    });
    filled.catch(() => undefined); // told by whoever waits for it
  }
  return {
    example,
    filled,
    async stop() {
      stopping.abort();
      await filled.catch(() => undefined);
      await erp?.stop();
    },
  };
}

/** The ERP that the battery maker pulls from; without it where its port is taken. */
async function openErp({ organizations, erpPort, tell }: FillOptions): Promise<DemoErp | undefined> {
  const maker = organizations.find(({ role }) => role === 'battery_maker');
  if (maker === undefined) return undefined;
  const { bindDemoErp, startDemoErp } = await import('./demo-erp.ts');
  try {
    const erp = await startDemoErp(erpPort);
    await bindDemoErp(maker, erp);
    return erp;
  } catch (error) {
    if (systemCodeOf(error) !== 'EADDRINUSE') throw error;
    tell(`Port ${erpPort} is in use, so the battery maker has no ERP to pull from.`);
    return undefined;
  }
}

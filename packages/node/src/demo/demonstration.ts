// The demonstration: a managing organisation and one organisation of each business type in one process, with accounts,
// tokens and records that are imported and reported through the real HTTP way. Its data stays; DIR/demo.json says where
// everything is.
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Settings } from '../config.ts';
import { openDataFolder } from '../database/postgres-cluster.ts';
import { closedFolder, postgresUser } from '../database/postgres-user.ts';
import { writePrivateFile } from '../keys/private-file.ts';
import { startNetwork } from '../network.ts';
import type { OrderingKind } from '../network-ordering.ts';
import type { Network } from '../network.ts';
import type { Node } from '../node.ts';
import { describeMembers, readDocument } from './demo-accounts.ts';
import { chooseContent, fillDemonstration } from './demo-content.ts';
import type { DemoContent, Filling } from './demo-content.ts';
import type { DemoDocument, DemoType } from './demo-document.ts';
import { demoMembers, demoTypes, managingId, storedTypes } from './demo-members.ts';

/** A running demonstration. */
export interface Demonstration {
  readonly document: DemoDocument;
  /** Path of demo.json. */
  readonly file: string;
  readonly network: Network;
  /** What it reports by itself, as chosen at its first start. */
  readonly content: DemoContent;
  /** A code of its records to look up, where it has a year of them. */
  readonly example: string | undefined;
  /** Resolves when its records are all there or it was stopped; rejects when they cannot be reported. */
  readonly filled: Promise<void>;
  stop(): Promise<void>;
}

/** How it is started. */
export interface DemonstrationOptions {
  readonly settings: Settings;
  /** At the first start: who takes part beside the managing organisation. All of them unless given. */
  readonly businessTypes?: readonly DemoType[];
  /** At the first start: what is in it. The year unless given, which needs all business types. */
  readonly content?: DemoContent;
  /** At the first start: how many vehicles live through the year. 200 unless given. */
  readonly vehicles?: number;
  /** Told in one sentence what is being done. */
  readonly onProgress?: (message: string) => void;
  /** Told while the year is loaded: records reported so far, and in all. */
  readonly onFilling?: (done: number, total: number) => void;
  readonly onBroken?: (error: unknown) => void;
  /** Who orders the statements; `SUYUAN_ORDERING` unless given. */
  readonly ordering?: OrderingKind;
}

/** Vehicles that live through the year. */
const VEHICLES = 200;

/** The three organisations with the sample files: quick to start, for tests and small computers. */
export const smallDemonstration: Required<Pick<DemonstrationOptions, 'businessTypes' | 'content'>> = {
  businessTypes: ['battery_maker', 'vehicle_maker'],
  content: 'samples',
};

/** The folder for the data: `requested`, or one under /var/lib where root's PostgreSQL user can't enter that. */
async function reachableFolder(requested: string, tell: (message: string) => void): Promise<string> {
  const user = await postgresUser();
  if (user === undefined || (await closedFolder(join(requested, '..'), user)) === undefined) return requested;
  const name = createHash('sha256').update(requested).digest('hex').slice(0, 8);
  const folder = join('/var/lib/suyuan', `demo-${name}`);
  await mkdir(folder, { recursive: true, mode: 0o711 });
  tell(`The user "postgres" may not enter ${requested}, so the data is kept in ${folder}.`);
  return folder;
}

async function writeTrustPolicy(node: Node | undefined, path: string): Promise<void> {
  const answer = await fetch(`${node?.url}/api/v1/trust-policy`);
  if (!answer.ok) throw new Error(`the trust policy was answered with ${answer.status}`);
  await writePrivateFile(path, new Uint8Array(await answer.arrayBuffer()));
}

/** Starts the demonstration, or starts it again on its data. */
export async function startDemonstration(options: DemonstrationOptions): Promise<Demonstration> {
  const { settings, ordering, onBroken } = options;
  const tell = options.onProgress ?? ((): void => undefined);
  const folder = resolve(settings.dataDir);
  await openDataFolder(folder);
  const dataDir = settings.databaseUrl === undefined ? await reachableFolder(folder, tell) : folder;
  const stored = await storedTypes(dataDir);
  const types = stored ?? options.businessTypes ?? demoTypes;
  const members = demoMembers(types);
  const first = `Making ${members.length} organisations: keys, databases, accounts ...`;
  tell(stored === undefined ? first : 'Starting on the data of last time ...');
  const network = await startNetwork({
    settings: { ...settings, dataDir },
    origin: 'suyuan.example/demo',
    managing: managingId,
    members,
    ...(ordering === undefined ? {} : { ordering }),
    ...(onBroken === undefined ? {} : { onBroken }),
  });
  let filling: Filling | undefined;
  const stop = async (): Promise<void> => {
    await filling?.stop();
    await network.stop();
  };
  try {
    const file = join(folder, 'demo.json');
    const trustPolicy = join(folder, 'trust-policy.json');
    const organizations = await describeMembers(network, members, await readDocument(file));
    const [manager] = network.nodes;
    await writeTrustPolicy(manager, trustPolicy);
    const document = { organizations, trustPolicy };
    await writePrivateFile(file, `${JSON.stringify(document, undefined, 2)}\n`);
    const content = await contentOf(options, manager, types, network.isNew);
    const onFilling = options.onFilling ?? ((): void => undefined);
    const { vehicles = VEHICLES } = options;
    const erpPort = settings.port === 0 ? 0 : settings.port + members.length;
    const shared = { content, vehicles, network, organizations, erpPort };
    filling = await fillDemonstration({ ...shared, tell, onFilling });
    const { example, filled } = filling;
    return { document, file, network, content, example, filled, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The year where all business types take part, else what there is without them. */
async function contentOf(
  { content }: DemonstrationOptions,
  manager: Node | undefined,
  types: readonly DemoType[],
  isNew: boolean,
): Promise<DemoContent> {
  if (manager === undefined) return 'nothing';
  const chosen = await chooseContent(manager.database, isNew, content ?? 'year');
  if (chosen !== 'year' || demoTypes.every((type) => types.includes(type))) return chosen;
  return types.includes('battery_maker') ? 'samples' : 'nothing';
}

// The demonstration: a managing organisation, a battery maker and a vehicle maker in one process, with accounts,
// tokens and sample records that were imported and reported through the real HTTP way. Its data stays; DIR/demo.json
// says where everything is.
import { createHash } from 'node:crypto';
import { access, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Role } from '@suyuan/api';
import { generatePassword } from './accounts/sign-in.ts';
import type { Settings } from './config.ts';
import { openDataFolder } from './database/postgres-cluster.ts';
import { closedFolder, postgresUser } from './database/postgres-user.ts';
import type { DemoDocument, DemoOrganization } from './demo-document.ts';
import { importSamples } from './demo-samples.ts';
import { StartupFault } from './fault.ts';
import { readPrivateFile, writePrivateFile } from './keys/private-file.ts';
import { startNetwork } from './network.ts';
import type { OrderingKind } from './network-ordering.ts';
import type { Network, NetworkMember } from './network.ts';
import type { Node } from './node.ts';

/** A running demonstration. */
export interface Demonstration {
  readonly document: DemoDocument;
  /** Path of demo.json. */
  readonly file: string;
  readonly network: Network;
  stop(): Promise<void>;
}

/** How it is started. */
export interface DemonstrationOptions {
  readonly settings: Settings;
  /** Told in one sentence what is being done. */
  readonly onProgress?: (message: string) => void;
  readonly onBroken?: (error: unknown) => void;
  /** Who orders the statements; `SUYUAN_ORDERING` unless given. */
  readonly ordering?: OrderingKind;
}

const roles: readonly Role[] = ['administrator', 'operator', 'auditor', 'viewer'];

interface DemoMember extends NetworkMember {
  readonly part: DemoOrganization['role'];
}

const members: readonly DemoMember[] = [
  {
    organization: 'manager',
    name: '管理方 Managing organisation',
    role: 'validator',
    recordKinds: [],
    part: 'managing',
  },
  {
    organization: 'battery-maker',
    name: '电池厂 Battery maker',
    role: 'validator',
    recordKinds: ['battery_module', 'battery_pack'],
    part: 'battery_maker',
  },
  {
    organization: 'vehicle-maker',
    name: '整车厂 Vehicle maker',
    role: 'validator',
    recordKinds: ['battery_pack'],
    part: 'vehicle_maker',
  },
];

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

function isKnown(document: unknown): document is DemoDocument {
  if (typeof document !== 'object' || document === null || !('organizations' in document)) return false;
  const { organizations } = document;
  return (
    Array.isArray(organizations) &&
    organizations.length === members.length &&
    organizations.every((organization: unknown) => typeof Object(organization).tokens?.operator === 'string')
  );
}

async function readDocument(file: string): Promise<DemoDocument | undefined> {
  const stored = await readPrivateFile(file);
  if (stored === undefined) return undefined;
  try {
    const document: unknown = JSON.parse(stored.toString('utf8'));
    return isKnown(document) ? document : undefined;
  } catch {
    return undefined; // a damaged file is written anew, with new tokens and passwords
  }
}

/** True when the tokens of an earlier start are still good at this node. */
async function knows(node: Node, organization: DemoOrganization | undefined): Promise<boolean> {
  if (organization === undefined) return false;
  const callers = await Promise.all(
    roles.map(async (role) => await node.apiKeys.callerOf(organization.tokens[role])),
  );
  return callers.every((caller, index) => caller?.role === roles[index]);
}

async function makeUsers(node: Node): Promise<DemoOrganization['users']> {
  const known = await node.signIn.users();
  const users: DemoOrganization['users'][number][] = [];
  for (const role of roles) {
    const password = generatePassword();
    const old = known.find((user) => user.name === role);
    const made =
      old === undefined
        ? await node.signIn.createUser(role, password, role)
        : await node.signIn.changeUser(old.id, { password });
    if (!made.ok)
      throw new StartupFault(
        'configuration_invalid',
        `the account ${role} cannot be made: ${made.error.code}`,
      );
    users.push({ name: role, password, role });
  }
  return users;
}

async function makeTokens(node: Node): Promise<DemoOrganization['tokens']> {
  const name = (role: Role): string => `demonstration ${role}`;
  for (const key of await node.apiKeys.list()) {
    if (roles.some((role) => key.name === name(role))) await node.apiKeys.remove(key.id);
  }
  const make = async (role: Role): Promise<string> =>
    (await node.apiKeys.create({ name: name(role), role }, 'demonstration')).key;
  return {
    administrator: await make('administrator'),
    operator: await make('operator'),
    auditor: await make('auditor'),
    viewer: await make('viewer'),
  };
}

async function describe(
  network: Network,
  known: DemoDocument | undefined,
): Promise<readonly DemoOrganization[]> {
  const described: DemoOrganization[] = [];
  for (const [index, { organization: id, name, part: role }] of members.entries()) {
    const node = network.nodes[index];
    if (node === undefined) throw new RangeError('a network has a node for each member');
    const old = known?.organizations.find((organization) => organization.id === id);
    const kept = old !== undefined && (await knows(node, old)) ? old : undefined;
    const tokens = kept?.tokens ?? (await makeTokens(node));
    const users = kept?.users ?? (await makeUsers(node));
    described.push({ id, name, role, url: node.url, tokens, users });
  }
  return described;
}

async function writeTrustPolicy(node: Node | undefined, path: string): Promise<void> {
  const answer = await fetch(`${node?.url}/api/v1/trust-policy`);
  if (!answer.ok) throw new Error(`the trust policy was answered with ${answer.status}`);
  await writePrivateFile(path, new Uint8Array(await answer.arrayBuffer()));
}

/** Starts the demonstration, or starts it again on its data. */
export async function startDemonstration(options: DemonstrationOptions): Promise<Demonstration> {
  const tell = options.onProgress ?? ((): void => undefined);
  const folder = resolve(options.settings.dataDir);
  await openDataFolder(folder);
  const dataDir = options.settings.databaseUrl === undefined ? await reachableFolder(folder, tell) : folder;
  const isFirst = await access(join(dataDir, 'genesis.cbor')).then(
    () => false,
    () => true,
  );
  tell(
    isFirst
      ? 'Making three organisations: keys, databases, accounts ...'
      : 'Starting on the data of last time ...',
  );
  const network = await startNetwork({
    settings: { ...options.settings, dataDir },
    origin: 'suyuan.example/demo',
    managing: 'manager',
    members,
    ...(options.ordering === undefined ? {} : { ordering: options.ordering }),
    ...(options.onBroken === undefined ? {} : { onBroken: options.onBroken }),
  });
  try {
    const file = join(folder, 'demo.json');
    const trustPolicy = join(folder, 'trust-policy.json');
    const organizations = await describe(network, await readDocument(file));
    await writeTrustPolicy(network.nodes[0], trustPolicy);
    const document = { organizations, trustPolicy };
    await writePrivateFile(file, `${JSON.stringify(document, undefined, 2)}\n`);
    await importSamples(network, organizations, tell);
    return { document, file, network, stop: async () => await network.stop() };
  } catch (error) {
    await network.stop();
    throw error;
  }
}

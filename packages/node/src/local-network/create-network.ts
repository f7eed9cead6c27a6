// Makes a network of several organisations on one machine: keys of each in its own folder, one genesis, and for each
// node its settings and the addresses of the others. Nothing runs yet.
import { access, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { recordKinds } from '@suyuan/battery';
import { REQUIRED_KEYS } from '@suyuan/ledger';
import type { OrganizationRole } from '@suyuan/ledger';
import { assert } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import { systemRandom } from '../clock.ts';
import { openDataFolder } from '../database/postgres-cluster.ts';
import { StartupFault } from '../fault.ts';
import { GENESIS_RANDOM_BYTES, channelOfAll, createNetwork, registerFounder } from '../genesis.ts';
import type { Founder } from '../genesis.ts';
import { openKeys } from '../keys/key-files.ts';
import { writePrivateFile } from '../keys/private-file.ts';
import type { RemoteMember } from '../network-ordering.ts';
import { writeNodeFile } from '../node-folder/node-file.ts';
import { peersFileOf } from '../node-folder/open-node-folder.ts';
import { encodePeers } from '../node-folder/peers-file.ts';
import { reservePort } from '../free-port.ts';
import { folderOf, planFileOf, planNetwork, portOfWay } from './plan.ts';
import type { LocalNetwork } from './plan.ts';

/** What is asked for. */
export interface CreateOptions {
  readonly folder: string;
  readonly organizations: number;
  /** The first ones vote, the others follow as observers. */
  readonly validators: number;
  /** The first port, the others follow; 0: free ones, chosen now. */
  readonly firstPort: number;
  readonly withProxies: boolean;
  /** One PostgreSQL server for all, a database each; undefined: each organisation runs a server of its own. */
  readonly databaseUrl?: string | undefined;
}

/** Makes it; throws `network_exists` where the folder has one already. */
export async function createLocalNetwork(options: CreateOptions): Promise<LocalNetwork> {
  const folder = resolve(options.folder);
  const exists = await access(planFileOf(folder)).then(
    () => true,
    () => false,
  );
  if (exists) {
    const message = `${folder} has a network already. Start it with: suyuan network start --data ${options.folder}`;
    throw new StartupFault('network_exists', message);
  }
  await openDataFolder(folder);
  const plan = await planWithPorts(options);
  const founders = await makeFounders(folder, plan, options.validators);
  const genesis = makeGenesis(founders);
  for (const founder of founders) await writeFolder(folder, plan, founder.organization, genesis, options);
  // Last: what is cut off before is made again from the beginning.
  await writePrivateFile(planFileOf(folder), `${JSON.stringify(plan, undefined, 2)}\n`);
  return plan;
}

async function planWithPorts({
  organizations,
  withProxies,
  firstPort,
}: CreateOptions): Promise<LocalNetwork> {
  const links = withProxies ? organizations * (organizations - 1) * 2 + 1 : 0;
  const count = organizations * 2 + links;
  const ports = new Set<number>();
  while (ports.size < count) ports.add(firstPort === 0 ? await reservePort() : firstPort + ports.size);
  const left = ports.values();
  return planNetwork(organizations, withProxies, () => {
    const { value } = left.next();
    assert(value !== undefined && value <= 65_535, 'there is a port for everything that listens');
    return value;
  });
}

async function makeFounders(
  folder: string,
  plan: LocalNetwork,
  validators: number,
): Promise<readonly Founder[]> {
  const founders: Founder[] = [];
  for (const [index, { id }] of plan.organizations.entries()) {
    const role: OrganizationRole = index < validators ? 'validator' : 'observer';
    const keys = join(folderOf(folder, id), 'organizations', id, 'keys');
    await openDataFolder(folderOf(folder, id));
    await mkdir(keys, { recursive: true, mode: 0o700 });
    const signers = await openKeys(keys, REQUIRED_KEYS[role], true);
    founders.push({ organization: id, role, recordKinds: recordKinds.map((kind) => kind.id), signers });
  }
  return founders;
}

function makeGenesis(founders: readonly Founder[]): Uint8Array {
  const random = systemRandom(GENESIS_RANDOM_BYTES);
  const created = createNetwork(nativeCrypto, {
    random,
    origin: 'suyuan.example/local',
    managing: founders[0]?.organization ?? '',
    organizations: founders.map((founder) => registerFounder(random, founder)),
    channels: [channelOfAll(founders.map(({ organization }) => organization))],
  });
  assert(created.ok, 'what this file makes is a genesis');
  return created.value.genesis;
}

async function writeFolder(
  folder: string,
  plan: LocalNetwork,
  id: string,
  genesis: Uint8Array,
  { databaseUrl }: CreateOptions,
): Promise<void> {
  const dataDir = folderOf(folder, id);
  const own = plan.organizations.find((one) => one.id === id);
  assert(own !== undefined, 'founders are the organisations of the plan');
  const members = plan.organizations.map((to): RemoteMember => {
    const port = (what: 'http' | 'consensus'): number => portOfWay(plan, id, to, what);
    return {
      organization: to.id,
      name: to.name,
      url: `http://127.0.0.1:${port('http')}`,
      consensus: { host: '127.0.0.1', port: port('consensus') },
    };
  });
  await writePrivateFile(join(dataDir, 'genesis.cbor'), genesis);
  await writePrivateFile(peersFileOf(dataDir), encodePeers(members));
  await writeNodeFile(dataDir, {
    organization: id,
    ordering: 'cometbft',
    host: '127.0.0.1',
    port: own.port,
    consensusListen: `127.0.0.1:${own.consensusPort}`,
    profile: 'local',
    databaseUrl,
  });
}

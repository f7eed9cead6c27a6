// Starts the nodes of one network in one process: one PostgreSQL server (embedded, or the user's own), one sequencer,
// a database, a folder of keys and an address for each organisation. With one organisation it is a node to try out,
// or, with `remote`, one node of a network whose others run elsewhere.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseGenesis, REQUIRED_KEYS } from '@suyuan/ledger';
import type { OrganizationRole } from '@suyuan/ledger';
import { assert } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import type { Logger } from 'pino';
import { systemClock, systemRandom } from './clock.ts';
import type { Clock, RandomBytes } from './clock.ts';
import type { Settings } from './config.ts';
import { crashPointsOf } from './crash-point.ts';
import type { Reach } from './crash-point.ts';
import { createDatabase, startEmbeddedServer } from './database/embedded-server.ts';
import { openDataFolder } from './database/postgres-cluster.ts';
import { StartupFault } from './fault.ts';
import { GENESIS_RANDOM_BYTES, channelOfAll, createNetwork, registerFounder } from './genesis.ts';
import type { Signers } from './genesis.ts';
import { readTls } from './http/tls.ts';
import { openHeldKeys, openKeys, openSecret } from './keys/key-files.ts';
import { readPrivateFile, writePrivateFile } from './keys/private-file.ts';
import { startHosting } from './hosting/hosting.ts';
import type { Host, HostedNode, Hosting } from './hosting/hosting.ts';
import { createLogger } from './logger.ts';
import type { ReadDisk } from './monitoring/own-facts.ts';
import { checkPort, createNode } from './node.ts';
import type { Node, NodeOptions } from './node.ts';
import { openOrderings, readOrderingKind } from './network-ordering.ts';
import type { OrderingKind, RemoteNetwork } from './network-ordering.ts';
import { startParts } from './started-parts.ts';
import type { StartedParts } from './started-parts.ts';

/** An organisation of the network. */
export interface NetworkMember {
  readonly organization: string;
  /** Display name. */
  readonly name: string;
  readonly role: OrganizationRole;
  /** Record kinds that it may report. */
  readonly recordKinds: readonly string[];
}

/** What a network is started from. */
export interface NetworkOptions {
  readonly settings: Settings;
  /** Name of the log, a URL without scheme. */
  readonly origin: string;
  readonly managing: string;
  readonly members: readonly NetworkMember[];
  /** Who orders the statements; `SUYUAN_ORDERING` unless given. The same at every start on the same data. */
  readonly ordering?: OrderingKind;
  /** The rest of the network, where it runs elsewhere. The genesis must be in the data folder then. */
  readonly remote?: RemoteNetwork;
  readonly clock?: Clock;
  readonly random?: RandomBytes;
  readonly reach?: Reach;
  readonly logger?: Logger;
  readonly checkAnswers?: boolean;
  /** Tests: the space of the disk. */
  readonly readDisk?: ReadDisk;
  /** Told what no retry can mend; the log has it too. The process should stop the network and end. */
  readonly onBroken?: (error: unknown) => void;
}

/** A running network. */
export interface Network {
  readonly nodes: readonly Node[];
  /** The organisations that these nodes host. */
  readonly hosting: Hosting;
  readonly genesis: Uint8Array;
  /** True when this start has made the network. */
  readonly isNew: boolean;
  /** Process id of the embedded PostgreSQL, if there is one. */
  postgresPid(): number | undefined;
  stop(): Promise<void>;
}

/** Where databases come from. */
interface Server {
  /** Databases of this network are named after it: `PREFIX_ORGANIZATION`. */
  readonly prefix: string;
  url(database: string): string;
  createDatabase(name: string): Promise<void>;
  pid(): number | undefined;
  stop(): Promise<void>;
}

function ownServer(databaseUrl: string): Server {
  const url = (database: string): string => {
    const changed = new URL(databaseUrl);
    changed.pathname = `/${encodeURIComponent(database)}`;
    return changed.href;
  };
  return {
    prefix: decodeURIComponent(new URL(databaseUrl).pathname.slice(1)) || 'suyuan',
    url,
    createDatabase: async (name) => {
      try {
        await createDatabase(databaseUrl, name);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const message = `the PostgreSQL server of DATABASE_URL does not give the database ${name}: ${reason}`;
        throw new StartupFault('postgres_unavailable', message, error);
      }
    },
    pid: () => undefined,
    stop: async () => undefined,
  };
}

async function openServer(settings: Settings, logger: Logger): Promise<Server> {
  if (settings.databaseUrl !== undefined) return ownServer(settings.databaseUrl);
  const server = await startEmbeddedServer({
    dataDir: settings.dataDir,
    onEvent: (message) => logger.warn({ component: 'postgres' }, message),
  });
  return { ...server, prefix: 'suyuan' };
}

interface Member {
  readonly member: NetworkMember;
  readonly folder: string;
  readonly signers: Signers;
}

async function openMembers(options: NetworkOptions, isNew: boolean): Promise<readonly Member[]> {
  const opened: Member[] = [];
  for (const member of options.members) {
    const folder = join(options.settings.dataDir, 'organizations', member.organization);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const keys = join(folder, 'keys');
    // An organisation that takes part otherwise by now than at the beginning may have more.
    const required = await openKeys(keys, REQUIRED_KEYS[member.role], isNew);
    const signers = { ...required, ...(await openHeldKeys(keys, REQUIRED_KEYS.validator)) };
    opened.push({ member, folder, signers });
  }
  return opened;
}

/** The network's genesis: the stored one, or a new one whose keys are then already on disk. */
async function openGenesis(
  options: NetworkOptions,
  random: RandomBytes,
): Promise<{ genesis: Uint8Array; members: readonly Member[]; isNew: boolean }> {
  const path = join(options.settings.dataDir, 'genesis.cbor');
  const stored = await readPrivateFile(path);
  if (stored === undefined && options.remote !== undefined)
    throw new StartupFault('network_mismatch', `${path}, the genesis of the network, is missing.`);
  const members = await openMembers(options, stored === undefined);
  if (stored !== undefined) return { genesis: new Uint8Array(stored), members, isNew: false };
  const context = random(GENESIS_RANDOM_BYTES);
  const created = createNetwork(nativeCrypto, {
    random: context,
    origin: options.origin,
    managing: options.managing,
    organizations: members.map(({ member, signers }) => registerFounder(context, { ...member, signers })),
    channels: [channelOfAll(options.members.map((member) => member.organization))],
  });
  if (!created.ok) {
    throw new StartupFault(
      'configuration_invalid',
      `no network can be made of these organisations: ${created.error.code}`,
    );
  }
  await writePrivateFile(path, created.value.genesis);
  return { genesis: created.value.genesis, members, isNew: true };
}

/** The name of an organisation's database. */
export function databaseNameOf(prefix: string, organization: string): string {
  return `${prefix}_${organization.replaceAll('-', '_')}`;
}

/** The name of the database in which the sequencer of a whole network keeps its blocks. */
export function orderDatabaseNameOf(prefix: string): string {
  return `${prefix}__order`; // no organisation id begins with a hyphen, so none is named like this
}

/** Connections of a hosted organisation to its database: a server has room for many of them. */
const HOSTED_CONNECTIONS_MAX = 4;

/** What a node does not share with the others of its process. */
type OwnNodeOptions = Pick<
  NodeOptions,
  'organization' | 'signers' | 'ordering' | 'dataDir' | 'port' | 'withProcessMetrics'
> &
  Partial<NodeOptions>;

function foundersOf(genesis: Uint8Array): readonly string[] {
  const parsed = parseGenesis(genesis);
  return parsed.ok ? parsed.value.organizations.map(({ organization }) => organization) : [];
}

/** Throws when another process listens on a port of these nodes. */
async function checkPorts({ host, port }: Pick<Settings, 'host' | 'port'>, nodes: number): Promise<void> {
  if (port === 0) return;
  for (let next = port; next < port + nodes; next += 1) await checkPort(host, next);
}

/** Starts everything; ends what it has started when something fails. */
export async function startNetwork(options: NetworkOptions): Promise<Network> {
  return await startParts(async (started) => await start(options, started));
}

async function start(options: NetworkOptions, started: StartedParts): Promise<Network> {
  const { settings, clock = systemClock, random = systemRandom } = options;
  const logger = options.logger ?? createLogger(settings.logLevel);
  const reach = options.reach ?? crashPointsOf(process.env, settings.dataDir);
  const onBroken = (error: unknown): void => {
    logger.fatal({ err: error }, 'this process cannot go on');
    options.onBroken?.(error);
  };
  await checkPorts(settings, options.members.length);
  const tls = settings.tls === undefined ? undefined : await readTls(settings.tls, clock.now());
  await openDataFolder(settings.dataDir);
  const server = await openServer(settings, logger);
  started.push(async () => await server.stop());
  const { genesis, members, isNew } = await openGenesis(options, random);
  const kind = options.ordering ?? readOrderingKind(process.env);
  const orderedMembers = members.map(({ member: { organization }, folder }) => ({ organization, folder }));
  const nodes: Node[] = [];
  const orderings = await openOrderings(kind, orderedMembers, started, {
    genesis,
    sequencerUrl: async () => await openSequencerDatabase(server),
    logger,
    clock,
    reach,
    onBroken,
    remote: options.remote,
    knownBy: (organization) => {
      const node = nodes.find((one) => one.organization === organization);
      assert(node !== undefined, 'an ordering is started by its node');
      return { state: node.slices.ledger.state(), consensusOf: (id) => node.peers.consensusOf(id) };
    },
  });
  const founders = foundersOf(genesis);
  let hosting: Hosting | undefined;
  const openNode = nodeOpener(options, { server, tls, genesis, logger, clock, random, reach, onBroken });
  const hosts: Host[] = [];
  for (const [index, { member, folder, signers }] of members.entries()) {
    const { organization } = member;
    const ordering = orderings[index];
    assert(ordering !== undefined, 'every member has its connection to the order');
    const node = await openNode({
      organization,
      signers,
      ordering,
      dataDir: folder,
      port: settings.port === 0 ? 0 : settings.port + index,
      elsewhere: options.remote === undefined ? undefined : { movedTo: options.remote.movedTo },
      withProcessMetrics: index === 0,
      tellsAddress: options.remote !== undefined && !founders.includes(organization),
      listHosted: () => hosting?.list(organization) ?? [],
    });
    hosts.push({ node, ordering });
    started.push(async () => await node.stop());
    nodes.push(node);
  }
  await introduceAll(nodes, members, options.remote);
  for (const node of nodes) await node.start();
  hosting = await startHosting({
    dataDir: settings.dataDir,
    hosts,
    clock,
    logger,
    createNode: async (hosted) => await openHostedNode(openNode, hosted),
  });
  started.push(async () => await hosting?.stop());
  const stop = async (): Promise<void> => await started.stop();
  return { nodes, hosting, genesis, isNew, postgresPid: () => server.pid(), stop };
}

type OpenNode = (own: OwnNodeOptions) => Promise<Node>;

/** Opens nodes of this process, each with a database of its own; the rest is the same for all of them. */
function nodeOpener(
  { settings, checkAnswers = false, readDisk }: NetworkOptions,
  {
    server,
    ...shared
  }: Pick<NodeOptions, 'genesis' | 'logger' | 'clock' | 'random' | 'reach' | 'onBroken'> & {
    readonly server: Server;
    readonly tls: NodeOptions['tls'];
  },
): OpenNode {
  return async (own) => {
    const { organization, dataDir } = own;
    const name = databaseNameOf(server.prefix, organization);
    await server.createDatabase(name);
    return await createNode({
      ...settings,
      ...shared,
      databaseUrl: server.url(name),
      secret: await openSecret(join(dataDir, 'keys', 'sessions.secret')),
      checkAnswers,
      ...(readDisk === undefined ? {} : { readDisk }),
      ...own,
    });
  };
}

async function openHostedNode(
  openNode: OpenNode,
  { folder, port = 0, ...hosted }: HostedNode,
): Promise<Node> {
  return await openNode({
    ...hosted,
    dataDir: folder,
    port,
    connectionsMax: HOSTED_CONNECTIONS_MAX,
    withProcessMetrics: false,
    elsewhere: { movedTo: undefined },
    tellsAddress: true,
  });
}

/** Every member with its own name and address, and the others as they are known. */
async function introduceAll(
  nodes: readonly Node[],
  members: readonly Member[],
  remote: RemoteNetwork | undefined,
): Promise<void> {
  const here = members.map(({ member: { organization, name } }, index) => ({
    organization,
    name,
    url: nodes[index]?.url,
  }));
  // As the others reach it, which is not where it listens.
  const own = remote?.own === undefined ? here : [remote.own];
  for (const node of nodes) await node.peers.set([...own, ...(remote?.others ?? [])]);
}

async function openSequencerDatabase(server: Server): Promise<string> {
  const name = orderDatabaseNameOf(server.prefix);
  await server.createDatabase(name);
  return server.url(name);
}

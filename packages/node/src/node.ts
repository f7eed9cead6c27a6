// One organisation's node: its database, accounts, slices and HTTP server, started in order and stopped in reverse.
// What belongs to the process (PostgreSQL, the sequencer) is handed in by network.ts.
import { once, setMaxListeners } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { networkIdOf } from '@suyuan/ledger';
import { assert, encodeHex } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import type { HostedOrganization } from '@suyuan/api';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Place } from './addresses/announcement.ts';
import { openPeerAddresses } from './addresses/peer-addresses.ts';
import type { PeerAddresses } from './addresses/peer-addresses.ts';
import { createApiKeys } from './accounts/api-keys.ts';
import type { ApiKeys } from './accounts/api-keys.ts';
import { makeFirstAdministrator, renewFirstAdministrator } from './accounts/first-administrator.ts';
import type { FirstAdministrator } from './accounts/first-administrator.ts';
import { createSignIn } from './accounts/sign-in.ts';
import type { SignIn } from './accounts/sign-in.ts';
import { civilDateOf } from './clock.ts';
import type { Clock, RandomBytes } from './clock.ts';
import type { Reach } from './crash-point.ts';
import { openDatabase } from './database/database.ts';
import type { Database } from './database/database.ts';
import { migrate } from './database/migrate.ts';
import { preparePartitions } from './database/partitions.ts';
import { createHasRoom, freeBytesOf } from './disk-space.ts';
import { StartupFault, systemCodeOf } from './fault.ts';
import type { Signers } from './genesis.ts';
import { createApp } from './http/app.ts';
import { createAuthenticate } from './http/authenticate.ts';
import { createIdempotencyKeys } from './http/idempotency.ts';
import type { IdempotencyKeys } from './http/idempotency.ts';
import type { TlsKeyPair } from './http/tls.ts';
import { accountBindings } from './http/routes/accounts.ts';
import { rememberSignatures } from './ledger-store/remember-signatures.ts';
import { createMetrics } from './metrics.ts';
import type { AlertThresholds } from './monitoring/alert-book.ts';
import type { ReadDisk } from './monitoring/own-facts.ts';
import type { Ordering } from './ordering/ordering.ts';
import { openSlices } from './slices.ts';
import type { Slices } from './slices.ts';
import { startParts } from './started-parts.ts';
import type { StartedParts } from './started-parts.ts';
import { version } from './version.ts';

/** What a node is made of. */
export interface NodeOptions {
  readonly organization: string;
  readonly genesis: Uint8Array;
  readonly signers: Signers;
  readonly databaseUrl: string;
  /** Most connections to the database; those of an ordinary node unless said. */
  readonly connectionsMax?: number;
  readonly ordering: Ordering;
  /** The organisations whose nodes this one hosts, as they stand; none unless given. */
  readonly listHosted?: () => readonly HostedOrganization[];
  /** Tells the other nodes its address when it starts; false unless said. */
  readonly tellsAddress?: boolean;
  /** Folder of this node; uploads being read go to `uploads/` in it. */
  readonly dataDir: string;
  /** Signs session cookies. */
  readonly secret: string;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly reach: Reach;
  readonly trustProxy: boolean;
  readonly secure: boolean;
  /** The node serves HTTPS itself. */
  readonly tls?: TlsKeyPair | undefined;
  readonly requestsPerMinuteMax: number;
  /** Webhooks may go to this machine and private networks; false unless said. */
  readonly webhookPrivate?: boolean;
  /** Folders that sources may watch, beside `watched/` in the node's folder. */
  readonly sourceFolders?: readonly string[];
  /** Other nodes of the network run elsewhere, and this one has moved there, if it ever has; undefined: all run here. */
  readonly elsewhere?: { readonly movedTo: Place | undefined } | undefined;
  /** Thresholds of alerts other than the usual ones. */
  readonly alertThresholds?: AlertThresholds;
  /** Tests: the space of the disk. */
  readonly readDisk?: ReadDisk;
  /** Tests: every answer is checked against the contract. */
  readonly checkAnswers: boolean;
  /** Figures of the process are collected by one node of it. */
  readonly withProcessMetrics: boolean;
  readonly onBroken: (error: unknown) => void;
}

/** A node that listens. */
export interface Node {
  readonly organization: string;
  /** Base address. */
  readonly url: string;
  readonly signIn: SignIn;
  readonly apiKeys: ApiKeys;
  readonly slices: Slices;
  readonly database: Database;
  /** Where others are, as the node knows it. */
  readonly peers: PeerAddresses;
  /** Makes the first administrator of a new node; undefined when there is one. Until `keep` has ended it is made again. */
  makeFirstAdministrator(
    keep?: (administrator: FirstAdministrator) => Promise<void>,
  ): Promise<FirstAdministrator | undefined>;
  /** Gives the first administrator a new password, for the case that nobody can sign in as one any more. */
  renewFirstAdministrator(): Promise<FirstAdministrator>;
  /** Begins to follow the order of statements and to report what an earlier process left. */
  start(): Promise<void>;
  /** Lets running requests end (15 seconds at most), then stops everything. */
  stop(): Promise<void>;
}

const closeTimeoutMs = 15_000;
const upkeepMs = 3_600_000;

/** The months around now, so that no import waits for its partition. */
function nearDates(nowMs: number): readonly string[] {
  const month = 30 * 86_400_000;
  return [-1, 0, 1, 2].map((count) => civilDateOf(nowMs + count * month));
}

/** The fault behind a failed attempt to listen, or the error itself. */
function listenFaultOf(error: unknown, host: string, port: number): unknown {
  const code = systemCodeOf(error);
  const advice = 'Choose another one with --port.';
  if (code === 'EADDRINUSE') {
    return new StartupFault(
      'address_in_use',
      `Port ${port} on ${host} is in use by another program. ${advice}`,
      error,
    );
  }
  if (code === 'EACCES') {
    return new StartupFault(
      'address_in_use',
      `Port ${port} needs the rights of an administrator. ${advice}`,
      error,
    );
  }
  return error;
}

/** Throws when a port cannot be listened on now, so that this is said before anything is made. */
export async function checkPort(host: string, port: number): Promise<void> {
  const probe = createTcpServer().listen(port, host);
  try {
    await once(probe, 'listening');
  } catch (error) {
    throw listenFaultOf(error, host, port);
  }
  probe.close();
  await once(probe, 'close');
}

async function listen(app: FastifyInstance, { host, port, tls }: NodeOptions): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw listenFaultOf(error, host, port);
  }
  const address = app.server.address();
  assert(typeof address === 'object' && address !== null, 'a TCP server has an address');
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `${tls === undefined ? 'http' : 'https'}://${shown}:${address.port}`;
}

async function closeApp(app: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), closeTimeoutMs);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
  }
}

/** Hourly: partitions ahead, old idempotency keys out. */
function startUpkeep(options: NodeOptions, database: Database, keys: IdempotencyKeys): NodeJS.Timeout {
  const run = async (): Promise<void> => {
    await preparePartitions(database, nearDates(options.clock.now()));
    await keys.sweep();
  };
  const timer = setInterval(
    () => void run().catch((err: unknown) => options.logger.warn({ err }, 'upkeep failed')),
    upkeepMs,
  );
  return timer.unref();
}

async function emptyFolder(path: string): Promise<string> {
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}

/** Opens a node and listens; it follows the order of statements only after `start`. */
export async function createNode(options: NodeOptions): Promise<Node> {
  return await startParts(async (started) => await open(options, started));
}

/** The node's database in the shape that this program needs. */
async function openOwnDatabase(
  { databaseUrl, connectionsMax, clock }: NodeOptions,
  logger: Logger,
  started: StartedParts,
): Promise<Database> {
  const database = openDatabase({
    url: databaseUrl,
    ...(connectionsMax === undefined ? {} : { connectionsMax }),
    onIdleError: ({ message }) => logger.warn({ reason: message }, 'a database connection broke'),
  });
  started.push(async () => await database.close());
  await migrate(database);
  await preparePartitions(database, nearDates(clock.now()));
  return database;
}

async function open(options: NodeOptions, started: StartedParts): Promise<Node> {
  const { organization, genesis, clock, random } = options;
  const logger = options.logger.child({ organization });
  const database = await openOwnDatabase(options, logger, started);
  const networkId = networkIdOf(nativeCrypto, genesis);
  const { databaseUrl, secret, secure } = options;
  const cookieName = `suyuan-${organization}-${encodeHex(networkId).slice(0, 8)}`;
  const signIn = createSignIn({ databaseUrl, secret, cookieName, secure });
  started.push(async () => await signIn.close());
  const apiKeys = createApiKeys(database, clock, random);
  const idempotencyKeys = createIdempotencyKeys(database, clock);
  const metrics = createMetrics(organization, options.withProcessMetrics);
  const peers = await openPeerAddresses(database);
  const temporaryDir = await emptyFolder(join(options.dataDir, 'uploads'));
  const attachmentDir = join(options.dataDir, 'attachments');
  const crypto = rememberSignatures(nativeCrypto);
  const slices = await openSlices(
    {
      ...options,
      networkId,
      database,
      crypto,
      logger,
      metrics,
      peers,
      temporaryDir,
      attachmentDir,
      keysDir: join(options.dataDir, 'keys'),
    },
    options.ordering,
  );
  started.push(async () => await slices.stop());
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // every open event stream listens
  const app = await createApp({
    ...options,
    logger,
    metrics,
    idempotencyKeys,
    version,
    bindings: [...accountBindings({ signIn, apiKeys }), ...slices.bindings],
    plugins: slices.plugins,
    authenticate: createAuthenticate(apiKeys, signIn, cookieName),
    stopping: stopping.signal,
    hasRoom: createHasRoom(async () => await freeBytesOf(options.dataDir), clock),
  });
  started.push(async () => {
    stopping.abort();
    await closeApp(app);
  });
  const upkeep = startUpkeep(options, database, idempotencyKeys);
  started.push(async () => clearInterval(upkeep));
  const url = await listen(app, options);
  logger.info({ url }, 'listening');
  return {
    organization,
    url,
    signIn,
    apiKeys,
    slices,
    database,
    peers,
    makeFirstAdministrator: async (keep) => await makeFirstAdministrator(database, signIn, keep),
    renewFirstAdministrator: async () => await renewFirstAdministrator(signIn),
    start: async () => await slices.start(),
    stop: async () => await started.stop(),
  };
}

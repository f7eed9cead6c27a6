// The `cometbft` ordering: a CometBFT process beside the node decides the blocks together with those of the other
// organisations, and drives the application over a local socket (spec/ordering.md).
import { randomBytes } from 'node:crypto';
import { rm, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Crypto } from '@suyuan/log';
import { assert, reject } from '@suyuan/log';
import type { Logger } from 'pino';

import { StartupFault } from '../../fault.ts';
import { reservePort } from '../../free-port.ts';
import type { Application, AppliedStatus, Ordering } from '../ordering.ts';
import { createRetry } from '../retry.ts';
import { createAbciHandler } from './abci-application.ts';
import type { AbciServer } from './abci-server.ts';
import { listenAbci } from './abci-server.ts';
import { BLOCK_BYTES_MAX, chainOf } from './chain.ts';
import type { EngineIdentity } from './engine-identity.ts';
import { knownIds } from './engine-identity.ts';
import type { EngineWatch } from './engine-watch.ts';
import { watchEngine } from './engine-watch.ts';
import type { HomeOptions } from './home-files.ts';
import { writeHome, writeIdentity } from './home-files.ts';
import type { Outbox } from './outbox.ts';
import { createOutbox } from './outbox.ts';
import { PROFILES } from './profile.ts';
import type { ProfileName } from './profile.ts';
import { createRebuilding, endRebuild, readRebuildOrder, REBUILD_VALIDATORS_MIN } from './rebuild.ts';
import type { AskEngine } from './rpc-client.ts';
import { createAskEngine, createHandOver, readEvidence } from './rpc-client.ts';
import type { Supervisor } from './supervisor.ts';
import { superviseCometbft } from './supervisor.ts';

/** Statements of a block, its votes and evidence, twice over. */
const REQUEST_BYTES_MAX = 2 * BLOCK_BYTES_MAX;
/** Linux takes 107 bytes, others 103. */
const SOCKET_PATH_MAX = 100;

/** What the ordering of one node needs. */
export interface CometbftOptions {
  /** Path of the program, see `findCometbft`. */
  readonly program: string;
  /** Folder for CometBFT alone. It is as precious as the database: what it has signed is in it. */
  readonly home: string;
  readonly organization: string;
  readonly genesis: Uint8Array;
  readonly crypto: Crypto;
  /** Keys and peers, as the ledger has them when it is asked. */
  readonly identity: () => Promise<EngineIdentity>;
  /** Where processes of other organisations connect. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly profile: ProfileName;
  readonly logger: Logger;
  /** Gets what no retry can mend. The ordering has ended then. */
  readonly onBroken: (error: unknown) => void;
}

/** One node's part in the consensus. */
export interface CometbftOrdering extends Ordering {
  /** Process id of CometBFT, while it runs. */
  readonly pid: () => number | undefined;
  /** Port of CometBFT's RPC on 127.0.0.1, after `start`, another one at each start of the process: for light clients and for watching. */
  readonly rpcPort: () => number | undefined;
}

interface Running {
  readonly server: AbciServer;
  readonly outbox: Outbox;
  readonly supervisor: Supervisor;
  readonly watch: EngineWatch;
  readonly rpcPort: () => number;
  readonly ask: AskEngine;
  readonly stopping: AbortController;
  readonly socketFolder: string | undefined;
}

/** The ordering of one node; nothing runs before `start`. */
export function createCometbftOrdering(options: CometbftOptions): CometbftOrdering {
  let running: Running | undefined;
  return {
    submit: async (statement) =>
      running === undefined ? reject({ code: 'ordering_stopped' }) : await running.outbox.submit(statement),
    start: async (application) => {
      assert(running === undefined, 'an ordering is started once');
      running = await start(options, application);
    },
    stop: async () => {
      const stopped = running;
      running = undefined;
      if (stopped !== undefined) await stop(stopped);
    },
    isRunning: () => running?.supervisor.pid() !== undefined,
    health: () => running?.watch.health(),
    evidenceAt: async (height) =>
      await running?.ask('block', { height: String(height) }).then(readEvidence, () => undefined),
    pid: () => running?.supervisor.pid(),
    rpcPort: () => running?.rpcPort(),
  };
}

async function start(options: CometbftOptions, ledger: Application): Promise<Running> {
  const { home, logger, onBroken } = options;
  const stopping = new AbortController();
  const socket = await placeSocket(home);
  let rpcPort = await reservePort();
  const chain = chainOf(options.crypto, options.genesis);
  let started = await options.identity();
  const homeFiles = (): HomeOptions => ({
    ...started,
    home,
    chain,
    listen: options.listen,
    moniker: options.organization,
    socketPath: socket.path,
    rpcPort,
    profile: PROFILES[options.profile],
  });
  const applied = await ledger.status();
  const order = await readRebuildOrder(home);
  await writeHome(homeFiles(), applied.height, order);
  const application = order === undefined ? ledger : await rebuild(options, ledger, applied, started);
  const ask = createAskEngine(() => rpcPort, stopping.signal);
  const outbox = createOutbox({ check: application.check, handOver: createHandOver(ask), logger });
  const breakDown = (error: unknown): void => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    onBroken(error);
  };
  let watch: EngineWatch | undefined;
  const server = await listenAbci({
    socketPath: socket.path,
    requestBytesMax: REQUEST_BYTES_MAX,
    handle: createAbciHandler({
      application,
      chain,
      retry: createRetry((err) => logger.warn({ err }, 'ordering waits for the database')),
      signal: stopping.signal,
      onDelivered: ({ statements }) => outbox.forget(statements),
      mayConnect: async (nodeId) =>
        watch?.isAlone() === true || knownIds(await options.identity()).has(nodeId),
    }),
    onFault: breakDown,
  });
  const supervisor = await superviseCometbft({
    program: options.program,
    home,
    signal: stopping.signal,
    prepare: async () => {
      started = await options.identity();
      rpcPort = await reservePort(); // the last one may be somebody else's by now
      await writeIdentity(homeFiles());
    },
    onStarted: () => outbox.again(),
    onLine: (line) => logger.debug({ component: 'cometbft' }, line),
    onEnded: (how, lastLines, pauseMs) =>
      logger.warn({ how, lastLines, pauseMs }, 'CometBFT ended by itself and is started again'),
    onBroken: breakDown,
  });
  watch = watchEngine({ ...options, started: () => started, restart: supervisor.restart, ask });
  return {
    server,
    outbox,
    supervisor,
    watch,
    rpcPort: () => rpcPort,
    ask,
    stopping,
    socketFolder: socket.folder,
  };
}

/** The application while the folder is built anew; the ledger itself where the database is empty too. */
async function rebuild(
  { home, crypto, genesis, organization, logger }: CometbftOptions,
  application: Application,
  applied: AppliedStatus,
  { validators }: EngineIdentity,
): Promise<Application> {
  const isNeeded = validators.some((one) => one.organization === organization);
  if (isNeeded && validators.length < REBUILD_VALIDATORS_MIN)
    throw new StartupFault(
      'consensus_state_missing',
      `With ${validators.length} validators the others can't go on without the vote of ${organization}, which must keep silent for some blocks after its record of what it has signed was lost. Restore the folder ${home} from a backup.`,
    );
  const onDone = async (): Promise<void> => {
    logger.warn({ height: applied.height }, 'the folder of CometBFT is built anew');
    await endRebuild(home);
  };
  if (applied.height > 0) return createRebuilding({ application, applied, crypto, genesis, onDone });
  await onDone();
  return application;
}

/** CometBFT first, so that it ends in order; what waits for the database then gives up. */
async function stop(running: Running): Promise<void> {
  const { server, outbox, supervisor, watch, stopping, socketFolder } = running;
  const watched = watch.stop();
  const ended = supervisor.stop();
  stopping.abort();
  await outbox.stop();
  await watched;
  await ended;
  await server.close();
  if (socketFolder !== undefined) await rm(socketFolder, { recursive: true, force: true });
}

/** A socket in the home folder, or where its path would be too long, in a fresh private folder. */
async function placeSocket(
  home: string,
): Promise<{ readonly path: string; readonly folder: string | undefined }> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const path = join(home, 'abci.sock');
  if (Buffer.byteLength(path) <= SOCKET_PATH_MAX) return { path, folder: undefined };
  const folder = join(tmpdir(), `suyuan-${randomBytes(8).toString('hex')}`);
  await mkdir(folder, { mode: 0o700 });
  return { path: join(folder, 'abci.sock'), folder };
}

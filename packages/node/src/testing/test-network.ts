// For tests: a network of several organisations in one process, each with a database and an HTTP address of its own,
// ordered by the engine of the run. Everything between them is real: PostgreSQL, HTTP, signatures, blocks.
import { KEY_PURPOSES } from '@suyuan/ledger';
import type { KeyPurpose } from '@suyuan/ledger';
import type { Signer } from '@suyuan/log';
import { assert } from '@suyuan/log';
import { nativeCrypto, nativeSigner } from '@suyuan/native-crypto';
import type { FastifyInstance } from 'fastify';

import { systemRandom } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { reachNothing } from '../crash-point.ts';
import type { Reach } from '../crash-point.ts';
import type { Database } from '../database/database.ts';
import { channelOfAll, createNetwork, registerFounder } from '../genesis.ts';
import { createServer } from '../http/server.ts';
import { openLedger } from '../ledger-store/ledger.ts';
import type { Ledger } from '../ledger-store/ledger.ts';
import { createLogger } from '../logger.ts';
import { createMetrics } from '../metrics.ts';
import type { Metrics } from '../metrics.ts';
import type { Ordering } from '../ordering/ordering.ts';
import { createReplication } from '../replication/replication.ts';
import type { Replication } from '../replication/replication.ts';
import { createReportWorker } from '../report/report-worker.ts';
import type { ReportWorker } from '../report/report-worker.ts';
import { testDatabase } from './test-database.ts';
import { openTestOrderings } from './test-orderings.ts';

/** One organisation of a test network. */
export interface TestNode {
  readonly organization: string;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly signers: Readonly<Record<KeyPurpose, Signer>>;
  readonly ordering: Ordering;
  readonly ledger: Ledger;
  readonly replication: Replication;
  readonly worker: ReportWorker;
  /** Where its node listens; undefined while it is down. */
  address: string | undefined;
  /** Stops or starts listening, on the same port. */
  readonly goDown: () => Promise<void>;
  readonly comeUp: () => Promise<void>;
  /** Replaces the worker by a new one, as a restart of the node does. */
  readonly restartWorker: (changes?: WorkerChanges) => Promise<ReportWorker>;
}

/** What a restarted worker has of its own. */
export interface WorkerChanges {
  readonly reach?: Reach;
  readonly database?: Database;
}

/** A running network. */
export interface TestNetwork extends AsyncDisposable {
  readonly network: Uint8Array;
  readonly clock: { now: () => number };
  readonly node: (organization: string) => TestNode;
  /** Errors that a worker could not retry. */
  readonly broken: readonly unknown[];
}

/** What can be chosen about it. */
export interface TestNetworkOptions {
  readonly organizations: readonly string[];
  readonly reach?: Readonly<Record<string, Reach>>;
  /** Replaces what a member does with payloads; for members that lie. */
  readonly plugin?: (node: TestNode) => ((app: FastifyInstance) => Promise<void>) | undefined;
  readonly recordKinds?: readonly string[];
}

/** Starts it: all organisations are validators of one channel and may report every kind. */
export async function testNetwork(options: TestNetworkOptions): Promise<TestNetwork> {
  const broken: unknown[] = [];
  const closers: (() => Promise<void>)[] = [];
  const clock = { now: (): number => Date.now() };
  const random = systemRandom(16);
  const signersOf = new Map(
    options.organizations.map((organization, index) => [organization, signers(index)]),
  );
  const created = createNetwork(nativeCrypto, {
    random,
    origin: 'suyuan.example/test',
    managing: options.organizations[0] ?? '',
    organizations: options.organizations.map((organization) =>
      registerFounder(random, {
        organization,
        role: 'validator',
        recordKinds: options.recordKinds ?? ['battery_module', 'battery_pack'],
        signers: founderKeys(signersOf.get(organization)),
      }),
    ),
    channels: [channelOfAll(options.organizations)],
  });
  assert(created.ok, 'the genesis of a test network is valid');
  const { genesis, network } = created.value;
  const logger = createLogger('silent');
  const onBroken = (error: unknown): void => void broken.push(error);
  const orderings = await openTestOrderings({ genesis, clock, onBroken });
  closers.push(async () => await orderings[Symbol.asyncDispose]());
  const nodes = new Map<string, TestNode>();
  const nodeOf = (organization: string): TestNode => {
    const node = nodes.get(organization);
    assert(node !== undefined, 'the network has this organisation');
    return node;
  };
  const context: NodeContext = { network, genesis, clock, closers, nodes, onBroken, options, logger };
  for (const [index, [organization, own]] of [...signersOf].entries()) {
    const ordering = await orderings.connect({
      organization,
      seeds: async () => ({ transport: seedOf(index, 'transport'), validator: seedOf(index, 'validator') }),
      state: () => nodeOf(organization).ledger.state(),
    });
    nodes.set(organization, await startNode(context, organization, own, ordering));
  }
  for (const node of nodes.values()) {
    await node.comeUp();
    await node.ordering.start(node.ledger.application);
    node.replication.pull.start();
  }
  return {
    network,
    clock,
    broken,
    node: nodeOf,
    [Symbol.asyncDispose]: async () => {
      for (const node of nodes.values()) {
        await node.worker.stop();
        await node.replication.stop();
        await node.ordering.stop();
        await node.goDown();
      }
      for (const close of closers.toReversed()) await close();
    },
  };
}

interface NodeContext {
  readonly network: Uint8Array;
  readonly genesis: Uint8Array;
  readonly clock: Clock;
  readonly closers: (() => Promise<void>)[];
  readonly nodes: ReadonlyMap<string, TestNode>;
  readonly onBroken: (error: unknown) => void;
  readonly options: TestNetworkOptions;
  readonly logger: ReturnType<typeof createLogger>;
}

async function startNode(
  context: NodeContext,
  organization: string,
  own: TestNode['signers'],
  ordering: Ordering,
): Promise<TestNode> {
  const { network, clock, nodes, onBroken, options, logger } = context;
  const database = await testDatabase();
  context.closers.push(async () => await database[Symbol.asyncDispose]());
  const reach = options.reach?.[organization] ?? reachNothing;
  const { genesis } = context;
  const opened = await openLedger({
    database,
    crypto: nativeCrypto,
    genesis,
    organization,
    reach: reachNothing,
  });
  assert(opened.ok, 'the genesis was checked when it was made');
  const ledger = opened.value;
  const metrics = createMetrics(organization, false);
  const shared = {
    database,
    state: () => ledger.state(),
    onApplied: (listener: Parameters<Ledger['onApplied']>[0]) => ledger.onApplied(listener),
    network,
    organization,
    clock,
    reach,
    metrics,
    logger,
    onBroken,
  };
  const replication = createReplication({
    ...shared,
    signers: own,
    addressOf: (id) => nodes.get(id)?.address ?? 'http://127.0.0.1:1',
    random: systemRandom,
    pullPauseMs: () => 20,
  });
  const workerWith = (changes: WorkerChanges): ReportWorker =>
    createReportWorker({
      ...shared,
      submit: (statement) => ordering.submit(statement),
      signer: own.statement,
      client: replication.client,
      pauseMs: () => 20,
      ...changes,
    });
  return runNode(
    { organization, database, metrics, signers: own, ordering, ledger, replication },
    context,
    workerWith,
  );
}

/** A node that can go down and come up, and whose worker can be replaced. */
function runNode(
  parts: Pick<
    TestNode,
    'organization' | 'database' | 'metrics' | 'signers' | 'ordering' | 'ledger' | 'replication'
  >,
  { options, logger }: NodeContext,
  workerWith: (changes: WorkerChanges) => ReportWorker,
): TestNode {
  const { metrics, replication } = parts;
  let worker = workerWith({});
  let app: FastifyInstance | undefined;
  let port = 0;
  const node: TestNode = {
    ...parts,
    get worker() {
      return worker;
    },
    address: undefined,
    goDown: async () => {
      node.address = undefined;
      await app?.close();
      app = undefined;
    },
    comeUp: async () => {
      app = await createServer({
        logger,
        metrics,
        trustProxy: false,
        secure: false,
        requestsPerMinuteMax: 10_000,
        hasRoom: async () => true,
      });
      const nobody = async (): Promise<undefined> => undefined;
      await (options.plugin?.(node) ?? replication.plugin)(app, nobody);
      node.address = await app.listen({ host: '127.0.0.1', port });
      port = Number(new URL(node.address).port);
    },
    restartWorker: async (changes = {}) => {
      await worker.stop();
      worker = workerWith({ reach: reachNothing, ...changes });
      await worker.start();
      return worker;
    },
  };
  return node;
}

/** The same in every run. Nothing here is secret. */
function seedOf(index: number, purpose: KeyPurpose): Uint8Array {
  const seed = new Uint8Array(32).fill(index + 1);
  seed[0] = KEY_PURPOSES.indexOf(purpose);
  return seed;
}

function signers(index: number): TestNode['signers'] {
  const signerOf = (purpose: KeyPurpose): Signer => nativeSigner(seedOf(index, purpose));
  return {
    statement: signerOf('statement'),
    log: signerOf('log'),
    cosigning: signerOf('cosigning'),
    transport: signerOf('transport'),
    validator: signerOf('validator'),
    token_issuer: signerOf('token_issuer'),
    query_promise: signerOf('query_promise'),
    recovery: signerOf('recovery'),
  };
}

/** The keys that a validator registers. */
function founderKeys(own: TestNode['signers'] | undefined): Partial<TestNode['signers']> {
  assert(own !== undefined, 'every organisation has keys');
  const { statement, log, cosigning, transport, validator } = own;
  return { statement, log, cosigning, transport, validator };
}

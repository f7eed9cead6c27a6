// A network of several ledgers in one process for tests: real PostgreSQL, solo ordering, checkpoints exchanged over a
// wire that a test can cut. No HTTP, no import, no report: those have tests of their own.
import { randomBytes } from 'node:crypto';

import type { KeyPurpose, OrganizationRole, Policy, StatementBody } from '@suyuan/ledger';
import { DEFAULT_POLICY, REQUIRED_KEYS, signStatement } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';
import { assert, ok, reject } from '@suyuan/log';
import { generateSeed, nativeCrypto, nativeSigner } from '@suyuan/native-crypto';
import pino from 'pino';

import type { Checkpoints, SplitView } from '../checkpoint/checkpoints.ts';
import { openCheckpoints } from '../checkpoint/checkpoints.ts';
import { createExchange } from '../checkpoint/exchange.ts';
import type { Clock } from '../clock.ts';
import type { Reach } from '../crash-point.ts';
import { reachNothing } from '../crash-point.ts';
import type { Database } from '../database/database.ts';
import type { Signers } from '../genesis.ts';
import { channelOfAll, createNetwork, registerFounder } from '../genesis.ts';
import type { Ledger } from '../ledger-store/ledger.ts';
import { openLedger } from '../ledger-store/ledger.ts';
import { rememberSignatures } from '../ledger-store/remember-signatures.ts';
import type { EngineSeeds } from '../network-ordering.ts';
import type { Ordering } from '../ordering/ordering.ts';
import type { PeerClient } from '../replication/peer-client.ts';
import type { TestRecord } from './test-batch.ts';
import {
  acknowledge,
  byOrganization,
  makeTestBatch,
  storeTestBatch,
  TEST_RECORD_KIND,
} from './test-batch.ts';
import type { TestDatabase } from './test-database.ts';
import { testDatabase } from './test-database.ts';
import { openTestOrderings } from './test-orderings.ts';

/** 2026-11-20T08:00:00Z */
const TEST_TIME_MS = 1_795_161_600_000;

/** One organisation's ledger. */
export interface TestLedgerNode {
  readonly organization: string;
  readonly signers: Signers;
  readonly database: Database;
  readonly ledger: Ledger;
  readonly checkpoints: Checkpoints;
  readonly ordering: Ordering;
  readonly splitViews: SplitView[];
  /** Stops it and opens it again on the same database. */
  readonly restart: () => Promise<void>;
  /** Signs and submits; gives the sequence number. */
  readonly submit: (body: StatementBody, lastValidHeight?: number) => Promise<number>;
  /** Resolves when the ledger has this size. */
  readonly logSize: (size: number) => Promise<void>;
}

/** Records of a batch under way, as the reporter stores them. */
export interface TestBatch {
  readonly sequence: number;
  readonly root: Uint8Array;
  readonly statement: Uint8Array;
  readonly texts: readonly TestRecord['texts'][];
}

/** The whole network. */
export interface TestLedgers extends AsyncDisposable {
  readonly crypto: Crypto;
  readonly genesis: Uint8Array;
  readonly network: Uint8Array;
  readonly nodes: readonly TestLedgerNode[];
  readonly node: (index: number) => TestLedgerNode;
  readonly clock: Clock;
  /** Organisations that can't be reached. */
  readonly cut: Set<string>;
  /** Stores a batch of `count` records at the reporter, acknowledged and held by all others, and submits it. */
  readonly report: (reporter: number, count: number, holders?: readonly number[]) => Promise<TestBatch>;
}

/** How a test network differs from three validators. */
export interface TestLedgersOptions {
  readonly organizations?: readonly (readonly [id: string, role: OrganizationRole])[];
  readonly reach?: Reach;
  readonly policy?: Policy;
}

const logger = pino({ level: 'silent' });

/** Opens it. Nothing is ordered yet. */
export async function openTestLedgers(options: TestLedgersOptions = {}): Promise<TestLedgers> {
  const organizations = options.organizations ?? [
    ['acme', 'validator'],
    ['maker', 'validator'],
    ['regulator', 'validator'],
  ];
  const clock: Clock = { now: () => TEST_TIME_MS };
  const { founders, genesis, network } = makeTestGenesis(organizations, options.policy);
  const orderings = await openTestOrderings({
    // Its tests name heights: `solo` makes a block for each statement that is waited for, and no empty ones.
    ordering: 'solo',
    genesis,
    clock,
    onBroken: (error) => {
      throw error;
    },
  });
  const cut = new Set<string>();
  const nodes: Node[] = [];
  for (const { organization, signers, seeds } of founders) {
    const database = await testDatabase();
    const node: Node = new Node({
      organization,
      signers,
      database,
      genesis,
      network,
      clock,
      reach: options.reach ?? reachNothing,
      connect: async () =>
        await orderings.connect({
          organization,
          seeds: async () => seeds,
          state: () => node.ledger.state(),
        }),
      client: clientOf(organization, nodes, cut),
      peers: () => founders.map((founder) => founder.organization).filter((id) => id !== organization),
    });
    await node.open();
    nodes.push(node);
  }
  return {
    crypto: nativeCrypto,
    genesis,
    network,
    nodes,
    node: (index) => {
      const node = nodes[index];
      assert(node !== undefined, 'the network has this node');
      return node;
    },
    clock,
    cut,
    report: (reporter, count, holders) => reportBatch({ network, nodes, clock }, reporter, count, holders),
    [Symbol.asyncDispose]: async () => {
      for (const node of nodes) await node.close();
      await orderings[Symbol.asyncDispose]();
      for (const node of nodes) await node.drop();
    },
  };
}

/** A genesis with fresh keys, one channel of all, and the last organisation as the managing one. */
export function makeTestGenesis(
  organizations: readonly (readonly [id: string, role: OrganizationRole])[],
  policy: Policy = DEFAULT_POLICY,
): {
  readonly founders: readonly {
    readonly organization: string;
    readonly signers: Signers;
    readonly seeds: EngineSeeds;
  }[];
  readonly genesis: Uint8Array;
  readonly network: Uint8Array;
} {
  const random = new Uint8Array(randomBytes(16));
  const founders = organizations.map(([organization, role]) => {
    const seeds = { transport: generateSeed(), validator: generateSeed() };
    const seedOf = (purpose: KeyPurpose): Uint8Array =>
      purpose === 'transport' || purpose === 'validator' ? seeds[purpose] : generateSeed();
    const signers = Object.fromEntries(
      REQUIRED_KEYS[role].map((purpose) => [purpose, nativeSigner(seedOf(purpose))]),
    ) as Signers; // as: the keys are purposes
    return { organization, role, recordKinds: [TEST_RECORD_KIND], signers, seeds };
  });
  const created = createNetwork(nativeCrypto, {
    random,
    origin: 'suyuan.example/test',
    managing: founders.at(-1)?.organization ?? '',
    organizations: founders.map((founder) => registerFounder(random, founder)),
    channels: [channelOfAll(founders.map(({ organization }) => organization))],
    policy,
  });
  assert(created.ok, 'the test genesis is right');
  return { founders, ...created.value };
}

/** A wire straight to the handlers of the other nodes. */
function clientOf(
  sender: string,
  nodes: readonly Node[],
  cut: ReadonlySet<string>,
): Pick<PeerClient, 'send'> {
  return {
    send: async ({ organization, method, target, body }) => {
      const node = nodes.find((other) => other.organization === organization);
      if (node === undefined || !node.isOpen || cut.has(organization) || cut.has(sender))
        return reject({ code: 'peer_unreachable', organization });
      if (method === 'GET') return ok(await node.checkpoints.serve(Number(target.split('=')[1])));
      const received = await node.checkpoints.receive(sender, body?.bytes ?? new Uint8Array());
      return received.ok
        ? ok(new Uint8Array())
        : reject({ code: 'peer_refused', organization, status: 422, problem: received.error.code });
    },
  };
}

interface NodeOptions {
  readonly organization: string;
  readonly signers: Signers;
  readonly database: TestDatabase;
  readonly genesis: Uint8Array;
  readonly network: Uint8Array;
  readonly clock: Clock;
  readonly reach: Reach;
  readonly connect: () => Promise<Ordering>;
  readonly client: Pick<PeerClient, 'send'>;
  readonly peers: () => readonly string[];
}

interface OpenParts {
  readonly ledger: Ledger;
  readonly checkpoints: Checkpoints;
  readonly ordering: Ordering;
  readonly stopExchange: () => void;
}

class Node implements TestLedgerNode {
  readonly organization: string;
  readonly signers: Signers;
  readonly database: Database;
  readonly splitViews: SplitView[] = [];
  readonly #options: NodeOptions;
  readonly #waiting = new Set<{ size: number; resolve: () => void }>();
  #parts: OpenParts | undefined;
  #sequence = 0;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.organization = options.organization;
    this.signers = options.signers;
    this.database = options.database;
  }

  get isOpen(): boolean {
    return this.#parts !== undefined;
  }

  get ledger(): Ledger {
    return this.#open().ledger;
  }

  get checkpoints(): Checkpoints {
    return this.#open().checkpoints;
  }

  get ordering(): Ordering {
    return this.#open().ordering;
  }

  async open(): Promise<void> {
    const { database, genesis, organization, clock, reach, client, peers, connect } = this.#options;
    const crypto = rememberSignatures(nativeCrypto);
    const ledger = await openLedger({ database, crypto, genesis, organization, reach });
    assert(ledger.ok, 'the test genesis is right');
    const exchange = createExchange({ client, peers, onFailure: () => undefined });
    const { log, cosigning } = this.signers;
    const checkpoints = await openCheckpoints({
      database,
      crypto,
      ledger: ledger.value,
      organization,
      signers: () => (log === undefined || cosigning === undefined ? undefined : { log, cosigning }),
      exchange,
      clock,
      logger,
      reach,
      onSplitView: (view) => this.splitViews.push(view),
      onBroken: (error) => {
        throw error;
      },
    });
    ledger.value.onApplied(({ after }) => {
      for (const waiter of this.#waiting) if (after.log.size >= waiter.size) waiter.resolve();
    });
    const ordering = await connect();
    this.#parts = { ledger: ledger.value, checkpoints, ordering, stopExchange: exchange.stop };
    await ordering.start(ledger.value.application);
  }

  async close(): Promise<void> {
    const parts = this.#parts;
    if (parts === undefined) return;
    await parts.ordering.stop();
    parts.stopExchange();
    await parts.checkpoints.stop();
    this.#parts = undefined;
  }

  async restart(): Promise<void> {
    await this.close();
    await this.open();
  }

  async drop(): Promise<void> {
    await this.#options.database[Symbol.asyncDispose]();
  }

  nextSequence(): number {
    return ++this.#sequence;
  }

  sign(body: StatementBody, sequence: number, lastValidHeight: number): Uint8Array {
    const signer = this.signers.statement;
    assert(signer !== undefined, 'every organisation has a statement key');
    const { network } = this.#options;
    return signStatement(
      nativeCrypto,
      { network, issuer: this.organization, sequence, lastValidHeight, body },
      signer,
    );
  }

  async submit(body: StatementBody, lastValidHeight = 1_000_000): Promise<number> {
    const sequence = this.nextSequence();
    const submitted = await this.ordering.submit(this.sign(body, sequence, lastValidHeight));
    assert(submitted.ok, 'the statement was taken');
    return sequence;
  }

  async logSize(size: number): Promise<void> {
    if (this.ledger.state().log.size >= size) return;
    await new Promise<void>((resolve) => {
      const waiter = { size, resolve: () => (this.#waiting.delete(waiter), resolve()) };
      this.#waiting.add(waiter);
    });
  }

  #open(): OpenParts {
    assert(this.#parts !== undefined, 'the node is open');
    return this.#parts;
  }
}

async function reportBatch(
  { network, nodes, clock }: { network: Uint8Array; nodes: readonly Node[]; clock: Clock },
  reporterIndex: number,
  count: number,
  holderIndexes: readonly number[] = nodes.map((_, i) => i).filter((i) => i !== reporterIndex),
): Promise<TestBatch> {
  const reporter = nodes[reporterIndex];
  assert(reporter !== undefined, 'the reporter is in the network');
  const holders = holderIndexes.map((i) => nodes[i]).filter((node) => node !== undefined);
  const { organization } = reporter;
  const batch = makeTestBatch({ network, count, reporter: organization, sequence: reporter.nextSequence() });
  const createdAt = Math.floor(clock.now() / 1000);
  const acknowledgements = holders.map((holder) => acknowledge(batch, holder.organization, holder.signers));
  const { sequence } = batch.acknowledged;
  const fields = {
    ...batch.acknowledged,
    createdAt,
    acknowledgements: acknowledgements.sort(byOrganization),
  };
  const statement = reporter.sign({ kind: 'batch', fields }, sequence, 1_000_000);
  for (const node of [reporter, ...holders])
    await storeTestBatch(node.database, batch, createdAt, node === reporter ? statement : undefined);
  const submitted = await reporter.ordering.submit(statement);
  assert(submitted.ok, 'the statement was taken');
  return {
    sequence,
    root: batch.acknowledged.root,
    statement,
    texts: batch.records.map(({ texts }) => texts),
  };
}

// For tests: whole nodes of one network, ordered by the engine of the run, to which more organisations can be added while it runs, and
// which can be stopped and started again. HTTP, PostgreSQL, key files and signatures are real.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { GovernanceWish, Role } from '@suyuan/api';
import type { GenesisOrganization, OrganizationRole, Policy } from '@suyuan/ledger';
import { REQUIRED_KEYS } from '@suyuan/ledger';
import { assert } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import type { Place } from '../../addresses/announcement.ts';
import { systemClock, systemRandom } from '../../clock.ts';
import type { Reach } from '../../crash-point.ts';
import { reachNothing } from '../../crash-point.ts';
import { channelOfAll, createNetwork, registerFounder } from '../../genesis.ts';
import type { Signers } from '../../genesis.ts';
import { openKeys } from '../../keys/key-files.ts';
import { createLogger } from '../../logger.ts';
import { readEngineSeeds } from '../../network-ordering.ts';
import { createNode } from '../../node.ts';
import type { Node } from '../../node.ts';
import { dropTestDatabase, testDatabaseUrl } from '../../testing/test-database.ts';
import { openTestOrderings } from '../../testing/test-orderings.ts';
import type { TestOrderings } from '../../testing/test-orderings.ts';

/** A founder of the network. */
export interface GovernanceMember {
  readonly organization: string;
  readonly role?: OrganizationRole;
  readonly recordKinds?: readonly string[];
}

/** One request to a node, JSON in and out. */
export interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A running network; the first member manages it. */
export interface GovernanceNetwork extends AsyncDisposable {
  readonly network: Uint8Array;
  readonly node: (organization: string) => Node;
  /** Calls a node with an API key of the role, an administrator's unless said; without a key for `null`. */
  readonly call: (
    organization: string,
    method: string,
    path: string,
    body?: object,
    as?: Role | null,
  ) => Promise<Answered>;
  /** Issues a wish and waits until each of its acts waits for votes or is settled; gives their statuses. */
  readonly act: (organization: string, wish: GovernanceWish) => Promise<readonly Record<string, unknown>[]>;
  /** The keys of an organisation, made where it has none yet; `start` then starts its node with this role. */
  readonly keysOf: (organization: string, role: OrganizationRole) => Promise<Signers>;
  /** The folder of its key files. */
  readonly keysDirOf: (organization: string) => string;
  readonly stop: (organization: string) => Promise<void>;
  /** Starts a node; one that was stopped, on its data. */
  readonly start: (organization: string, reach?: Reach) => Promise<void>;
  /** Resolves once this node has applied what another has. */
  readonly catchUp: (organization: string, to: string) => Promise<void>;
  readonly broken: readonly unknown[];
}

/** What can be chosen about it. */
export interface GovernanceNetworkOptions {
  readonly policy?: Policy;
  /** Where organisations have moved, asked at each start of a node; all nodes are elsewhere for each other then. */
  readonly movedTo?: (organization: string) => Place | undefined;
  /** Steps of an organisation's node at its first start. */
  readonly reach?: Readonly<Record<string, Reach>>;
}

/** Starts it. */
export async function startGovernanceNetwork(
  members: readonly GovernanceMember[],
  options: GovernanceNetworkOptions = {},
): Promise<GovernanceNetwork> {
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-governance-'));
  const random = systemRandom(16);
  const founders: GenesisOrganization[] = [];
  for (const { organization, role = 'validator', recordKinds = [] } of members) {
    const signers = await openKeys(join(folder, organization, 'keys'), REQUIRED_KEYS[role], true);
    founders.push(registerFounder(random, { organization, role, recordKinds, signers }));
  }
  const created = createNetwork(nativeCrypto, {
    random,
    origin: 'suyuan.example/governance',
    managing: members[0]?.organization ?? '',
    organizations: founders,
    channels: [channelOfAll(members.map(({ organization }) => organization))],
    ...(options.policy === undefined ? {} : { policy: options.policy }),
  });
  assert(created.ok, 'the genesis of a test network is valid');
  const broken: unknown[] = [];
  const onBroken = (error: unknown): void => void broken.push(error);
  const orderings = await openTestOrderings({ genesis: created.value.genesis, onBroken });
  const fixture = new Fixture({
    ...created.value,
    movedTo: options.movedTo,
    folder,
    broken,
    onBroken,
    orderings,
  });
  for (const { organization, role = 'validator' } of members) {
    fixture.roles.set(organization, role);
    await fixture.start(organization, options.reach?.[organization]);
  }
  return fixture;
}

interface FixtureParts {
  readonly genesis: Uint8Array;
  readonly network: Uint8Array;
  readonly folder: string;
  readonly broken: unknown[];
  readonly onBroken: (error: unknown) => void;
  readonly orderings: TestOrderings;
  readonly movedTo: GovernanceNetworkOptions['movedTo'];
}

class Fixture implements GovernanceNetwork {
  readonly network: Uint8Array;
  readonly broken: readonly unknown[];
  readonly roles = new Map<string, OrganizationRole>();
  readonly #parts: FixtureParts;
  readonly #nodes = new Map<string, Node>();
  readonly #databases = new Map<string, string>();
  readonly #tokens = new Map<string, string>();

  constructor(parts: FixtureParts) {
    this.#parts = parts;
    this.network = parts.network;
    this.broken = parts.broken;
  }

  node = (organization: string): Node => {
    const found = this.#nodes.get(organization);
    assert(found !== undefined, `the node of ${organization} runs`);
    return found;
  };

  call: GovernanceNetwork['call'] = async (organization, method, path, body, as = 'administrator') => {
    const headers = {
      ...(as === null ? {} : { authorization: `Bearer ${await this.#tokenOf(organization, as)}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    // Not `fetch`: it would share its connections with the nodes of this process, and those may be cut (P22).
    const sent = request(`${this.node(organization).url}/api/v1${path}`, { method, headers, agent: false });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const [response]: IncomingMessage[] = await once(sent, 'response');
    assert(response?.statusCode !== undefined, 'an answer has a status');
    const answered = await text(response);
    const value: unknown = answered === '' ? {} : JSON.parse(answered);
    return { status: response.statusCode, body: { ...Object(value) } };
  };

  act: GovernanceNetwork['act'] = async (organization, wish) => {
    const issued = await this.call(organization, 'POST', '/governance/acts', wish);
    assert(issued.status === 202, `issued: ${JSON.stringify(issued.body)}`);
    const path = `/governance/plans/${String(issued.body['plan'])}`;
    return await settled(async () => await this.call(organization, 'GET', path));
  };

  keysOf: GovernanceNetwork['keysOf'] = async (organization, role) => {
    this.roles.set(organization, role);
    return await openKeys(this.keysDirOf(organization), REQUIRED_KEYS[role], true);
  };

  keysDirOf = (organization: string): string => join(this.#parts.folder, organization, 'keys');

  stop = async (organization: string): Promise<void> => {
    await this.node(organization).stop();
    this.#nodes.delete(organization);
  };

  start = async (organization: string, reach: Reach = reachNothing): Promise<void> => {
    const { folder, genesis, orderings, onBroken, movedTo } = this.#parts;
    const databaseUrl = this.#databases.get(organization) ?? (await testDatabaseUrl());
    this.#databases.set(organization, databaseUrl);
    const dataDir = join(folder, organization);
    const signers = await this.keysOf(organization, this.roles.get(organization) ?? 'observer');
    const ordering = await orderings.connect({
      organization,
      seeds: async () => await readEngineSeeds(dataDir),
      state: () => this.node(organization).slices.ledger.state(),
    });
    const started = await createNode({
      organization,
      genesis,
      signers,
      databaseUrl,
      ordering,
      dataDir,
      secret: 'the secret of sessions of this test',
      host: '127.0.0.1',
      port: 0,
      logger: createLogger('silent'),
      clock: systemClock,
      random: systemRandom,
      reach,
      elsewhere: movedTo === undefined ? undefined : { movedTo: movedTo(organization) },
      trustProxy: false,
      secure: false,
      requestsPerMinuteMax: 1_000_000,
      checkAnswers: true,
      withProcessMetrics: false,
      onBroken,
    });
    this.#nodes.set(organization, started);
    const addresses = [...this.#nodes].map(([id, { url }]) => ({
      organization: id,
      name: `Company ${id}`,
      url,
    }));
    for (const one of this.#nodes.values()) await one.peers.set(addresses);
    await started.start();
  };

  catchUp = async (organization: string, to: string): Promise<void> => {
    const heightOf = (id: string): number => this.node(id).slices.ledger.state().height;
    const wanted = heightOf(to);
    await until(async () => heightOf(organization) >= wanted);
  };

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#nodes.values()) await one.stop();
    await this.#parts.orderings[Symbol.asyncDispose]();
    for (const url of this.#databases.values()) await dropTestDatabase(url);
    await rm(this.#parts.folder, { recursive: true, force: true });
  }

  async #tokenOf(organization: string, role: Role): Promise<string> {
    const name = `${organization} ${role}`;
    const known = this.#tokens.get(name);
    if (known !== undefined) return known;
    const { key } = await this.node(organization).apiKeys.create({ name, role }, 'test');
    this.#tokens.set(name, key);
    return key;
  }
}

/** Asks until the condition holds. */
export async function until(isReached: () => Promise<boolean>): Promise<void> {
  while (!(await isReached())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** The acts of a plan once each waits for votes or is settled. */
export async function settled(ask: () => Promise<Answered>): Promise<readonly Record<string, unknown>[]> {
  for (;;) {
    const { acts } = (await ask()).body;
    const all: Record<string, unknown>[] = Array.isArray(acts) ? acts : [];
    const waits = all.some(({ status }) => status === 'sending');
    const isBlocked = all.some(({ status }) => status === 'pending');
    const isPlanned = all.some(({ status }) => status === 'planned');
    if (!waits && (isBlocked || !isPlanned)) return all;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

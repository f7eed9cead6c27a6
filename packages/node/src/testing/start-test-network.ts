// A whole network of nodes for tests: real HTTP, real PostgreSQL (the run's server), temporary keys; everything is
// gone when the test ends.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '@suyuan/api';
import type { Settings } from '../config.ts';
import { startNetwork } from '../network.ts';
import type { Network, NetworkOptions } from '../network.ts';
import { networkDatabases } from './network-databases.ts';

/** A running network that a test may stop and start again. */
export interface TestNodes extends AsyncDisposable {
  readonly network: () => Network;
  readonly settings: Settings;
  /** Stops all nodes and starts them again on their data. */
  restart(): Promise<void>;
  /** One request to a node with an API key of the given role; JSON in, the response out. */
  call(
    node: number,
    role: Role,
    method: string,
    path: string,
    body?: object | Uint8Array,
    headers?: Record<string, string>,
  ): Promise<Response>;
}

const members: NetworkOptions['members'] = [
  { organization: 'managers', name: 'Managing organisation', role: 'validator', recordKinds: [] },
  {
    organization: 'batteries',
    name: 'Battery maker',
    role: 'validator',
    recordKinds: ['battery_module', 'battery_pack'],
  },
  { organization: 'vehicles', name: 'Vehicle maker', role: 'validator', recordKinds: ['battery_pack'] },
];

/** Starts managing organisation, battery maker and vehicle maker unless told otherwise. */
export async function startTestNetwork(
  options: Partial<NetworkOptions> = {},
  changes: Partial<Settings> = {},
): Promise<TestNodes> {
  const dataDir = await mkdtemp(join(tmpdir(), 'suyuan-nodes-'));
  const organizations = (options.members ?? members).map(({ organization }) => organization);
  const databases = await networkDatabases(organizations);
  const settings: Settings = {
    dataDir,
    databaseUrl: databases.url,
    host: '127.0.0.1',
    port: 0,
    logLevel: 'silent',
    trustProxy: false,
    secure: false,
    requestsPerMinuteMax: 1_000_000,
    ...changes,
  };
  const start = async (): Promise<Network> =>
    await startNetwork({
      origin: 'suyuan.example/test',
      managing: 'managers',
      members,
      checkAnswers: true,
      ...options,
      settings,
    });
  let network = await start();
  const keys = new Map<string, string>();
  const keyOf = async (node: number, role: Role): Promise<string> => {
    const name = `${node} ${role}`;
    const known = keys.get(name);
    if (known !== undefined) return known;
    const made = await network.nodes[node]?.apiKeys.create({ name, role }, 'test');
    if (made === undefined) throw new RangeError(`the network has no node ${node}`);
    keys.set(name, made.key);
    return made.key;
  };
  return {
    network: () => network,
    settings,
    async restart() {
      await network.stop();
      network = await start();
    },
    async call(node, role, method, path, body, headers = {}) {
      const raw = body instanceof Uint8Array;
      const content = raw ? new Uint8Array(body) : JSON.stringify(body);
      return await fetch(`${network.nodes[node]?.url}${path}`, {
        method,
        ...(body === undefined ? {} : { body: content }),
        headers: {
          authorization: `Bearer ${await keyOf(node, role)}`,
          ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      });
    },
    [Symbol.asyncDispose]: async () => {
      await network.stop();
      await databases[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

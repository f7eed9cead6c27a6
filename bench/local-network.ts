/** A network of four organisations on this machine, as `suyuan network` makes it, for the benches of networks. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import type { OrganizationAccess } from '../packages/node/src/local-network/access.ts';
import { localNetworks } from '../packages/node/src/local-network/local-network.ts';
import type { NetworkStatus, OrganizationStatus } from '../packages/node/src/local-network/network-status.ts';
import { untilLookedThrough } from './bench-node.ts';

const cli = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url));
export const ORGANIZATIONS = 4;

/** A started network; all its processes and files go when it is disposed of. */
export interface BenchNetwork extends AsyncDisposable {
  readonly organizations: readonly OrganizationAccess[];
  readonly read: () => Promise<NetworkStatus>;
  /** Reports generated records at all organisations, until all hold them. */
  readonly load: (
    records: number,
    seed: number,
  ) => Promise<{ readonly committed: number; readonly seconds: number }>;
  /** Starts what does not run; resolves when it serves. */
  readonly start: () => Promise<void>;
}

/** Makes and starts four nodes, four CometBFT validators and four PostgreSQL servers. */
export const startBenchNetwork = async (): Promise<BenchNetwork> => {
  const root = await mkdtemp(join(tmpdir(), 'suyuan-bench-'));
  await chmod(root, 0o755); // PostgreSQL runs as another user when the bench runs as root
  const folder = join(root, 'network');
  const plan = await localNetworks.create({
    folder,
    organizations: ORGANIZATIONS,
    validators: ORGANIZATIONS,
    firstPort: 0,
    withProxies: false,
  });
  const start = async (): Promise<void> => {
    await localNetworks.start({ folder, command: [cli], onProgress: () => undefined });
  };
  const end = async (): Promise<void> => {
    await localNetworks.stop(folder);
    await rm(root, { recursive: true });
  };
  try {
    await start();
  } catch (error) {
    await end();
    throw error;
  }
  const { organizations } = await localNetworks.readAccess(folder);
  return {
    organizations,
    read: async () => await localNetworks.readStatus(folder, plan),
    load: async (records, seed) =>
      await localNetworks.load({ organizations, records, seed, onProgress: () => undefined }),
    start,
    [Symbol.asyncDispose]: end,
  };
};

/** The processes of an organisation that run. */
export const pidsOf = ({ pids }: OrganizationStatus): readonly number[] =>
  [pids.node, pids.cometbft, pids.postgres].flatMap((pid) => pid ?? []);

/** Waits until what was reported has been counted and looked through at all: an idle network does no such work. */
export const untilQuiet = async ({ organizations }: NetworkStatus): Promise<void> => {
  for (const { databaseUrl } of organizations) {
    const client = new Client({ connectionString: databaseUrl ?? '' });
    await client.connect();
    await untilLookedThrough(client);
    await client.end();
  }
};

/** The answer of a node to its operator; undefined where it is not a success. */
export const ask = async (
  { url, tokens }: OrganizationAccess,
  path: string,
  json?: object,
): Promise<Record<string, unknown> | undefined> => {
  const response = await fetch(`${url}/api/v1${path}`, {
    method: json === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${tokens.operator}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  return response.ok ? Object(JSON.parse(text)) : undefined;
};

/** Asks until there is an answer that is wanted; what asking costs is taken from what is measured. */
export const insist = async <T>(look: () => Promise<T | undefined>, everyMs: number): Promise<T> => {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(everyMs);
  }
};

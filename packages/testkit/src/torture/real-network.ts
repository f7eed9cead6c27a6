// A network of real processes as `suyuan network` makes it, for tests that break it: every organisation has its node,
// its CometBFT and its PostgreSQL, and a proxy on every way to the others.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { assert } from '@suyuan/log';
import type { LocalNetworks, OrganizationStatus } from '@suyuan/node';
import { openLocalNetworks } from '@suyuan/node';
import { Client } from 'pg';

import type { Lie, Orders } from './liar-orders.ts';
import { ORDERS_FILE, TOLD_FILE } from './liar-orders.ts';

/** The binary as npm links it; it runs what the compiler has made. */
const suyuanFile = fileURLToPath(new URL('../../../cli/bin/suyuan.js', import.meta.url));
/** What makes a node able to lie, once it is told to. */
const liarFile = new URL('../../dist/torture/liar.js', import.meta.url).href;
const command = ['--import', liarFile, suyuanFile];

type NetworkAccess = Awaited<ReturnType<LocalNetworks['readAccess']>>;
type Proxies = NonNullable<Awaited<ReturnType<LocalNetworks['readPlan']>>['proxies']>;

/** Whose API key a request goes with. */
type RoleName = keyof NetworkAccess['organizations'][number]['tokens'];

/** One request of a client. */
export interface NodeRequest {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly json?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whose API key goes with it; the operator's unless said. */
  readonly as?: RoleName;
}

/** An organisation on the node of another one. */
export interface HostedAccess {
  readonly id: string;
  readonly host: string;
  readonly url: string;
  /** An API key of an administrator. */
  readonly token: string;
}

/** What an organisation keeps on its disk. */
export type StoredPart = 'database' | 'cometbft';

/** A process of an organisation. */
export type ProcessKind = keyof OrganizationStatus['pids'];

/** Waits until `look` gives a value; throws what it was waited for after `timeoutMs`. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  timeoutMs = 60_000,
): Promise<T> {
  const begin = performance.now();
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() - begin > timeoutMs) throw new Error(`waited for in vain: ${what}`);
    await delay(25);
  }
}

/** The network under torture. */
export class RealNetwork implements AsyncDisposable {
  readonly folder: string;
  /** Who takes part: what must hold everywhere is asked of these. */
  ids: readonly string[];
  /** Trust policies since validators have changed their keys. */
  readonly laterPolicies: Uint8Array[] = [];
  /** Every way between two nodes. */
  readonly links: Proxies['links'];
  readonly #networks: LocalNetworks;
  readonly #hosted = new Map<string, HostedAccess>();
  #access: NetworkAccess;
  readonly #control: number;

  private constructor(folder: string, networks: LocalNetworks, access: NetworkAccess, proxies: Proxies) {
    this.folder = folder;
    this.#networks = networks;
    this.#access = access;
    this.#control = proxies.control;
    this.links = proxies.links;
    this.ids = access.organizations.map(({ id }) => id);
  }

  /** Makes and starts one in a folder of its own, which goes when it is disposed of. */
  static async start(organizations: number): Promise<RealNetwork> {
    const folder = await mkdtemp(join(tmpdir(), 'suyuan-torture-'));
    await chmod(folder, 0o755); // PostgreSQL runs as another user where the tests run as root
    const networks = await openLocalNetworks();
    const data = join(folder, 'network');
    try {
      const plan = await networks.create({
        folder: data,
        organizations,
        validators: organizations,
        firstPort: 0,
        withProxies: true,
      });
      await networks.start({
        folder: data,
        command,
        onProgress: () => undefined,
      });
      assert(plan.proxies !== null, 'a network made with proxies has them');
      return new RealNetwork(data, networks, await networks.readAccess(data), plan.proxies);
    } catch (error) {
      await networks.stop(data).catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** From now on a hosted organisation takes part. */
  addHosted(hosted: HostedAccess): void {
    this.#hosted.set(hosted.id, hosted);
    this.ids = [...this.ids, hosted.id];
  }

  /** What `suyuan network status --json` says of one organisation; of a hosted one, with the processes of its host. */
  async status(id: string): Promise<OrganizationStatus> {
    const hosted = this.#hosted.get(id);
    if (hosted !== undefined) return await this.#hostedStatus(hosted);
    const plan = await this.#networks.readPlan(this.folder);
    const organizations = plan.organizations.filter((one) => one.id === id);
    const [found] = (await this.#networks.readStatus(this.folder, { ...plan, organizations })).organizations;
    if (found === undefined) throw new RangeError(`no organisation ${id}`);
    return found;
  }

  async #hostedStatus({ id, host, url }: HostedAccess): Promise<OrganizationStatus> {
    const ready = await fetch(`${url}/api/v1/health`).then(
      (answer) => answer.ok,
      () => false,
    );
    const [row] = await this.query<{ height: string; records: string }>(
      id,
      `select (select coalesce(max(height), 0) from block) as height,
         (select coalesce(sum(count), 0) from batch where status = 'reported') as records`,
    );
    const { pids } = await this.status(host);
    const databaseUrl = (await this.databaseUrl(id)) ?? null;
    const [height, records] = [Number(row?.height), Number(row?.records)];
    return { id, url, databaseUrl, pids, ready, height, appHash: null, waitingFor: null, records };
  }

  /** An organisation's database; undefined while its server does not run. `host`: of one that is hosted there. */
  async databaseUrl(id: string, host?: string): Promise<string | undefined> {
    const at = host ?? this.#hosted.get(id)?.host;
    const { databaseUrl } = await this.status(at ?? id);
    if (databaseUrl === null || at === undefined) return databaseUrl ?? undefined;
    const url = new URL(databaseUrl);
    url.pathname = `/suyuan_${id.replaceAll('-', '_')}`;
    return url.href;
  }

  /** The process that runs now. */
  async pid(id: string, kind: ProcessKind): Promise<number> {
    return await until(`${kind} of ${id} runs`, async () => (await this.status(id)).pids[kind] ?? undefined);
  }

  /** Starts what does not run of an organisation. */
  async startAgain(id: string): Promise<void> {
    await this.#networks.start({ folder: this.folder, command, only: [id], onProgress: () => undefined });
    this.#access = await this.#networks.readAccess(this.folder);
  }

  /** Has an organisation that is stopped looked for at other ports from its next start on. */
  async planMove(id: string, port: number, consensusPort: number): Promise<void> {
    const plan = await this.#networks.readPlan(this.folder);
    const organizations = plan.organizations.map((one) =>
      one.id === id ? { ...one, port, consensusPort } : one,
    );
    await writeFile(join(this.folder, 'network.json'), JSON.stringify({ ...plan, organizations }));
  }

  /** Where a node is asked, and with what. */
  entranceOf(id: string, as: RoleName): { readonly url: string; readonly token: string } {
    const hosted = this.#hosted.get(id);
    if (hosted !== undefined) return hosted;
    const access = this.#access.organizations.find((one) => one.id === id);
    assert(access !== undefined, 'the organisation is of this network');
    return { url: access.url, token: access.tokens[as] };
  }

  /** The options by which a command asks a node as its administrator. */
  asAdministrator(id: string): readonly string[] {
    const { url, token } = this.entranceOf(id, 'administrator');
    return [`--url=${url}`, `--token=${token}`];
  }

  /** Stops an organisation in order. */
  async stop(id: string): Promise<void> {
    await this.#networks.stop(this.folder, [id]);
  }

  /** Copies the database or the CometBFT folder of an organisation that is stopped. */
  async backUp(id: string, part: StoredPart): Promise<void> {
    await promisify(execFile)('cp', ['-a', this.placeOf(id, part), this.#backupOf(id, part)]);
  }

  /** Puts the copy back; without one, only takes away what is there. */
  async restore(id: string, part: StoredPart): Promise<void> {
    await rm(this.placeOf(id, part), { recursive: true, force: true });
    const backup = this.#backupOf(id, part);
    if (existsSync(backup)) await promisify(execFile)('cp', ['-a', backup, this.placeOf(id, part)]);
  }

  /** Where it is kept. */
  placeOf(id: string, part: StoredPart): string {
    return join(this.folder, id, part === 'database' ? 'postgres' : join('organizations', id, 'cometbft'));
  }

  #backupOf(id: string, part: StoredPart): string {
    return join(this.folder, id, `backup-${part}`);
  }

  /** Tells a node what to lie about from now on; nothing: it is honest. */
  async lie(id: string, orders: Partial<Orders> = {}): Promise<void> {
    await rm(join(this.folder, id, TOLD_FILE), { force: true });
    const all: Orders = { lies: [], clockMs: 0, freeBytes: null, ...orders };
    const file = join(this.folder, id, ORDERS_FILE);
    await writeFile(`${file}.new`, JSON.stringify(all));
    await rename(`${file}.new`, file); // never read half written
  }

  /** Resolves once a node has lied about this since it was told to. */
  async hasLied(id: string, lie: Lie): Promise<void> {
    await until(`${id} ${lie}`, async () => {
      const told = await readFile(join(this.folder, id, TOLD_FILE), 'utf8').catch(() => '');
      return told.split('\n').includes(lie) ? true : undefined;
    });
  }

  /** A figure of a node's metrics by the beginning of its line; 0 where there is none. */
  async metric(id: string, begin: string): Promise<number> {
    const { url, token } = this.entranceOf(id, 'operator');
    const headers = { authorization: `Bearer ${token}` };
    const text = await (await fetch(`${url}/metrics`, { headers })).text();
    const line = text.split('\n').find((one) => one.startsWith(begin));
    return Number(line?.slice(line.lastIndexOf(' ') + 1) ?? 0);
  }

  /** Cuts exactly these directions, and no other; with a number, they are slow by so many milliseconds. */
  async cut(cuts: readonly (readonly [from: string, to: string, delayMs?: number])[]): Promise<void> {
    await this.#networks.orderCuts(this.#control, cuts);
  }

  /** One request with the operator's key, once. */
  async call(
    id: string,
    { method = 'GET', path, json, headers = {}, as = 'operator' }: NodeRequest,
  ): Promise<Response> {
    const { url, token } = this.entranceOf(id, as);
    return await fetch(`${url}/api/v1${path}`, {
      method,
      signal: AbortSignal.timeout(20_000),
      headers: {
        authorization: `Bearer ${token}`,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
  }

  /** A patient client: the same request until it is answered with a success. */
  async insist(id: string, request: NodeRequest, timeoutMs?: number): Promise<Response> {
    const look = async (): Promise<Response | undefined> => {
      const answer = await this.call(id, request).catch(() => undefined);
      if (answer === undefined || answer.status >= 500) return undefined;
      if (answer.ok) return answer;
      throw new Error(`${id} ${request.path}: ${answer.status} ${await answer.text()}`);
    };
    return await until(`${id} answers ${request.path}`, look, timeoutMs);
  }

  /** The same, with the JSON of the answer. */
  async ask<T>(id: string, request: NodeRequest, timeoutMs?: number): Promise<T> {
    return JSON.parse(await (await this.insist(id, request, timeoutMs)).text());
  }

  /** Asks an organisation's database, as soon as it takes connections. */
  async query<Row extends object>(id: string, text: string): Promise<readonly Row[]> {
    return await until(`the database of ${id} answers`, async () => {
      const databaseUrl = await this.databaseUrl(id);
      if (databaseUrl === undefined) return undefined;
      const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 3_000 });
      client.on('error', () => undefined); // told by the query
      try {
        await client.connect();
        return (await client.query<Row>(text)).rows;
      } catch {
        return undefined;
      } finally {
        await client.end().catch(() => undefined);
      }
    });
  }

  /** What a node has logged. */
  async log(id: string): Promise<string> {
    return await readFile(join(this.folder, id, 'node.log'), 'utf8');
  }

  async trustPolicy(): Promise<Uint8Array> {
    return new Uint8Array(await readFile(this.#access.trustPolicy));
  }

  /** Keeps the trust policy as a node gives it out now, for the receipts from now on. */
  async renewTrustPolicy(id: string): Promise<void> {
    const answer = await this.insist(id, { path: '/trust-policy' });
    this.laterPolicies.push(new Uint8Array(await answer.arrayBuffer()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#networks.stop(this.folder);
    await rm(join(this.folder, '..'), { recursive: true, force: true });
  }
}

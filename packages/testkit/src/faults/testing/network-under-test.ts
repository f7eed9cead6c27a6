// The parent's side of the fault tests: starts the network as a process, talks to its nodes as a client does, kills
// it, starts it again on the same data, and cleans up whatever is left.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { vi } from 'vitest';
import { stopOrphan } from '../../../../node/src/database/postgres-process.ts';
import { isRunning } from '../../../../node/src/database/instance-lock.ts';
import type { ChildNode, FromChild, ToChild } from '../../network-process.ts';
import { smallDiskPrefix } from './small-disk.ts';

// What the compiler made of network-process.ts: starting it from source would take three times as long, often.
const program = fileURLToPath(new URL('../../../dist/network-process.js', import.meta.url));

/** How a process ended. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One request of a client. */
export interface ClientRequest {
  readonly organization: string;
  readonly method: string;
  readonly path: string;
  readonly body?: object | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A process that has loaded its code and waits for orders. */
class Child {
  readonly process: ChildProcess;
  readonly ended: Promise<End>;
  log = '';
  readonly #messages: FromChild[] = [];

  constructor(prefix: readonly string[]) {
    const [command, ...rest] = prefix;
    this.process = spawn(
      command ?? process.execPath,
      command === undefined ? [program] : [...rest, process.execPath, program],
      { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
    );
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.log += text));
    this.process.on('message', (message: FromChild) => this.#messages.push(message));
    this.ended = once(this.process, 'close').then(([code, signal]) => ({ code, signal }));
  }

  tell(message: ToChild): void {
    this.process.send(message, () => undefined);
  }

  /** The next message of this type. */
  async hear<T extends FromChild['type']>(type: T): Promise<Extract<FromChild, { type: T }>> {
    const found = await vi.waitUntil(
      () => {
        const failed = this.#messages.find((message) => message.type === 'failed');
        if (failed !== undefined && type !== 'failed') throw new Error(`${failed.code}: ${failed.message}`);
        if (this.process.exitCode !== null || this.process.signalCode !== null)
          throw new Error(`the network ended before it was ${type}:\n${this.log.slice(-4_000)}`);
        const place = this.#messages.findIndex((message) => message.type === type);
        return place < 0 ? undefined : this.#messages.splice(place, 1)[0];
      },
      { timeout: 60_000, interval: 5 },
    );
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- found by its type
    return found as Extract<FromChild, { type: T }>;
  }
}

/** A network of three organisations in a process of its own. */
export class NetworkUnderTest implements AsyncDisposable {
  readonly dataDir: string;
  readonly #folder: string;
  /** In front of each program of the network. */
  readonly #prefix: readonly string[];
  #child: Child;
  /** The next process, loading its code already. */
  #spare: Child | undefined;
  #nodes: readonly ChildNode[] = [];

  private constructor(folder: string, diskMegabytes: number | undefined) {
    this.#folder = folder;
    this.dataDir = join(folder, 'data');
    this.#prefix = diskMegabytes === undefined ? [] : smallDiskPrefix(this.dataDir, diskMegabytes);
    this.#child = new Child(this.#prefix);
  }

  /** Starts it on an empty folder; `diskMegabytes`: on a disk of its own, of this size, for one process. */
  static async start(options: { readonly diskMegabytes?: number } = {}): Promise<NetworkUnderTest> {
    const folder = await mkdtemp(join(tmpdir(), 'suyuan-faults-'));
    await chmod(folder, 0o755); // PostgreSQL runs as another user where the tests run as root
    await mkdir(join(folder, 'data'), { mode: 0o755 });
    const network = new NetworkUnderTest(folder, options.diskMegabytes);
    try {
      await network.#begin();
      return network;
    } catch (error) {
      await network[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #begin(): Promise<void> {
    this.#child.tell({ type: 'start', dataDir: this.dataDir });
    this.#nodes = (await this.#child.hear('ready')).nodes;
  }

  /** What the process has logged. */
  get log(): string {
    return this.#child.log;
  }

  /** How the running process ends. */
  get ended(): Promise<End> {
    return this.#child.ended;
  }

  /** The process that `startAgain` will use begins to load now. */
  prepareNext(): void {
    this.#spare ??= new Child(this.#prefix);
  }

  /** A new process on the same data, after the old one has ended. */
  async startAgain(): Promise<void> {
    await this.#child.ended;
    this.#child = this.#spare ?? new Child(this.#prefix);
    this.#spare = undefined;
    await this.#begin();
  }

  /** Sends an order and waits until it is carried out. */
  async order(message: Exclude<ToChild, { type: 'start' | 'stop' }>): Promise<void> {
    this.#child.tell(message);
    await this.#child.hear('done');
  }

  /** Resolves once the process waits at the step given with `hold`. */
  async held(): Promise<void> {
    await this.#child.hear('held');
  }

  /** Kills the process with SIGKILL; its PostgreSQL stays. */
  async kill(): Promise<void> {
    this.#child.process.kill('SIGKILL');
    await this.#child.ended;
  }

  urlOf(organization: string): string {
    return this.#nodeOf(organization).url;
  }

  #nodeOf(organization: string): ChildNode {
    const node = this.#nodes.find((one) => one.organization === organization);
    if (node === undefined) throw new RangeError(`no node of ${organization}`);
    return node;
  }

  /** One request. */
  async call({ organization, method, path, body, headers }: ClientRequest): Promise<Response> {
    const { url, token } = this.#nodeOf(organization);
    const isFile = body instanceof Uint8Array;
    const type = isFile ? 'application/octet-stream' : 'application/json';
    return await fetch(`${url}/api/v1${path}`, {
      method,
      body: body === undefined ? null : isFile ? Buffer.from(body) : JSON.stringify(body),
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
    });
  }

  /** A patient client: repeats the same request until the node, or its successor, answers with a success. */
  async insist(request: ClientRequest): Promise<Response> {
    return await vi.waitUntil(
      async () => {
        const answer = await this.call(request).catch(() => undefined);
        if (answer === undefined || answer.status === 503) return undefined;
        if (!answer.ok) throw new Error(`${request.path}: ${answer.status} ${await answer.text()}`);
        return answer;
      },
      { timeout: 60_000, interval: 25 },
    );
  }

  /** A file of the data folder as the process sees it. */
  async #read(path: string): Promise<string> {
    const root = this.#prefix.length === 0 ? '' : `/proc/${this.#child.process.pid}/root`;
    return await readFile(join(`${root}${this.dataDir}`, path), 'utf8');
  }

  /** Process id of the PostgreSQL server. */
  async postgresPid(): Promise<number> {
    return Number((await this.#read('postgres/postmaster.pid')).split('\n')[0]);
  }

  async #connect(organization: string): Promise<Client> {
    const port = (await this.#read('postgres/postmaster.pid')).split('\n')[3];
    const password = (await this.#read('postgres.password')).trim();
    const client = new Client({
      connectionString: `postgres://suyuan:${password}@127.0.0.1:${port}/suyuan_${organization}`,
    });
    await client.connect();
    return client;
  }

  /** Asks the database of one organisation, as soon as it takes connections. */
  async query<Row extends object>(
    organization: string,
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    const client = await vi.waitUntil(async () => await this.#connect(organization).catch(() => undefined), {
      timeout: 30_000,
      interval: 50,
    });
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#spare?.process.kill('SIGKILL');
    if (isRunning(this.#child.process.pid ?? 0)) {
      this.#child.tell({ type: 'stop' });
      const late = setTimeout(() => this.#child.process.kill('SIGKILL'), 20_000);
      await this.#child.ended;
      clearTimeout(late);
    }
    await stopOrphan(join(this.dataDir, 'postgres'));
    await rm(this.#folder, { recursive: true, force: true });
  }
}

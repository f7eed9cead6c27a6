// The parent's side of the fault tests: starts the network as a process, talks to its nodes as a client does, kills
// it, starts it again on the same data, and cleans up whatever is left.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { vi } from 'vitest';
import { stopOrphan } from '../../../../node/src/database/postgres-process.ts';
import { isRunning } from '../../../../node/src/database/instance-lock.ts';
import type { ChildNode, FromChild, ToChild } from './network-process.ts';

const program = fileURLToPath(new URL('network-process.ts', import.meta.url));

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

  constructor() {
    this.process = fork(program, [], {
      execArgv: ['--conditions', 'source', '--import', 'tsx'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
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
    return found as Extract<FromChild, { type: T }>; // as: found by its type
  }
}

/** A network of three organisations in a process of its own. */
export class NetworkUnderTest implements AsyncDisposable {
  readonly dataDir: string;
  readonly #folder: string;
  #child: Child;
  /** The next process, loading its code already. */
  #spare: Child | undefined;
  #nodes: readonly ChildNode[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
    this.dataDir = join(folder, 'data');
    this.#child = new Child();
  }

  /** Starts it on an empty folder. */
  static async start(haltAt?: string): Promise<NetworkUnderTest> {
    const folder = await mkdtemp(join(tmpdir(), 'suyuan-faults-'));
    await chmod(folder, 0o755); // PostgreSQL runs as another user where the tests run as root
    const network = new NetworkUnderTest(folder);
    await network.#begin(haltAt);
    return network;
  }

  async #begin(haltAt?: string): Promise<void> {
    const child = this.#child;
    child.tell({ type: 'start', dataDir: this.dataDir, ...(haltAt === undefined ? {} : { haltAt }) });
    this.#nodes = (await child.hear('ready')).nodes;
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
    this.#spare ??= new Child();
  }

  /** A new process on the same data, after the old one has ended. */
  async startAgain(): Promise<void> {
    await this.#child.ended;
    this.#child = this.#spare ?? new Child();
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

  /** Process id of the PostgreSQL server. */
  async postgresPid(): Promise<number> {
    const text = await readFile(join(this.dataDir, 'postgres', 'postmaster.pid'), 'utf8');
    return Number(text.split('\n')[0]);
  }

  /** Asks the database of one organisation. */
  async query<Row extends object>(
    organization: string,
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    const lines = (await readFile(join(this.dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
    const password = (await readFile(join(this.dataDir, 'postgres.password'), 'utf8')).trim();
    const client = new Client({
      connectionString: `postgres://suyuan:${password}@127.0.0.1:${lines[3]}/suyuan_${organization}`,
    });
    await client.connect();
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

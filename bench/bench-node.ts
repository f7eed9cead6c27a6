/** Starts a node of its own process on a PostgreSQL server of the bench, and talks to both. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Client } from 'pg';
import { startEmbeddedServer } from '../packages/node/src/database/embedded-server.ts';

/** What the parent tells the child. */
export type ToNode = { readonly type: 'clock'; readonly now: number } | { readonly type: 'stop' };
/** What the child tells the parent. */
export type FromNode =
  | { readonly type: 'ready'; readonly url: string; readonly token: string }
  | { readonly type: 'done' };

/** A node under measurement. */
export interface BenchNode extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  /** The node's own database. */
  readonly databaseUrl: string;
  /** A request with the node's token; throws when the answer is not a success. */
  request(method: string, path: string, body?: BodyInit, mediaType?: string): Promise<Response>;
  /**
   * The body of an answer, over one kept connection of node:http: fetch makes so much garbage in the process of the
   * bench that its collections would be part of a look-up's time.
   */
  look(path: string): Promise<string>;
  /** Sets the node's clock to this moment, from which it goes on. */
  setClock(now: number): Promise<void>;
}

const nextMessage = async (child: ReturnType<typeof fork>): Promise<FromNode> => {
  const heard = new AbortController();
  const { signal } = heard;
  try {
    const ended = once(child, 'exit', { signal }).then(() =>
      Promise.reject(new Error('the node of the bench has ended')),
    );
    const [message]: readonly FromNode[] = await Promise.race([once(child, 'message', { signal }), ended]);
    if (message === undefined) throw new Error('the node of the bench has sent nothing');
    return message;
  } finally {
    heard.abort();
  }
};

/** A node with an embedded server and an empty database; all files go when it is disposed of. */
export const startBenchNode = async (): Promise<BenchNode> => {
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-bench-'));
  await chmod(folder, 0o755); // PostgreSQL runs as another user when the bench runs as root
  const server = await startEmbeddedServer({ dataDir: join(folder, 'server') });
  await server.createDatabase('bench');
  const child = fork(
    fileURLToPath(new URL('node-process.ts', import.meta.url)),
    [join(folder, 'node'), server.url('bench')],
    { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  const ready = await nextMessage(child);
  if (ready.type !== 'ready' || child.pid === undefined)
    throw new Error('the node of the bench did not start');
  const { url, token } = ready;
  const request = async (
    method: string,
    path: string,
    body?: BodyInit,
    mediaType = 'application/json',
  ): Promise<Response> => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': mediaType }),
    };
    const response = await fetch(`${url}/api/v1${path}`, { method, headers, body: body ?? null });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const look = async (path: string): Promise<string> => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${url}/api/v1${path}`, { agent, headers }, resolve).on('error', reject);
    });
    const body = await text(answer);
    if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${body}`);
    return body;
  };
  return {
    url,
    token,
    pid: child.pid,
    databaseUrl: server.url('bench_bench'),
    request,
    look,
    setClock: async (now) => {
      child.send({ type: 'clock', now } satisfies ToNode);
      await nextMessage(child);
    },
    [Symbol.asyncDispose]: async () => {
      agent.destroy();
      child.send({ type: 'stop' } satisfies ToNode);
      await once(child, 'exit');
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
};

const TICKS_PER_SECOND = 100;

/** Parent and processor seconds so far out of the text of `/proc/PID/stat` (proc(5)): fields 4, 14 and 15. */
export const readProcessStat = (stat: string): { readonly parent: number; readonly seconds: number } => {
  // The name in brackets may hold blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    parent: Number(fields[1]),
    seconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
  };
};

const processorSecondsOf = async (pid: number): Promise<number> =>
  readProcessStat(await readFile(`/proc/${pid}/stat`, 'utf8')).seconds;

/** Waits until a process has used less than a tenth of a processor for three seconds. Linux only. */
export const waitUntilIdle = async (pid: number): Promise<void> => {
  let before = await processorSecondsOf(pid);
  for (let idleSeconds = 0; idleSeconds < 3;) {
    await pause(1_000);
    const now = await processorSecondsOf(pid);
    idleSeconds = now - before < 0.1 ? idleSeconds + 1 : 0;
    before = now;
  }
};

/** Waits until the background has counted the coverage of every reported batch and looked through it for conflicts. */
export const untilLookedThrough = async (client: Client): Promise<void> => {
  const open = `select from batch where status = 'reported' and not summarized
    union all select from event where type in ('reported', 'visible') and id >
      (select (value::json->>'event')::int8 from setting where name = 'facts_looked_through')
    limit 1`;
  while ((await client.query(open)).rowCount !== 0) await pause(1_000);
};

/** Forgets the highest memory of a process so far. Linux only. */
export const resetPeakMemory = async (pid: number): Promise<void> => {
  await writeFile(`/proc/${pid}/clear_refs`, '5');
};

const memoryOf = async (pid: number, name: 'VmHWM' | 'VmRSS'): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB`, 'mu').exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`no ${name} of process ${pid}`);
  return (Number(kibibytes) * 1024) / 1e6;
};

/** The highest resident memory since the last reset, MB. */
export const peakMemoryOf = (pid: number): Promise<number> => memoryOf(pid, 'VmHWM');
/** The resident memory now, MB. */
export const memoryNowOf = (pid: number): Promise<number> => memoryOf(pid, 'VmRSS');

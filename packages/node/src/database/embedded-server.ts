// The embedded PostgreSQL server and its supervisor: started, restarted when it dies (kill -9 included), stopped
// with the node. It listens on 127.0.0.1 only, with a scram password, fsync on, in modest memory.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { StartupFault } from '../fault.ts';
import { reservePort } from '../free-port.ts';
import { lockInstance } from './instance-lock.ts';
import { openCluster, openDataFolder } from './postgres-cluster.ts';
import type { PostgresCluster } from './postgres-cluster.ts';
import { readPostmaster, stopOrphan, waitForEnd } from './postgres-process.ts';

/** A running server. */
export interface EmbeddedServer {
  /** Connection URL of one of its databases. */
  url(database: string): string;
  /** Makes a database unless it is there. */
  createDatabase(name: string): Promise<void>;
  /** Process id of the server that runs now. */
  pid(): number | undefined;
  /** Stops the server; its data stays. */
  stop(): Promise<void>;
}

/** How to run it. */
export interface EmbeddedServerOptions {
  /** The folder that holds `postgres/` and its log. */
  readonly dataDir: string;
  /** Further settings, `name=value`; tests turn durability off. */
  readonly settings?: readonly string[];
  /** Told in one sentence what the supervisor does. */
  readonly onEvent?: (message: string) => void;
}

const settings: readonly string[] = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'shared_buffers=128MB',
  'max_connections=120',
  'max_wal_size=2GB',
  'checkpoint_timeout=15min',
  'wal_compression=on',
  'work_mem=8MB',
  'maintenance_work_mem=64MB',
  'max_parallel_workers_per_gather=0',
  'autovacuum_max_workers=2',
  'jit=off',
  'timezone=UTC',
  // After a crash: one call per file system instead of opening every file, seconds sooner where there are many.
  ...(process.platform === 'linux' ? ['recovery_init_sync_method=syncfs'] : []),
];

const startsMax = 5;
const logBytesMax = 16 * 1024 * 1024;

/** The last lines of the server's log, for a message. */
async function lastWords(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-5).join('\n');
}

async function launch(
  cluster: PostgresCluster,
  port: number,
  log: string,
  extra: readonly string[],
): Promise<ChildProcess> {
  const file = await open(log, 'a', 0o600);
  try {
    const flags = [...settings, ...extra].flatMap((setting) => ['-c', setting]);
    const child = spawn(
      join(cluster.programs, 'bin', 'postgres'),
      ['-D', cluster.folder, '-p', String(port), ...flags],
      // A session of its own: Ctrl-C at the terminal reaches the node, which then stops the server in order.
      {
        ...cluster.user,
        cwd: '/',
        env: { LC_ALL: 'C' },
        stdio: ['ignore', file.fd, file.fd],
        detached: true,
      },
    );
    await once(child, 'spawn');
    return child;
  } finally {
    await file.close();
  }
}

/** Waits until the server takes connections; throws when it ends first. */
async function waitUntilReady(child: ChildProcess, cluster: PostgresCluster, log: string): Promise<void> {
  for (let waited = 0; waited < 120_000; waited += 20) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const postmaster = await readPostmaster(cluster.folder);
    if (postmaster?.pid === child.pid && postmaster?.ready === true) return;
    await delay(20);
  }
  throw new StartupFault(
    'postgres_unavailable',
    `PostgreSQL did not start. It says:\n${await lastWords(log)}`,
  );
}

/** A port that is free now may be taken a moment later, so a start that fails for that is tried again. */
async function launchOnFreePort(
  cluster: PostgresCluster,
  log: string,
  extra: readonly string[],
): Promise<{ child: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await reservePort();
    const child = await launch(cluster, port, log, extra);
    try {
      await waitUntilReady(child, cluster, log);
      return { child, port };
    } catch (error) {
      const isTaken = error instanceof Error && error.message.includes('Address already in use');
      if (!isTaken || attempt === startsMax) throw error;
    }
  }
}

/** Empties a log that has grown large; what it says of the last start is all that is ever shown. */
async function cutLog(log: string): Promise<void> {
  const found = await stat(log).catch(() => undefined);
  if (found !== undefined && found.size > logBytesMax) await truncate(log);
}

/** Starts the server of a data folder, taking the folder's lock. */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { dataDir } = options;
  const tell = options.onEvent ?? ((): void => undefined);
  await openDataFolder(dataDir);
  const lock = await lockInstance(dataDir);
  try {
    const cluster = await openCluster(dataDir);
    if (await stopOrphan(cluster.folder)) tell('stopped a PostgreSQL server whose node was killed');
    await cutLog(join(dataDir, 'postgres.log'));
    return await supervise(cluster, options, tell, async () => await lock.release());
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function supervise(
  cluster: PostgresCluster,
  options: EmbeddedServerOptions,
  tell: (message: string) => void,
  release: () => Promise<void>,
): Promise<EmbeddedServer> {
  const log = join(options.dataDir, 'postgres.log');
  const extra = options.settings ?? [];
  const stopping = new AbortController();
  const first = await launchOnFreePort(cluster, log, extra);
  const { port } = first;
  let { child } = first;

  async function restart(): Promise<void> {
    for (let pauseMs = 100; !stopping.signal.aborted; pauseMs = Math.min(pauseMs * 2, 5000)) {
      await delay(pauseMs);
      try {
        child = await launch(cluster, port, log, extra);
        await waitUntilReady(child, cluster, log);
        child.once('exit', died);
        tell('PostgreSQL runs again');
        return;
      } catch (error) {
        tell(`PostgreSQL does not start yet: ${String(error)}`);
      }
    }
  }
  let restarting: Promise<void> | undefined;
  function died(code: number | null, signal: string | null): void {
    if (stopping.signal.aborted) return;
    tell(`PostgreSQL ended by itself (${signal ?? `code ${code}`}); starting it again`);
    restarting = restart();
  }
  child.once('exit', died);

  const url = (database: string): string =>
    `postgres://suyuan:${cluster.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  return {
    url,
    createDatabase: async (name) => await createDatabase(url('postgres'), name),
    pid: () => child.pid,
    stop: async () => {
      stopping.abort();
      await restarting;
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        child.kill('SIGINT'); // fast shutdown
        if (!(await waitForEnd(child.pid, 60_000))) child.kill('SIGQUIT');
      }
      await release();
    },
  };
}

/** Makes a database unless it is there. `url` names any database of the same server. */
export async function createDatabase(url: string, name: string, template?: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount !== 0) return;
    const from =
      template === undefined ? '' : ` template ${client.escapeIdentifier(template)} strategy file_copy`;
    await client.query(`create database ${client.escapeIdentifier(name)}${from}`);
  } finally {
    await client.end();
  }
}

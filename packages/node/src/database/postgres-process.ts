// What postmaster.pid says about a PostgreSQL server on a data folder, and stopping a server that lost its parent.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { StartupFault } from '../fault.ts';
import { isRunning } from './instance-lock.ts';

/** The content of postmaster.pid; `ready` once the server takes connections. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** Reads postmaster.pid of a cluster; undefined when no server has it open (or it is half written). */
export async function readPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3]), ready: (lines[7] ?? '').trim() === 'ready' };
}

/** The command line of a process, or an empty text. */
export async function commandOf(pid: number): Promise<string> {
  const linux = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (linux !== undefined) return linux.replaceAll('\0', ' ');
  const shown = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return shown.stdout;
}

/** Waits until a process is gone; false after `timeoutMs`. */
export async function waitForEnd(pid: number, timeoutMs: number): Promise<boolean> {
  for (let waited = 0; waited < timeoutMs; waited += 50) {
    if (!isRunning(pid)) return true;
    await delay(50);
  }
  return !isRunning(pid);
}

/**
 * Stops the server that still runs on `cluster` although its parent is gone (kill -9). Verified by its command line
 * first, so that a reused process id is never hit. Returns true when one was stopped.
 */
export async function stopOrphan(cluster: string): Promise<boolean> {
  const postmaster = await readPostmaster(cluster);
  if (postmaster === undefined || !isRunning(postmaster.pid)) return false;
  const command = await commandOf(postmaster.pid);
  if (!command.includes('postgres') || !command.includes(cluster)) return false;
  process.kill(postmaster.pid, 'SIGINT'); // fast shutdown
  if (await waitForEnd(postmaster.pid, 30_000)) return true;
  process.kill(postmaster.pid, 'SIGQUIT'); // immediate shutdown; recovery follows
  if (await waitForEnd(postmaster.pid, 10_000)) return true;
  const message = `a PostgreSQL server without a parent (process ${postmaster.pid}) runs on ${cluster} and does not stop; end it by hand`;
  throw new StartupFault('postgres_unavailable', message);
}

// The processes of a local network by what their folders say: which run, and how they are ended, orphans of a killed
// node and stopped ones included. A process is told by its command line, since ids are used again.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { isRunning } from '../database/instance-lock.ts';
import { commandOf, readPostmaster, stopOrphan, waitForEnd } from '../database/postgres-process.ts';
import { enginePid, endOrphan } from '../ordering/cometbft/supervisor.ts';
import { folderOf } from './plan.ts';

/** Process ids of one organisation; null where nothing runs, or where PostgreSQL is not its own. */
export interface ProcessIds {
  readonly node: number | null;
  readonly cometbft: number | null;
  readonly postgres: number | null;
}

/** How long a node may take to end in order. */
const STOP_MS_MAX = 40_000;

/** The file that holds the process id of what was started in a folder. */
export function pidFileOf(folder: string, what: 'node' | 'proxies'): string {
  return join(folder, `${what}.pid`);
}

/** The home of an organisation's CometBFT. */
function engineHomeOf(folder: string, organization: string): string {
  return join(folderOf(folder, organization), 'organizations', organization, 'cometbft');
}

/** The process that a pid file of this folder names, while it runs. */
export async function pidIn(folder: string, what: 'node' | 'proxies'): Promise<number | undefined> {
  const pid = Number((await readFile(pidFileOf(folder, what), 'utf8').catch(() => '')).trim());
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isRunning(pid)) return undefined;
  return (await commandOf(pid)).includes(folder) ? pid : undefined;
}

/** What runs of one organisation. */
export async function processesOf(folder: string, organization: string): Promise<ProcessIds> {
  const dataDir = folderOf(folder, organization);
  const postmaster = await readPostmaster(join(dataDir, 'postgres'));
  return {
    node: (await pidIn(dataDir, 'node')) ?? null,
    cometbft: (await enginePid(engineHomeOf(folder, organization))) ?? null,
    postgres: postmaster !== undefined && isRunning(postmaster.pid) ? postmaster.pid : null,
  };
}

/** Ends a process and waits until it is gone. */
export async function endProcess(pid: number): Promise<void> {
  signal(pid, 'SIGTERM');
  signal(pid, 'SIGCONT'); // one that was stopped would not hear the other
  if (await waitForEnd(pid, STOP_MS_MAX)) return;
  signal(pid, 'SIGKILL');
  await waitForEnd(pid, STOP_MS_MAX);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

/** Ends what a node that was killed has left behind. */
export async function endLeftovers(folder: string, organization: string): Promise<void> {
  await endOrphan(engineHomeOf(folder, organization));
  await stopOrphan(join(folderOf(folder, organization), 'postgres'));
}

/** Ends everything of one organisation, in order where that is possible. */
export async function endOrganization(folder: string, organization: string): Promise<void> {
  const { node, cometbft, postgres } = await processesOf(folder, organization);
  for (const pid of [cometbft, postgres]) if (pid !== null) signal(pid, 'SIGCONT');
  if (node !== null) await endProcess(node);
  await endLeftovers(folder, organization);
  await rm(pidFileOf(folderOf(folder, organization), 'node'), { force: true });
}

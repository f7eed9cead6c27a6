// One running instance per data folder: a lock file that names its process. A process that died (kill -9 included)
// leaves a stale file behind, which the next one takes over; a reused process id is told apart by its start time.
import { readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupFault, systemCodeOf } from '../fault.ts';

/** A held lock. */
export interface InstanceLock {
  release(): Promise<void>;
}

/** What the kernel says of a process, from its state (field 3 of proc(5)) on; empty where the system does not say. */
function statOf(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Counted after the name, which may hold blanks and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** When a process started, in the kernel's own ticks; empty where the system does not say. */
function startOf(pid: number): string {
  return statOf(pid)[19] ?? '';
}

/**
 * True while a process of this id runs, whoever owns it. One that has ended and that its parent has not asked about
 * does not: in a container whose first process never asks, it would be there for ever.
 */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemCodeOf(error) !== 'EPERM') return false;
  }
  const [state = ''] = statOf(pid);
  return state !== 'Z' && state !== 'X';
}

async function holderOf(path: string): Promise<number | undefined> {
  const [pidText = '', started = ''] = (await readFile(path, 'utf8').catch(() => '')).trim().split(' ');
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isRunning(pid)) return undefined;
  return startOf(pid) === started ? pid : undefined;
}

/** Takes the lock of `folder`, or throws `instance_running`. */
export async function lockInstance(folder: string): Promise<InstanceLock> {
  const path = join(folder, 'instance.lock');
  const own = `${process.pid} ${startOf(process.pid)}\n`;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      await writeFile(path, own, { flag: 'wx', mode: 0o644 });
      return { release: async () => await rm(path, { force: true }) };
    } catch (error) {
      if (systemCodeOf(error) !== 'EEXIST') throw error;
    }
    const holder = await holderOf(path);
    if (holder !== undefined) {
      const message = `${folder} is in use by the running process ${holder}. Stop that one first, or choose another data folder.`;
      throw new StartupFault('instance_running', message);
    }
    await rm(path, { force: true });
  }
  throw new StartupFault(
    'instance_running',
    `${folder} was taken by another process that started at the same moment.`,
  );
}

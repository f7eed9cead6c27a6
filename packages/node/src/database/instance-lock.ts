// One running instance per data folder: a lock file that names its process. A process that died (kill -9 included)
// leaves a stale file behind, which the next one takes over; a reused process id is told apart by its start time.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupFault, systemCodeOf } from '../fault.ts';

/** A held lock. */
export interface InstanceLock {
  release(): Promise<void>;
}

/** When a process started, in the kernel's own ticks; empty where the system does not say. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Field 22, counted after the name, which may hold blanks and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** True while a process of this id exists, whoever owns it. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCodeOf(error) === 'EPERM';
  }
}

async function holderOf(path: string): Promise<number | undefined> {
  const [pidText = '', started = ''] = (await readFile(path, 'utf8').catch(() => '')).trim().split(' ');
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isRunning(pid)) return undefined;
  return (await startOf(pid)) === started ? pid : undefined;
}

/** Takes the lock of `folder`, or throws `instance_running`. */
export async function lockInstance(folder: string): Promise<InstanceLock> {
  const path = join(folder, 'instance.lock');
  const own = `${process.pid} ${await startOf(process.pid)}\n`;
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

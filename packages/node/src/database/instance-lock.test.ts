import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isRunning, lockInstance } from './instance-lock.ts';

test('a process that was killed and that nobody has asked about does not hold its folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-lock-'));
  // The shell's child outlives the shell, which becomes a program that never asks about its children.
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [told]: Buffer[] = await once(parent.stdout, 'data');
    const pid = Number(String(told));
    const statOf = async (): Promise<string> => await readFile(`/proc/${pid}/stat`, 'utf8');
    const started = (await statOf()).split(' ')[21];
    await writeFile(join(folder, 'instance.lock'), `${pid} ${started}\n`);
    await expect(lockInstance(folder)).rejects.toMatchObject({ code: 'instance_running' });
    await expect.poll(async () => await readFile(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n');
    process.kill(pid, 'SIGKILL');
    await expect.poll(statOf).toContain(') Z '); // dead, and still in the kernel's table
    expect(isRunning(pid)).toBe(false);
    await (await lockInstance(folder)).release();
  } finally {
    parent.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }
});

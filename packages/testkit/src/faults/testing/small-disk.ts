// A small file system, so that a disk that is really full can be tested: a tmpfs in a mount namespace that ends with its
// process. As an ordinary user it takes a user namespace as well.
import type { ChildProcess } from 'node:child_process';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { promisify } from 'node:util';

import { vi } from 'vitest';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

const mountAndRun = (size: number, program: string): string =>
  `mount -t tmpfs -o size=${size}m,mode=755 none "$0" && exec ${program} "$@"`;

/** The command in front of a program that gives it `megabytes` at `folder`; only its own processes see them. */
export function smallDiskPrefix(folder: string, megabytes: number): readonly [string, ...string[]] {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  if (isRoot) return ['unshare', '--mount', 'sh', '-c', mountAndRun(megabytes, ''), folder];
  // Root of the new namespace mounts; the program itself runs as who we are, since PostgreSQL refuses root.
  const asUs = `unshare --user --map-user=${uid} --map-group=${gid}`;
  const script = mountAndRun(megabytes, asUs);
  return ['unshare', '--map-root-user', '--mount', 'sh', '-c', script, folder];
}

/** Whether this machine lets us have one. */
export function canHaveSmallDisk(folder: string): boolean {
  const [command, ...rest] = smallDiskPrefix(folder, 1);
  return spawnSync(command, [...rest, 'true'], { stdio: 'ignore' }).status === 0;
}

/** Moves a folder to a disk of its own, which every process of ours sees, and back when it is disposed of. */
export async function moveToSmallDisk(folder: string, megabytes: number): Promise<AsyncDisposable> {
  const [kept, place] = [`${folder}.kept`, `${folder}.disk`];
  await rename(folder, kept);
  const unmount = await (isRoot ? mountAt : holdAt)(folder, place, megabytes);
  await run('cp', ['-a', `${kept}/.`, `${folder}/`]);
  await rm(kept, { recursive: true });
  return {
    [Symbol.asyncDispose]: async () => {
      await run('cp', ['-a', `${folder}/.`, kept]);
      await unmount();
      await rename(kept, folder);
    },
  };
}

/** PostgreSQL runs as another user then, who must see it too. */
async function mountAt(folder: string, _: string, megabytes: number): Promise<() => Promise<void>> {
  await mkdir(folder);
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'none', folder]);
  return async () => {
    await run('umount', [folder]);
    await rm(folder, { recursive: true });
  };
}

/** A process holds it in its namespace, whose files all processes of its user reach by way of /proc. */
async function holdAt(folder: string, place: string, megabytes: number): Promise<() => Promise<void>> {
  await mkdir(place);
  const [command, ...rest] = smallDiskPrefix(place, megabytes);
  // It ends when its input does: with us.
  const holder: ChildProcess = spawn(command, [...rest, 'cat'], { stdio: ['pipe', 'ignore', 'inherit'] });
  const inside = `/proc/${holder.pid}/root${place}`;
  const outside = (await stat(place)).dev;
  await vi.waitUntil(async () => ((await stat(inside).catch(() => undefined))?.dev ?? outside) !== outside, {
    timeout: 10_000,
  });
  await symlink(inside, folder);
  return async () => {
    holder.kill();
    await rm(folder);
    await rm(place, { recursive: true });
  };
}

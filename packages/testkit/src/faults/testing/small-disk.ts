// A small file system of its own for one process, so that a disk that is really full can be tested: a tmpfs in a
// mount namespace that ends with the process. As an ordinary user it takes a user namespace as well.
import { spawnSync } from 'node:child_process';

const mountAndRun = (size: number, run: string): string =>
  `mount -t tmpfs -o size=${size}m,mode=755 none "$0" && exec ${run} "$@"`;

/** The command in front of a program that gives it `megabytes` at `folder`; only its own processes see them. */
export function smallDiskPrefix(folder: string, megabytes: number): readonly [string, ...string[]] {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  if (uid === 0) return ['unshare', '--mount', 'sh', '-c', mountAndRun(megabytes, ''), folder];
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

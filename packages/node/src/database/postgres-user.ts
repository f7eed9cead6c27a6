// Who runs the embedded PostgreSQL. It refuses to run as root, so a node started by root gives it the system user
// `postgres` (made when missing), which must be able to reach its data and its program files.
import { execFile } from 'node:child_process';
import { cp, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { StartupFault } from '../fault.ts';

/** The user and group to switch to; undefined: stay who we are. */
export interface PostgresUser {
  readonly uid: number;
  readonly gid: number;
}

async function findUser(): Promise<PostgresUser | undefined> {
  for (const line of (await readFile('/etc/passwd', 'utf8')).split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name === 'postgres') return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/** The user for PostgreSQL: undefined unless we are root. */
export async function postgresUser(): Promise<PostgresUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const found = await findUser();
  if (found !== undefined) return found;
  try {
    await promisify(execFile)('useradd', [
      '--system',
      '--user-group',
      '--shell',
      '/usr/sbin/nologin',
      'postgres',
    ]);
  } catch (error) {
    const message =
      'PostgreSQL does not run as root and the system user "postgres" could not be made. ' +
      'Start this program as an ordinary user, or run: useradd --system --user-group postgres';
    throw new StartupFault('postgres_unavailable', message, error);
  }
  const made = await findUser();
  if (made === undefined)
    throw new StartupFault(
      'postgres_unavailable',
      'the system user "postgres" was made but is not in /etc/passwd',
    );
  return made;
}

/** The first folder on the way to `path` (itself included) that `user` may not enter, or undefined. */
export async function closedFolder(path: string, user: PostgresUser): Promise<string | undefined> {
  const folders: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    folders.unshift(at);
    if (dirname(at) === at) break;
  }
  for (const folder of folders) {
    const found = await stat(folder).catch(() => undefined);
    if (found === undefined) return undefined; // What is not there yet is made with our rights.
    const bit = found.uid === user.uid ? 0o100 : found.gid === user.gid ? 0o010 : 0o001;
    if ((found.mode & bit) === 0) return folder;
  }
  return undefined;
}

/**
 * The folder of PostgreSQL's program files as `user` can reach it: `native` itself, or a copy under `spare` when
 * `native` is in a closed folder (a checkout under /root, say).
 */
export async function reachablePrograms(
  native: string,
  spare: string,
  user: PostgresUser | undefined,
): Promise<string> {
  if (user === undefined || (await closedFolder(join(native, 'bin'), user)) === undefined) return native;
  if ((await stat(spare).catch(() => undefined)) === undefined) {
    await rm(`${spare}.new`, { recursive: true, force: true });
    await cp(native, `${spare}.new`, { recursive: true, verbatimSymlinks: true });
    await rename(`${spare}.new`, spare); // so that a copy is there whole or not at all
  }
  return spare;
}

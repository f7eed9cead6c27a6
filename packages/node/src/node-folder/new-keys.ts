// `suyuan key new`: new keys in the folder of a node, for a change of keys that is signed elsewhere: by the recovery
// key, or by the organisations that decide on keys of another (spec/governance.md, N24).
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { networkIdOf, registerKey } from '@suyuan/ledger';
import type { KeyPurpose, KeyRegistration } from '@suyuan/ledger';
import { nativeCrypto } from '@suyuan/native-crypto';

import { openNextKey } from '../keys/key-files.ts';
import { openNodeFolder, readGenesisFile } from './open-node-folder.ts';
import { StartupFault } from '../fault.ts';
import { keyFolderOf } from './init-node.ts';
import { readJoinRequest } from './late-joiner.ts';

/** Public halves of new keys, each with its proof of possession for this network. */
export interface NewKeys {
  readonly network: Uint8Array;
  readonly organization: string;
  readonly keys: readonly KeyRegistration[];
}

/**
 * Makes a key `PURPOSE.next.pem` for each purpose, durable on return; one that waits there already is used again. The
 * node takes it up at its next start. Throws where the folder is neither that of a node of a network nor that of a
 * hosted organisation.
 */
export async function makeNewKeys(
  dataDir: string,
  environment: NodeJS.ProcessEnv,
  purposes: readonly KeyPurpose[],
): Promise<NewKeys> {
  const organization = await organizationIn(dataDir, environment);
  const { bytes } = await readGenesisFile(join(dataDir, 'genesis.cbor'));
  const network = networkIdOf(nativeCrypto, bytes);
  const folder = keyFolderOf(dataDir, organization);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const keys: KeyRegistration[] = [];
  for (const purpose of purposes)
    keys.push(registerKey({ context: network, organization, purpose }, await openNextKey(folder, purpose)));
  return { network, organization, keys };
}

async function organizationIn(dataDir: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const opened = await openNodeFolder(dataDir, environment);
  if (opened !== undefined) return opened.member.organization;
  // A hosted organisation learns its peers from its host, so its folder has no file of them.
  const asked = await readJoinRequest(dataDir);
  if (asked?.body.host !== undefined) return asked.body.organization;
  throw new StartupFault(
    'configuration_invalid',
    `${dataDir} is neither the folder of a node of a network nor DATA/hosted/ID of a host.`,
  );
}

// `suyuan node init`, `node genesis` and `node join` of a network that organisations found together: keys and settings
// of one, the genesis of all, and the folder of one made ready after everything was checked (docs/operations.md).
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { KEY_PURPOSES, REQUIRED_KEYS } from '@suyuan/ledger';
import type { OrganizationRole } from '@suyuan/ledger';
import { encodeHex, equalBytes } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import { systemRandom } from '../clock.ts';
import { openDataFolder } from '../database/postgres-cluster.ts';
import { StartupFault } from '../fault.ts';
import { GENESIS_RANDOM_BYTES, channelOfAll, createNetwork, registerFounder } from '../genesis.ts';
import type { CreatedNetwork } from '../genesis.ts';
import { openKeys } from '../keys/key-files.ts';
import { readPrivateFile, writePrivateFile } from '../keys/private-file.ts';
import type { RemoteMember } from '../network-ordering.ts';
import { encodeFounder, parseFounder } from './founder-file.ts';
import type { FounderFile } from './founder-file.ts';
import { nodeFileOf, writeNodeFile } from './node-file.ts';
import type { NodeFileContent } from './node-file.ts';
import { encodePeers } from './peers-file.ts';

/** What `init` is told. */
export interface InitOptions {
  readonly dataDir: string;
  /** Undefined: this organisation begins, and tells the others the context that is made now. */
  readonly context: Uint8Array | undefined;
  readonly role: Exclude<OrganizationRole, 'hosted'>;
  readonly recordKinds: readonly string[];
  readonly place: RemoteMember;
  readonly settings: Omit<NodeFileContent, 'organization' | 'ordering'>;
}

/** Path of the founder file of a data folder. */
export function founderFileOf(dataDir: string): string {
  return join(dataDir, 'founder.json');
}

/** The folder of an organisation's keys. */
export function keyFolderOf(dataDir: string, organization: string): string {
  return join(dataDir, 'organizations', organization, 'keys');
}

/** Makes folder, keys, settings and founder file. Keys that are there stay; settings too. */
export async function initNode(options: InitOptions): Promise<FounderFile> {
  const dataDir = resolve(options.dataDir);
  const { place, role, recordKinds } = options;
  const { organization } = place;
  await openDataFolder(dataDir);
  if ((await readPrivateFile(join(dataDir, 'genesis.cbor'))) !== undefined)
    throw new StartupFault(
      'network_exists',
      `${dataDir} belongs to a network already. Choose another folder.`,
    );
  const keys = keyFolderOf(dataDir, organization);
  await mkdir(keys, { recursive: true, mode: 0o700 });
  const signers = await openKeys(keys, REQUIRED_KEYS[role], true);
  const context = options.context ?? systemRandom(GENESIS_RANDOM_BYTES);
  const registration = registerFounder(context, { organization, role, recordKinds, signers });
  const founder = { context, registration, place };
  if ((await readPrivateFile(nodeFileOf(dataDir))) === undefined)
    await writeNodeFile(dataDir, { ...options.settings, organization, ordering: 'cometbft' });
  await writePrivateFile(founderFileOf(dataDir), encodeFounder(founder));
  return founder;
}

/** A founder file of this text; throws `configuration_invalid`, naming it. */
export function readFounder(text: string, path: string): FounderFile {
  const founder = parseFounder(text);
  if (typeof founder !== 'string') return founder;
  throw new StartupFault('configuration_invalid', `${path} is not usable: ${founder}.`);
}

/** The genesis of a network of these founders, the first of whom manages it, and their addresses. */
export function foundNetwork(
  founders: readonly FounderFile[],
  origin: string,
): CreatedNetwork & { readonly peers: string } {
  const [first] = founders;
  if (first === undefined) throw new StartupFault('configuration_invalid', 'A network needs a founder.');
  const other = founders.find(({ context }) => !equalBytes(context, first.context));
  if (other !== undefined) {
    const message = `${other.place.organization} has another context than ${first.place.organization}. It should run: suyuan node init --context ${encodeHex(first.context)}`;
    throw new StartupFault('configuration_invalid', message);
  }
  const registrations = founders.map(({ registration }) => ({
    ...registration,
    keys: registration.keys.toSorted(
      (a, b) => KEY_PURPOSES.indexOf(a.purpose) - KEY_PURPOSES.indexOf(b.purpose),
    ),
  }));
  const created = createNetwork(nativeCrypto, {
    random: first.context,
    origin,
    managing: first.place.organization,
    organizations: registrations,
    channels: [channelOfAll(registrations.map(({ organization }) => organization))],
  });
  if (created.ok) return { ...created.value, peers: encodePeers(founders.map(({ place }) => place)) };
  const { code, about } = created.error;
  const where = about === undefined ? '' : ` (${about})`;
  throw new StartupFault(
    'configuration_invalid',
    `No network can be made of these founders: ${code}${where}.`,
  );
}

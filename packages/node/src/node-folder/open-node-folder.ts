// What a data folder says about a node of a network whose other nodes run elsewhere: genesis.cbor, peers.json and
// the settings of node.env, checked before anything is started (docs/operations.md).
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parseGenesis } from '@suyuan/ledger';
import type { Genesis } from '@suyuan/ledger';

import { StartupFault, systemCodeOf } from '../fault.ts';
import type { NetworkMember } from '../network.ts';
import { readOrderingKind } from '../network-ordering.ts';
import type { RemoteMember, RemoteNetwork } from '../network-ordering.ts';
import { PROFILES } from '../ordering/cometbft/profile.ts';
import type { ProfileName } from '../ordering/cometbft/profile.ts';
import { parseHostPort } from './host-port.ts';
import { readPlace } from './place-file.ts';
import { parsePeers } from './peers-file.ts';

/** A node that is to be started. */
export interface NodeFolder {
  readonly genesis: Genesis;
  readonly member: NetworkMember;
  readonly remote: RemoteNetwork;
}

function refuse(message: string): never {
  throw new StartupFault('configuration_invalid', message);
}

/** Path of the peers file of a data folder. */
export function peersFileOf(dataDir: string): string {
  return join(dataDir, 'peers.json');
}

/** A file of the folder; undefined where it is not there. */
async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new StartupFault('data_folder_unreadable', `${path} cannot be read (${code ?? 'unknown'}).`, error);
  }
}

/** Reads the peers file at `path`; throws `configuration_invalid`. */
export async function readPeers(path: string): Promise<readonly RemoteMember[]> {
  const bytes =
    (await readIfThere(path)) ??
    refuse(`${path} is missing: the file of addresses that belongs to the genesis.`);
  const peers = parsePeers(bytes.toString('utf8'));
  return typeof peers === 'string' ? refuse(`${path} is not usable: ${peers}.`) : peers;
}

/** Reads the genesis at `path`; throws `network_mismatch`. */
export async function readGenesisFile(
  path: string,
): Promise<{ readonly bytes: Uint8Array; readonly genesis: Genesis }> {
  const bytes = await readIfThere(path);
  const parsed = bytes === undefined ? undefined : parseGenesis(new Uint8Array(bytes));
  if (bytes === undefined || parsed?.ok !== true) {
    const what = bytes === undefined ? 'is missing' : 'is not the genesis of a network';
    throw new StartupFault('network_mismatch', `${path} ${what}. Ask the managing organisation for it.`);
  }
  return { bytes: new Uint8Array(bytes), genesis: parsed.value };
}

function readProfile(environment: NodeJS.ProcessEnv): ProfileName {
  const text = environment['SUYUAN_NETWORK_PROFILE'] ?? 'wide_area';
  if (text === 'local' || text === 'wide_area') return text;
  return refuse(
    `SUYUAN_NETWORK_PROFILE=${text} is not usable: expected ${Object.keys(PROFILES).join(' or ')}.`,
  );
}

/** The node of this folder; undefined where it is the folder of a node on its own, which has no peers file. */
export async function openNodeFolder(
  dataDir: string,
  environment: NodeJS.ProcessEnv,
): Promise<NodeFolder | undefined> {
  if ((await readIfThere(peersFileOf(dataDir))) === undefined) return undefined;
  const peers = await readPeers(peersFileOf(dataDir));
  const { genesis } = await readGenesisFile(join(dataDir, 'genesis.cbor'));
  const organization =
    environment['SUYUAN_ORGANIZATION'] ?? refuse('SUYUAN_ORGANIZATION is missing: whose node this is.');
  // Who has joined later is not in the genesis. What such an organisation may do, its node learns from the ledger.
  const founder = genesis.organizations.find((one) => one.organization === organization);
  const own = peers.find((one) => one.organization === organization);
  if (founder === undefined && own === undefined) {
    const known = genesis.organizations.map((one) => one.organization).join(', ');
    throw new StartupFault(
      'network_mismatch',
      `SUYUAN_ORGANIZATION=${organization} is no organisation of the network in ${dataDir}; those are ${known}.`,
    );
  }
  if (readOrderingKind(environment) !== 'cometbft')
    refuse('SUYUAN_ORDERING=solo orders within one process only; a node of a network needs cometbft.');
  const listen = environment['SUYUAN_CONSENSUS_LISTEN'] ?? '0.0.0.0:26656';
  return {
    genesis,
    member: {
      organization,
      name: own?.name ?? organization,
      role: founder?.role ?? 'observer',
      recordKinds: founder?.recordKinds ?? [],
    },
    remote: {
      own,
      movedTo: await readPlace(dataDir),
      others: peers.filter((one) => one.organization !== organization),
      listen:
        parseHostPort(listen) ??
        refuse(`SUYUAN_CONSENSUS_LISTEN=${listen} is not usable: expected HOST:PORT.`),
      profile: readProfile(environment),
    },
  };
}

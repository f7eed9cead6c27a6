// The folder of an organisation that joins a network which runs already: keys and settings made before it asks, what it
// has asked with (DATA/join-request.json, private: the secret of the invitation is in it), and what it is told once it
// is admitted (docs/operations.md, "Joining later").
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { AnswerOf, JsonOf, requestToJoin } from '@suyuan/api';
import type { KeyPurpose, KeyRegistration, OrganizationRole } from '@suyuan/ledger';
import { KEY_PURPOSES, networkIdOf, parseGenesis, registerKey, REQUIRED_KEYS } from '@suyuan/ledger';
import type { Genesis } from '@suyuan/ledger';
import { encodeHex, equalBytes, parseBase64, parseHex } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import { openDataFolder } from '../database/postgres-cluster.ts';
import { StartupFault } from '../fault.ts';
import { openKeys } from '../keys/key-files.ts';
import { readPrivateFile, writePrivateFile } from '../keys/private-file.ts';
import type { RemoteMember } from '../network-ordering.ts';
import { parseHostPort } from './host-port.ts';
import { keyFolderOf } from './init-node.ts';
import { nodeFileOf, writeNodeFile } from './node-file.ts';
import type { NodeFileContent } from './node-file.ts';

/** What an organisation asks with; sent again, it tells where the request stands. */
export interface JoinRequest {
  /** The network id, hexadecimal. */
  readonly network: string;
  /** Base address of the node that is asked. */
  readonly node: string;
  readonly body: JsonOf<typeof requestToJoin>;
}

/** What a node answers to it. */
export type JoinAnswer = AnswerOf<typeof requestToJoin>;

const FORMAT = 'suyuan-join-request/v1';

/** What a hosted organisation signs with: its statements, and the requests of its node on that of its host. */
export const HOSTED_KEYS: readonly KeyPurpose[] = ['statement', 'transport'];

/** Path of the file in a data folder. */
function joinRequestFileOf(dataDir: string): string {
  return join(dataDir, 'join-request.json');
}

/** Makes folder, keys and settings; keys and settings that are there stay. Gives the keys with their proofs. */
export async function prepareJoiner(options: {
  readonly dataDir: string;
  readonly network: Uint8Array;
  readonly organization: string;
  readonly role: OrganizationRole;
  /** Undefined where it is not known yet where the node will run: that of a hosted organisation. */
  readonly settings: Omit<NodeFileContent, 'organization' | 'ordering'> | undefined;
}): Promise<JoinRequest['body']['keys']> {
  const { dataDir, network, organization, role, settings } = options;
  await openDataFolder(dataDir);
  const folder = keyFolderOf(dataDir, organization);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const signers = await openKeys(folder, role === 'hosted' ? HOSTED_KEYS : REQUIRED_KEYS[role], true);
  if (settings !== undefined && (await readPrivateFile(nodeFileOf(dataDir))) === undefined)
    await writeNodeFile(dataDir, { ...settings, organization, ordering: 'cometbft' });
  return KEY_PURPOSES.flatMap((purpose) => {
    const signer = signers[purpose];
    if (signer === undefined) return [];
    const { publicKey, proof } = registerKey({ context: network, organization, purpose }, signer);
    return [{ purpose, publicKey: encodeHex(publicKey), proof: encodeHex(proof) }];
  });
}

/** Keeps what was asked with. */
export async function writeJoinRequest(dataDir: string, request: JoinRequest): Promise<void> {
  const content = { format: FORMAT, ...request };
  await writePrivateFile(joinRequestFileOf(dataDir), `${JSON.stringify(content, undefined, 2)}\n`);
}

/** Reads it; undefined where nothing was asked. Its own file: a damaged one is told apart, no more. */
export async function readJoinRequest(dataDir: string): Promise<JoinRequest | undefined> {
  const path = joinRequestFileOf(dataDir);
  const stored = await readPrivateFile(path);
  if (stored === undefined) return undefined;
  try {
    const request: JoinRequest & { readonly format: string } = JSON.parse(stored.toString('utf8'));
    if (request.format === FORMAT && Array.isArray(request.body.keys)) return request;
  } catch {
    // told below
  }
  throw new StartupFault(
    'configuration_invalid',
    `${path} is damaged. Ask again with the invitation: suyuan organization request`,
  );
}

/** What an admitted organisation starts from. */
export interface Admission {
  readonly genesis: Genesis;
  readonly genesisBytes: Uint8Array;
  /** All whose CometBFT can be called, and itself. */
  readonly peers: readonly RemoteMember[];
  /** Its keys in force, but the one for recovery, which is kept elsewhere. */
  readonly keys: readonly Pick<KeyRegistration, 'purpose' | 'publicKey'>[];
}

/** Reads the answer to an admitted request; throws `network_mismatch` where it is of another network. */
export function readAdmission(request: JoinRequest, answer: JoinAnswer): Admission {
  const genesisBytes = parseBase64(answer.genesis) ?? new Uint8Array();
  const genesis = parseGenesis(genesisBytes);
  const network = parseHex(request.network) ?? new Uint8Array();
  if (!genesis.ok || !equalBytes(networkIdOf(nativeCrypto, genesisBytes), network)) {
    const message = `${request.node} gave another genesis than that of the invitation, ${request.network}.`;
    throw new StartupFault('network_mismatch', message);
  }
  const { organization, name, url, consensus } = request.body;
  const others = answer.peers.filter((peer) => peer.organization !== organization);
  const peers = [{ organization, name, url, consensus }, ...others].flatMap((peer): RemoteMember[] => {
    const place = peer.consensus === undefined ? undefined : parseHostPort(peer.consensus);
    if (peer.url === undefined || place === undefined) return [];
    const transportKey = 'transportKey' in peer ? parseHex(peer.transportKey ?? '') : undefined;
    return [
      {
        organization: peer.organization,
        name: peer.name,
        url: peer.url,
        consensus: place,
        ...(transportKey?.length === 32 ? { transportKey } : {}),
      },
    ];
  });
  return { genesis: genesis.value, genesisBytes, peers, keys: keysOnServer(answer) };
}

function keysOnServer({ keys }: JoinAnswer): Admission['keys'] {
  return keys.flatMap(({ purpose, publicKey }) => {
    const key = parseHex(publicKey);
    return purpose === 'recovery' || key === undefined ? [] : [{ purpose, publicKey: key }];
  });
}

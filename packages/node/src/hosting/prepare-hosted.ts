// `suyuan node host`: makes the folder of an organisation in the data folder of its host, with keys, settings and what it
// asks to be admitted with. The node of the host may run meanwhile (docs/operations.md, "Hosting others").
import { mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { networkIdOf } from '@suyuan/ledger';
import { encodeHex, parseHex } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import { readSettings } from '../config.ts';
import type { Settings } from '../config.ts';
import { StartupFault } from '../fault.ts';
import { readPrivateFile, writePrivateFile } from '../keys/private-file.ts';
import { checkPort } from '../node.ts';
import { keyFolderOf } from '../node-folder/init-node.ts';
import { prepareJoiner, readJoinRequest, writeJoinRequest } from '../node-folder/late-joiner.ts';
import type { JoinRequest } from '../node-folder/late-joiner.ts';
import { nodeFileOf, readNodeEnvironment } from '../node-folder/node-file.ts';
import { openNodeFolder, readGenesisFile } from '../node-folder/open-node-folder.ts';
import { hostedFolderOf, listHosted, readHostedSettings } from './hosted-folder.ts';

/** Ports that are tried. */
const PORTS_MAX = 1_000;

/** Who is to be hosted. */
export interface HostedWish {
  /** Data folder of the host. */
  readonly dataDir: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly organization: string;
  /** The network id of the invitation, hexadecimal. */
  readonly network: string;
  /** The host that the invitation names. */
  readonly host: string | undefined;
  /** Undefined: the one that it has, or the next free one. */
  readonly port: number | undefined;
  /**
   * As the others will reach it; `{organization}` and `{port}` stand for those. Undefined: as the host is reached, with
   * its own port.
   */
  readonly url: string | undefined;
  /** A data folder in which the organisation has made its keys itself. */
  readonly from?: string | undefined;
  /** What it asks with, but keys, host and address. */
  readonly asked: { readonly node: string } & Omit<
    JoinRequest['body'],
    'keys' | 'host' | 'url' | 'organization'
  >;
}

/** A place that is made. */
export interface HostedPlace {
  readonly folder: string;
  readonly port: number;
  readonly url: string;
  /** To be sent, again and again, until it is decided. */
  readonly request: JoinRequest;
}

function refuse(message: string): never {
  throw new StartupFault('configuration_invalid', message);
}

/** Makes it, or gives what an earlier call has made; keys that are there stay. */
export async function prepareHosted(wish: HostedWish): Promise<HostedPlace> {
  const dataDir = resolve(wish.dataDir);
  const { organization } = wish;
  const host = await readHost(dataDir, wish.environment);
  if (host.network !== wish.network)
    throw new StartupFault(
      'network_mismatch',
      `The invitation is for the network ${wish.network}; the node in ${dataDir} is of ${host.network}.`,
    );
  if (wish.host !== undefined && wish.host !== host.organization)
    refuse(
      `The invitation is for a place at ${wish.host}; the node in ${dataDir} is of ${host.organization}.`,
    );
  if (organization === host.organization)
    refuse(`${organization} is the host itself. Choose another --organization.`);
  const folder = hostedFolderOf(dataDir, organization);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (wish.from !== undefined) await adoptKeys(resolve(wish.from), folder, organization);
  const port = (await portOf(dataDir, organization)) ?? (await choosePort(dataDir, host.settings, wish.port));
  if (wish.port !== undefined && wish.port !== port)
    refuse(`${organization} has the port ${port}. Change SUYUAN_PORT in ${nodeFileOf(folder)} instead.`);
  const keys = await prepareJoiner({
    dataDir: folder,
    network: parseHex(wish.network) ?? new Uint8Array(),
    organization,
    role: 'hosted',
    settings: {
      host: host.settings.host,
      port,
      consensusListen: '0.0.0.0:26656',
      profile: 'wide_area',
    },
  });
  await writePrivateFile(join(folder, 'genesis.cbor'), host.genesis);
  const { node, ...asked } = wish.asked;
  const url = urlOf(wish, host.url, port);
  const body = { ...asked, organization, host: host.organization, url, keys };
  const request = { network: wish.network, node, body };
  await writeJoinRequest(folder, request);
  return { folder, port, url, request };
}

/** What an organisation has asked with that made its folder itself; throws where there is nothing. */
export async function readAskedHosted(folder: string): Promise<JoinRequest> {
  const request = await readJoinRequest(resolve(folder));
  return request ?? refuse(`${folder} is no folder made by suyuan organization request.`);
}

interface ReadHost {
  readonly organization: string;
  readonly network: string;
  readonly genesis: Uint8Array;
  readonly url: string;
  readonly settings: Settings;
}

async function readHost(dataDir: string, given: NodeJS.ProcessEnv): Promise<ReadHost> {
  const environment = await readNodeEnvironment(dataDir, given);
  const { bytes, genesis } = await readGenesisFile(join(dataDir, 'genesis.cbor'));
  const settings = readSettings(environment, { dataDir });
  const opened = await openNodeFolder(dataDir, environment);
  const { host, port, tls } = settings;
  return {
    organization: opened?.member.organization ?? genesis.managing,
    network: encodeHex(networkIdOf(nativeCrypto, bytes)),
    genesis: bytes,
    url: opened?.remote.own?.url ?? `${tls === undefined ? 'http' : 'https'}://${host}:${port}`,
    settings,
  };
}

function urlOf({ url, organization }: HostedWish, hostUrl: string, port: number): string {
  if (url !== undefined)
    return url.replaceAll('{organization}', organization).replaceAll('{port}', String(port));
  const own = new URL(hostUrl);
  own.port = String(port);
  return own.href.replace(/\/$/, '');
}

async function portOf(dataDir: string, organization: string): Promise<number | undefined> {
  return (await readHostedSettings(dataDir, organization)).port;
}

/** The next port above the host's that no hosted organisation has and no program listens on. */
async function choosePort(
  dataDir: string,
  { host, port }: Settings,
  wanted: number | undefined,
): Promise<number> {
  const others = await listHosted(dataDir);
  const taken = new Set([port, ...(await Promise.all(others.map((id) => portOf(dataDir, id))))]);
  if (wanted !== undefined) {
    if (taken.has(wanted))
      refuse(`Port ${wanted} is that of another node of this host. Choose another --port.`);
    await checkPort(host, wanted);
    return wanted;
  }
  for (let next = port + 1; next <= Math.min(port + PORTS_MAX, 65_535); next += 1) {
    if (taken.has(next)) continue;
    try {
      await checkPort(host, next);
      return next;
    } catch (error) {
      if (!(error instanceof StartupFault)) throw error;
    }
  }
  return refuse(`No port from ${port + 1} on is free. Choose one with --port.`);
}

/** Copies the key files; those that are there already must be the same. */
async function adoptKeys(from: string, folder: string, organization: string): Promise<void> {
  const [source, target] = [keyFolderOf(from, organization), keyFolderOf(folder, organization)];
  const names = (await readdir(source).catch(() => [])).filter((name) => name.endsWith('.pem'));
  if (names.length === 0)
    refuse(`${source} has no keys. Use the folder made by suyuan organization request.`);
  await mkdir(target, { recursive: true, mode: 0o700 });
  for (const name of names) {
    const key = (await readPrivateFile(join(source, name))) ?? refuse(`${join(source, name)} is gone.`);
    const held = await readPrivateFile(join(target, name));
    if (held !== undefined && !held.equals(key))
      refuse(`${join(target, name)} is another key than that in ${source}. Nothing was changed.`);
    if (held === undefined) await writePrivateFile(join(target, name), key);
  }
}

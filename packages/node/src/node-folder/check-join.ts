// What `suyuan node join` checks before a node starts for the first time: that genesis and addresses belong together,
// that this node's keys are those of the genesis, that the others are reachable and of the same network and time, and
// that nothing stands in the way on this machine. Every finding says what to do.
import { connect } from 'node:net';

import { networkIdOf } from '@suyuan/ledger';
import type { Genesis, KeyRegistration } from '@suyuan/ledger';
import { encodeHex, equalBytes } from '@suyuan/log';
import { nativeCrypto, nativeSigner } from '@suyuan/native-crypto';
import { join } from 'node:path';

import type { Settings } from '../config.ts';
import { readTls } from '../http/tls.ts';
import { readNextKey } from '../keys/key-files.ts';
import { readPrivateFile } from '../keys/private-file.ts';
import type { HostPort, RemoteMember } from '../network-ordering.ts';
import { checkPort } from '../node.ts';
import { readSeed } from '../ordering/cometbft/node-identity.ts';
import { findCometbft } from '../ordering/cometbft/program.ts';
import { encodeHostPort, parseHostPort } from './host-port.ts';
import { keyFolderOf } from './init-node.ts';

/** One thing that was checked. `error`: the node can't start like this; `warning`: it can, and something is to do. */
export interface JoinFinding {
  readonly check:
    | 'admission'
    | 'network'
    | 'keys'
    | 'peers'
    | 'reachable'
    | 'clock'
    | 'ports'
    | 'program'
    | 'certificate';
  readonly level: 'ok' | 'warning' | 'error';
  readonly message: string;
}

/** What is checked. */
export interface JoinQuestion {
  readonly dataDir: string;
  readonly organization: string;
  readonly genesis: Genesis;
  readonly genesisBytes: Uint8Array;
  readonly peers: readonly RemoteMember[];
  /** The keys of an admitted organisation that are in force; undefined for one of the genesis. */
  readonly admittedKeys?: readonly RegisteredKey[] | undefined;
  /** What the managing organisation has said the network id is, hexadecimal. */
  readonly expectedNetwork: string | undefined;
  readonly settings: Settings;
  readonly environment: NodeJS.ProcessEnv;
  readonly nowMs: () => number;
}

/** A public key that the network knows. */
type RegisteredKey = Pick<KeyRegistration, 'purpose' | 'publicKey'>;

const ANSWER_MS_MAX = 3_000;
/** Signed requests are refused from five minutes on; batches from an hour on. Well before that it is worth a word. */
const CLOCK_WARNING_MS = 5_000;
const CLOCK_ERROR_MS = 240_000;

type Check = JoinFinding['check'];
const good = (check: Check, message: string): JoinFinding => ({ check, level: 'ok', message });
const warn = (check: Check, message: string): JoinFinding => ({ check, level: 'warning', message });
const bad = (check: Check, message: string): JoinFinding => ({ check, level: 'error', message });

/** Everything that was checked, in order. Never throws for what is wrong. */
export async function checkJoin(question: JoinQuestion): Promise<readonly JoinFinding[]> {
  const { genesis, organization, admittedKeys } = question;
  const founder = genesis.organizations.find((one) => one.organization === organization);
  const keys = admittedKeys ?? founder?.keys;
  const network = checkNetwork(question);
  if (keys === undefined) {
    const message = `${organization} is no organisation of this genesis. Ask the managing organisation for one made with your founder.json, or for an invitation where the network runs already.`;
    return [network, bad('keys', message)];
  }
  const others = question.peers.filter(({ organization }) => organization !== question.organization);
  const found = [network, await checkKeys(question, keys), checkPeers(question)];
  const reached = await Promise.all(others.map((peer) => checkPeer(question, peer)));
  return [...found, ...reached.flat(), ...(await checkMachine(question))];
}

function checkNetwork({ genesisBytes, expectedNetwork }: JoinQuestion): JoinFinding {
  const network = encodeHex(networkIdOf(nativeCrypto, genesisBytes));
  if (expectedNetwork === undefined)
    return warn('network', `The network id is ${network}. Compare it with that of the other organisations.`);
  if (network === expectedNetwork.toLowerCase()) return good('network', `The network id is ${network}.`);
  return bad('network', `The network id is ${network}, not ${expectedNetwork}: this is another genesis.`);
}

async function checkKeys(
  { dataDir, organization }: JoinQuestion,
  registered: readonly RegisteredKey[],
): Promise<JoinFinding> {
  if (registered.length === 0)
    return bad('keys', `The network has no key of ${organization} in force. Ask the managing organisation.`);
  for (const { purpose, publicKey } of registered) {
    const path = join(keyFolderOf(dataDir, organization), `${purpose}.pem`);
    try {
      const pem = await readPrivateFile(path);
      if (pem === undefined) return bad('keys', `${path} is missing. Put it back from a backup.`);
      // A node that was stopped during a rotation puts its next key in place when it starts.
      const held = [
        nativeSigner(readSeed(pem)),
        await readNextKey(keyFolderOf(dataDir, organization), purpose),
      ];
      if (!held.some((signer) => signer && equalBytes(signer.publicKey, publicKey)))
        return bad(
          'keys',
          `${path} is not the key that the network has for ${purpose}. Use the folder that it was made in.`,
        );
    } catch (error) {
      return bad('keys', error instanceof Error ? error.message : String(error));
    }
  }
  return good('keys', `The ${registered.length} keys of ${organization} are those that the network has.`);
}

/** Founders need the addresses of all; who comes later may find that some have left, and asks for the others. */
function checkPeers({ genesis, peers, admittedKeys }: JoinQuestion): JoinFinding {
  const missing = genesis.organizations.filter(
    ({ organization, role }) =>
      (admittedKeys === undefined ? role !== 'hosted' : organization === genesis.managing) &&
      peers.every((peer) => peer.organization !== organization),
  );
  if (missing.length === 0) return good('peers', `Addresses of ${peers.length} organisations are known.`);
  const names = missing.map(({ organization }) => organization).join(', ');
  return bad(
    'peers',
    `The peers file has no address of ${names}. Ask the managing organisation for a newer one.`,
  );
}

async function checkPeer(question: JoinQuestion, peer: RemoteMember): Promise<readonly JoinFinding[]> {
  const { organization, consensus, url } = peer;
  const isOpen = await canConnect(consensus);
  const place = encodeHostPort(consensus);
  return [
    isOpen
      ? good('reachable', `CometBFT of ${organization} answers at ${place}.`)
      : warn(
          'reachable',
          `CometBFT of ${organization} does not answer at ${place}: it is not started yet, or a firewall is between.`,
        ),
    ...(await checkNode(question, organization, url)),
  ];
}

async function checkNode(
  { genesisBytes, nowMs }: JoinQuestion,
  organization: string,
  url: string,
): Promise<readonly JoinFinding[]> {
  const sent = nowMs();
  let health: Readonly<Record<string, unknown>>;
  let date: number;
  try {
    const answer = await fetch(new URL('/api/v1/health', url), {
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    date = Date.parse(answer.headers.get('date') ?? '');
    health = Object(await answer.json());
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return [warn('reachable', `The node of ${organization} does not answer at ${url}: ${cause}.`)];
  }
  const network = encodeHex(networkIdOf(nativeCrypto, genesisBytes));
  if (health['organization'] !== organization || health['network'] !== network)
    return [
      bad(
        'reachable',
        `At ${url} is the node of another organisation or network than ${organization} of ${network}.`,
      ),
    ];
  const found = good('reachable', `The node of ${organization} serves at ${url}.`);
  // The header has whole seconds, and the answer took its time.
  const skewMs = Math.max(0, Math.abs((sent + nowMs()) / 2 - date) - 1_000);
  if (Number.isNaN(skewMs) || skewMs < CLOCK_WARNING_MS)
    return [found, good('clock', `The clock of ${organization} agrees with this one.`)];
  const message = `The clock of ${organization} differs from this one by ${Math.round(skewMs / 1_000)} s. Synchronise both by NTP.`;
  return [found, skewMs < CLOCK_ERROR_MS ? warn('clock', message) : bad('clock', message)];
}

async function canConnect({ host, port }: HostPort): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_MS_MAX });
    const end = (isOpen: boolean) => (): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', end(true)).once('timeout', end(false)).once('error', end(false));
  });
}

async function checkMachine({ settings, environment, nowMs }: JoinQuestion): Promise<readonly JoinFinding[]> {
  const attempt = async (check: Check, done: string, work: () => Promise<unknown>): Promise<JoinFinding> =>
    await work().then(
      () => good(check, done),
      (error: unknown) => bad(check, error instanceof Error ? error.message : String(error)),
    );
  const listen = parseHostPort(environment['SUYUAN_CONSENSUS_LISTEN'] ?? '0.0.0.0:26656');
  const { host, port, tls } = settings;
  const isSafe = tls !== undefined || settings.secure || host === '127.0.0.1';
  return [
    await attempt('ports', `Port ${port} of ${host} is free.`, () => checkPort(host, port)),
    listen === undefined
      ? bad('ports', 'SUYUAN_CONSENSUS_LISTEN is not usable: expected HOST:PORT.')
      : await attempt('ports', `Port ${listen.port} of ${listen.host} is free.`, () =>
          checkPort(listen.host, listen.port),
        ),
    await attempt('program', 'CometBFT is installed.', () => findCometbft(environment)),
    ...(tls === undefined
      ? []
      : [await attempt('certificate', 'The certificate is in force.', () => readTls(tls, nowMs()))]),
    ...(isSafe
      ? []
      : [
          warn(
            'certificate',
            `The node listens on ${host} without HTTPS. Set SUYUAN_TLS_CERTIFICATE and SUYUAN_TLS_KEY, or put a proxy before it.`,
          ),
        ]),
  ];
}

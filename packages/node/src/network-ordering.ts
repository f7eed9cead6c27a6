// Gives each node of a network its connection to the order of statements: one sequencer in the process (`solo`), or a
// CometBFT process beside each node (`cometbft`), whose peers are in this process or elsewhere.
import { hkdfSync } from 'node:crypto';
import { join } from 'node:path';

import { activeKeyOf, organizationsOf, viewOf } from '@suyuan/ledger';
import type { LedgerState } from '@suyuan/ledger';
import { equalBytes } from '@suyuan/log';
import { nativeCrypto, nativeSigner } from '@suyuan/native-crypto';
import type { Logger } from 'pino';

import type { Place } from './addresses/announcement.ts';
import type { Clock } from './clock.ts';
import type { Reach } from './crash-point.ts';
import { openDatabase } from './database/database.ts';
import { migrate } from './database/migrate.ts';
import { StartupFault } from './fault.ts';
import { readPrivateFile } from './keys/private-file.ts';
import { validatorKeysOf } from './ledger-store/validator-changes.ts';
import { reservePort } from './free-port.ts';
import { createCometbftOrdering } from './ordering/cometbft/cometbft-ordering.ts';
import type { EngineIdentity, Peer } from './ordering/cometbft/engine-identity.ts';
import { readSeed } from './ordering/cometbft/node-identity.ts';
import type { ProfileName } from './ordering/cometbft/profile.ts';
import { findCometbft } from './ordering/cometbft/program.ts';
import type { Ordering } from './ordering/ordering.ts';
import { openSoloSequencer } from './ordering/solo-sequencer.ts';
import type { StartedParts } from './started-parts.ts';

/** Who puts statements in order. */
export type OrderingKind = 'solo' | 'cometbft';

/** What `SUYUAN_ORDERING` says; `solo` unless it says something. */
export function readOrderingKind(environment: NodeJS.ProcessEnv): OrderingKind {
  const text = environment['SUYUAN_ORDERING'] ?? '';
  if (text === '' || text === 'solo') return 'solo';
  if (text === 'cometbft') return 'cometbft';
  throw new StartupFault(
    'configuration_invalid',
    `SUYUAN_ORDERING=${text} is not usable: expected solo or cometbft.`,
  );
}

/** A member of the network whose node is in this process. */
export interface OrderingMember {
  readonly organization: string;
  /** Its folder, with its keys. */
  readonly folder: string;
}

/** A host and a port. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** An organisation whose node runs elsewhere. */
export interface RemoteMember {
  readonly organization: string;
  readonly name: string;
  /** Base address of its node. */
  readonly url: string;
  /** Where its CometBFT takes connections. */
  readonly consensus: HostPort;
  /** Its transport key when this was written, raw: a node that is behind does not know it from the ledger yet. */
  readonly transportKey?: Uint8Array | undefined;
}

/** What the only member of this process needs to take part in a network whose other nodes run elsewhere. */
export interface RemoteNetwork {
  /** As the others reach it; undefined where it is not known. */
  readonly own: RemoteMember | undefined;
  /** Where this node has moved since the network was made; undefined where it never has. */
  readonly movedTo?: Place | undefined;
  readonly others: readonly RemoteMember[];
  /** Where its own CometBFT listens. */
  readonly listen: HostPort;
  readonly profile: ProfileName;
}

/** What a node knows by now of the others. */
export interface KnownNetwork {
  readonly state: LedgerState;
  /** Where the CometBFT of an organisation takes connections, where that is known. */
  readonly consensusOf: (organization: string) => HostPort | undefined;
}

/** What opening needs. */
export interface OrderingDeps {
  readonly genesis: Uint8Array;
  /** URL of a database for the sequencer, made when it is asked for. */
  readonly sequencerUrl: () => Promise<string>;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly reach: Reach;
  readonly onBroken: (error: unknown) => void;
  /** Undefined: every node of the network is in this process. */
  readonly remote?: RemoteNetwork | undefined;
  /** What the node of a member knows. Asked once the ordering is started, not before. */
  readonly knownBy: (organization: string) => KnownNetwork;
}

/** One connection for each member, in their order. */
export async function openOrderings(
  kind: OrderingKind,
  members: readonly OrderingMember[],
  started: StartedParts,
  deps: OrderingDeps,
): Promise<readonly Ordering[]> {
  if (kind === 'cometbft') return await openConsensus(members, deps);
  const database = openDatabase({ url: await deps.sequencerUrl(), connectionsMax: 3 });
  started.push(async () => await database.close());
  await migrate(database);
  const sequencer = await openSoloSequencer({ ...deps, database });
  started.push(async () => await sequencer.close());
  return members.map(() => sequencer.connect());
}

/** Where all nodes are in this process, the ports of CometBFT are free ones, found anew at each start. */
async function openConsensus(
  members: readonly OrderingMember[],
  { genesis, logger, onBroken, remote, knownBy }: OrderingDeps,
): Promise<readonly Ordering[]> {
  const program = await findCometbft(process.env);
  const places: (OrderingMember & HostPort)[] = [];
  for (const member of members)
    places.push({ ...member, ...(remote?.listen ?? { host: '127.0.0.1', port: await reservePort() }) });
  const identityOf = async ({ organization, folder }: OrderingMember): Promise<EngineIdentity> => {
    const { transport, validator } = await readEngineSeeds(folder);
    const known = knownBy(organization);
    const here = places.filter((place) => place.organization !== organization);
    return {
      transportKey: { seed: transport },
      validatorKey: { seed: validator },
      peers:
        remote === undefined
          ? await Promise.all(here.map(peerInProcess))
          : peersElsewhere(known, organization, remote.others),
      others: transportKeysOf(known.state),
      validators: validatorKeysOf(nativeCrypto, known.state),
    };
  };
  return places.map((place) =>
    createCometbftOrdering({
      organization: place.organization,
      home: engineHomeOf(place.folder),
      program,
      genesis,
      crypto: nativeCrypto,
      identity: async () => await identityOf(place),
      listen: place,
      profile: remote?.profile ?? 'local',
      logger: logger.child({ organization: place.organization }),
      onBroken,
    }),
  );
}

/** The home of the CometBFT of a member with this folder. */
export function engineHomeOf(folder: string): string {
  return join(folder, 'cometbft');
}

/** Seeds of the keys that a CometBFT process signs with. */
export interface EngineSeeds {
  readonly transport: Uint8Array;
  readonly validator: Uint8Array;
}

/** Those of the member with this folder, as its key files are now; throws where it has no transport key. */
export async function readEngineSeeds(folder: string): Promise<EngineSeeds> {
  const transport = await readKey(folder, 'transport');
  if (transport === undefined) {
    const path = join(keysOf(folder), 'transport.pem');
    throw new StartupFault('key_file_invalid', `the key file ${path} is missing`);
  }
  // Without a vote it signs nothing, so a key may be there before the ledger gives it one.
  return { transport, validator: (await readKey(folder, 'validator')) ?? votelessKey(transport) };
}

async function peerInProcess({ organization, folder, host, port }: OrderingMember & HostPort): Promise<Peer> {
  const transport = (await readKey(folder, 'transport')) ?? new Uint8Array(32);
  return { organization, publicKey: nativeSigner(transport).publicKey, host, port };
}

/**
 * Every organisation of the ledger with a node, by the transport key that is in force there; and, since this node may
 * be behind, every one of the peers file by the key that stands in it.
 */
function peersElsewhere(
  { state, consensusOf }: KnownNetwork,
  own: string,
  others: readonly RemoteMember[],
): readonly Peer[] {
  const view = viewOf(nativeCrypto, state);
  const fromLedger = organizationsOf(view).flatMap((organization): Peer[] => {
    const key = activeKeyOf(view, organization, 'transport');
    const place = consensusOf(organization);
    return key === undefined || place === undefined || organization === own
      ? []
      : [{ organization, publicKey: key.publicKey, ...place }];
  });
  const fromFile = others.flatMap(({ organization, transportKey, consensus }): Peer[] => {
    const isKnown = fromLedger.some(
      (peer) =>
        peer.organization === organization && transportKey && equalBytes(peer.publicKey, transportKey),
    );
    return transportKey === undefined || isKnown
      ? []
      : [{ organization, publicKey: transportKey, ...(consensusOf(organization) ?? consensus) }];
  });
  return [...fromLedger, ...fromFile];
}

/** Of every organisation of the ledger that has one in force. */
function transportKeysOf(state: LedgerState): readonly Uint8Array[] {
  const view = viewOf(nativeCrypto, state);
  return organizationsOf(view).flatMap((organization) => {
    const key = activeKeyOf(view, organization, 'transport');
    return key === undefined ? [] : [key.publicKey];
  });
}

function keysOf(folder: string): string {
  return join(folder, 'keys');
}

/** Where the transport key is lost, the one that is to replace it: by it the others know this node once they have the change. */
async function readKey(folder: string, purpose: 'transport' | 'validator'): Promise<Uint8Array | undefined> {
  const names = purpose === 'transport' ? ['transport.pem', 'transport.next.pem'] : ['validator.pem'];
  for (const name of names) {
    const pem = await readPrivateFile(join(keysOf(folder), name));
    if (pem !== undefined) return readSeed(pem);
  }
  return undefined;
}

/** CometBFT wants a validator key of observers too. This one is in no ledger. */
function votelessKey(transport: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', transport, '', 'suyuan/voteless/v1', 32));
}

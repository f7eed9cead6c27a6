// Gives each node of a network its connection to the order of statements: one sequencer in the process (`solo`), or a
// CometBFT process beside each node (`cometbft`), whose peers are in this process or elsewhere.
import { hkdfSync } from 'node:crypto';
import { join } from 'node:path';

import { parseGenesis } from '@suyuan/ledger';
import type { OrganizationRole } from '@suyuan/ledger';
import { assert } from '@suyuan/log';
import { nativeCrypto, nativeSigner } from '@suyuan/native-crypto';
import type { Logger } from 'pino';

import type { Clock } from './clock.ts';
import type { Reach } from './crash-point.ts';
import { openDatabase } from './database/database.ts';
import { migrate } from './database/migrate.ts';
import { StartupFault } from './fault.ts';
import { readPrivateFile } from './keys/private-file.ts';
import { createCometbftOrdering, freePort } from './ordering/cometbft/cometbft-ordering.ts';
import type { CometbftOptions } from './ordering/cometbft/cometbft-ordering.ts';
import type { Peer } from './ordering/cometbft/home-files.ts';
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
  readonly role: OrganizationRole;
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
}

/** What the only member of this process needs to take part in a network whose other nodes run elsewhere. */
export interface RemoteNetwork {
  readonly others: readonly RemoteMember[];
  /** Where its own CometBFT listens. */
  readonly listen: HostPort;
  readonly profile: ProfileName;
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
  { genesis, logger, onBroken, remote }: OrderingDeps,
): Promise<readonly Ordering[]> {
  const program = await findCometbft(process.env);
  const places: (Pick<CometbftOptions, 'home' | 'organization' | 'transportKey' | 'validatorKey'> & Peer)[] =
    [];
  for (const { organization, role, folder } of members) {
    const transport = await readKey(folder, 'transport');
    places.push({
      organization,
      home: join(folder, 'cometbft'),
      transportKey: { seed: transport },
      validatorKey: {
        seed: role === 'validator' ? await readKey(folder, 'validator') : votelessKey(transport),
      },
      publicKey: nativeSigner(transport).publicKey,
      ...(remote?.listen ?? { host: '127.0.0.1', port: await freePort() }),
    });
  }
  const elsewhere = remotePeers(genesis, remote?.others ?? []);
  return places.map((place) =>
    createCometbftOrdering({
      ...place,
      program,
      genesis,
      crypto: nativeCrypto,
      listen: place,
      peers: [...places.filter((other) => other !== place), ...elsewhere],
      profile: remote?.profile ?? 'local',
      logger: logger.child({ organization: place.organization }),
      onBroken,
    }),
  );
}

/** The transport keys that name them are those of the genesis. */
function remotePeers(genesis: Uint8Array, others: readonly RemoteMember[]): readonly Peer[] {
  const parsed = parseGenesis(genesis);
  assert(parsed.ok, 'the genesis was read before anything was started from it');
  return others.flatMap(({ organization, consensus }) => {
    const registered = parsed.value.organizations.find((one) => one.organization === organization);
    const key = registered?.keys.find(({ purpose }) => purpose === 'transport');
    return key === undefined ? [] : [{ publicKey: key.publicKey, ...consensus }];
  });
}

async function readKey(folder: string, purpose: 'transport' | 'validator'): Promise<Uint8Array> {
  const path = join(folder, 'keys', `${purpose}.pem`);
  const pem = await readPrivateFile(path);
  if (pem === undefined) throw new StartupFault('key_file_invalid', `the key file ${path} is missing`);
  return readSeed(pem);
}

/** CometBFT wants a validator key of observers too. This one is in no ledger. */
function votelessKey(transport: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', transport, '', 'suyuan/voteless/v1', 32));
}

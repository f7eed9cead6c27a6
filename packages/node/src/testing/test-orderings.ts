// For tests: gives the nodes of a network in one process their orderings, by the engine of the run. `SUYUAN_ORDERING`
// names it as it does for every other network: one sequencer for all (`solo`, unless said), or a CometBFT process for
// each node (`cometbft`).
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { LedgerState } from '@suyuan/ledger';
import { nativeCrypto, nativeSigner } from '@suyuan/native-crypto';

import { systemClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { reachNothing } from '../crash-point.ts';
import type { Database } from '../database/database.ts';
import { reservePort } from '../free-port.ts';
import { validatorKeysOf } from '../ledger-store/validator-changes.ts';
import { createLogger } from '../logger.ts';
import { readOrderingKind } from '../network-ordering.ts';
import type { EngineSeeds, OrderingKind } from '../network-ordering.ts';
import { createCometbftOrdering } from '../ordering/cometbft/cometbft-ordering.ts';
import type { Peer } from '../ordering/cometbft/engine-identity.ts';
import { findCometbft } from '../ordering/cometbft/program.ts';
import type { Ordering } from '../ordering/ordering.ts';
import { openSoloSequencer } from '../ordering/solo-sequencer.ts';
import { testDatabase } from './test-database.ts';

/** A node that is to be connected. */
export interface OrderedMember {
  readonly organization: string;
  /** Its keys at this moment. */
  readonly seeds: () => Promise<EngineSeeds>;
  /** What it knows. Asked once the ordering is started. */
  readonly state: () => LedgerState;
}

/** Where the nodes of one network are connected. */
export interface TestOrderings extends AsyncDisposable {
  /** Once for each start of a node; what a node left behind at its last stop is there again. */
  readonly connect: (member: OrderedMember) => Promise<Ordering>;
}

/** What opening needs. */
export interface TestOrderingsOptions {
  readonly genesis: Uint8Array;
  readonly onBroken: (error: unknown) => void;
  readonly clock?: Clock;
  /** The engine; that of the run unless given. */
  readonly ordering?: OrderingKind;
}

/** Opens it; dispose of it after all orderings have stopped. */
export async function openTestOrderings(options: TestOrderingsOptions): Promise<TestOrderings> {
  const { ordering = readOrderingKind(process.env) } = options;
  return ordering === 'solo' ? await openSolo(options) : await openConsensus(options);
}

async function openSolo({ onBroken, clock = systemClock }: TestOrderingsOptions): Promise<TestOrderings> {
  const database: Database & AsyncDisposable = await testDatabase();
  const logger = createLogger('silent');
  const sequencer = await openSoloSequencer({ database, logger, clock, reach: reachNothing, onBroken });
  return {
    connect: async () => sequencer.connect(),
    [Symbol.asyncDispose]: async () => {
      await sequencer.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

interface Place {
  readonly port: number;
  readonly seeds: OrderedMember['seeds'];
}

async function openConsensus({ genesis, onBroken }: TestOrderingsOptions): Promise<TestOrderings> {
  const program = await findCometbft(process.env);
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-engines-'));
  const places = new Map<string, Place>();
  return {
    connect: async ({ organization, seeds, state }) => {
      const place = { port: places.get(organization)?.port ?? (await reservePort()), seeds };
      places.set(organization, place);
      return createCometbftOrdering({
        program,
        home: join(folder, organization),
        organization,
        genesis,
        crypto: nativeCrypto,
        identity: async () => {
          const { transport, validator } = await seeds();
          return {
            transportKey: { seed: transport },
            validatorKey: { seed: validator },
            peers: await peersOf(places, organization),
            others: [],
            validators: validatorKeysOf(nativeCrypto, state()),
          };
        },
        listen: { host: '127.0.0.1', port: place.port },
        profile: 'local',
        logger: createLogger('silent'),
        onBroken,
      });
    },
    [Symbol.asyncDispose]: async () => await rm(folder, { recursive: true, force: true }),
  };
}

/** All others that were ever connected, by the keys that they have now. */
async function peersOf(places: ReadonlyMap<string, Place>, organization: string): Promise<Peer[]> {
  const others = [...places].filter(([id]) => id !== organization);
  return await Promise.all(
    others.map(async ([id, { port, seeds }]) => {
      const { publicKey } = nativeSigner((await seeds()).transport);
      return { organization: id, publicKey, host: '127.0.0.1', port };
    }),
  );
}

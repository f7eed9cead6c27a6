// The replication of one node put together: the signed client, the door for other nodes, receiving, serving and
// pulling payloads (spec/replication.md).
import { keyIdOf } from '@suyuan/ledger';
import type { Entry, LedgerState } from '@suyuan/ledger';
import type { Signer } from '@suyuan/log';
import { encodeHex } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import type { Logger } from 'pino';

import type { Clock, RandomBytes } from '../clock.ts';
import type { Reach } from '../crash-point.ts';
import type { Database } from '../database/database.ts';
import type { AppPlugin } from '../http/app.ts';
import { peerPlugin } from '../http/routes/peer.ts';
import type { Metrics } from '../metrics.ts';
import { createPeerClient } from './peer-client.ts';
import type { PeerClient } from './peer-client.ts';
import { createPeerGuard } from './peer-guard.ts';
import type { PeerGuard } from './peer-guard.ts';
import { createPullWorker } from './pull-payloads.ts';
import type { PullWorker } from './pull-payloads.ts';
import { createReceiver } from './receive-payload.ts';
import { createPayloadServer } from './serve-payload.ts';

/** What replication needs. */
export interface ReplicationOptions {
  readonly database: Database;
  readonly state: () => LedgerState;
  readonly onApplied: (listener: (block: { readonly entries: readonly Entry[] }) => void) => void;
  readonly network: Uint8Array;
  readonly organization: string;
  /** The keys of this organisation for these two purposes. */
  readonly signers: { readonly statement: Signer; readonly transport: Signer };
  /** The base address of a member's node, where it is known. */
  readonly addressOf: (organization: string) => string | undefined;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly reach: Reach;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Gets what no retry can mend: a bug. */
  readonly onBroken: (error: unknown) => void;
  /** For tests: milliseconds after each attempt to fetch a missing payload. */
  readonly pullPauseMs?: (attempt: number) => number;
}

/** The replication of one node. */
export interface Replication {
  readonly client: PeerClient;
  /** Shared by all routes below `/peer`, since it remembers the nonces. */
  readonly guard: PeerGuard;
  readonly plugin: AppPlugin;
  readonly pull: PullWorker;
  readonly stop: () => Promise<void>;
}

/** Puts it together; `pull.start` begins to fetch what is missing. */
export function createReplication(options: ReplicationOptions): Replication {
  const { signers, clock, pullPauseMs } = options;
  const client = createPeerClient({
    networkHex: encodeHex(options.network),
    // Asked anew for each request: the key may be replaced while the node runs.
    get keyIdHex() {
      return encodeHex(keyIdOf(nativeCrypto, signers.transport.publicKey));
    },
    signer: signers.transport,
    addressOf: options.addressOf,
    nowMs: () => clock.now(),
    random: options.random,
  });
  const guard = createPeerGuard(options);
  const pull = createPullWorker({
    ...options,
    client,
    ...(pullPauseMs === undefined ? {} : { pauseMs: pullPauseMs }),
  });
  return {
    client,
    guard,
    plugin: peerPlugin({
      guard,
      receive: createReceiver({ ...options, signer: signers.statement }),
      serve: createPayloadServer(options),
      metrics: options.metrics,
      logger: options.logger,
    }),
    pull,
    stop: async () => {
      client.stop();
      await pull.stop();
    },
  };
}

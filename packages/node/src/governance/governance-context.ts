// What governance works with: one object for all files of this slice.
import type { LedgerState } from '@suyuan/ledger';
import type { Crypto, Rejection, Result, Signer } from '@suyuan/log';
import type { Logger } from 'pino';

import type { Clock, RandomBytes } from '../clock.ts';
import type { Reach } from '../crash-point.ts';
import type { Database } from '../database/database.ts';
import type { PeerAddresses } from '../addresses/peer-addresses.ts';
import type { KeyRing } from './key-ring.ts';

/** The surroundings of governance at one organisation's node. */
export interface GovernanceContext {
  readonly database: Database;
  readonly crypto: Crypto;
  readonly state: () => LedgerState;
  readonly network: Uint8Array;
  readonly organization: string;
  /** The statement key of this organisation. */
  readonly signer: Signer;
  /** All keys of this node. */
  readonly keys: KeyRing;
  readonly peers: PeerAddresses;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly reach: Reach;
  readonly logger: Logger;
  /** Hands a statement to the ordering; the same bytes may be handed over again. */
  readonly submit: (statement: Uint8Array) => Promise<Result<void, Rejection>>;
}

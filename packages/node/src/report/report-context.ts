// What reporting works with, and the words for where a batch stands.
import type { LedgerState } from '@suyuan/ledger';
import type { Rejection, Result, Signer } from '@suyuan/log';
import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import type { Reach } from '../crash-point.ts';
import type { Database } from '../database/database.ts';
import type { PeerClient } from '../replication/peer-client.ts';
import type { MemberProblem } from './collect-acknowledgements.ts';

/** The surroundings of the report worker of one organisation. */
export interface ReportContext {
  readonly database: Database;
  readonly state: () => LedgerState;
  /** Hands a statement to the ordering; the same bytes may be handed over again. */
  readonly submit: (statement: Uint8Array) => Promise<Result<void, Rejection>>;
  readonly network: Uint8Array;
  readonly organization: string;
  /** The statement key of this organisation. */
  readonly signer: Signer;
  readonly client: PeerClient;
  readonly clock: Clock;
  readonly reach: Reach;
  readonly logger: Logger;
}

/** What a batch is doing. */
export type BatchStep = 'reading' | 'acknowledging' | 'ordering';

/** Why a batch stands still. It is tried again by itself. */
export type BatchWait =
  | {
      readonly code: 'waiting_for_organizations';
      readonly needed: number;
      readonly have: number;
      readonly problems: readonly MemberProblem[];
    }
  | { readonly code: 'waiting_for_order'; readonly reason: string }
  | { readonly code: 'waiting_for_database'; readonly reason: string }
  | { readonly code: 'waiting_for_key' }
  | { readonly code: 'channel_missing' };

// What a CometBFT process is to the others: the keys that it signs with, whom it calls, and whose votes count. All of
// it follows the ledger and may change while the process runs (spec/ordering.md, O7 and O11).
import { equalBytes } from '@suyuan/log';

import type { ValidatorKey } from '../../ledger-store/validator-changes.ts';
import type { KeyPair } from './node-identity.ts';
import { nodeIdOf } from './node-identity.ts';

/** Where a process of the network takes connections of the others. */
export interface Peer {
  readonly organization: string;
  /** Its registered transport key. */
  readonly publicKey: Uint8Array;
  readonly host: string;
  readonly port: number;
}

/** One process among the others. */
export interface EngineIdentity {
  /** An observer has a key too, which has no vote. */
  readonly validatorKey: KeyPair;
  readonly transportKey: KeyPair;
  /** The processes of the other organisations. One may stand there twice, with the keys that it may have by now. */
  readonly peers: readonly Peer[];
  /** Transport keys of those who may connect beside the peers, since no address of theirs is known. */
  readonly others: readonly Uint8Array[];
  /** Who votes on the next block. */
  readonly validators: readonly ValidatorKey[];
}

/** Whether the process would have to be started anew to be the other one: it reads its keys at its start only. */
export function hasSameKeys(a: EngineIdentity, b: EngineIdentity): boolean {
  return (
    equalBytes(a.validatorKey.seed, b.validatorKey.seed) &&
    equalBytes(a.transportKey.seed, b.transportKey.seed)
  );
}

/** Ids of all whose connection is taken. */
export function knownIds({ peers, others }: EngineIdentity): ReadonlySet<string> {
  return new Set([...peers.map(({ publicKey }) => publicKey), ...others].map(nodeIdOf));
}

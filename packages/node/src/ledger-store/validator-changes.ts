// Whose votes the engine counts, as the ledger says it: the validator keys in force after a block against those in
// force after the block before (spec/ordering.md, O6).
import type { LedgerState } from '@suyuan/ledger';
import { activeKeyOf, validatorsOf, viewOf } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';
import { encodeHex } from '@suyuan/log';

import type { ValidatorChange } from '../ordering/ordering.ts';

/** A validator and the key that it votes with. */
export interface ValidatorKey {
  readonly organization: string;
  /** Raw Ed25519 key, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** Who votes on the block after this state, ascending by organisation. */
export function validatorKeysOf(crypto: Crypto, state: LedgerState): readonly ValidatorKey[] {
  const view = viewOf(crypto, state);
  return validatorsOf(view).flatMap((organization) => {
    const key = activeKeyOf(view, organization, 'validator');
    return key === undefined ? [] : [{ organization, publicKey: key.publicKey }];
  });
}

/**
 * The keys that come and go between two states, ascending. A key is in force from the height that the statement
 * named, so a block may change the set without holding a statement about it.
 */
export function validatorChanges(
  crypto: Crypto,
  before: LedgerState,
  after: LedgerState,
): readonly ValidatorChange[] {
  const old = namedKeys(crypto, before);
  const now = namedKeys(crypto, after);
  const changed = [...old.keys(), ...now.keys()].filter((name) => old.has(name) !== now.has(name));
  return changed.sort().flatMap((name) => {
    const publicKey = now.get(name) ?? old.get(name);
    return publicKey === undefined ? [] : [{ publicKey, votes: now.has(name) }];
  });
}

function namedKeys(crypto: Crypto, state: LedgerState): ReadonlyMap<string, Uint8Array> {
  return new Map(validatorKeysOf(crypto, state).map(({ publicKey }) => [encodeHex(publicKey), publicKey]));
}

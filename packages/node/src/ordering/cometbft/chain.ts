// What the genesis of a network says to CometBFT: the name of the chain, who votes first, and the parameters that
// every node must have alike. All of it follows from the bytes of the genesis (spec/ordering.md, O6 and O7).
import { networkIdOf, STATEMENT_BYTES_MAX, genesisState } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';
import { assert, encodeHex } from '@suyuan/log';

import type { ValidatorKey } from '../../ledger-store/validator-changes.ts';
import { validatorKeysOf } from '../../ledger-store/validator-changes.ts';

/** Version of the application in block headers. */
export const APP_VERSION = 1n;
/**
 * Each validator has the same vote. More than 1, since CometBFT rounds a third of the sum down: of 4 validators with 1
 * each it takes every one for a third, without whom no block can be made, and such a one never asks for blocks that it
 * missed but waits for them to be told, three a second.
 */
export const VOTING_POWER = 10n;
/** Bytes of a block: statements, the votes on the block before, evidence. */
export const BLOCK_BYTES_MAX: number = 4 * 1024 * 1024;
/** Statements of a block: so few that checking and applying it does not hold up requests. */
export const BLOCK_STATEMENTS_MAX = 512;
/** Bytes that a block spends on a statement beside the statement: a tag and a length below 2^21. */
export const TX_OVERHEAD_BYTES = 4;
/** Longest statement that is gossiped. */
export const TX_BYTES_MAX: number = STATEMENT_BYTES_MAX;

/** The chain of one network. */
export interface Chain {
  readonly chainId: string;
  /** Who votes from the first block on, ascending by organisation. */
  readonly validators: readonly ValidatorKey[];
}

/** The chain that a genesis begins. The genesis was accepted by the ledger before. */
export function chainOf(crypto: Crypto, genesis: Uint8Array): Chain {
  const state = genesisState(crypto, genesis);
  assert(state.ok, 'the ledger has accepted the genesis');
  return {
    // At most 50 characters; 128 bits of the network id are plenty to tell networks apart.
    chainId: `suyuan-${encodeHex(networkIdOf(crypto, genesis)).slice(0, 32)}`,
    validators: validatorKeysOf(crypto, state.value),
  };
}

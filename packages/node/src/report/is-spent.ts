// How long a signed statement of this node may still be ordered, for batches and governance acts alike.
import {
  isKeyValid,
  keyIdOf,
  keyOf,
  parseStatement,
  sequenceOf,
  statusOfSequence,
  viewOf,
} from '@suyuan/ledger';
import type { LedgerState } from '@suyuan/ledger';
import type { Signer } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

/** Blocks within which a signed statement must be ordered. */
export const VALID_BLOCKS = 300;

/** What a row keeps of a signed statement. */
export interface SignedStatement {
  readonly sequence: number;
  readonly lastValidHeight: number;
  readonly statement: Uint8Array;
}

/**
 * Whether a statement can never be ordered any more: this node has applied every height at which it was valid, the
 * ledger has given its number away, or its key has ended. Its own order would have changed the row in the same
 * transaction.
 */
export function isSpent(
  context: { readonly state: () => LedgerState; readonly organization: string },
  { sequence, lastValidHeight, statement }: SignedStatement,
): boolean {
  const state = context.state();
  if (state.height >= lastValidHeight) return true;
  const view = viewOf(nativeCrypto, state);
  if (statusOfSequence(sequenceOf(view, context.organization), sequence) === 'spent') return true;
  const parsed = parseStatement(statement);
  const key = parsed.ok ? keyOf(view, parsed.value.keyId) : undefined;
  return key === undefined || !isKeyValid(key, view.height);
}

/**
 * Whether the next block would take what the statement key of this node signs. It would not where the key was replaced
 * elsewhere, or is not registered yet; then nothing is signed, since each attempt would use up a number.
 */
export function holdsStatementKey(context: {
  readonly state: () => LedgerState;
  readonly organization: string;
  readonly signer: Signer;
}): boolean {
  const state = context.state();
  const view = viewOf(nativeCrypto, state, state.height + 1);
  const key = keyOf(view, keyIdOf(nativeCrypto, context.signer.publicKey));
  return (
    key?.organization === context.organization && key.purpose === 'statement' && isKeyValid(key, view.height)
  );
}

// Whether a checkpoint counts: signed by the log and cosigned by enough validators of the policy, and since when
// (spec/receipt.md, V5 to V7).
import type { Checkpoint, Crypto, Rejection, Result } from '@suyuan/log';
import { ok, reject, verifyCheckpoint } from '@suyuan/log';

import type { TrustPolicy } from './trust-policy.ts';

/** A checkpoint that a quorum of the policy's validators cosigned. */
export interface TrustedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** Ids of the validators that cosigned. */
  readonly cosignedBy: readonly string[];
  /** Unix seconds: with at most f validators faulty, an honest one had seen the checkpoint by then. */
  readonly noLaterThan: number;
}

/** Why a checkpoint does not count. */
export type CheckpointQuorumRejection =
  | (Rejection<'checkpoint_malformed'> & { readonly cause: string })
  | Rejection<'checkpoint_of_another_log'>
  | (Rejection<'checkpoint_signature_invalid'> & { readonly name: string })
  | Rejection<'log_signature_missing'>
  | (Rejection<'cosignatures_too_few'> & { readonly found: number; readonly needed: number });

/**
 * Checks a signed note against the policy: a log signature of at least one validator, cosignatures of a quorum of
 * distinct ones, none by a known key false. Lines of keys that the policy does not know count for nothing.
 */
export function verifyCheckpointQuorum(
  crypto: Crypto,
  policy: TrustPolicy,
  note: Uint8Array,
): Result<TrustedCheckpoint, CheckpointQuorumRejection> {
  const keys = policy.validators.flatMap(({ logKey, cosigningKey }) => [logKey, cosigningKey]);
  const verified = verifyCheckpoint(crypto, note, policy.origin, keys);
  if (!verified.ok) {
    const { error } = verified;
    if (error.code === 'checkpoint_origin_mismatch') return reject({ code: 'checkpoint_of_another_log' });
    if (error.code === 'note_signature_invalid') {
      return reject({ code: 'checkpoint_signature_invalid', name: error.name });
    }
    if (error.code === 'note_unsigned') return reject({ code: 'log_signature_missing' });
    return reject({ code: 'checkpoint_malformed', cause: error.code });
  }
  const times = new Map(verified.value.signatures.map(({ key, timeSeconds }) => [key, timeSeconds]));
  if (!policy.validators.some(({ logKey }) => times.has(logKey)))
    return reject({ code: 'log_signature_missing' });
  const cosignedBy: string[] = [];
  const cosignedAt: number[] = [];
  for (const { organization, cosigningKey } of policy.validators) {
    const time = times.get(cosigningKey);
    if (time === undefined) continue;
    cosignedBy.push(organization);
    cosignedAt.push(time);
  }
  const noLaterThan = cosignedAt.sort((a, b) => a - b)[policy.faultyMax];
  if (cosignedBy.length < policy.quorum || noLaterThan === undefined) {
    return reject({ code: 'cosignatures_too_few', found: cosignedBy.length, needed: policy.quorum });
  }
  return ok({ checkpoint: verified.value.checkpoint, cosignedBy, noLaterThan });
}

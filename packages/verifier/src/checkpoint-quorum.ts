// Whether a checkpoint counts: signed by the log and cosigned by enough validators of the policy, and since when
// (spec/receipt.md, V5 to V7).
import type { Checkpoint, Crypto, Note, NoteKey, Rejection, Result, SignatureRejection } from '@suyuan/log';
import { isSignatureOf, ok, parseCheckpoint, parseNote, reject, verifyNote } from '@suyuan/log';

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
 * Checks a signed note against the policy: signed with one of its log keys, cosigned by a quorum of its distinct
 * validators, by none of them falsely. Lines of keys that the policy does not know count for nothing, and so do log
 * signatures after the first.
 */
export function verifyCheckpointQuorum(
  crypto: Crypto,
  policy: TrustPolicy,
  bytes: Uint8Array,
): Result<TrustedCheckpoint, CheckpointQuorumRejection> {
  const note = parseNote(bytes);
  if (!note.ok) return reject({ code: 'checkpoint_malformed', cause: note.error.code });
  const checkpoint = parseCheckpoint(note.value.text);
  if (!checkpoint.ok) return reject({ code: 'checkpoint_malformed', cause: checkpoint.error.code });
  if (checkpoint.value.origin !== policy.origin) return reject({ code: 'checkpoint_of_another_log' });

  const logKey = policy.validators.find(({ logKey: key }) => hasLineOf(note.value, key))?.logKey;
  if (logKey === undefined) return reject({ code: 'log_signature_missing' });
  const keys = [logKey, ...policy.validators.map(({ cosigningKey }) => cosigningKey)];
  const verified = verifyNote(crypto, note.value, keys);
  if (!verified.ok) return reject({ code: 'checkpoint_signature_invalid', name: nameIn(verified.error) });

  const times = new Map(verified.value.map(({ key, timeSeconds }) => [key, timeSeconds]));
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
  return ok({ checkpoint: checkpoint.value, cosignedBy, noLaterThan });
}

function hasLineOf(note: Note, key: NoteKey): boolean {
  return note.signatures.some((signature) => isSignatureOf(signature, key));
}

function nameIn(rejection: SignatureRejection): string {
  return rejection.code === 'note_signature_invalid' ? rejection.name : '';
}

// A member's signed word that it stores a payload (spec/record.md, R13 and R14). It names everything that tells one
// batch from another, so that it can't be used for a second one.
import type { Crypto, Signer } from '@suyuan/log';
import { encodeCbor } from '@suyuan/log';

import type { Codec } from './codec.ts';
import { tuple } from './codec.ts';
import { bytes32, bytes64, organizationId } from './identifiers.ts';

/** What is acknowledged. */
export interface AcknowledgedBatch {
  readonly network: Uint8Array;
  readonly channel: number;
  readonly reporter: string;
  /** The sequence number of the batch statement to come. */
  readonly sequence: number;
  readonly recordKind: string;
  readonly count: number;
  /** Bytes of the payload. */
  readonly size: number;
  readonly root: Uint8Array;
}

/** One acknowledgement as it stands in a batch statement. */
export interface Acknowledgement {
  readonly organization: string;
  /** The member's statement key. */
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

/** An acknowledgement as data. */
export const acknowledgement: Codec<Acknowledgement> = tuple<Acknowledgement>({
  organization: organizationId,
  keyId: bytes32,
  signature: bytes64,
});

/** The bytes that a member signs with its statement key. */
export function acknowledgementBytes(batch: AcknowledgedBatch): Uint8Array {
  return encodeCbor([
    'suyuan/acknowledgement/v1',
    batch.network,
    batch.channel,
    batch.reporter,
    batch.sequence,
    batch.recordKind,
    batch.count,
    batch.size,
    batch.root,
  ]);
}

/** The signature of a member. Sign only what is checked and on disk. */
export function signAcknowledgement(batch: AcknowledgedBatch, signer: Signer): Uint8Array {
  return signer.sign(acknowledgementBytes(batch));
}

/** Whether this key acknowledged this batch. Whose key it is, is for the ledger to say. */
export function verifyAcknowledgement(
  crypto: Crypto,
  batch: AcknowledgedBatch,
  publicKey: Uint8Array,
  signature: Uint8Array,
): boolean {
  return crypto.verifyEd25519(publicKey, acknowledgementBytes(batch), signature);
}

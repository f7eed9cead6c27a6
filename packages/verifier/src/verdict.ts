// What verification ends in: the verdict on a receipt, or the one reason why there is none.
import type { RecordName, VoidMode } from '@suyuan/ledger';
import type { Rejection } from '@suyuan/log';

import type { CheckpointQuorumRejection } from './checkpoint-quorum.ts';
import type { PartName } from './disclosure.ts';
import type { DocumentRejection } from './document.ts';
import type { ProvenStateRejection } from './proven-state.ts';
import type { TrustPolicyRejection } from './trust-policy.ts';
import type { RecordRejection } from './verify-records.ts';

/** A void of a record, as of the status checkpoint. */
export interface RecordVoid {
  /** The entry of the void. */
  readonly entry: number;
  readonly mode: VoidMode;
  /** The record that replaces it. */
  readonly replacement: RecordName | undefined;
}

/** One record that the receipt proves. */
export interface VerdictRecord {
  readonly leaf: number;
  readonly voided: RecordVoid | undefined;
}

/** What a valid bundle proves. */
export interface BundleVerdict {
  readonly form: 'bundle';
  readonly network: Uint8Array;
  /** Whose key signed the batch. */
  readonly organization: string;
  readonly channel: number;
  readonly recordKind: string;
  readonly entry: number;
  readonly records: readonly VerdictRecord[];
  /** What the organisation says about when it made the batch, Unix seconds: a claim, not evidence. */
  readonly createdAt: number;
  /** The organisation's key had signed by this time, Unix seconds. */
  readonly noLaterThan: number;
  /** The tree size as of which the voids are known. */
  readonly statusSize: number;
  /** Unix seconds of the status, as `noLaterThan` is of the receipt. */
  readonly statusNoLaterThan: number;
  readonly cosignedBy: readonly string[];
  /** The record and texts of the disclosure, all of them opened. */
  readonly disclosed:
    | { readonly leaf: number; readonly parts: { readonly [name in PartName]?: string } }
    | undefined;
}

/** What a valid tlog-proof or COSE receipt proves: these bytes stand in the log. Not who signed, not acceptance. */
export interface InclusionVerdict {
  readonly form: 'tlog-proof' | 'cose';
  readonly entry: number;
  readonly size: number;
  /** What the statement says about its issuer; these forms carry no proof of its key. */
  readonly claimedIssuer: string;
  /** Unix seconds; a COSE receipt carries no time. */
  readonly noLaterThan: number | undefined;
  /** Validators whose signatures were counted. */
  readonly signedBy: readonly string[];
}

/** What a valid receipt proves. */
export type Verdict = BundleVerdict | InclusionVerdict;

/** Why a receipt is not valid. Everything that a verifier can answer no with. */
export type VerifyRejection =
  | DocumentRejection
  | TrustPolicyRejection
  | CheckpointQuorumRejection
  | ProvenStateRejection
  | RecordRejection
  | Rejection<
      | 'receipt_form_unknown'
      | 'statement_missing'
      | 'statement_differs'
      | 'disclosure_not_checkable'
      | 'status_missing'
      | 'network_mismatch'
      | 'state_root_missing'
      | 'statement_not_in_log'
      | 'statement_signature_wrong'
      | 'key_wrong_purpose'
      | 'key_not_valid_then'
      | 'batch_mismatch'
      | 'status_before_receipt'
      | 'status_conflicts'
      | 'status_batch_mismatch'
      | 'disclosure_of_another_network'
      | 'disclosure_of_another_record'
      | 'disclosure_of_another_kind'
      | 'log_key_unknown'
      | 'log_signature_wrong'
    >
  | (Rejection<'statement_malformed'> & { readonly cause: string })
  | (Rejection<'statement_not_a_batch'> & { readonly kind: string })
  | (Rejection<'stale_status'> & { readonly size: number; readonly needed: number })
  | (Rejection<'commitment_mismatch'> & { readonly leaf: number; readonly part: PartName })
  | (Rejection<'voided'> & { readonly verdict: BundleVerdict });

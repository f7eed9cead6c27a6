// Receipt and trust policy to verdict, the same code in the command line and the browser (spec/receipt.md).
export { verifyCheckpointQuorum } from './checkpoint-quorum.ts';
export type { CheckpointQuorumRejection, TrustedCheckpoint } from './checkpoint-quorum.ts';
export { DISCLOSURE_BYTES_MAX, encodeDisclosure, parseDisclosure } from './disclosure.ts';
export type { DisclosedPart, Disclosure, PartName } from './disclosure.ts';
export type { DocumentName, DocumentRejection } from './document.ts';
export { encodeReceipt, parseReceipt, RECEIPT_BYTES_MAX } from './receipt.ts';
export type { Receipt, ReceiptRecord } from './receipt.ts';
export { explainRejection, verifyMessages } from './rejection-messages.ts';
export type { Message, VerifyCode } from './rejection-messages.ts';
export { encodeTrustPolicy, parseTrustPolicy, TRUST_POLICY_BYTES_MAX } from './trust-policy.ts';
export type {
  PolicyValidator,
  TrustPolicy,
  TrustPolicyDocument,
  TrustPolicyRejection,
} from './trust-policy.ts';
export type {
  BundleVerdict,
  InclusionVerdict,
  RecordVoid,
  Verdict,
  VerdictRecord,
  VerifyRejection,
} from './verdict.ts';
export { verifyReceipt } from './verify-receipt.ts';
export type { ReceiptForm, ReceiptQuestion } from './verify-receipt.ts';

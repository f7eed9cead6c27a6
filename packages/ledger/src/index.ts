// What a statement means: formats, and the deterministic state machine (spec/statement.md, record.md, ledger.md).
export { signAcknowledgement, verifyAcknowledgement } from './acknowledgement.ts';
export type { AcknowledgedBatch, Acknowledgement } from './acknowledgement.ts';
export { acceptProposal, applyBlock, checkStatement, selectStatements } from './apply-block.ts';
export type { AppliedBlock, Block, Entry, OrderingRejection } from './apply-block.ts';
export { batchOf, deletionDutiesOf, voidActOf, voidOf } from './batch-view.ts';
export type { DeletionDuty } from './batch-view.ts';
export { commitPart, partCommitter, PARTS, recordLeafHash, SALT_BYTES } from './commitment.ts';
export type { CommitPart, Commitments, Part } from './commitment.ts';
export type { StateReader } from './draft.ts';
export { foreseeStatement, pendingActOf, pendingActsOf } from './foresight.ts';
export type { Foresight, Issuer, PendingAct } from './foresight.ts';
export { encodeGenesis, genesisState, networkIdOf, parseGenesis } from './genesis.ts';
export type { Genesis, GenesisChannel, GenesisOrganization, GenesisRejection } from './genesis.ts';
export {
  BATCH_RECORDS_MAX,
  PAYLOAD_BYTES_MAX,
  RECORD_BYTES_MAX,
  STATEMENT_BYTES_MAX,
} from './identifiers.ts';
export { KEY_PURPOSES, keyIdOf, registerKey, verifyPossession } from './key.ts';
export type { KeyPurpose, KeyRegistration, Possession } from './key.ts';
export { appHashOf, logRootOf, logSizeOf, proveState, stateRootOf } from './ledger-state.ts';
export type { LedgerState } from './ledger-state.ts';
export { encodePayload, parsePayload, payloadLeafHasher, payloadRoot, payloadSizeOf } from './payload.ts';
export type { PayloadRecord, PayloadRejection } from './payload.ts';
export { DEFAULT_POLICY } from './policy.ts';
export type { Policy, SchemaVersion } from './policy.ts';
export type { Decision, Outcome } from './rules/act.ts';
export { REQUIRED_KEYS } from './rules/organization.ts';
export type { RuleCode, RuleRejection } from './rules/rule.ts';
export { statusOfSequence } from './sequence-window.ts';
export type { SequenceWindow } from './sequence-window.ts';
export { encodeSnapshot, loadState, parseSnapshot, rowsOf } from './snapshot.ts';
export type { SnapshotRejection, StoredState } from './snapshot.ts';
export { encodeStateProof, parseStateProof, proveKey, verifyStateProof } from './state-proof.ts';
export type { ProvenState, StateProof, StateProofRejection } from './state-proof.ts';
export { changeTree, EMPTY_TREE, treeRoot } from './state-tree.ts';
export type { StateChange, StateTree } from './state-tree.ts';
export { encodeValue, parseValue, stateKey, tables } from './state-values.ts';
export type {
  AnchorValue,
  AuditValue,
  BatchValue,
  ChannelSettings,
  ChannelValue,
  CurrentKey,
  DeletionValue,
  KeyValue,
  Membership,
  NetworkValue,
  OrganizationValue,
  PendingValue,
  ResolutionValue,
  Table,
  Version,
  VoidedRange,
  VoidValue,
} from './state-values.ts';
export { encodeBody, parseBody, parseStatement, signStatement, verifyStatement } from './statement.ts';
export type { ParsedStatement, Statement, StatementBody, StatementRejection } from './statement.ts';
export type {
  AnchorFields,
  AnchorPurpose,
  AuditFields,
  AuditOutcome,
  BatchFields,
  ChannelFields,
  ChannelStatus,
  DeletionStage,
  FieldsByKind,
  GrantFields,
  Invitation,
  KeyFields,
  ModulesFields,
  OrganizationFields,
  OrganizationRole,
  OrganizationStatus,
  PolicyFields,
  RecordName,
  ResolutionFields,
  StatementKind,
  VoidDoneFields,
  VoidFields,
  VoidMode,
  VoidRange,
  VoidReason,
  VoteFields,
} from './statement-fields.ts';
export {
  acknowledgementsNeeded,
  activeKeyOf,
  activeMembersOf,
  channelCountOf,
  channelOf,
  channelsOf,
  diskOf,
  isActive,
  isKeyValid,
  keyOf,
  modulesOf,
  networkOf,
  organizationOf,
  organizationsOf,
  pendingOf,
  policyOf,
  quorumOf,
  sequenceOf,
  validatorsOf,
  viewOf,
} from './view.ts';
export type { Channel, NamedKey, View } from './view.ts';

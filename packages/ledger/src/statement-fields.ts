// What each kind of statement says: the members of its fields map, numbered 1, 2, ... in the order written here
// (spec/statement.md, "Fields"). The bounds of form are here, the rules of meaning in `rules/`.
import { encodeHex } from '@suyuan/log';

import type { Acknowledgement } from './acknowledgement.ts';
import { acknowledgement } from './acknowledgement.ts';
import type { Codec } from './codec.ts';
import { ascending, bool, choice, list, nullable, record, tuple, uint, where } from './codec.ts';
import {
  anchorName,
  BATCH_RECORDS_MAX,
  bytes32,
  channelNumber,
  datasetId,
  KINDS_MAX,
  organizationId,
  PAYLOAD_BYTES_MAX,
  recordKind,
} from './identifiers.ts';
import type { KeyRegistration } from './key.ts';
import { keyPurpose, keyRegistration } from './key.ts';
import type { Policy } from './policy.ts';
import { policy } from './policy.ts';

/** Most acknowledgements in a batch statement. */
export const ACKNOWLEDGEMENTS_MAX = 128;
/** Most ranges in a void statement. */
const VOID_RANGES_MAX = 256;
/** Most organisations named by one statement. */
const ORGANIZATIONS_MAX = 512;

/** Records of one kind, reported to a channel. */
export interface BatchFields {
  readonly channel: number;
  readonly recordKind: string;
  readonly count: number;
  readonly root: Uint8Array;
  /** Bytes of the payload. */
  readonly size: number;
  /** When the reporter made the batch: seconds since 1970. */
  readonly createdAt: number;
  /** Ascending by organisation. */
  readonly acknowledgements: readonly Acknowledgement[];
}

/** A record's name: the entry of its batch and its leaf there. */
export interface RecordName {
  readonly entry: number;
  readonly leaf: number;
}

/** Neighbouring records of one batch, both ends included, and the first of the records that replace them. */
export interface VoidRange {
  readonly first: number;
  readonly last: number;
  readonly replacement: RecordName | null;
}

/** Why records are void. */
export type VoidReason =
  | 'mistake'
  | 'duplicate'
  | 'replaced'
  | 'personal_data'
  | 'unlawful'
  | 'court_order'
  | 'other';
/** Whether members keep what is void or delete it. */
export type VoidMode = 'keep' | 'erase';

/** Withdraws records. */
export interface VoidFields {
  readonly channel: number;
  readonly entry: number;
  readonly ranges: readonly VoidRange[];
  readonly reason: VoidReason;
  /** Salted digest of the text that explains it. */
  readonly digest: Uint8Array | null;
  readonly mode: VoidMode;
}

/** How far a member has deleted. */
export type DeletionStage = 'live' | 'backups';

/** The issuer has deleted what a void told it to delete. */
export interface VoidDoneFields {
  readonly channel: number;
  /** The entry of the void. */
  readonly entry: number;
  readonly stage: DeletionStage;
  /** With `live`: the day, counted from 1970-01-01, by which all backups have expired. */
  readonly backupsExpireOn: number | null;
}

/** How the parties settled a custody conflict. */
export interface ResolutionFields {
  readonly channel: number;
  /** The records in conflict. */
  readonly records: readonly RecordName[];
  /** Those of them that stand. */
  readonly upheld: readonly RecordName[];
  /** Salted digest of the agreement. */
  readonly digest: Uint8Array | null;
}

/** How an organisation takes part. */
export type OrganizationRole = 'validator' | 'observer' | 'hosted';
/** Whether it may act. */
export type OrganizationStatus = 'active' | 'suspended' | 'retired';

/** Admits an organisation, or changes its status, role or host. */
export interface OrganizationFields {
  readonly organization: string;
  readonly status: OrganizationStatus;
  readonly role: OrganizationRole;
  /** The organisation on whose node a hosted one lives. */
  readonly host: string | null;
  /** On admission only. */
  readonly keys: readonly KeyRegistration[];
  readonly activation: number;
}

/** Registers and ends keys of an organisation. A new key ends the one of its purpose. */
export interface KeyFields {
  readonly organization: string;
  readonly add: readonly KeyRegistration[];
  /** Kids to end without a new key, ascending. */
  readonly end: readonly Uint8Array[];
  readonly activation: number;
}

/** Which record kinds an organisation may report. */
export interface ModulesFields {
  readonly organization: string;
  readonly recordKinds: readonly string[];
  readonly activation: number;
}

/** Whom a channel invites, and whether it keeps payloads. */
export interface Invitation {
  readonly organization: string;
  readonly keepsPayloads: boolean;
}

/** Whether batches may be reported to a channel. */
export type ChannelStatus = 'open' | 'closed';

/** Opens a channel (channel null: the ledger assigns the number) or changes one. */
export interface ChannelFields {
  readonly channel: number | null;
  readonly invited: readonly Invitation[];
  readonly removed: readonly string[];
  /** Empty: every kind. Null: as before. */
  readonly recordKinds: readonly string[] | null;
  /** At least this many acknowledgements. Null: as before. */
  readonly acknowledgements: number | null;
  readonly status: ChannelStatus;
  readonly activation: number;
}

/** Replaces the policy. */
export interface PolicyFields {
  readonly policy: Policy;
  readonly activation: number;
}

/** The issuer gives or withdraws access to a dataset of its own. */
export interface GrantFields {
  readonly dataset: string;
  readonly organization: string;
  readonly isGiven: boolean;
}

/** Approves or rejects a pending act. */
export interface VoteFields {
  /** The entry of the act. */
  readonly entry: number;
  readonly approves: boolean;
}

/** What a verification found. */
export type AuditOutcome = 'consistent' | 'different' | 'incomplete';

/** The outcome of a verification over all members. */
export interface AuditFields {
  /** Null: all channels. */
  readonly channel: number | null;
  /** The log size that fixes the scope. */
  readonly treeSize: number;
  /** The state root at that size: it fixes what is void. */
  readonly stateRoot: Uint8Array;
  readonly nonce: Uint8Array;
  readonly roots: readonly { readonly organization: string; readonly root: Uint8Array }[];
  /** Salted digest of the findings. */
  readonly findings: Uint8Array;
  readonly outcome: AuditOutcome;
}

/** What an anchored digest is of. */
export type AnchorPurpose = 'audit_trail' | 'query_log' | 'shard' | 'hint' | 'token_key';

/** Fixes the size and digest of something that the issuer keeps outside the ledger. */
export interface AnchorFields {
  readonly purpose: AnchorPurpose;
  readonly name: string;
  readonly size: number;
  readonly digest: Uint8Array;
}

/** The fields of each kind. */
export interface FieldsByKind {
  readonly batch: BatchFields;
  readonly void: VoidFields;
  readonly void_done: VoidDoneFields;
  readonly resolution: ResolutionFields;
  readonly organization: OrganizationFields;
  readonly key: KeyFields;
  readonly modules: ModulesFields;
  readonly channel: ChannelFields;
  readonly policy: PolicyFields;
  readonly grant: GrantFields;
  readonly vote: VoteFields;
  readonly audit: AuditFields;
  readonly anchor: AnchorFields;
}

/** A kind of statement. */
export type StatementKind = keyof FieldsByKind;

/** Kinds as their numbers. */
export const statementKind: Codec<StatementKind> = choice({
  batch: 1,
  void: 2,
  void_done: 3,
  resolution: 4,
  organization: 5,
  key: 6,
  modules: 7,
  channel: 8,
  policy: 9,
  grant: 10,
  vote: 11,
  audit: 12,
  anchor: 13,
});

/** A record's name as data. */
export const recordName: Codec<RecordName> = tuple<RecordName>({
  entry: uint(),
  leaf: uint(0, BATCH_RECORDS_MAX - 1),
});

/** Modes as numbers. */
export const voidMode: Codec<VoidMode> = choice({ keep: 1, erase: 2 });
/** Stages as numbers. */
export const deletionStage: Codec<DeletionStage> = choice({ live: 1, backups: 2 });
/** Roles as numbers. */
export const organizationRole: Codec<OrganizationRole> = choice({ validator: 1, observer: 2, hosted: 3 });
/** Statuses as numbers. */
export const organizationStatus: Codec<OrganizationStatus> = choice({ active: 1, suspended: 2, retired: 3 });
/** Channel statuses as numbers. */
export const channelStatus: Codec<ChannelStatus> = choice({ open: 1, closed: 2 });
/** Anchor purposes as numbers. */
const anchorPurpose: Codec<AnchorPurpose> = choice({
  audit_trail: 1,
  query_log: 2,
  shard: 3,
  hint: 4,
  token_key: 5,
});

/** A set of record kinds. */
export const recordKinds: Codec<readonly string[]> = ascending(recordKind, (kind) => kind, {
  maximum: KINDS_MAX,
});
/** The keys in one statement, at most one for each purpose, ascending by purpose. */
export const keyRegistrations: Codec<readonly KeyRegistration[]> = ascending(
  keyRegistration,
  (key) => Number(keyPurpose.toCbor(key.purpose)),
  { maximum: 8 },
);

const recordNames = (minimum: number): Codec<readonly RecordName[]> =>
  list(recordName, {
    minimum,
    maximum: 64,
    ordered: (a, b) => a.entry < b.entry || (a.entry === b.entry && a.leaf < b.leaf),
  });

const voidRange: Codec<VoidRange> = where(
  tuple<VoidRange>({
    first: uint(0, BATCH_RECORDS_MAX - 1),
    last: uint(0, BATCH_RECORDS_MAX - 1),
    replacement: nullable(recordName),
  }),
  ({ first, last }) => first <= last,
);

/** The codecs of the fields of each kind. */
export const fieldsByKind: { readonly [K in StatementKind]: Codec<FieldsByKind[K]> } = {
  batch: record<BatchFields>({
    channel: channelNumber,
    recordKind,
    count: uint(1, BATCH_RECORDS_MAX),
    root: bytes32,
    size: uint(1, PAYLOAD_BYTES_MAX),
    createdAt: uint(),
    acknowledgements: ascending(acknowledgement, (item) => item.organization, {
      maximum: ACKNOWLEDGEMENTS_MAX,
    }),
  }),
  void: record<VoidFields>({
    channel: channelNumber,
    entry: uint(),
    ranges: list(voidRange, {
      minimum: 1,
      maximum: VOID_RANGES_MAX,
      ordered: (a, b) => a.last < b.first,
    }),
    reason: choice({
      mistake: 1,
      duplicate: 2,
      replaced: 3,
      personal_data: 4,
      unlawful: 5,
      court_order: 6,
      other: 7,
    }),
    digest: nullable(bytes32),
    mode: voidMode,
  }),
  void_done: record<VoidDoneFields>({
    channel: channelNumber,
    entry: uint(),
    stage: deletionStage,
    backupsExpireOn: nullable(uint(0, 1_000_000)),
  }),
  resolution: record<ResolutionFields>({
    channel: channelNumber,
    records: recordNames(2),
    upheld: recordNames(0),
    digest: nullable(bytes32),
  }),
  organization: record<OrganizationFields>({
    organization: organizationId,
    status: organizationStatus,
    role: organizationRole,
    host: nullable(organizationId),
    keys: keyRegistrations,
    activation: uint(),
  }),
  key: record<KeyFields>({
    organization: organizationId,
    add: keyRegistrations,
    end: ascending(bytes32, encodeHex, { maximum: 8 }),
    activation: uint(),
  }),
  modules: record<ModulesFields>({ organization: organizationId, recordKinds, activation: uint() }),
  channel: record<ChannelFields>({
    channel: nullable(channelNumber),
    invited: ascending(
      tuple<Invitation>({ organization: organizationId, keepsPayloads: bool }),
      (invitation) => invitation.organization,
      { maximum: ORGANIZATIONS_MAX },
    ),
    removed: ascending(organizationId, (id) => id, { maximum: ORGANIZATIONS_MAX }),
    recordKinds: nullable(recordKinds),
    acknowledgements: nullable(uint(0, ACKNOWLEDGEMENTS_MAX)),
    status: channelStatus,
    activation: uint(),
  }),
  policy: record<PolicyFields>({ policy, activation: uint() }),
  grant: record<GrantFields>({ dataset: datasetId, organization: organizationId, isGiven: bool }),
  vote: record<VoteFields>({ entry: uint(), approves: bool }),
  audit: record<AuditFields>({
    channel: nullable(channelNumber),
    treeSize: uint(1),
    stateRoot: bytes32,
    nonce: bytes32,
    roots: ascending(
      tuple<{ readonly organization: string; readonly root: Uint8Array }>({
        organization: organizationId,
        root: bytes32,
      }),
      (item) => item.organization,
      { minimum: 1, maximum: ORGANIZATIONS_MAX },
    ),
    findings: bytes32,
    outcome: choice({ consistent: 1, different: 2, incomplete: 3 }),
  }),
  anchor: record<AnchorFields>({ purpose: anchorPurpose, name: anchorName, size: uint(), digest: bytes32 }),
};

// What the state holds under each key, and the encoding of each value (spec/ledger.md, "State").
import type { Result, Rejection } from '@suyuan/log';
import { encodeCbor, HASH_BYTES, ok, parseCbor, reject } from '@suyuan/log';

import type { Codec } from './codec.ts';
import { bool, bytes, list, nullable, record, tuple, uint } from './codec.ts';
import {
  BATCH_RECORDS_MAX,
  bytes32,
  channelNumber,
  organizationId,
  originName,
  recordKind,
  STATEMENT_BYTES_MAX,
} from './identifiers.ts';
import type { KeyPurpose } from './key.ts';
import { keyPurpose } from './key.ts';
import type { Policy } from './policy.ts';
import { policy } from './policy.ts';
import { sequenceWindow } from './sequence-window.ts';
import type { SequenceWindow } from './sequence-window.ts';
import {
  channelStatus,
  deletionStage,
  organizationRole,
  organizationStatus,
  recordKinds,
  recordName,
  voidMode,
} from './statement-fields.ts';
import type {
  ChannelStatus,
  DeletionStage,
  OrganizationRole,
  OrganizationStatus,
  RecordName,
  VoidMode,
} from './statement-fields.ts';

/** A family of keys `name/id`, or the single key `name`, with the format of its values. */
export interface Table<T> {
  readonly name: string;
  readonly codec: Codec<T>;
}

/** Something that holds from a height on, until the next of its list does. */
export interface Version<T> {
  readonly from: number;
  readonly value: T;
}

/** What never changes in a network. */
export interface NetworkValue {
  readonly network: Uint8Array;
  readonly origin: string;
  readonly managing: string;
}

/** How an organisation takes part. */
export interface OrganizationValue {
  readonly status: OrganizationStatus;
  readonly role: OrganizationRole;
  readonly host: string | null;
}

/** A key, kept for ever. Valid at heights from `from` to before `until`. */
export interface KeyValue {
  readonly organization: string;
  readonly purpose: KeyPurpose;
  readonly publicKey: Uint8Array;
  readonly from: number;
  readonly until: number | null;
}

/** A key of an organisation that has not ended, or not ended long ago. */
export interface CurrentKey {
  readonly purpose: KeyPurpose;
  readonly keyId: Uint8Array;
  readonly from: number;
  readonly until: number | null;
}

/** A stay of an organisation in a channel, at heights from `from` to before `until`. Kept for ever. */
export interface Membership {
  readonly organization: string;
  readonly keepsPayloads: boolean;
  readonly from: number;
  readonly until: number | null;
}

/** What a channel asks of a batch. */
export interface ChannelSettings {
  /** Empty: every kind. */
  readonly recordKinds: readonly string[];
  /** At least this many acknowledgements. */
  readonly acknowledgements: number;
  readonly status: ChannelStatus;
}

/** A channel. */
export interface ChannelValue {
  readonly settings: readonly Version<ChannelSettings>[];
  readonly members: readonly Membership[];
}

/** Void records of a batch: neighbours, both ends included. */
export interface VoidedRange {
  readonly first: number;
  readonly last: number;
  /** The entry of the void. */
  readonly entry: number;
  readonly mode: VoidMode;
  /** The first of the records that replace these, one for one. */
  readonly replacement: RecordName | null;
}

/** An accepted batch. */
export interface BatchValue {
  readonly channel: number;
  readonly recordKind: string;
  readonly reporter: string;
  /** The key that signed the statement. */
  readonly keyId: Uint8Array;
  readonly sequence: number;
  readonly count: number;
  readonly root: Uint8Array;
  /** The block that ordered it. */
  readonly height: number;
  readonly createdAt: number;
  /** Ascending, without overlap. */
  readonly voids: readonly VoidedRange[];
}

/** A void in force. */
export interface VoidValue {
  readonly channel: number;
  /** The batch whose records it withdraws. */
  readonly batch: number;
  readonly mode: VoidMode;
  readonly height: number;
}

/** How far a member has deleted. */
export interface DeletionValue {
  readonly stage: DeletionStage;
  readonly backupsExpireOn: number;
  readonly height: number;
}

/** A settled conflict. */
export interface ResolutionValue {
  readonly channel: number;
  readonly records: readonly RecordName[];
  readonly upheld: readonly RecordName[];
  readonly height: number;
}

/** An act that waits for votes. */
export interface PendingValue {
  readonly issuer: string;
  /** Kind and fields, see `parseBody`. */
  readonly body: Uint8Array;
  /** The last height at which a vote counts. */
  readonly expires: number;
  readonly approvals: readonly string[];
  readonly rejections: readonly string[];
}

/** The latest audit of a scope. */
export interface AuditValue {
  readonly entry: number;
  readonly treeSize: number;
}

/** The latest anchor of a name. */
export interface AnchorValue {
  readonly entry: number;
  readonly size: number;
  readonly digest: Uint8Array;
}

const organizationIds: Codec<readonly string[]> = list(organizationId, { maximum: 65_536 });

function versions<T>(codec: Codec<T>): Codec<readonly Version<T>[]> {
  return list(tuple<Version<T>>({ from: uint(), value: codec }), { minimum: 1, maximum: 64 });
}

/** All families. */
export const tables: {
  readonly network: Table<NetworkValue>;
  readonly policy: Table<readonly Version<Policy>[]>;
  readonly organizations: Table<readonly string[]>;
  readonly validators: Table<readonly string[]>;
  readonly channels: Table<number>;
  readonly organization: Table<readonly Version<OrganizationValue>[]>;
  readonly sequence: Table<SequenceWindow>;
  readonly keys: Table<readonly CurrentKey[]>;
  readonly key: Table<KeyValue>;
  readonly modules: Table<readonly Version<readonly string[]>[]>;
  readonly channel: Table<ChannelValue>;
  readonly batch: Table<BatchValue>;
  readonly void: Table<VoidValue>;
  readonly void_done: Table<DeletionValue>;
  readonly resolution: Table<ResolutionValue>;
  readonly pending: Table<PendingValue>;
  readonly pending_by: Table<readonly number[]>;
  readonly grant: Table<number>;
  readonly audit: Table<AuditValue>;
  readonly anchor: Table<AnchorValue>;
} = {
  network: {
    name: 'network',
    codec: record<NetworkValue>({ network: bytes32, origin: originName, managing: organizationId }),
  },
  policy: { name: 'policy', codec: versions(policy) },
  organizations: { name: 'organizations', codec: organizationIds },
  validators: { name: 'validators', codec: organizationIds },
  channels: { name: 'channels', codec: uint() },
  organization: {
    name: 'organization',
    codec: versions(
      tuple<OrganizationValue>({
        status: organizationStatus,
        role: organizationRole,
        host: nullable(organizationId),
      }),
    ),
  },
  sequence: { name: 'sequence', codec: sequenceWindow },
  keys: {
    name: 'keys',
    codec: list(
      tuple<CurrentKey>({ purpose: keyPurpose, keyId: bytes32, from: uint(), until: nullable(uint()) }),
      { maximum: 64 },
    ),
  },
  key: {
    name: 'key',
    codec: record<KeyValue>({
      organization: organizationId,
      purpose: keyPurpose,
      publicKey: bytes32,
      from: uint(),
      until: nullable(uint()),
    }),
  },
  modules: { name: 'modules', codec: versions(recordKinds) },
  channel: {
    name: 'channel',
    codec: record<ChannelValue>({
      settings: versions(
        tuple<ChannelSettings>({ recordKinds, acknowledgements: uint(), status: channelStatus }),
      ),
      members: list(
        tuple<Membership>({
          organization: organizationId,
          keepsPayloads: bool,
          from: uint(),
          until: nullable(uint()),
        }),
        { maximum: 65_536 },
      ),
    }),
  },
  batch: {
    name: 'batch',
    codec: record<BatchValue>({
      channel: channelNumber,
      recordKind,
      reporter: organizationId,
      keyId: bytes32,
      sequence: uint(1),
      count: uint(1, BATCH_RECORDS_MAX),
      root: bytes32,
      height: uint(),
      createdAt: uint(),
      voids: list(
        tuple<VoidedRange>({
          first: uint(0, BATCH_RECORDS_MAX - 1),
          last: uint(0, BATCH_RECORDS_MAX - 1),
          entry: uint(),
          mode: voidMode,
          replacement: nullable(recordName),
        }),
        { maximum: BATCH_RECORDS_MAX, ordered: (a, b) => a.last < b.first },
      ),
    }),
  },
  void: {
    name: 'void',
    codec: record<VoidValue>({ channel: channelNumber, batch: uint(), mode: voidMode, height: uint() }),
  },
  void_done: {
    name: 'void_done',
    codec: record<DeletionValue>({ stage: deletionStage, backupsExpireOn: uint(), height: uint() }),
  },
  resolution: {
    name: 'resolution',
    codec: record<ResolutionValue>({
      channel: channelNumber,
      records: list(recordName, { maximum: 64 }),
      upheld: list(recordName, { maximum: 64 }),
      height: uint(),
    }),
  },
  pending: {
    name: 'pending',
    codec: record<PendingValue>({
      issuer: organizationId,
      body: bytes(1, STATEMENT_BYTES_MAX),
      expires: uint(),
      approvals: list(organizationId, { maximum: 65_536 }),
      rejections: list(organizationId, { maximum: 65_536 }),
    }),
  },
  pending_by: { name: 'pending_by', codec: list(uint(), { maximum: 1024 }) },
  grant: { name: 'grant', codec: uint() },
  audit: { name: 'audit', codec: record<AuditValue>({ entry: uint(), treeSize: uint() }) },
  anchor: {
    name: 'anchor',
    codec: record<AnchorValue>({ entry: uint(), size: uint(), digest: bytes(HASH_BYTES) }),
  },
};

/** Most bytes of a state value. */
const VALUE_BYTES_MAX: number = 8 * 1024 * 1024;

/** The key of one member of a family: `name/id`, or `name` for the id ''. */
export function stateKey<T>(table: Table<T>, id: string | number): string {
  return id === '' ? table.name : `${table.name}/${id}`;
}

/** The one encoding of a value. */
export function encodeValue<T>(table: Table<T>, value: T): Uint8Array {
  return encodeCbor(table.codec.toCbor(value));
}

/** The value in these bytes, for who holds a proof of them. */
export function parseValue<T>(
  table: Table<T>,
  encoded: Uint8Array,
): Result<T, Rejection<'state_value_malformed'>> {
  const data = parseCbor(encoded, VALUE_BYTES_MAX);
  const value = data.ok ? table.codec.fromCbor(data.value) : undefined;
  return value === undefined ? reject({ code: 'state_value_malformed' }) : ok(value);
}

// The rules of a network that can be changed by vote (spec/ledger.md, "Policy").
import type { Codec } from './codec.ts';
import { ascending, bool, choice, record, tuple, uint } from './codec.ts';
import { KINDS_MAX, recordKind } from './identifiers.ts';

/** The schema version of a record kind that new records must have. */
export interface SchemaVersion {
  readonly recordKind: string;
  readonly version: number;
}

/** All of it; a `policy` statement replaces the whole. */
export interface Policy {
  /** Members that must approve a void by the managing organisation. */
  readonly voidApprovals: number;
  /** Members that must approve a reporter's void of its own records. */
  readonly reporterVoidApprovals: number;
  /** Whether a code that breaks its standard is refused or only warned of. */
  readonly codes: 'lenient' | 'strict';
  readonly schemaVersions: readonly SchemaVersion[];
  /** Days after which backups of deleted data must be gone. */
  readonly backupDaysMax: number;
  /** Seconds of one token epoch. */
  readonly epochSeconds: number;
  /** Blocks that a pending act waits for its votes. */
  readonly pendingBlocksMax: number;
  /** Whether the log is served to everyone. */
  readonly isLogPublic: boolean;
}

/** What a network starts with unless its genesis says otherwise. */
export const DEFAULT_POLICY: Policy = {
  voidApprovals: 1,
  reporterVoidApprovals: 0,
  codes: 'lenient',
  schemaVersions: [],
  backupDaysMax: 35,
  epochSeconds: 604_800,
  pendingBlocksMax: 100_000,
  isLogPublic: false,
};

/** A policy as data. */
export const policy: Codec<Policy> = record<Policy>({
  voidApprovals: uint(0, 16),
  reporterVoidApprovals: uint(0, 16),
  codes: choice({ lenient: 1, strict: 2 }),
  schemaVersions: ascending(
    tuple<SchemaVersion>({ recordKind, version: uint(1, 0xffff) }),
    (item) => item.recordKind,
    { maximum: KINDS_MAX },
  ),
  backupDaysMax: uint(0, 3650),
  epochSeconds: uint(60, 31_622_400),
  pendingBlocksMax: uint(1, 100_000_000),
  isLogPublic: bool,
});

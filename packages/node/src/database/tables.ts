// The tables of a node's database as Kysely sees them; `migrations/` creates them. Conventions: int8 arrives as a
// number, `json` as its exact text (never parsed, never jsonb: evidence must not depend on re-serialising), `date`
// as `YYYY-MM-DD`, `timestamptz` as a Date, bytea as a Buffer.
import type { Role } from '@suyuan/api';
import type { ColumnType, Generated } from 'kysely';
import type { CoverageTables } from './coverage-tables.ts';
import type { EventTables } from './event-tables.ts';

/** Exact JSON text, both ways. */
export type JsonText = string;
type Bytes = ColumnType<Buffer, Uint8Array, Uint8Array>;
type MaybeBytes = ColumnType<Buffer | null, Uint8Array | null | undefined, Uint8Array | null>;
type Now = ColumnType<Date, Date | undefined, Date>;
type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>;

/** Where a batch is on its way. `held`, `reported`, `missing`: at members also for batches of others. */
export type BatchStatus = 'staged' | 'sending' | 'reported' | 'held' | 'missing' | 'refused';

/** One batch of records, from staging on; the same row at the reporter and at every member. */
export interface BatchTable {
  id: Generated<number>;
  status: BatchStatus;
  channel: Maybe<number>;
  kind: string;
  reporter: string;
  sequence: Maybe<number>;
  count: number;
  payload_size: Maybe<number>;
  root: MaybeBytes;
  /** `count` leaf hashes of 32 bytes, in order. */
  leaves: MaybeBytes;
  /** The creation time that the statement signs. */
  created_at: Maybe<Date>;
  /** The partition of its records. */
  stored_on: string;
  /** The statement's place in the log, once applied. */
  entry: Maybe<number>;
  import_id: Maybe<number>;
  report_id: Maybe<number>;
  statement: MaybeBytes;
  last_valid_height: Maybe<number>;
  acknowledgements: Maybe<JsonText>;
  refusal: Maybe<string>;
  /** Between which dates the events of its records lie, once it is reported and `summarized`. */
  event_from: Maybe<string>;
  event_to: Maybe<string>;
  summarized: Generated<boolean>;
}

/** One record; written once by COPY into its month's partition. */
export interface RecordTable {
  batch_id: number;
  leaf: number;
  stored_on: string;
  /** Row of the import it came from. */
  source_row: Maybe<number>;
  public_text: JsonText;
  shared_text: JsonText;
  private_text: Maybe<JsonText>;
  private_commitment: MaybeBytes;
  /** Public, shared, private salt of 32 bytes each; the first two only where the private part is not held. */
  salts: Bytes;
}

/** Which records speak of a code, in which role. */
export interface SubjectTable {
  code: string;
  role: string;
  kind: string;
  batch_id: number;
  leaf: number;
  stored_on: string;
}

/** One import by workbook or API body. */
export interface ImportTable {
  id: Generated<number>;
  kind: string;
  source: 'excel' | 'csv' | 'json' | 'ndjson' | 'api';
  file_name: Maybe<string>;
  file_digest: MaybeBytes;
  dry_run: Generated<boolean>;
  status: 'waiting' | 'reading' | 'done' | 'failed' | 'cancelled' | 'discarded';
  rows: Generated<number>;
  staged: Generated<number>;
  errors: Generated<number>;
  warnings: Generated<number>;
  created_by: string;
  created_at: Now;
  finished_at: Maybe<Date>;
  failure: Maybe<JsonText>;
  /** Of a CSV file, where its sender named one. */
  charset: Maybe<string>;
  idempotency_key: Maybe<string>;
  /** The saved mapping that read it, and in which version. */
  mapping_id: Maybe<number>;
  mapping_version: Maybe<number>;
}

/** A row of an import that has findings; clean rows are only in `record`. */
export interface ImportRowTable {
  import_id: number;
  row: number;
  sheet: Maybe<string>;
  cells: JsonText;
  findings: JsonText;
  state: 'wrong' | 'warned' | 'corrected' | 'discarded';
}

/** An existing system that the node pulls from; see spec/source.md. */
export interface SourceTable {
  id: Generated<number>;
  name: string;
  system: string;
  settings: JsonText;
  /** Name of the file that holds the secret. */
  secret: Maybe<string>;
  schedule: Maybe<JsonText>;
  auto_report: Generated<boolean>;
  hold_warnings: Generated<boolean>;
  open_to_manager: Generated<boolean>;
  status: Generated<'active' | 'paused' | 'stopped'>;
  next_run_at: Maybe<Date>;
  /** Runs that failed since the last good one. */
  failures: Generated<number>;
  created_by: string;
  created_at: Now;
}

/** How far one record kind of a source has got. */
export interface SourceStreamTable {
  source_id: number;
  kind: string;
  cursor: Maybe<string>;
  columns: Maybe<JsonText>;
  changed: Maybe<JsonText>;
}

/** One run of a source. */
export interface SourceRunTable {
  id: Generated<number>;
  source_id: number;
  status: 'running' | 'done' | 'failed' | 'cancelled';
  started_by: 'command' | 'schedule' | 'manager';
  account: string;
  started_at: Now;
  finished_at: Maybe<Date>;
  pages: Generated<number>;
  rows: Generated<number>;
  unchanged: Generated<number>;
  skipped: Generated<number>;
  staged: Generated<number>;
  errors: Generated<number>;
  warnings: Generated<number>;
  attempts: Generated<number>;
  report_id: Maybe<number>;
  failure: Maybe<JsonText>;
}

/** What came before of a source's rows; the place only of a row that was wrong. */
export interface SourceRowTable {
  source_id: number;
  kind: string;
  name: Bytes;
  digest: Bytes;
  import_id: Maybe<number>;
  row: Maybe<number>;
}

/** An act of governance of this node. */
export interface GovernanceActTable {
  id: Generated<number>;
  /** Acts of one request. */
  plan: number;
  place: number;
  /** Whether it waits for the one before it. */
  chained: boolean;
  kind: string;
  /** Kind and fields as the ledger encodes them. */
  body: Bytes;
  status: Generated<
    'planned' | 'sending' | 'pending' | 'applied' | 'rejected' | 'refused' | 'lapsed' | 'cancelled'
  >;
  sequence: Maybe<number>;
  statement: MaybeBytes;
  last_valid_height: Maybe<number>;
  entry: Maybe<number>;
  refusal: Maybe<string>;
  about: Maybe<string>;
  note: Maybe<string>;
  salt: MaybeBytes;
  /** The request to join that it decides. */
  request: Maybe<number>;
  created_by: string;
  created_at: Now;
  finished_at: Maybe<Date>;
}

/** An entry of the log that is no batch. */
export interface GovernanceEntryTable {
  entry: number;
  kind: string;
  issuer: string;
  about: Maybe<string>;
  outcome: 'applied' | 'pending' | 'rejected' | 'refused';
  refusal: Maybe<string>;
  expires: Maybe<number>;
  decided_by: Maybe<number>;
}

/** Someone asked to join. */
export interface InvitationTable {
  id: Generated<number>;
  /** SHA-256 of the secret. */
  digest: Bytes;
  name: string;
  business_type: Maybe<string>;
  role: string;
  /** Of a hosted organisation: whose node it is to live on. */
  host: Maybe<string>;
  expires_at: Date;
  created_by: string;
  created_at: Now;
  withdrawn_at: Maybe<Date>;
}

/** What an invited organisation asked for. */
export interface JoinRequestTable {
  id: Generated<number>;
  invitation_id: number;
  organization: string;
  name: string;
  uscc: string;
  business_type: string;
  role: string;
  host: Maybe<string>;
  url: Maybe<string>;
  consensus: Maybe<string>;
  keys: JsonText;
  status: Generated<'waiting' | 'admitted' | 'declined'>;
  reason: Maybe<string>;
  created_at: Now;
  decided_at: Maybe<Date>;
}

/** A file that a record names, by the SHA-256 of its bytes in hexadecimal. */
export interface AttachmentTable {
  digest: string;
  /** `missing`: a record of another organisation names it, and its bytes are not here yet. */
  status: 'held' | 'missing';
  size: Maybe<number>;
  media_type: Maybe<string>;
  /** When it came, or when it was first missed. */
  since: Now;
}

/** All tables. better-auth's own are in the schema `accounts` and are not listed here. */
export interface Tables extends CoverageTables, EventTables {
  setting: { name: string; value: JsonText };
  peer: { organization: string; name: string; url: Maybe<string>; consensus: Maybe<string> };
  peer_announcement: { organization: string; at: number; url: string; consensus: string; bytes: Bytes };
  /** Entries of a channel from before our stay in it, listed as missing up to `next_entry`. */
  channel_backfill: { channel: number; stay_from: number; next_entry: number; until_entry: number };
  block: { height: number; app_hash: Bytes; log_size: number; state_root: Bytes; applied_at: Now };
  ledger_state: { key: string; value: Bytes };
  log_entry: { entry: number; height: number; statement: Bytes; refusal: Maybe<string> };
  log_tile: { level: number; tile: number; hashes: Bytes };
  checkpoint: { size: number; height: number; body: string; note: Maybe<string>; signed_at: Now };
  checkpoint_signature: { size: number; organization: string; kind: 'log' | 'cosignature'; line: string };
  /** State proofs of `batch/ENTRY` and of its signer's key under the first noted checkpoint above the entry. */
  entry_proof: { entry: number; size: number; batch: Bytes; key: Bytes };
  /** Validly signed checkpoints that contradict ours: evidence against the signer. */
  double_vote: {
    height: number;
    organization: string;
    kind: string;
    address: string;
    seen_at_height: number;
    evidence: JsonText;
    seen_at: Now;
  };
  split_view: { size: number; organization: string; note: string; seen_at: Now };
  batch: BatchTable;
  /** Leaves of a batch that came from one import, where the batch holds records of several. */
  batch_range: { batch_id: number; from_leaf: number; count: number; import_id: number };
  record: RecordTable;
  subject: SubjectTable;
  import: ImportTable;
  import_row: ImportRowTable;
  /** Imports that wait or run after their answer. */
  import_job: { import_id: number; form: JsonText; attempts: Generated<number> };
  attachment: AttachmentTable;
  import_file: { import_id: number; chunk: number; bytes: Bytes };
  /** A removed one stays where an import names it. */
  mapping: { id: Generated<number>; name: string; kind: string; version: number; removed_at: Maybe<Date> };
  mapping_version: {
    mapping_id: number;
    version: number;
    body: JsonText;
    created_by: string;
    created_at: Now;
  };
  report: {
    id: Generated<number>;
    import_id: Maybe<number>;
    status: 'running' | 'done' | 'failed';
    records: Generated<number>;
    created_by: string;
    created_at: Now;
    finished_at: Maybe<Date>;
    failure: Maybe<JsonText>;
  };
  source: SourceTable;
  source_stream: SourceStreamTable;
  source_run: SourceRunTable;
  source_import: { import_id: number; source_id: number; run_id: number; kind: string };
  source_row: SourceRowTable;
  source_file: { source_id: number; kind: string; digest: Bytes; name: string; taken_at: Now };
  governance_act: GovernanceActTable;
  governance_entry: GovernanceEntryTable;
  /** Which records a resolution names. */
  resolution_record: { entry: number; leaf: number; resolution: number; upheld: boolean };
  invitation: InvitationTable;
  join_request: JoinRequestTable;
  solo_block: { height: number; statements: Bytes; made_at: Now };
  idempotency: {
    account: string;
    key: string;
    route: string;
    request_digest: Bytes;
    status: Maybe<number>;
    response: Maybe<JsonText>;
    created_at: Now;
  };
  /** Keys of programs; only the SHA-256 of a key is stored. */
  api_key: {
    id: Generated<number>;
    name: string;
    role: Role;
    digest: Bytes;
    /** The first characters of the key, for people to tell keys apart. */
    start: string;
    created_by: string;
    created_at: Now;
    expires_at: Maybe<Date>;
  };
  access_log: {
    id: Generated<number>;
    at: Now;
    account: string;
    act: string;
    subject: string;
    detail: Maybe<JsonText>;
  };
}

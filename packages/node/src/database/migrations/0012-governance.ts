// Acts of governance that this node issues, which of the log's entries are governance, and which records a resolution
// names (spec/governance.md). The log itself stays where it is; `governance_entry` only finds what concerns governance
// among millions of batches.
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  'create sequence governance_plan',
  `create table governance_act (id int8 generated always as identity primary key, plan int8 not null,
     place int4 not null, chained boolean not null, kind text not null, body bytea not null,
     status text not null default 'planned' check (status in
       ('planned', 'sending', 'pending', 'applied', 'rejected', 'refused', 'lapsed', 'cancelled')),
     sequence int8, statement bytea, last_valid_height int8, entry int8, refusal text, about text,
     note text, salt bytea, request int8, created_by text not null, created_at timestamptz not null default now(),
     finished_at timestamptz, unique (plan, place))`,
  `create unique index governance_act_sequence on governance_act (sequence) where sequence is not null`,
  `create index governance_act_open on governance_act (plan) where status in ('planned', 'sending', 'pending')`,
  `create index governance_act_pending on governance_act (entry) where status = 'pending'`,
  `create table governance_entry (entry int8 primary key, kind text not null, issuer text not null,
     about text, outcome text not null check (outcome in ('applied', 'pending', 'rejected', 'refused')),
     refusal text, expires int8, decided_by int8)`,
  `create index governance_entry_about on governance_entry (about, entry)`,
  `create index governance_entry_issuer on governance_entry (issuer, entry)`,
  `create table resolution_record (entry int8 not null, leaf int4 not null, resolution int8 not null,
     upheld boolean not null, primary key (entry, leaf, resolution))`,
  `create index resolution_record_resolution on resolution_record (resolution)`,
  `create table invitation (id int8 generated always as identity primary key, digest bytea not null unique,
     name text not null, business_type text, role text not null, expires_at timestamptz not null,
     created_by text not null, created_at timestamptz not null default now(), withdrawn_at timestamptz)`,
  `create table join_request (id int8 generated always as identity primary key,
     invitation_id int8 not null unique references invitation on delete cascade, organization text not null,
     name text not null, uscc text not null, business_type text not null, role text not null, host text, url text,
     keys json not null, status text not null default 'waiting' check (status in ('waiting', 'admitted', 'declined')),
     reason text, created_at timestamptz not null default now(), decided_at timestamptz)`,
];

/** Adds the tables. */
export const governance: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

// Sources (spec/source.md): what the node pulls from, how far each record kind has got, what each run did, and which
// rows and files came before. Secrets are not here but in files of their own.
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  `create table source (id int8 generated always as identity primary key, name text not null, system text not null,
     settings json not null, secret text, schedule json, auto_report boolean not null default false,
     hold_warnings boolean not null default false, open_to_manager boolean not null default false,
     status text not null default 'active' check (status in ('active', 'paused', 'stopped')), next_run_at timestamptz,
     failures int4 not null default 0, created_by text not null, created_at timestamptz not null default now())`,
  `create table source_stream (source_id int8 not null references source on delete cascade, kind text not null,
     cursor text, columns json, changed json, primary key (source_id, kind))`,
  `create table source_run (id int8 generated always as identity primary key,
     source_id int8 not null references source on delete cascade,
     status text not null check (status in ('running', 'done', 'failed', 'cancelled')),
     started_by text not null check (started_by in ('command', 'schedule', 'manager')), account text not null,
     started_at timestamptz not null default now(), finished_at timestamptz, pages int4 not null default 0,
     rows int4 not null default 0, unchanged int4 not null default 0, skipped int4 not null default 0,
     staged int4 not null default 0, errors int4 not null default 0, warnings int4 not null default 0,
     attempts int4 not null default 0, report_id int8, failure json)`,
  `create unique index source_run_running on source_run (source_id) where status = 'running'`,
  `create index source_run_source on source_run (source_id, id)`,
  `create table source_import (import_id int8 primary key references import on delete cascade,
     source_id int8 not null references source on delete cascade, run_id int8 not null, kind text not null)`,
  `create index source_import_source on source_import (source_id, import_id)`,
  // By the digest of what names a row: the digest of the row, and where it stands when it was wrong.
  `create table source_row (source_id int8 not null references source on delete cascade, kind text not null,
     name bytea not null, digest bytea not null, import_id int8, row int4, primary key (source_id, kind, name))`,
  `create table source_file (source_id int8 not null references source on delete cascade, kind text not null,
     digest bytea not null, name text not null, taken_at timestamptz not null default now(),
     primary key (source_id, kind, digest))`,
  `create index import_row_waiting on import_row (import_id, row) where state in ('wrong', 'warned')`,
];

/** Adds the tables. */
export const source: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

// Imports that go on after their answer: what a job needs to be taken up again, the states that it goes through, and
// the sources by their own names. The digest finds a file that was imported before.
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  `alter table import drop constraint import_status_check, drop constraint import_source_check`,
  `alter table import
     add check (status in ('waiting', 'reading', 'done', 'failed', 'cancelled', 'discarded')),
     add check (source in ('excel', 'csv', 'json', 'ndjson', 'api'))`,
  `create table import_job (import_id int8 primary key references import on delete cascade, form json not null,
     attempts int4 not null default 0)`,
  `create index import_digest on import (file_digest) where file_digest is not null`,
];

/** Adds the table and widens the checks. */
export const importJobs: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

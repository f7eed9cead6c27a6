// Attachments by the digest of their bytes: those that the node holds as files, and those that records of others name and
// that are still to be fetched. Which records name one is in the index of subjects, under the role `attachment`.
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  `create table attachment (digest text collate "C" primary key, status text not null check (status in ('held', 'missing')),
     size int4, media_type text, since timestamptz not null default now())`,
  `create index attachment_missing on attachment (since) where status = 'missing'`,
  `create index subject_attachment on subject (batch_id) where role = 'attachment'`,
];

/** Adds the table and the index. */
export const attachments: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

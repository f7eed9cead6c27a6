// What care of sources and mappings needs: which version of a mapping read an import, mappings that are removed but stay
// readable for the imports that they read, and indexes for pruning runs and for starts between organisations.
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  'alter table import add mapping_id int8, add mapping_version int4',
  'create index import_mapping on import (mapping_id) where mapping_id is not null',
  'alter table mapping add removed_at timestamptz',
  'alter table mapping drop constraint mapping_name_key',
  'create unique index mapping_name on mapping (name) where removed_at is null',
  'create index source_import_run on source_import (run_id)',
  `create index access_log_source_start on access_log (id) where act = 'source_start'`,
];

/** Adds columns and indexes. */
export const sourceCare: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

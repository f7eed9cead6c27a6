// Brings a database to the shape this program needs. Two nodes that start at once on one database are safe: the
// migrator holds an advisory lock.
import { Migrator } from 'kysely';
import type { Database } from './database.ts';
import { databaseFaultOf } from './database-fault.ts';
import { first } from './migrations/0001-first.ts';
import { order } from './migrations/0002-order.ts';
import { trace } from './migrations/0003-trace.ts';
import { events } from './migrations/0004-events.ts';
import { family } from './migrations/0005-family.ts';
import { mapping } from './migrations/0007-mapping.ts';
import { source } from './migrations/0008-source.ts';
import { search } from './migrations/0009-search.ts';
import { coverage } from './migrations/0010-coverage.ts';
import { importJobs } from './migrations/0011-import-jobs.ts';
import { attachments } from './migrations/0011-kept-attachments.ts';
import { governance } from './migrations/0012-governance.ts';
import { sourceCare } from './migrations/0014-source-care.ts';
import { batchRange } from './migrations/0015-batch-range.ts';
import { csvCharset } from './migrations/0015-csv-charset.ts';
import { joiningLate } from './migrations/0016-joining-late.ts';
import { monitoring } from './migrations/0017-monitoring.ts';
import { hosted } from './migrations/0018-hosted.ts';
import { consortium } from './migrations/0018-consortium.ts';
import { eventEntry } from './migrations/0019-event-entry.ts';

const migrations = {
  '0001-first': first,
  '0002-order': order,
  '0003-trace': trace,
  '0004-events': events,
  '0005-family': family,
  '0007-mapping': mapping,
  '0008-source': source,
  '0009-search': search,
  '0010-coverage': coverage,
  '0011-import-jobs': importJobs,
  '0011-kept-attachments': attachments,
  '0012-governance': governance,
  '0014-source-care': sourceCare,
  '0015-batch-range': batchRange,
  '0015-csv-charset': csvCharset,
  '0016-joining-late': joiningLate,
  '0017-monitoring': monitoring,
  '0018-hosted': hosted,
  '0018-consortium': consortium,
  '0019-event-entry': eventEntry,
};

/** Applies every migration that is missing. */
export async function migrate(database: Database): Promise<void> {
  await database.read(async (sql) => {
    const migrator = new Migrator({ db: sql, provider: { getMigrations: async () => migrations } });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw databaseFaultOf(error);
  });
}

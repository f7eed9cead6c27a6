// Reports by itself what a source has staged without findings that hold it back (spec/source.md, D18).
import { sql } from 'kysely';

import type { Database } from '../database/database.ts';
import { claimRecords } from '../report/claim-records.ts';
import type { ReportSelection } from '../report/claim-records.ts';
import type { StoredSource } from './source-store.ts';

/** Records named one by one in a report; the rest goes with the next run. */
const recordsMax = 20_000;

/** Reports that are to be taken up, in the order in which they were made. */
export async function reportClean(
  database: Database,
  source: StoredSource,
  run: number,
  now: Date,
): Promise<readonly number[]> {
  const made: number[] = [];
  const createdBy = `source ${source.id} ${source.name}`;
  for (const selection of await selectClean(database, source)) {
    const claimed = await claimRecords(database, {
      selection,
      createdBy,
      now,
      onClaimed: async (tx, { id }) => {
        await tx.sql.updateTable('source_run').set({ report_id: id }).where('id', '=', run).execute();
      },
    });
    if (claimed.ok && claimed.value.records > 0) made.push(claimed.value.id);
  }
  return made;
}

/** What may go: whole batches where no row is held back, else the records without warnings. */
async function selectClean(database: Database, source: StoredSource): Promise<readonly ReportSelection[]> {
  const held = sql`${source.holdWarnings} and exists (
    select from import_row w where w.import_id = b.import_id and w.state = 'warned')`;
  const { batches, records } = await database.read(async (db) => ({
    batches: await sql<{
      id: number;
    }>`select b.id from source_import i join batch b on b.import_id = i.import_id
      where i.source_id = ${source.id} and b.status = 'staged' and not (${held}) order by b.id`.execute(db),
    records: await sql<{ batch: number; leaf: number }>`select c.batch_id as batch, c.leaf
      from source_import i join batch b on b.import_id = i.import_id
      join record c on c.batch_id = b.id and c.stored_on = b.stored_on
      left join import_row w on w.import_id = b.import_id and w.row = c.source_row and w.state = 'warned'
      where i.source_id = ${source.id} and b.status = 'staged' and w.row is null and ${held}
      order by c.batch_id, c.leaf limit ${recordsMax}`.execute(db),
  }));
  const whole: ReportSelection = { by: 'batches', batches: batches.rows.map(({ id }) => id) };
  const chosen: ReportSelection = { by: 'records', records: records.rows };
  return [...(batches.rows.length > 0 ? [whole] : []), ...(records.rows.length > 0 ? [chosen] : [])];
}

// Reports by itself what a source has staged without findings that hold it back and without files that are still to be
// uploaded (spec/source.md, D18).
import { sql } from 'kysely';

import { isNotHere, lacksFile } from '../attachment/missing-files.ts';
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

/** What may go: whole batches where no row is held back, else the records that are not. */
async function selectClean(database: Database, source: StoredSource): Promise<readonly ReportSelection[]> {
  const isHeld = sql`(${source.holdWarnings} and exists (select from import_row w
      where w.import_id = i.import_id and w.row = r.source_row and w.state = 'warned') or ${lacksFile})`;
  const hasHeld = sql`(${source.holdWarnings} and exists (
      select from import_row w where w.import_id = b.import_id and w.state = 'warned')
    or exists (select from subject s where s.batch_id = b.id and s.role = 'attachment' and ${isNotHere(sql`s.code`)}))`;
  const { batches, records } = await database.read(async (db) => ({
    batches: await sql<{
      id: number;
    }>`select b.id from source_import i join batch b on b.import_id = i.import_id
      where i.source_id = ${source.id} and b.status = 'staged' and not ${hasHeld} order by b.id`.execute(db),
    records: await sql<{ batch: number; leaf: number }>`select r.batch_id as batch, r.leaf
      from source_import i join batch b on b.import_id = i.import_id
      join record r on r.batch_id = b.id and r.stored_on = b.stored_on
      where i.source_id = ${source.id} and b.status = 'staged' and ${hasHeld} and not ${isHeld}
      order by r.batch_id, r.leaf limit ${recordsMax}`.execute(db),
  }));
  const whole: ReportSelection = { by: 'batches', batches: batches.rows.map(({ id }) => id) };
  const chosen: ReportSelection = { by: 'records', records: records.rows };
  return [...(batches.rows.length > 0 ? [whole] : []), ...(records.rows.length > 0 ? [chosen] : [])];
}

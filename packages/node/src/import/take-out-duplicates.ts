// Turns records that have just been copied, but whose code is staged already, into rows to correct.
import { sql } from 'kysely';
import type { Transaction } from '../database/database.ts';
import type { ImportFinding } from './import-finding.ts';
import { recordMembers } from './record-members.ts';
import type { StagedPiece, StagingPurpose } from './stage-piece.ts';

const rowsAtOnce = 500;

/** Deletes the records of these leaves and keeps their rows as wrong, with the findings that they had and the new one. */
export async function takeOutDuplicates(
  tx: Transaction,
  piece: StagedPiece,
  purpose: StagingPurpose,
  duplicates: ReadonlyMap<number, ImportFinding>,
): Promise<void> {
  const leaves = [...duplicates.keys()];
  for (let from = 0; from < leaves.length; from += rowsAtOnce)
    await takeOutSome(tx, piece, purpose, duplicates, leaves.slice(from, from + rowsAtOnce));
}

async function takeOutSome(
  tx: Transaction,
  piece: StagedPiece,
  purpose: StagingPurpose,
  duplicates: ReadonlyMap<number, ImportFinding>,
  leaves: readonly number[],
): Promise<void> {
  const removed = await tx.sql
    .deleteFrom('record')
    .where('batch_id', '=', piece.id)
    .where('stored_on', '=', purpose.storedOn)
    .where('leaf', 'in', leaves)
    .returning(['leaf', 'public_text', 'shared_text', 'private_text'])
    .execute();
  await tx.sql.deleteFrom('subject').where('batch_id', '=', piece.id).where('leaf', 'in', leaves).execute();
  const rows = leaves.map((leaf) => piece.rows[leaf] ?? 0);
  const before = await tx.sql
    .deleteFrom('import_row')
    .where('import_id', '=', purpose.importId)
    .where('row', 'in', rows)
    .returning(['row', 'findings'])
    .execute();
  const earlier = new Map(before.map(({ row, findings }) => [row, findings]));
  await tx.sql
    .insertInto('import_row')
    .values(
      removed.map((record) => {
        const row = piece.rows[record.leaf] ?? 0;
        const kept: unknown[] = JSON.parse(earlier.get(row) ?? '[]'); // written by this folder as an array
        return {
          import_id: purpose.importId,
          row,
          sheet: piece.sheet ?? null,
          cells: JSON.stringify(recordMembers(record)),
          findings: JSON.stringify([...kept, duplicates.get(record.leaf)]),
          state: 'wrong' as const,
        };
      }),
    )
    .execute();
}

/** Deletes every record and subject of whole batches. */
export async function deleteBatches(tx: Transaction, batches: readonly number[]): Promise<void> {
  if (batches.length === 0) return;
  const ids = sql`any(${[...batches]}::int8[])`;
  await sql`delete from record where batch_id = ${ids}`.execute(tx.sql);
  await sql`delete from subject where batch_id = ${ids}`.execute(tx.sql);
  await sql`delete from batch where id = ${ids}`.execute(tx.sql);
}

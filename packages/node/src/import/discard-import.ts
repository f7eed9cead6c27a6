// Takes an import back as far as it is still staged; what is being reported or is reported stays.
import { ok, reject } from '@suyuan/log';
import type { Result } from '@suyuan/log';
import type { ImportDeps } from './import-deps.ts';
import { deleteBatches } from './take-out-duplicates.ts';

/** How many records went and how many could not. */
export interface DiscardedImport {
  readonly discarded: number;
  readonly kept: number;
}

/** Deletes the staged records and the bad rows' cells of an import, and its file. */
export async function discardImport(
  deps: ImportDeps,
  id: number,
): Promise<Result<DiscardedImport, { readonly code: 'import_not_found' | 'import_closed' }>> {
  return await deps.database.transact(async (tx) => {
    const owner = await tx.sql
      .selectFrom('import')
      .select(['status', 'staged'])
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (owner === undefined) return reject({ code: 'import_not_found' });
    if (owner.status !== 'done') return reject({ code: 'import_closed' });
    const batches = await tx.sql
      .selectFrom('batch')
      .select(['id', 'count'])
      .where('import_id', '=', id)
      .where('status', '=', 'staged')
      .forUpdate()
      .execute();
    await deleteBatches(
      tx,
      batches.map((batch) => batch.id),
    );
    const discarded = batches.reduce((sum, { count }) => sum + count, 0);
    const kept = Math.max(0, owner.staged - discarded);
    await tx.sql
      .updateTable('import')
      .set({ status: 'discarded', staged: kept })
      .where('id', '=', id)
      .execute();
    await tx.sql
      .updateTable('import_row')
      .set({ state: 'discarded', cells: '{}' })
      .where('import_id', '=', id)
      .where('state', '=', 'wrong')
      .execute();
    await tx.sql.deleteFrom('import_file').where('import_id', '=', id).execute();
    return ok({ discarded, kept });
  });
}

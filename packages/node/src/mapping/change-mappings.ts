// Renames and removes saved mappings. A source is bound to a mapping by its id, so a new name disturbs none; a removed one
// stays readable where an import names it (spec/mapping.md, M20 and M21).
import { ok, reject } from '@suyuan/log';
import type { Result } from '@suyuan/log';
import { sql } from 'kysely';
import { isUniqueViolation } from '../database/database-fault.ts';
import type { Database } from '../database/database.ts';
import type { SaveRejection } from './saved-mappings.ts';

/** Gives a mapping another name. */
export async function renameSavedMapping(
  database: Database,
  id: number,
  name: string,
): Promise<Result<void, SaveRejection<'mapping_not_found' | 'mapping_name_taken'>>> {
  try {
    return await database.transact(async (tx) => {
      const { numUpdatedRows } = await tx.sql
        .updateTable('mapping')
        .set({ name })
        .where('id', '=', id)
        .where('removed_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 0n ? reject({ code: 'mapping_not_found' }) : ok(undefined);
    });
  } catch (error) {
    if (isUniqueViolation(error, 'mapping_name')) return reject({ code: 'mapping_name_taken' });
    throw error;
  }
}

/** Why a mapping is not removed. */
export type RemoveRejection =
  | { readonly code: 'mapping_not_found' }
  | { readonly code: 'mapping_in_use'; readonly sources: readonly { id: number; name: string }[] };

/** Takes a mapping out of use; what nothing names any more is gone. */
export async function removeSavedMapping(
  database: Database,
  id: number,
): Promise<Result<void, RemoveRejection>> {
  return await database.transact(async (tx) => {
    // No source is bound or changed meanwhile.
    await sql`lock table source in share mode`.execute(tx.sql);
    const { rows: sources } = await sql<{ id: number; name: string }>`select s.id, s.name from source s
      where exists (select from json_array_elements(s.settings->'streams') t where (t->>'mapping')::int8 = ${id})
      order by s.id`.execute(tx.sql);
    if (sources.length > 0) return reject({ code: 'mapping_in_use', sources });
    const { numAffectedRows = 0n } = await sql`update mapping set removed_at = now()
      where id = ${id} and removed_at is null`.execute(tx.sql);
    if (numAffectedRows === 0n) return reject({ code: 'mapping_not_found' });
    await sql`delete from mapping where id = ${id}
      and not exists (select from import where mapping_id = ${id})`.execute(tx.sql);
    return ok(undefined);
  });
}

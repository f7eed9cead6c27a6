// Which codes of new records are staged already in this node, so that the same file sent twice does not make
// every record twice. Looked up by the subject index, only while anything is staged at all.
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** The import that staged each of `codes`, for those that are staged or on their way. */
export async function findStagedCodes(
  db: Kysely<Tables>,
  kind: string,
  codes: readonly string[],
  ownImport: number,
): Promise<ReadonlyMap<string, number>> {
  // One index look-up per code: planned as one join, a table that has just grown gets scanned as a whole.
  const { rows } = await sql<{ code: string; import: number | null }>`
    select c.code, found.import from unnest(${[...codes]}::text[]) c (code), lateral (
      select b.import_id as import from subject s join batch b on b.id = s.batch_id
      where s.code = c.code and s.role = 'subject' and s.kind = ${kind}
        and b.status in ('staged', 'sending') and b.import_id is distinct from ${ownImport}
      limit 1) found`.execute(db);
  return new Map(rows.map((row) => [row.code, row.import ?? 0]));
}

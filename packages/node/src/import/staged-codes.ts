// Which of new records, by own code or content, are staged already in this node, so that the same file sent twice does not make
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
  // `offset 0` keeps the look-ups apart: planned as a join with `batch`, they become scans while tables grow.
  const hits = await sql<{ code: string; batch: number }>`
    select c.code, s.batch_id as batch from unnest(${[...codes]}::text[]) c (code), lateral (
      select batch_id from subject where code = c.code and role in ('subject', 'content') and kind = ${kind} offset 0) s`.execute(
    db,
  );
  if (hits.rows.length === 0) return new Map();
  const batches = [...new Set(hits.rows.map(({ batch }) => batch))];
  const { rows } = await sql<{ id: number; import: number | null }>`
    select id, import_id as import from batch where id = any(${batches}::int8[])
      and status in ('staged', 'sending') and import_id is distinct from ${ownImport}::int8`.execute(db);
  const imports = new Map(rows.map((row) => [row.id, row.import ?? 0]));
  const staged = new Map<string, number>();
  for (const { code, batch } of hits.rows) {
    const found = imports.get(batch);
    if (found !== undefined) staged.set(code, found);
  }
  return staged;
}

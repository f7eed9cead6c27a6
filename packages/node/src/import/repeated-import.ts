// Two imports of one file: the digest of its bytes finds the earlier import of the same kind (spec/import.md, I42).
import { sql } from 'kysely';
import type { Transaction } from '../database/database.ts';
import { WorkbookRefusal } from './workbook-rejection.ts';

/**
 * Throws a {@link WorkbookRefusal} where an import of this kind has, or is just reading, the same bytes. From here to
 * the end of the transaction no other import of these bytes gets past this place.
 */
export async function refuseRepeated(tx: Transaction, kind: string, digest: Uint8Array): Promise<void> {
  const name = `import:${kind}:${Buffer.from(digest).toString('hex')}`;
  const { rows } = await sql<{ alone: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as alone`.execute(tx.sql);
  if (rows[0]?.alone !== true) throw new WorkbookRefusal({ code: 'import_repeated', import: null });
  const earlier = await tx.sql
    .selectFrom('import')
    .select(['id', 'created_at'])
    .where('file_digest', '=', Buffer.from(digest))
    .where('kind', '=', kind)
    .where((where) =>
      // One that staged nothing may be tried again: what was wrong may lie outside the file.
      where.or([
        where('status', '=', 'waiting'),
        where.and([where('status', '=', 'done'), where('staged', '>', 0)]),
      ]),
    )
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (earlier === undefined) return;
  const { id, created_at: at } = earlier;
  throw new WorkbookRefusal({ code: 'import_repeated', import: id, at: at.toISOString() });
}

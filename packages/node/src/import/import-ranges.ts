// Where the records of an import are: in batches of its own, and, once a report has merged small batches, in ranges of
// leaves of a batch that holds records of several imports (spec/import.md, I46).
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/** What stands behind FROM to have the records `r` of an import with their batches `b`. */
export function recordsOfImport(importId: number): RawBuilder<unknown> {
  return sql`(select id, 0 as from_leaf, 2147483647 as below_leaf from batch where import_id = ${importId}
      union all select batch_id, from_leaf, from_leaf + count from batch_range where import_id = ${importId}) i
    join batch b on b.id = i.id
    join record r on r.batch_id = b.id and r.stored_on = b.stored_on
      and r.leaf >= i.from_leaf and r.leaf < i.below_leaf`;
}

/** The import of the record `r` of the batch `b`, as an SQL value; null where it is not known. */
export const importOfRecord: RawBuilder<number | null> = sql`coalesce(b.import_id, (select o.import_id
  from batch_range o where o.batch_id = b.id and r.leaf >= o.from_leaf and r.leaf < o.from_leaf + o.count))`;

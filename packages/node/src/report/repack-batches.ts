// Moves records that are not reported yet from batches into one new batch with dense leaves: to close gaps, to merge
// small batches, to take out chosen records. The only place where stored records move; reporting itself never does.
import { sql } from 'kysely';

import { assert } from '@suyuan/log';

import type { Transaction } from '../database/database.ts';

/** Bytes of a record's payload beside its texts, at most: salts, commitment and CBOR heads. */
const RECORD_OVERHEAD_BYTES = 113;

/** The batches to move from (one kind, one month), and, unless whole batches move, which of their records. */
export interface Repacking {
  readonly sources: readonly number[];
  readonly chosen?: readonly { readonly batch: number; readonly leaf: number }[];
  readonly reportId: number;
}

/** A batch of the caller's transaction that was not reported yet. */
interface Source {
  readonly kind: string;
  readonly reporter: string;
  readonly stored_on: string;
  readonly import_id: number | null;
}

/** The new batch (status `sending`), or undefined where nothing was moved. Emptied sources are gone. */
export async function repackBatches(
  tx: Transaction,
  { sources, chosen, reportId }: Repacking,
): Promise<{ readonly id: number; readonly count: number } | undefined> {
  const rows: readonly Source[] = await tx.sql
    .selectFrom('batch')
    .select(['kind', 'reporter', 'stored_on', 'import_id'])
    .where('id', 'in', sources)
    .where('sequence', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
  const [first] = rows;
  if (first === undefined) return undefined;
  const month = first.stored_on.slice(0, 7);
  assert(
    rows.every((row) => row.kind === first.kind && row.stored_on.startsWith(month)),
    'merged batches are of one kind and one month',
  );
  const isOfOne = first.import_id !== null && rows.every((row) => row.import_id === first.import_id);
  const { id } = await tx.sql
    .insertInto('batch')
    .values({
      status: 'sending',
      kind: first.kind,
      reporter: first.reporter,
      count: 0,
      stored_on: first.stored_on,
      import_id: isOfOne ? first.import_id : null,
      report_id: reportId,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const target = { id, storedOn: first.stored_on, isOfOne };
  const count = await moveRecords(tx, sources, chosen, target);
  await recountBatches(tx, [...sources, id], month);
  return count === 0 ? undefined : { id, count };
}

/** Index rows and records move in one statement, so that both see the old places. */
async function moveRecords(
  tx: Transaction,
  sources: readonly number[],
  chosen: Repacking['chosen'],
  target: { readonly id: number; readonly storedOn: string; readonly isOfOne: boolean },
): Promise<number> {
  const first = `${target.storedOn.slice(0, 7)}-01`;
  const picked =
    chosen === undefined
      ? sql``
      : sql`and (r.batch_id, r.leaf) in (select * from unnest(
          ${chosen.map(({ batch }) => batch)}::int8[], ${chosen.map(({ leaf }) => leaf)}::int4[]))`;
  // Rows are many and their statistics may be young: one pass over both sides, never one look-up per record.
  await sql`set local enable_nestloop = off`.execute(tx.sql);
  const moved = await sql`
    with numbered as materialized (
      select r.batch_id, r.leaf, r.stored_on, row_number() over (order by r.batch_id, r.leaf) - 1 as new_leaf
      from record r
      where r.batch_id = any(${sources}::int8[])
        and r.stored_on >= ${sql.lit(first)}::date and r.stored_on < ${sql.lit(first)}::date + interval '1 month'
        ${picked}
    )${target.isOfOne ? sql`` : keepImports(target.id)}, indexed as (
      update subject s set batch_id = ${target.id}, leaf = n.new_leaf, stored_on = ${sql.lit(target.storedOn)}
      from numbered n
      where s.batch_id = any(${sources}::int8[]) and s.batch_id = n.batch_id and s.leaf = n.leaf
    )
    update record r set batch_id = ${target.id}, leaf = n.new_leaf, stored_on = ${sql.lit(target.storedOn)}
    from numbered n
    where r.batch_id = any(${sources}::int8[])
      and r.batch_id = n.batch_id and r.leaf = n.leaf and r.stored_on = n.stored_on
      and r.stored_on >= ${sql.lit(first)}::date and r.stored_on < ${sql.lit(first)}::date + interval '1 month'
  `.execute(tx.sql);
  return Number(moved.numAffectedRows ?? 0);
}

/** Keeps which of the moved records came from which import: each import of a source is one range of new leaves. */
function keepImports(target: number): ReturnType<typeof sql> {
  return sql`, kept as (
      insert into batch_range (batch_id, from_leaf, count, import_id)
      select ${target}, min(n.new_leaf), count(*), coalesce(b.import_id, o.import_id)
      from numbered n join batch b on b.id = n.batch_id
        left join batch_range o on o.batch_id = n.batch_id
          and n.leaf >= o.from_leaf and n.leaf < o.from_leaf + o.count
      where coalesce(b.import_id, o.import_id) is not null
      group by n.batch_id, o.from_leaf, coalesce(b.import_id, o.import_id)
    )`;
}

/** Brings count and size of these batches to what they hold now; one that holds nothing goes. */
export async function recountBatches(
  tx: Transaction,
  batches: readonly number[],
  month: string,
): Promise<void> {
  const first = `${month}-01`;
  await sql`
    with held as (
      select b.id, count(r.leaf) as count,
        sum(octet_length(r.public_text::text) + octet_length(r.shared_text::text) + ${RECORD_OVERHEAD_BYTES}) as size
      from batch b left join record r on r.batch_id = b.id and r.batch_id = any(${batches}::int8[])
        and r.stored_on >= ${sql.lit(first)}::date and r.stored_on < ${sql.lit(first)}::date + interval '1 month'
      where b.id = any(${batches}::int8[]) group by b.id
    ), emptied as (delete from batch b using held h where b.id = h.id and h.count = 0)
    update batch b set count = h.count, payload_size = h.size from held h where b.id = h.id and h.count > 0
  `.execute(tx.sql);
}

// The texts of staged records that someone chose to report, up to a maximum.
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Tables } from '../database/tables.ts';
import { selectStaged } from './claim-records.ts';
import type { ReportSelection } from './claim-records.ts';

/** A staged record with where it came from. */
export interface StagedText {
  readonly batch: number;
  readonly leaf: number;
  readonly kind: string;
  readonly reporter: string;
  readonly importId: number | null;
  readonly row: number | null;
  readonly publicText: string;
  readonly sharedText: string;
}

/** Chosen records: how many there are, and the first of them. */
export interface StagedTexts {
  readonly count: number;
  readonly first: readonly StagedText[];
}

interface TextRow {
  readonly id: number;
  readonly leaf: number;
  readonly kind: string;
  readonly reporter: string;
  readonly import_id: number | null;
  readonly source_row: number | null;
  readonly public_text: string;
  readonly shared_text: string;
}

/** The chosen records that are staged, in the order of batch and leaf. Two queries, however many there are. */
export async function readStaged(
  db: Kysely<Tables>,
  selection: ReportSelection,
  max: number,
): Promise<StagedTexts> {
  if (selection.by === 'records') {
    const chosen = selection.records;
    const pairs = sql`(b.id, r.leaf) in (select * from unnest(
      ${chosen.map(({ batch }) => batch)}::int8[], ${chosen.map(({ leaf }) => leaf)}::int4[]))`;
    const first = await readTexts(db, [...new Set(chosen.map(({ batch }) => batch))], pairs, max);
    return { count: first.length, first };
  }
  const batches = await selectStaged(db.selectFrom('batch').select(['id', 'count']), selection)
    .orderBy('id')
    .execute();
  const ids: number[] = [];
  let count = 0;
  for (const batch of batches) {
    if (count < max) ids.push(batch.id);
    count += batch.count;
  }
  return { count, first: await readTexts(db, ids, sql`true`, max) };
}

async function readTexts(
  db: Kysely<Tables>,
  batches: readonly number[],
  which: ReturnType<typeof sql>,
  max: number,
): Promise<readonly StagedText[]> {
  const { rows } = await sql<TextRow>`
    select b.id, r.leaf, b.kind, b.reporter, b.import_id, r.source_row, r.public_text, r.shared_text
    from batch b join record r on r.batch_id = b.id and r.stored_on = b.stored_on
    where b.id = any(${[...batches]}::int8[]) and b.status = 'staged' and ${which}
    order by b.id, r.leaf limit ${max}`.execute(db);
  return rows.map((row) => ({
    batch: row.id,
    leaf: row.leaf,
    kind: row.kind,
    reporter: row.reporter,
    importId: row.import_id,
    row: row.source_row,
    publicText: row.public_text,
    sharedText: row.shared_text,
  }));
}

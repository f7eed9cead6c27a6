// What keeps staged records from being reported at all, said before any of them is taken: the module was withdrawn, or a
// file that a record names is not here (spec/import.md, I45; spec/attachment.md, AT4).
import type { Rejection } from '@suyuan/log';
import { sql } from 'kysely';
import type { Kysely, RawBuilder } from 'kysely';

import type { Transaction } from '../database/database.ts';
import type { Tables } from '../database/tables.ts';
import { importOfRecord } from '../import/import-ranges.ts';
import type { ReportSelection } from './claim-records.ts';

/** Records that are named in a rejection. */
const NAMED_MAX = 100;

/** Why nothing is taken. */
export type ClaimRejection =
  | Rejection<'record_not_staged'>
  | { readonly code: 'module_withdrawn'; readonly kinds: readonly string[] }
  | {
      readonly code: 'attachments_missing';
      /** The first hundred. */
      readonly records: readonly {
        readonly record: string;
        readonly digest: string;
        /** Where the file is to be uploaded. */
        readonly import?: number;
      }[];
    };

/** That a chosen record is of a kind which may no longer be reported. */
export async function findWithdrawn(
  db: Kysely<Tables>,
  selection: ReportSelection,
  permitted: readonly string[],
): Promise<Extract<ClaimRejection, { code: 'module_withdrawn' }> | undefined> {
  const { rows } = await sql<{ kind: string }>`
    select distinct b.kind from batch b where ${isChosen(selection)} order by 1`.execute(db);
  const kinds = rows.map(({ kind }) => kind).filter((kind) => !permitted.includes(kind));
  return kinds.length === 0 ? undefined : { code: 'module_withdrawn', kinds };
}

/** The reason, where there is one. `permitted` are the record kinds that may be reported now. */
export async function findObstacle(
  tx: Transaction,
  selection: ReportSelection,
  permitted: readonly string[] | undefined,
): Promise<ClaimRejection | undefined> {
  const withdrawn = permitted === undefined ? undefined : await findWithdrawn(tx.sql, selection, permitted);
  if (withdrawn !== undefined) return withdrawn;
  const { rows: missing } = await sql<{ batch: number; leaf: number; digest: string; import: number | null }>`
    select b.id as batch, r.leaf, s.code as digest, ${importOfRecord} as import
    from batch b join subject s on s.batch_id = b.id and s.role = 'attachment'
      join record r on r.batch_id = b.id and r.stored_on = b.stored_on and r.leaf = s.leaf
    where ${isChosen(selection)} and ${isChosenLeaf(selection)}
      and not exists (select from attachment a where a.digest = s.code and a.status = 'held')
    order by 1, 2 limit ${NAMED_MAX}`.execute(tx.sql);
  if (missing.length === 0) return undefined;
  const records = missing.map(({ batch, leaf, digest, import: importId }) => ({
    record: `${batch}/${leaf}`,
    digest,
    ...(importId === null ? {} : { import: importId }),
  }));
  return { code: 'attachments_missing', records };
}

function isChosen(selection: ReportSelection): RawBuilder<boolean> {
  const staged = sql<boolean>`b.status = 'staged'`;
  switch (selection.by) {
    case 'import':
      return sql`${staged} and b.import_id = ${selection.importId}`;
    case 'batches':
      return sql`${staged} and b.id = any(${[...selection.batches]}::int8[])`;
    case 'records':
      return sql`${staged} and b.id = any(${selection.records.map(({ batch }) => batch)}::int8[])`;
    case 'all':
    default:
      return selection.kind === undefined ? staged : sql`${staged} and b.kind = ${selection.kind}`;
  }
}

function isChosenLeaf(selection: ReportSelection): RawBuilder<boolean> {
  if (selection.by !== 'records') return sql`true`;
  const batches = selection.records.map(({ batch }) => batch);
  const leaves = selection.records.map(({ leaf }) => leaf);
  return sql`(b.id, s.leaf) in (select * from unnest(${batches}::int8[], ${leaves}::int4[]))`;
}

// Files that staged records name and that are not here: said as a warning of the row when it is staged, taken back when the
// file comes, and listed by import until then (spec/attachment.md, AT4, AT8 and AT9).
import type { RecordTexts, Subject } from '@suyuan/battery';
import type { Kysely, RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Database, Transaction } from '../database/database.ts';
import type { Tables } from '../database/tables.ts';
import { importFinding } from '../import/import-finding.ts';
import type { ImportFinding } from '../import/import-finding.ts';
import { importOfRecord, recordsOfImport } from '../import/import-ranges.ts';
import { filesOf } from './named-files.ts';
import type { NamedFile } from './named-files.ts';

/** True for a digest `d` of which no file is here. */
export function isNotHere(d: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`not exists (select from attachment a where a.digest = ${d} and a.status = 'held')`;
}

/** True where the record `r` of the batch `b` names a file that is not here. */
export const lacksFile: RawBuilder<boolean> = sql<boolean>`exists (select from subject s
  where s.batch_id = b.id and s.leaf = r.leaf and s.role = 'attachment' and ${isNotHere(sql`s.code`)})`;

/** Those of the digests of which no file is here. */
export async function digestsNotHere(
  db: Kysely<Tables>,
  digests: readonly string[],
): Promise<ReadonlySet<string>> {
  if (digests.length === 0) return new Set();
  const { rows } = await sql<{
    digest: string;
  }>`select d as digest from unnest(${[...new Set(digests)]}::text[]) d
    where ${isNotHere(sql`d`)}`.execute(db);
  return new Set(rows.map(({ digest }) => digest));
}

/** Where a record stands for people. */
export interface RowPlace {
  readonly row: number;
  readonly sheet: string | undefined;
}

/** The warning that a file is still to be uploaded; `value` is its whole digest. */
export function fileFinding({ digest, name }: NamedFile, { row, sheet }: RowPlace): ImportFinding {
  const list = sheet === undefined ? { column: 'attachments' } : { sheet };
  const place = { row, field: 'attachments', value: digest, ...list };
  return importFinding('attachment_missing', place, { name, digest: digest.slice(0, 12) });
}

/** The warnings of one record. */
export async function fileWarningsOf(
  db: Kysely<Tables>,
  record: RecordTexts,
  subjects: readonly Subject[],
  place: RowPlace,
): Promise<readonly ImportFinding[]> {
  const named = filesOf(record, subjects);
  const missing = await digestsNotHere(
    db,
    named.map(({ digest }) => digest),
  );
  return named.filter(({ digest }) => missing.has(digest)).map((file) => fileFinding(file, place));
}

/** A warning that belongs to a row of an import, counted as the database counts rows. */
export interface RowWarning {
  readonly importRow: number;
  readonly finding: ImportFinding;
}

/** Adds warnings to rows of an import that are staged; a row without findings gets one of its own. */
export async function warnRows(
  tx: Transaction,
  importId: number,
  warnings: readonly RowWarning[],
): Promise<void> {
  if (warnings.length === 0) return;
  const rows = new Map<number, ImportFinding[]>();
  for (const { importRow, finding } of warnings) {
    const known = rows.get(importRow);
    if (known === undefined) rows.set(importRow, [finding]);
    else known.push(finding);
  }
  const findings = [...rows.values()];
  await sql`insert into import_row as r (import_id, row, sheet, cells, findings, state)
    select ${importId}, n.row, n.sheet, '{}', n.findings::json, 'warned'
    from unnest(${[...rows.keys()]}::int4[], ${findings.map(([first]) => first?.sheet ?? null)}::text[],
      ${findings.map((list) => JSON.stringify(list))}::text[]) n (row, sheet, findings)
    on conflict (import_id, row) do update
      set findings = (r.findings::jsonb || excluded.findings::jsonb)::json`.execute(tx.sql);
}

/** Puts the warnings of a staged record that was changed into the place of those that its row had. */
export async function rewarnRecord(
  tx: Transaction,
  place: { readonly batch: number; readonly leaf: number },
  warnings: readonly ImportFinding[],
): Promise<void> {
  const { rows } = await sql<{ id: number; row: number; sheet: string | null; findings: string | null }>`
    select n.id, n.row, w.sheet, w.findings from (select ${importOfRecord} as id, r.source_row as row
      from batch b join record r on r.batch_id = b.id and r.stored_on = b.stored_on
      where b.id = ${place.batch} and r.leaf = ${place.leaf}) n
    left join import_row w on w.import_id = n.id and w.row = n.row
    where n.id is not null and n.row is not null`.execute(tx.sql);
  const [at] = rows;
  if (at === undefined) return;
  const before: readonly ImportFinding[] = JSON.parse(at.findings ?? '[]'); // written by the import
  const others = before.filter(({ code }) => code !== 'attachment_missing');
  const change = warnings.length - (before.length - others.length);
  const row = tx.sql.updateTable('import_row').where('import_id', '=', at.id).where('row', '=', at.row);
  await row.set({ findings: JSON.stringify(others) }).execute();
  const sheet = at.sheet === null ? {} : { sheet: at.sheet };
  await warnRows(
    tx,
    at.id,
    warnings.map((warning) => ({ importRow: at.row, finding: { ...warning, row: at.row, ...sheet } })),
  );
  await sql`delete from import_row where import_id = ${at.id} and row = ${at.row} and state = 'warned'
    and json_array_length(findings) = 0`.execute(tx.sql);
  await sql`update import set warnings = warnings + ${change}::int4 where id = ${at.id}`.execute(tx.sql);
}

/** Takes back the warnings of files that are here now; their arrival is committed. */
export async function settleFiles(database: Database, digests: readonly string[]): Promise<void> {
  for (const digest of digests)
    await database.transact(async (tx) => {
      const isAbout = sql`f->>'code' = 'attachment_missing' and f->>'value' = ${digest}`;
      const { rows: settled } = await sql<{ id: number }>`update import_row w
        set findings = coalesce((select json_agg(f order by place)
          from json_array_elements(w.findings) with ordinality e (f, place) where not (${isAbout})), '[]')
        from (select distinct ${importOfRecord} as import_id, r.source_row from subject s join batch b on b.id = s.batch_id
          join record r on r.batch_id = b.id and r.stored_on = b.stored_on and r.leaf = s.leaf
          where s.code = ${digest} and s.role = 'attachment' and b.status in ('staged', 'sending')) n
        where w.import_id = n.import_id and w.row = n.source_row
          and exists (select from json_array_elements(w.findings) f where ${isAbout})
        returning w.import_id as id`.execute(tx.sql);
      const ids = settled.map(({ id }) => id);
      if (ids.length === 0) return;
      await sql`update import i set warnings = warnings - n.count
        from (select id, count(*)::int4 as count from unnest(${ids}::int8[]) id group by id) n
        where i.id = n.id`.execute(tx.sql);
      await sql`delete from import_row where import_id = any(${ids}::int8[]) and state = 'warned'
        and json_array_length(findings) = 0`.execute(tx.sql);
    });
}

/** Takes back those of the warnings whose files came while the import that said them was not committed yet. */
export async function settleArrived(database: Database, findings: readonly ImportFinding[]): Promise<void> {
  const said = findings.flatMap(({ code, value }) => (code === 'attachment_missing' ? (value ?? []) : []));
  if (said.length === 0) return;
  const missing = await database.read(async (db) => await digestsNotHere(db, said));
  await settleFiles(
    database,
    [...new Set(said)].filter((digest) => !missing.has(digest)),
  );
}

/** A file that is still to be uploaded, with the rows that name it. */
export interface MissingFile extends NamedFile {
  /** The first hundred. */
  readonly rows: number[];
  readonly count: number;
}

/** What the staged records of an import name and is not here, in the order of the digests. */
export async function listMissingFiles(
  database: Database,
  importId: number,
  { after = '', limit }: { readonly after?: string; readonly limit: number },
): Promise<readonly MissingFile[]> {
  const { rows } = await database.read(
    async (db) =>
      await sql<MissingFile>`select s.code as digest, count(*)::int4 as count,
        (array_agg(r.source_row order by r.source_row))[1:100] as rows,
        min((select a->>'name' from json_array_elements(r.shared_text->'attachments') a
          where a->>'digest' = s.code limit 1)) as name
      from ${recordsOfImport(importId)}
      join subject s on s.batch_id = b.id and s.leaf = r.leaf and s.role = 'attachment'
      where b.status = 'staged' and s.code > ${after} and ${isNotHere(sql`s.code`)}
      group by s.code order by s.code limit ${limit}`.execute(db),
  );
  return rows;
}

// Stages rows of a source: those that came before as they are are left out, the rest goes through the import of pushed
// records, and cursor, counts and what is known of the rows are written in the same transaction (spec/source.md, D10).
import { compileMapping } from '@suyuan/battery';
import { assert } from '@suyuan/log';
import { sql } from 'kysely';

import type { Transaction } from '../database/database.ts';
import { findingsOf } from '../import/find-imports.ts';
import type { ImportDeps } from '../import/import-deps.ts';
import { countFindings } from '../import/import-finding.ts';
import { importRecords } from '../import/import-records.ts';
import { prepareRow } from './prepare-rows.ts';
import type { PreparedRow, RowForm } from './prepare-rows.ts';
import { addToRun, keepPlace } from './run-store.ts';
import type { RunCounts } from './run-store.ts';
import type { RowChunk } from './source-reader.ts';

/** The stream whose rows are staged, for one run. */
export interface StreamRun {
  readonly source: number;
  readonly run: number;
  readonly form: RowForm;
  /** Name under which its imports are listed. */
  readonly createdBy: string;
}

/** Stages a chunk; afterwards cursor and columns are kept. */
export async function stageRows(
  deps: ImportDeps,
  stream: StreamRun,
  chunk: RowChunk,
  columns: readonly string[],
): Promise<void> {
  const prepared = chunk.rows.flatMap((input) => prepareRow(stream.form, input) ?? []);
  const seen = await findSeen(deps, stream, prepared);
  const groups = groupsOf(
    prepared.filter(({ name, digest }) => seen.get(name.toString('hex')) !== digest.toString('hex')),
  );
  const changed = groups.reduce((sum, group) => sum + group.length, 0);
  const counts = {
    pages: chunk.isNewPage ? 1 : 0,
    rows: chunk.rows.length,
    skipped: chunk.rows.length - prepared.length,
    unchanged: prepared.length - changed,
  };
  const finish = async (tx: Transaction, more: RunCounts): Promise<void> => {
    await addToRun(tx, stream.run, { ...counts, ...more });
    await keepPlace(tx, stream.source, stream.form.kind.id, { cursor: chunk.cursor, columns });
    await chunk.remember?.(tx);
  };
  for (const [place, group] of groups.entries())
    await stageGroup(deps, stream, group, place === groups.length - 1 ? finish : undefined);
  if (groups.length === 0) await deps.database.transact(async (tx) => await finish(tx, {}));
}

/** Digest by name of the rows that came before; not of those whose import a person discarded. */
async function findSeen(
  { database }: ImportDeps,
  { source, form }: StreamRun,
  rows: readonly PreparedRow[],
): Promise<ReadonlyMap<string, string>> {
  if (rows.length === 0) return new Map();
  const found = await database.read(
    async (db) =>
      await sql<{ name: Buffer; digest: Buffer }>`select s.name, s.digest from source_row s
        where s.source_id = ${source} and s.kind = ${form.kind.id} and s.name = any(${rows.map(({ name }) => name)}::bytea[])
          and not exists (select from import i where i.id = s.import_id and i.status = 'discarded')`.execute(
        db,
      ),
  );
  return new Map(found.rows.map(({ name, digest }) => [name.toString('hex'), digest.toString('hex')]));
}

/** Rows in groups without a name twice, so that a later one of a name replaces the earlier as it would another day. */
function groupsOf(rows: readonly PreparedRow[]): readonly (readonly PreparedRow[])[] {
  const groups: PreparedRow[][] = [];
  let digests = new Map<string, string>();
  let group: PreparedRow[] = [];
  for (const row of rows) {
    const name = row.name.toString('hex');
    const digest = row.digest.toString('hex');
    const before = digests.get(name);
    if (before === digest) continue;
    if (before !== undefined) {
      groups.push(group);
      group = [];
      digests = new Map();
    }
    digests.set(name, digest);
    group.push(row);
  }
  return group.length === 0 ? groups : [...groups, group];
}

async function stageGroup(
  deps: ImportDeps,
  stream: StreamRun,
  group: readonly PreparedRow[],
  finish: ((tx: Transaction, counts: RunCounts) => Promise<void>) | undefined,
): Promise<void> {
  const { form } = stream;
  const mapping = form.mapping === undefined ? undefined : compileMapping(form.kind, form.mapping);
  await importRecords(deps, {
    kind: form.kind,
    records: group.map(({ input }) => input),
    createdBy: stream.createdBy,
    idempotencyKey: undefined,
    ...(mapping === undefined ? {} : { mapping }),
    ...(form.mappedBy === undefined ? {} : { mappedBy: form.mappedBy }),
    remember: async (tx, outcome) => {
      assert(outcome.id !== null, 'what is staged has an import');
      const { staged, errors, warnings } = outcome;
      await settleReplaced(tx, stream, group);
      await linkImport(tx, stream, outcome.id);
      await rememberRows(tx, stream, group, outcome.id);
      await (finish ?? (async (late, counts) => await addToRun(late, stream.run, counts)))(tx, {
        staged,
        errors,
        warnings,
      });
    },
  });
}

/** Says which source and run an import came from. */
export async function linkImport(
  tx: Transaction,
  { source, run, form }: StreamRun,
  id: number,
): Promise<void> {
  await tx.sql
    .insertInto('source_import')
    .values({ import_id: id, source_id: source, run_id: run, kind: form.kind.id })
    .execute();
}

/** A wrong row that now comes with other values is no exception any more. */
async function settleReplaced(
  tx: Transaction,
  { source, form }: StreamRun,
  rows: readonly PreparedRow[],
): Promise<void> {
  const { rows: settled } = await sql<{ id: number; findings: string }>`
    update import_row r set state = 'discarded', cells = '{}' from source_row s
    where s.source_id = ${source} and s.kind = ${form.kind.id} and s.name = any(${rows.map(({ name }) => name)}::bytea[])
      and r.import_id = s.import_id and r.row = s.row and r.state = 'wrong'
    returning r.import_id as id, r.findings`.execute(tx.sql);
  const errors = new Map<number, number>();
  for (const { id, findings } of settled)
    errors.set(id, (errors.get(id) ?? 0) + countFindings(findingsOf(findings)).errors);
  for (const [id, count] of errors)
    await tx.sql
      .updateTable('import')
      .set((set) => ({ errors: set('errors', '-', count) }))
      .where('id', '=', id)
      .execute();
}

async function rememberRows(
  tx: Transaction,
  { source, form }: StreamRun,
  rows: readonly PreparedRow[],
  importId: number,
): Promise<void> {
  await sql`insert into source_row (source_id, kind, name, digest, import_id, row)
    select ${source}, ${form.kind.id}, n.name, n.digest, ${importId}, r.row
    from unnest(${rows.map(({ name }) => name)}::bytea[], ${rows.map(({ digest }) => digest)}::bytea[])
      with ordinality n (name, digest, place)
    left join import_row r on r.import_id = ${importId} and r.row = n.place - 1 and r.state = 'wrong'
    on conflict (source_id, kind, name) do update
      set digest = excluded.digest, import_id = excluded.import_id, row = excluded.row`.execute(tx.sql);
}

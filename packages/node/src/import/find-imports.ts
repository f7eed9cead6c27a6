// Reading back what imports left: the imports themselves, their rows with findings, and the findings one by one.
import type { Database } from '../database/database.ts';
import type { ImportTable } from '../database/tables.ts';
import type { ImportFinding } from './import-finding.ts';
import type { ImportProgress, ImportSource, RunningImport } from './import-progress.ts';
import { sheetFindingsRow } from './problem-rows.ts';
import type { Selectable } from 'kysely';

/** An import as it is shown; `reading` ones come from memory. */
export interface ShownImport {
  readonly id: number;
  readonly kind: string;
  readonly source: ImportSource;
  readonly fileName?: string;
  readonly status: ImportTable['status'];
  /** Of one that waits: how many go before it. */
  readonly ahead?: number;
  /** Of one that failed: the problem of its file, or of the node. */
  readonly failure?: { readonly code: string };
  readonly rows: number;
  readonly staged: number;
  readonly errors: number;
  readonly warnings: number;
  /** The saved mapping that read it, as it is called now. */
  readonly mapping?: { readonly id: number; readonly name?: string; readonly version: number };
  readonly createdBy: string;
  readonly createdAt: string;
  readonly finishedAt?: string;
}

/** A row with findings. */
export interface ShownRow {
  readonly row: number;
  readonly sheet?: string;
  readonly state: 'wrong' | 'warned' | 'corrected' | 'discarded';
  readonly cells: unknown;
  readonly findings: ImportFinding[];
}

/** One page of a list; `next` is absent on the last. */
export interface Page<T> {
  readonly items: T[];
  readonly next?: string;
}

/** The imports, the newest first; running ones stand at the head of the first page. */
export async function listImports(
  database: Database,
  progress: ImportProgress,
  query: { readonly kind?: string; readonly after?: string; readonly limit: number },
): Promise<Page<ShownImport>> {
  const before = query.after === undefined ? undefined : wholeNumber(query.after);
  const rows = await database.read(async (db) => {
    let select = db
      .selectFrom('import')
      .leftJoin('mapping', 'mapping.id', 'import.mapping_id')
      .selectAll('import')
      .select('mapping.name as mapping_name')
      .orderBy('import.id', 'desc')
      .limit(query.limit + 1);
    if (before !== undefined) select = select.where('import.id', '<', before);
    if (query.kind !== undefined) select = select.where('import.kind', '=', query.kind);
    return await select.execute();
  });
  const running =
    before === undefined
      ? progress.list().filter(({ kind, isStored }) => isStored !== true && (query.kind ?? kind) === kind)
      : [];
  const { items, next } = pageOf(rows, query.limit, (row) => String(row.id));
  const stored = items.map((row) => {
    const now = progress.get(row.id);
    return now === undefined ? showImport(row) : showRunning(now);
  });
  const shown = [...running.map(showRunning).toReversed(), ...stored];
  return { items: shown, ...(next === undefined ? {} : { next }) };
}

/** One import, finished or running; undefined when there is none. */
export async function findImport(
  database: Database,
  progress: ImportProgress,
  id: number,
): Promise<ShownImport | undefined> {
  const running = progress.get(id);
  if (running !== undefined) return showRunning(running);
  const row = await database.read(
    async (db) =>
      await db
        .selectFrom('import')
        .leftJoin('mapping', 'mapping.id', 'import.mapping_id')
        .selectAll('import')
        .select('mapping.name as mapping_name')
        .where('import.id', '=', id)
        .executeTakeFirst(),
  );
  return row === undefined ? undefined : showImport(row);
}

/** Rows with findings, in order; findings about the sheet as a whole are not rows. */
export async function listImportRows(
  database: Database,
  id: number,
  query: { readonly state?: ShownRow['state']; readonly after?: string; readonly limit: number },
): Promise<Page<ShownRow>> {
  const after = query.after === undefined ? undefined : wholeNumber(query.after);
  const rows = await database.read(async (db) => {
    let select = db.selectFrom('import_row').selectAll().where('import_id', '=', id);
    select = select.where((where) =>
      where.or([where('row', '<>', sheetFindingsRow), where('sheet', 'is', null)]),
    );
    if (after !== undefined) select = select.where('row', '>', after);
    if (query.state !== undefined) select = select.where('state', '=', query.state);
    return await select
      .orderBy('row')
      .limit(query.limit + 1)
      .execute();
  });
  const { items, next } = pageOf(rows, query.limit, ({ row }) => String(row));
  const shown = items.map(({ row, sheet, state, cells, findings }) => ({
    row,
    ...(sheet === null ? {} : { sheet }),
    state,
    cells: JSON.parse(cells) as unknown,
    findings: findingsOf(findings),
  }));
  return { items: shown, ...(next === undefined ? {} : { next }) };
}

/** All findings, in the order of their rows. The cursor is `row:place`. */
export async function listFindings(
  database: Database,
  id: number,
  query: { readonly after?: string; readonly limit: number },
): Promise<Page<ImportFinding>> {
  const [fromRow = -1, fromPlace = -1] = (query.after ?? '').split(':').map(wholeNumber);
  const rows = await database.read(
    async (db) =>
      await db
        .selectFrom('import_row')
        .select(['row', 'findings'])
        .where('import_id', '=', id)
        .where('row', '>=', query.after === undefined ? 0 : fromRow)
        .orderBy('row')
        .limit(query.limit + 1)
        .execute(),
  );
  const found = rows.flatMap(({ row, findings }) =>
    findingsOf(findings).map((finding, place) => ({ finding, row, place })),
  );
  const rest =
    query.after === undefined
      ? found
      : found.filter(({ row, place }) => row > fromRow || (row === fromRow && place > fromPlace));
  const { items, next } = pageOf(rest, query.limit, ({ row, place }) => `${row}:${place}`);
  return { items: items.map(({ finding }) => finding), ...(next === undefined ? {} : { next }) };
}

/** Findings as this folder stored them. */
export function findingsOf(json: string): ImportFinding[] {
  const findings: ImportFinding[] = JSON.parse(json); // only this folder writes the column
  return findings;
}

function pageOf<T>(rows: readonly T[], limit: number, cursor: (row: T) => string): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last !== undefined ? { items, next: cursor(last) } : { items };
}

/** A number of a cursor; one that nobody gave finds nothing. */
function wholeNumber(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.MAX_SAFE_INTEGER;
}

function showImport(row: Selectable<ImportTable> & { readonly mapping_name: string | null }): ShownImport {
  const { mapping_id: id, mapping_version: version, mapping_name: name } = row;
  const mapping = id === null || version === null ? undefined : { id, version };
  return {
    id: row.id,
    kind: row.kind,
    source: row.source,
    ...(row.file_name === null ? {} : { fileName: row.file_name }),
    status: row.status,
    ...(row.failure === null ? {} : { failure: failureOf(row.failure) }),
    rows: row.rows,
    staged: row.staged,
    errors: row.errors,
    warnings: row.warnings,
    ...(mapping === undefined ? {} : { mapping: { ...mapping, ...(name === null ? {} : { name }) } }),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at.toISOString() }),
  };
}

function failureOf(json: string): { readonly code: string } {
  const failure: { readonly code: string } = JSON.parse(json); // only jobs/ writes the column
  return failure;
}

/** A running or waiting import as it is shown. */
export function showRunning({
  id,
  kind,
  source,
  fileName,
  createdBy,
  startedAt,
  rows,
  ahead,
}: RunningImport): ShownImport {
  return {
    id,
    kind,
    source,
    ...(fileName === undefined ? {} : { fileName }),
    status: ahead === undefined ? 'reading' : 'waiting',
    ...(ahead === undefined ? {} : { ahead }),
    rows,
    staged: 0,
    errors: 0,
    warnings: 0,
    createdBy,
    createdAt: new Date(startedAt).toISOString(),
  };
}

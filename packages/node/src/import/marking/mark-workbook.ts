// Gives an imported workbook back with the bad cells of all its sheets in colour, a comment on each and a sheet that
// lists all findings; every part that is not touched is copied as it is compressed. The rows of a CSV file come back in
// the same way, as a workbook (spec/import.md, "The marked workbook").
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { recordKind } from '@suyuan/battery';
import { ok, reject } from '@suyuan/log';
import type { Result } from '@suyuan/log';
import type { Database } from '../../database/database.ts';
import { createLimiter } from '../../replication/limiter.ts';
import { fileSource } from '../byte-source.ts';
import type { ByteSource } from '../byte-source.ts';
import { findingsOf } from '../find-imports.ts';
import type { ImportFinding } from '../import-finding.ts';
import { writeStoredFile } from '../store-file.ts';
import { refusalOf } from '../workbook-rejection.ts';
import { csvSheetName, csvWorkbook } from './csv-workbook.ts';
import type { CsvForm } from './csv-workbook.ts';
import { FindingsSheet } from './findings-sheet.ts';
import { MarkedCells } from './marked-cells.ts';
import { markedEntries } from './marked-entries.ts';
import { writeZip } from './zip-output.ts';

/** A file to send. */
export interface MarkedWorkbook {
  readonly fileName: string;
  readonly content: Readable;
}

/** What marking needs. */
export interface MarkingDeps {
  readonly database: Database;
  /** Where the file lies while it is made and sent. */
  readonly uploadFolder: string;
}

/** Why there is nothing to send. */
export interface MarkingRejection {
  readonly code: 'import_not_found' | 'import_without_workbook' | 'workbook_too_large';
}

/** Marking holds a compressed sheet in memory, so one is made at a time. */
const oneAtATime = createLimiter(1);
const rowsAtOnce = 2_000;

/** Makes the marked workbook of an import in a file of its own, which goes when it has been sent. */
export async function markWorkbook(
  deps: MarkingDeps,
  id: number,
): Promise<Result<MarkedWorkbook, MarkingRejection>> {
  const owner = await deps.database.read(
    async (db) =>
      await db
        .selectFrom('import')
        .select(['source', 'kind', 'charset', 'mapping_id', 'file_name'])
        .where('id', '=', id)
        .executeTakeFirst(),
  );
  if (owner === undefined) return reject({ code: 'import_not_found' });
  const folder = await mkdtemp(join(deps.uploadFolder, 'suyuan-marked-'));
  const remove = async (): Promise<void> => await rm(folder, { recursive: true, force: true });
  try {
    const kind = owner.mapping_id === null ? recordKind(owner.kind) : undefined;
    const csv = owner.source === 'csv' ? { kind, charset: owner.charset ?? undefined } : undefined;
    const path = await oneAtATime(async () => await makeFile(deps.database, id, csv, folder));
    if (path === undefined) {
      await remove();
      return reject({ code: 'import_without_workbook' });
    }
    const content = createReadStream(path).once('close', () => void remove());
    return ok({ fileName: markedName(owner.file_name), content });
  } catch (error) {
    await remove();
    throw error;
  }
}

function markedName(name: string | null): string {
  return `${(name ?? 'workbook.xlsx').replace(/\.(?:xlsx|csv)$/i, '')}-checked.xlsx`;
}

async function makeFile(
  database: Database,
  id: number,
  csv: CsvForm | undefined,
  folder: string,
): Promise<string | undefined> {
  await using sent = await open(join(folder, 'sent'), 'w+', 0o600);
  const size = await writeStoredFile(database, id, sent);
  if (size === 0) return undefined;
  const path = join(folder, 'marked.xlsx');
  // The same bytes were read when they were imported; an import whose header was refused has no more.
  const result = await refusalOf(async () => {
    const source = fileSource(sent.fd, size);
    if (csv === undefined) return await writeMarked(database, id, source, path);
    await using table = await open(join(folder, 'table.xlsx'), 'w+', 0o600);
    let written = 0;
    for await (const piece of csvWorkbook(source, csv)) written += (await table.write(piece)).bytesWritten;
    return await writeMarked(database, id, fileSource(table.fd, written), path);
  });
  return result.ok ? result.value : undefined;
}

async function writeMarked(
  database: Database,
  id: number,
  source: ByteSource,
  path: string,
): Promise<string> {
  const cells = new Map<string, MarkedCells>();
  const list = new FindingsSheet();
  for await (const finding of openFindings(database, id)) {
    list.add(finding);
    if (finding.code === 'sheet_not_read') continue;
    const sheet = finding.sheet ?? csvSheetName;
    const marked = cells.get(sheet) ?? new MarkedCells();
    cells.set(sheet, marked);
    marked.add(finding);
  }
  const entries = await markedEntries(source, cells, list.end());
  await using file = await open(path, 'w', 0o600);
  for (const piece of writeZip(source, entries)) await file.write(piece);
  return path;
}

/** The findings of rows that are still bad, and the warnings of those that are staged. */
async function* openFindings(database: Database, id: number): AsyncGenerator<ImportFinding> {
  let after = -1;
  for (;;) {
    const from = after;
    const rows = await database.read(
      async (db) =>
        await db
          .selectFrom('import_row')
          .select(['row', 'findings'])
          .where('import_id', '=', id)
          .where('row', '>', from)
          .where('state', 'in', ['wrong', 'warned'])
          .orderBy('row')
          .limit(rowsAtOnce)
          .execute(),
    );
    for (const { findings } of rows) yield* findingsOf(findings);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.row;
  }
}

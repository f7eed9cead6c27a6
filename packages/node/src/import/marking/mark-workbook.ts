// Gives an imported workbook back with its bad cells in colour, a comment on each and a sheet that lists all
// findings; every part that is not touched is copied as it is compressed (spec/import.md, "The marked workbook").
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
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
      await db.selectFrom('import').select(['source', 'file_name']).where('id', '=', id).executeTakeFirst(),
  );
  if (owner === undefined) return reject({ code: 'import_not_found' });
  const folder = await mkdtemp(join(deps.uploadFolder, 'suyuan-marked-'));
  const remove = async (): Promise<void> => await rm(folder, { recursive: true, force: true });
  try {
    const path = await oneAtATime(async () => await makeFile(deps.database, id, folder));
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
  return `${(name ?? 'workbook.xlsx').replace(/\.xlsx$/i, '')}-checked.xlsx`;
}

async function makeFile(database: Database, id: number, folder: string): Promise<string | undefined> {
  await using input = await open(join(folder, 'sent.xlsx'), 'w+', 0o600);
  const size = await writeStoredFile(database, id, input);
  if (size === 0) return undefined;
  const source = fileSource(input.fd, size);
  const result = await refusalOf(
    async () => await writeMarked(database, id, source, join(folder, 'marked.xlsx')),
  );
  // The same bytes were read as a workbook when they were imported; an import whose header was refused has no more.
  return result.ok ? result.value : undefined;
}

async function writeMarked(
  database: Database,
  id: number,
  source: ByteSource,
  path: string,
): Promise<string> {
  const cells = new MarkedCells();
  const list = new FindingsSheet();
  let sheet: string | undefined;
  for await (const finding of openFindings(database, id)) {
    if (finding.code !== 'sheet_not_read') {
      sheet ??= finding.sheet;
      if (finding.sheet === sheet) cells.add(finding);
    }
    list.add(finding);
  }
  const entries = await markedEntries(source, sheet, cells, list.end());
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

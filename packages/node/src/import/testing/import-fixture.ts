// For tests: what importing needs around a test database, and uploads made of bytes.
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '../../clock.ts';
import type { Database } from '../../database/database.ts';
import { noMasterData } from '../../master/master-store.ts';
import type { ImportDeps } from '../import-deps.ts';
import type { ImportOutcome } from '../import-outcome.ts';
import { createImportProgress } from '../import-progress.ts';
import { importWorkbook } from '../import-workbook.ts';
import type { WorkbookImport } from '../import-workbook.ts';
import { numbersOf } from '../number-source.ts';
import type { Upload } from '../upload.ts';
import type { Result } from '@suyuan/log';
import type { WorkbookRejection } from '../workbook-rejection.ts';

/** Noon of 2026-11-20 in Shanghai. */
const noon = Date.UTC(2026, 10, 20, 4);

/** Dependencies over a test database; `changes` replaces some. */
export function importDeps(database: Database, changes: Partial<ImportDeps> = {}): ImportDeps {
  return {
    database,
    clock: { now: () => noon },
    random: systemRandom,
    reach: () => undefined,
    organization: 'acme',
    codeMode: () => 'strict',
    master: noMasterData,
    progress: createImportProgress(),
    importIds: numbersOf(database, 'import', 4),
    batchIds: numbersOf(database, 'batch', 8),
    rowsMax: 200_000,
    ...changes,
  };
}

/** A file on disk with these bytes, deleted when disposed of. */
export async function uploadOf(bytes: Uint8Array): Promise<Upload> {
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-import-test-'));
  const path = join(folder, 'upload');
  await writeFile(path, bytes);
  const digest = createHash('sha256').update(bytes).digest();
  const remove = async (): Promise<void> => await rm(folder, { recursive: true, force: true });
  return { path, size: bytes.length, digest, [Symbol.asyncDispose]: remove };
}

/** Imports these bytes as modules. */
export async function importBytes(
  deps: ImportDeps,
  bytes: Uint8Array,
  changes: Partial<WorkbookImport> = {},
): Promise<Result<ImportOutcome, WorkbookRejection>> {
  await using upload = await uploadOf(bytes);
  return await importWorkbook(deps, {
    upload,
    form: { type: 'workbook' },
    kind: 'battery_module',
    fileName: 'modules.xlsx',
    dryRun: false,
    createdBy: 'user:1',
    idempotencyKey: undefined,
    signal: new AbortController().signal,
    remember: async () => undefined,
    ...changes,
  });
}

/** Rows of every table that an import writes. */
export async function countRows(database: Database): Promise<Readonly<Record<string, number>>> {
  const tables = ['import', 'import_row', 'import_file', 'batch', 'record', 'subject'] as const;
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const { count } = await database.read(
      async (db) =>
        await db.selectFrom(table).select(db.fn.countAll<number>().as('count')).executeTakeFirstOrThrow(),
    );
    counts[table] = count;
  }
  return counts;
}

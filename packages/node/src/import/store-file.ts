// Keeps the bytes of an imported file, so that it can be given back with its bad cells marked, or read later by a job.
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Database, Transaction } from '../database/database.ts';
import { TupleWriter } from './tuple-writer.ts';

const chunkBytes = 1 << 20;

/** Copies the file into `import_file`, a mebibyte a row. */
export async function storeFile(tx: Transaction, importId: number, path: string): Promise<void> {
  const writer = tx.copy('import_file', ['import_id', 'chunk', 'bytes']);
  const tuples = new TupleWriter(chunkBytes + 64);
  await using file = await open(path, 'r');
  const piece = Buffer.allocUnsafe(chunkBytes);
  for (let chunk = 0; ; chunk += 1) {
    const { bytesRead } = await file.read(piece, 0, chunkBytes, chunk * chunkBytes);
    if (bytesRead === 0) break;
    tuples.tuple(3);
    tuples.int8(importId);
    tuples.int4(chunk);
    tuples.bytes(piece.subarray(0, bytesRead));
    await writer.write(tuples.take());
  }
  await writer.end();
}

/** Writes the kept bytes of an import into a file; gives their number, 0 where none are kept. */
export async function writeStoredFile(
  database: Database,
  importId: number,
  file: FileHandle,
): Promise<number> {
  let size = 0;
  for (let chunk = 0; ; chunk += 1) {
    const row = await database.read(
      async (db) =>
        await db
          .selectFrom('import_file')
          .select('bytes')
          .where('import_id', '=', importId)
          .where('chunk', '=', chunk)
          .executeTakeFirst(),
    );
    if (row === undefined) return size;
    await file.write(row.bytes, 0, row.bytes.length, size);
    size += row.bytes.length;
  }
}

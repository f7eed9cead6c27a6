// Import jobs in the database: an import that waits has its file and the form of it beside its row, and keeps both until
// it is done, failed or cancelled (spec/import.md, "Imports that go on after the answer").
import { sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import { Fault } from '../../fault.ts';
import type { ImportSource } from '../import-progress.ts';
import type { FileForm } from '../workbook-messages.ts';

/** A job as it is stored. */
export interface StoredJob {
  readonly id: number;
  readonly kind: string;
  readonly source: ImportSource;
  readonly fileName: string | undefined;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly digest: Buffer;
  readonly form: FileForm;
  readonly attempts: number;
}

/** What is stored when a job is accepted. */
export interface NewJob extends Omit<StoredJob, 'attempts' | 'digest'> {
  readonly digest: Uint8Array;
  readonly idempotencyKey: string | undefined;
}

/** Inserts the import that waits; its file follows in the same transaction. */
export async function insertJob(tx: Transaction, job: NewJob): Promise<void> {
  await sql`insert into import
      (id, kind, source, file_name, file_digest, status, created_by, created_at, idempotency_key)
    overriding system value values (${job.id}, ${job.kind}, ${job.source}, ${job.fileName ?? null}, ${job.digest},
      'waiting', ${job.createdBy}, ${job.createdAt}, ${job.idempotencyKey ?? null})`.execute(tx.sql);
  await tx.sql
    .insertInto('import_job')
    .values({ import_id: job.id, form: JSON.stringify(job.form) })
    .execute();
}

/** The jobs that wait, the oldest first: all, or this one. */
export async function readJobs(database: Database, id?: number): Promise<readonly StoredJob[]> {
  const rows = await database.read(
    async (db) =>
      await db
        .selectFrom('import')
        .innerJoin('import_job', 'import_job.import_id', 'import.id')
        .selectAll()
        .where('status', '=', 'waiting')
        .$if(id !== undefined, (query) => query.where('id', '=', id ?? 0))
        .orderBy('id')
        .execute(),
  );
  return rows.map((row) => {
    const form: FileForm = JSON.parse(row.form); // only this folder writes the column
    return {
      id: row.id,
      kind: row.kind,
      source: row.source,
      fileName: row.file_name ?? undefined,
      createdBy: row.created_by,
      createdAt: row.created_at,
      digest: row.file_digest ?? Buffer.alloc(0),
      form,
      attempts: row.attempts,
    };
  });
}

/** Counts an attempt, before it is made: what dies in it is not tried for ever. */
export async function countAttempt(database: Database, id: number, by: 1 | -1): Promise<void> {
  await database.read(
    async (db) =>
      await sql`update import_job set attempts = attempts + ${by}::int4 where import_id = ${id}`.execute(db),
  );
}

/** Locks the waiting import for the transaction that does its work. */
export async function takeJob(tx: Transaction, id: number): Promise<void> {
  const waiting = await tx.sql
    .selectFrom('import')
    .select('id')
    .where('id', '=', id)
    .where('status', '=', 'waiting')
    .forUpdate()
    .executeTakeFirst();
  if (waiting === undefined) throw new Fault('import_not_waiting', `import ${id} does not wait any more`);
}

/** Leaves of a job only what a finished import has. */
export async function endJob(tx: Transaction, id: number, isFileKept: boolean): Promise<void> {
  await tx.sql.deleteFrom('import_job').where('import_id', '=', id).execute();
  if (!isFileKept) await tx.sql.deleteFrom('import_file').where('import_id', '=', id).execute();
}

/** How a job ends without having staged anything. */
export type JobEnd =
  | { readonly status: 'cancelled' }
  | { readonly status: 'failed'; readonly failure: { readonly code: string } };

/** Ends a job that waits; false where it does not wait (any more). */
export async function closeJob(database: Database, id: number, end: JobEnd, at: Date): Promise<boolean> {
  return await database.transact(async (tx) => {
    const changed = await tx.sql
      .updateTable('import')
      .set({
        status: end.status,
        finished_at: at,
        failure: end.status === 'failed' ? JSON.stringify(end.failure) : null,
      })
      .where('id', '=', id)
      .where('status', '=', 'waiting')
      .executeTakeFirst();
    if (changed.numUpdatedRows === 0n) return false;
    await endJob(tx, id, false);
    return true;
  });
}

// Writes the records of a checked payload by COPY: into their month's partition and into the index of subjects.
import { sql } from 'kysely';

import type { Transaction } from '../database/database.ts';
import { daysOfDate, TupleWriter } from '../import/tuple-writer.ts';
import type { CheckedRecord } from './check-payload.ts';

/** Bytes collected before they are handed to PostgreSQL. */
const CHUNK_BYTES = 256 * 1024;

const RECORD_COLUMNS = [
  'batch_id',
  'leaf',
  'stored_on',
  'public_text',
  'shared_text',
  'private_commitment',
  'salts',
];
const SUBJECT_COLUMNS = ['code', 'role', 'kind', 'batch_id', 'leaf', 'stored_on'];

/** The records of one batch, and where they go. */
export interface StoredBatch {
  readonly batchId: number;
  readonly kind: string;
  readonly storedOn: string;
  readonly records: readonly CheckedRecord[];
}

/** Stores the records of each batch under leaves 0, 1, 2, ... */
export async function copyRecords(tx: Transaction, batches: readonly StoredBatch[]): Promise<void> {
  const rows = new TupleWriter(CHUNK_BYTES * 2);
  const recordCopy = tx.copy('record', RECORD_COLUMNS);
  for (const { batchId, storedOn, records } of batches) {
    const day = daysOfDate(storedOn);
    for (const [leaf, record] of records.entries()) {
      rows.tuple(RECORD_COLUMNS.length);
      rows.int8(batchId);
      rows.int4(leaf);
      rows.date(day);
      rows.bytes(record.publicText);
      rows.bytes(record.sharedText);
      rows.bytes(record.privateCommitment);
      rows.bytes(Buffer.concat([record.publicSalt, record.sharedSalt]));
      if (rows.size >= CHUNK_BYTES) await recordCopy.write(rows.take());
    }
  }
  await recordCopy.write(rows.take());
  await recordCopy.end();
  await copySubjects(tx, rows, batches);
  await noteNamedFiles(
    tx,
    batches.flatMap(({ records }) => records),
  );
}

async function copySubjects(
  tx: Transaction,
  rows: TupleWriter,
  batches: readonly StoredBatch[],
): Promise<void> {
  const subjectCopy = tx.copy('subject', SUBJECT_COLUMNS);
  for (const { batchId, kind, storedOn, records } of batches) {
    const day = daysOfDate(storedOn);
    const kindBytes = Buffer.from(kind);
    for (const [leaf, { subjects }] of records.entries()) {
      for (const { code, role } of subjects) {
        rows.tuple(SUBJECT_COLUMNS.length);
        rows.text(code);
        rows.text(role);
        rows.bytes(kindBytes);
        rows.int8(batchId);
        rows.int4(leaf);
        rows.date(day);
      }
      if (rows.size >= CHUNK_BYTES) await subjectCopy.write(rows.take());
    }
  }
  await subjectCopy.write(rows.take());
  await subjectCopy.end();
}

/** Files that the records name are fetched after them, unless they are here already. */
async function noteNamedFiles(tx: Transaction, records: readonly CheckedRecord[]): Promise<void> {
  const digests = new Set<string>();
  for (const { subjects } of records) {
    for (const { code, role } of subjects) if (role === 'attachment') digests.add(code);
  }
  if (digests.size === 0) return;
  await sql`insert into attachment (digest, status) select d, 'missing' from unnest(${[...digests]}::text[]) d
    order by d on conflict do nothing`.execute(tx.sql);
}

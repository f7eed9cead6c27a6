// Stages one record that a person corrected: into the import's own newest staged batch with room, or a new one.
import { sql } from 'kysely';
import type { RecordTexts, Subject } from '@suyuan/battery';
import type { Transaction } from '../database/database.ts';
import { batchPayloadBytesMax, batchRecordsMax, saltBytes } from './batch-encoder.ts';
import { indexedCodes } from './record-ids.ts';
import type { IndexedCode } from './record-ids.ts';
import type { ImportDeps } from './import-deps.ts';

/** Where a staged record is. */
export interface StagedPlace {
  readonly batch: number;
  readonly leaf: number;
}

/** A record to stage alone. */
export interface OneRecord {
  readonly importId: number;
  readonly kind: string;
  readonly storedOn: string;
  readonly row: number;
  readonly record: RecordTexts;
  readonly subjects: readonly Subject[];
}

/** Bytes that the record adds to a payload, at most. */
export function payloadBytesOf(record: RecordTexts): number {
  return Buffer.byteLength(record.public) + Buffer.byteLength(record.shared) + 128;
}

/** Inserts the record; the caller has made sure of the month's partition and that the code is not staged. */
export async function stageOne(tx: Transaction, deps: ImportDeps, one: OneRecord): Promise<StagedPlace> {
  const bytes = payloadBytesOf(one.record);
  const place = (await roomInBatch(tx, one, bytes)) ?? (await newBatch(tx, deps, one, bytes));
  await tx.sql
    .insertInto('record')
    .values({
      batch_id: place.batch,
      leaf: place.leaf,
      stored_on: one.storedOn,
      source_row: one.row,
      public_text: one.record.public,
      shared_text: one.record.shared,
      private_text: one.record.private,
      salts: deps.random(saltBytes),
    })
    .execute();
  await insertSubjects(tx, place, { ...one, subjects: indexedCodes(one.record, one.subjects) });
  return place;
}

/** Adds the subjects of a record at its place. */
export async function insertSubjects(
  tx: Transaction,
  place: StagedPlace,
  one: Pick<OneRecord, 'kind' | 'storedOn'> & { readonly subjects: readonly IndexedCode[] },
): Promise<void> {
  if (one.subjects.length === 0) return;
  const values = one.subjects.map(({ code, role }) => ({
    code,
    role,
    kind: one.kind,
    batch_id: place.batch,
    leaf: place.leaf,
    stored_on: one.storedOn,
  }));
  await tx.sql.insertInto('subject').values(values).execute();
}

async function roomInBatch(tx: Transaction, one: OneRecord, bytes: number): Promise<StagedPlace | undefined> {
  const { rows } = await sql<{ id: number }>`select id from batch
    where import_id = ${one.importId} and status = 'staged' and stored_on = ${one.storedOn}
      and count < ${batchRecordsMax} and coalesce(payload_size, 0) + ${bytes} <= ${batchPayloadBytesMax}
    order by id desc limit 1 for update skip locked`.execute(tx.sql);
  const batch = rows[0]?.id;
  if (batch === undefined) return undefined;
  const last = await sql<{ leaf: number }>`select coalesce(max(leaf), -1) + 1 as leaf from record
    where batch_id = ${batch} and stored_on = ${one.storedOn}`.execute(tx.sql);
  await sql`update batch set count = count + 1, payload_size = coalesce(payload_size, 0) + ${bytes}
    where id = ${batch}`.execute(tx.sql);
  return { batch, leaf: last.rows[0]?.leaf ?? 0 };
}

async function newBatch(
  tx: Transaction,
  deps: ImportDeps,
  one: OneRecord,
  bytes: number,
): Promise<StagedPlace> {
  const { importId, kind, storedOn } = one;
  return await beginBatch(tx, { importId, kind, storedOn, reporter: deps.organization, bytes });
}

/** What a batch of one record is made of. */
export interface FirstOfBatch {
  readonly importId: number | null;
  readonly kind: string;
  readonly storedOn: string;
  readonly reporter: string;
  readonly bytes: number;
}

/** Inserts the row of a batch that holds one record. */
export async function beginBatch(tx: Transaction, first: FirstOfBatch): Promise<StagedPlace> {
  const { id } = await tx.sql
    .insertInto('batch')
    .values({
      status: 'staged',
      kind: first.kind,
      reporter: first.reporter,
      count: 1,
      payload_size: first.bytes,
      stored_on: first.storedOn,
      import_id: first.importId,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { batch: id, leaf: 0 };
}

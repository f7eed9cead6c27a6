// From codes to stored records in one query, however many records and months there are.
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Tables } from '../database/tables.ts';

/** Where a record lies, with what its batch says about it. */
export interface RecordPlace {
  readonly batchId: number;
  readonly leaf: number;
  readonly storedOn: string;
  readonly kind: string;
  readonly reporter: string;
  /** Null before it is reported. */
  readonly entry: number | null;
  readonly status: 'staged' | 'sending' | 'reported';
}

/** A record with its exact texts. */
export interface StoredRecord extends RecordPlace {
  readonly publicText: string;
  readonly sharedText: string;
}

/** Records that one look-up gives at most; one more is asked for, to tell that there are more. */
export const RECORDS_MAX = 2_000;

interface FoundRow {
  readonly batch_id: number;
  readonly leaf: number;
  readonly stored_on: string;
  readonly kind: string;
  readonly reporter: string;
  readonly entry: number | null;
  readonly status: RecordPlace['status'];
  readonly public_text: string;
  readonly shared_text: string;
}

/** The records that name one of these codes, in log order, staged ones last. Held batches of others are not shown. */
export async function findRecords(
  db: Kysely<Tables>,
  codes: readonly string[],
): Promise<readonly StoredRecord[]> {
  const { rows } =
    await sql<FoundRow>`select * from find_records(${codes}::text[], ${RECORDS_MAX + 1})`.execute(db);
  return rows.map(
    ({
      batch_id: batchId,
      stored_on: storedOn,
      public_text: publicText,
      shared_text: sharedText,
      ...row
    }) => ({
      ...row,
      batchId,
      storedOn,
      publicText,
      sharedText,
    }),
  );
}

/** The record at a place with its texts; undefined when it is gone meanwhile. */
export async function readStoredRecord(
  db: Kysely<Tables>,
  place: RecordPlace,
): Promise<StoredRecord | undefined> {
  const row = await db
    .selectFrom('record')
    .select(['public_text', 'shared_text'])
    .where('batch_id', '=', place.batchId)
    .where('leaf', '=', place.leaf)
    .where('stored_on', '=', place.storedOn)
    .executeTakeFirst();
  return row && { ...place, publicText: row.public_text, sharedText: row.shared_text };
}

// From codes to stored records in one query, however many records and months there are; for one code with its family.
import { mayHaveFamily } from '@suyuan/battery';
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

/** A record, or in the last row the codes that were looked up. */
interface FamilyRow extends FoundRow {
  readonly codes: readonly string[] | null;
}

/** The records that name one of these codes, in log order, staged ones last. Held batches of others are not shown. */
export async function findRecords(
  db: Kysely<Tables>,
  codes: readonly string[],
): Promise<readonly StoredRecord[]> {
  const { rows } =
    await sql<FoundRow>`select * from find_records(${codes}::text[], ${RECORDS_MAX + 1})`.execute(db);
  return rows.map(storedRecordOf);
}

/** Codes looked up ahead at most: a common family; beyond it one goes on by what the fold asks for. */
const CODES_AHEAD_MAX = 500;

/** A code's records with those that they lead to, and every code that was looked up for it. */
export interface FoundFamily {
  readonly records: readonly StoredRecord[];
  readonly lookedUp: readonly string[];
}

/** The records that name this code and, step by step, the codes that these name, in one answer. */
export async function findFamilyRecords(db: Kysely<Tables>, code: string): Promise<FoundFamily> {
  const ahead = mayHaveFamily(code) ? CODES_AHEAD_MAX : 0;
  const { rows } =
    await sql<FamilyRow>`select * from find_family(${code}, ${ahead}, ${RECORDS_MAX + 1})`.execute(db);
  const records: StoredRecord[] = [];
  let lookedUp: readonly string[] = [];
  for (const row of rows) {
    if (row.codes === null) records.push(storedRecordOf(row));
    else lookedUp = row.codes;
  }
  return { records, lookedUp };
}

function storedRecordOf(row: FoundRow): StoredRecord {
  const { kind, reporter, entry, leaf, status } = row;
  return {
    batchId: row.batch_id,
    leaf,
    storedOn: row.stored_on,
    kind,
    reporter,
    entry,
    status,
    publicText: row.public_text,
    sharedText: row.shared_text,
  };
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
  return row && { publicText: row.public_text, sharedText: row.shared_text, ...place };
}

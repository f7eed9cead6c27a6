// For tests: puts generated records into a database as an import does, without its parsing of files.
import { hash } from 'node:crypto';

import { parseRecord, recordKind } from '@suyuan/battery';
import type { ParsedRecord } from '@suyuan/battery';
import { assert } from '@suyuan/log';

import { preparePartitions } from '../database/partitions.ts';
import type { Database } from '../database/database.ts';
import { daysOfDate, TupleWriter } from '../import/tuple-writer.ts';

/** What to stage: `records` as an API push gives them. */
export interface Staging {
  readonly kind: string;
  readonly reporter: string;
  readonly storedOn: string;
  readonly records: readonly unknown[];
  readonly importId?: number;
  /** Leaves of the records, to leave gaps; dense unless given. */
  readonly leaves?: readonly number[];
}

/** Stages one batch and gives its id. */
export async function stageSamples(database: Database, staging: Staging): Promise<number> {
  const kind = recordKind(staging.kind);
  assert(kind !== undefined, 'samples are of a known kind');
  await preparePartitions(database, [staging.storedOn]);
  const days = daysOfDate(staging.storedOn);
  const parsed = staging.records.map((record) =>
    parseRecord(kind, record, { today: '2100-01-01', codes: 'strict' }),
  );
  return await database.transact(async (tx) => {
    const { id } = await tx.sql
      .insertInto('batch')
      .values({
        status: 'staged',
        kind: staging.kind,
        reporter: staging.reporter,
        count: parsed.length,
        payload_size: parsed.reduce((sum, { record }) => sum + sizeOf(record), 0),
        stored_on: staging.storedOn,
        import_id: staging.importId ?? null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const leafOf = (index: number): number => staging.leaves?.[index] ?? index;
    const records = tx.copy('record', RECORD_COLUMNS);
    await records.write(recordRows(id, days, parsed, leafOf));
    await records.end();
    const subjects = tx.copy('subject', ['code', 'role', 'kind', 'batch_id', 'leaf', 'stored_on']);
    const rows = new TupleWriter(65_536);
    for (const [index, record] of parsed.entries()) {
      for (const { code, role } of record.subjects) {
        rows.tuple(6);
        for (const text of [code, role, staging.kind]) rows.text(text);
        rows.int8(id);
        rows.int4(leafOf(index));
        rows.date(days);
      }
    }
    await subjects.write(rows.take());
    await subjects.end();
    return id;
  });
}

/** Bytes of a record in a payload, or a little more. */
function sizeOf(record: ParsedRecord['record']): number {
  assert(record !== undefined, 'samples are valid');
  return Buffer.byteLength(record.public) + Buffer.byteLength(record.shared) + 113;
}

const RECORD_COLUMNS = [
  'batch_id',
  'leaf',
  'stored_on',
  'public_text',
  'shared_text',
  'private_text',
  'salts',
];

function recordRows(
  id: number,
  days: number,
  parsed: readonly ParsedRecord[],
  leafOf: (index: number) => number,
): Buffer {
  const rows = new TupleWriter(65_536);
  for (const [index, { record }] of parsed.entries()) {
    assert(record !== undefined, 'samples are valid');
    rows.tuple(7);
    rows.int8(id);
    rows.int4(leafOf(index));
    rows.date(days);
    for (const text of [record.public, record.shared, record.private]) rows.bytes(Buffer.from(text));
    // Salts of a test need no secrecy, and reproducible ones make failures reproducible.
    rows.bytes(Buffer.concat([0, 1, 2].map((part) => hash('sha256', `${id}/${index}/${part}`, 'buffer'))));
  }
  return rows.take();
}

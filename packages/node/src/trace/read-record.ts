// One reported record by its name, and what it takes to show its parts to someone else.
import { batchOf, SALT_BYTES, viewOf, voidOf } from '@suyuan/ledger';
import type { Part } from '@suyuan/ledger';
import type { Rejection, Result } from '@suyuan/log';
import { ok, reject } from '@suyuan/log';
import { encodeDisclosure } from '@suyuan/verifier';

import { readStoredRecord } from './find-records.ts';
import type { RecordPlace } from './find-records.ts';
import { readEvidence } from './read-evidence.ts';
import { showRecord } from './show-record.ts';
import type { ShownRecord } from './show-record.ts';
import type { TraceOptions } from './trace-code.ts';

/** Why there is no such record here. */
export type RecordRejection = Rejection<'record_not_found' | 'record_missing'>;

/** The record under ENTRY/LEAF, without salts. */
export async function readRecord(
  options: TraceOptions,
  entry: number,
  leaf: number,
): Promise<Result<ShownRecord, RecordRejection>> {
  const place = await findPlace(options, entry, leaf);
  if (!place.ok) return place;
  const view = viewOf(options.crypto, options.state());
  const record = await options.database.read(async (db) => await readStoredRecord(db, place.value));
  if (record === undefined) return reject({ code: 'record_not_found' });
  const batch = batchOf(view, entry);
  const voided = batch !== undefined && voidOf(batch, leaf) !== undefined;
  return ok(showRecord(record, voided, await readEvidence(options.database, view, [entry])));
}

/** Salts and texts of some parts as a file for whoever holds the receipt. Each call is written to the access log. */
export async function discloseRecord(
  options: TraceOptions & { readonly network: Uint8Array },
  request: {
    readonly entry: number;
    readonly leaf: number;
    readonly parts: readonly Part[];
    readonly account: string;
  },
): Promise<Result<Uint8Array, RecordRejection | Rejection<'part_not_held'>>> {
  const { entry, leaf, parts } = request;
  const place = await findPlace(options, entry, leaf);
  if (!place.ok) return place;
  const { batchId, storedOn, kind } = place.value;
  return await options.database.transact(async (tx) => {
    const row = await tx.sql
      .selectFrom('record')
      .select(['public_text', 'shared_text', 'private_text', 'salts'])
      .where('batch_id', '=', batchId)
      .where('leaf', '=', leaf)
      .where('stored_on', '=', storedOn)
      .executeTakeFirst();
    if (row === undefined) return reject({ code: 'record_not_found' });
    const texts = { public: row.public_text, shared: row.shared_text, private: row.private_text };
    const opened: Partial<Record<Part, { salt: Uint8Array; text: string }>> = {};
    for (const part of parts) {
      const text = texts[part];
      const at = PART_PLACES[part] * SALT_BYTES;
      if (text === null || row.salts.length < at + SALT_BYTES) return reject({ code: 'part_not_held' });
      opened[part] = { salt: row.salts.subarray(at, at + SALT_BYTES), text };
    }
    const record = `${entry}/${leaf}`;
    const detail = JSON.stringify({ parts });
    await tx.sql
      .insertInto('access_log')
      .values({
        account: request.account,
        act: 'disclosure',
        subject: record,
        detail,
        at: new Date(options.clock.now()),
      })
      .execute();
    const { network } = options;
    return ok(encodeDisclosure({ format: 'suyuan-disclosure/v1', network, record, kind, parts: opened }));
  });
}

const PART_PLACES: Readonly<Record<Part, number>> = { public: 0, shared: 1, private: 2 };

async function findPlace(
  { database }: TraceOptions,
  entry: number,
  leaf: number,
): Promise<Result<RecordPlace, RecordRejection>> {
  const batch = await database.read((db) =>
    db
      .selectFrom('batch')
      .select(['id', 'kind', 'reporter', 'count', 'status', 'stored_on'])
      .where('entry', '=', entry)
      .executeTakeFirst(),
  );
  if (batch === undefined || leaf >= batch.count) return reject({ code: 'record_not_found' });
  if (batch.status !== 'reported') return reject({ code: 'record_missing' });
  const { kind, reporter } = batch;
  return ok({
    batchId: batch.id,
    leaf,
    storedOn: batch.stored_on,
    kind,
    reporter,
    entry,
    status: 'reported',
  });
}

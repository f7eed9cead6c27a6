// The organisation's own records: listed while staged, sending or reported; changed or discarded only while
// staged. A changed record gets new salts, so nothing of the old text can be guessed from a later commitment.
import { parseRecord, recordKind } from '@suyuan/battery';
import { sql } from 'kysely';
import { fileWarningsOf, rewarnRecord } from '../attachment/missing-files.ts';
import { civilDateOf } from '../clock.ts';
import type { Database, Transaction } from '../database/database.ts';
import { batchPayloadBytesMax, saltBytes } from './batch-encoder.ts';
import type { Page } from './find-imports.ts';
import type { ImportDeps } from './import-deps.ts';
import { findingInList, importFinding } from './import-finding.ts';
import type { ImportFinding } from './import-finding.ts';
import { importOfRecord, recordsOfImport } from './import-ranges.ts';
import { codeFieldOf } from './code-field.ts';
import { ownCodeOfRow, shownCode } from './own-code.ts';
import { findOtherOfRecordId, indexedCodes } from './record-ids.ts';
import { beginBatch, insertSubjects, payloadBytesOf } from './stage-one.ts';
import type { StagedPlace } from './stage-one.ts';

/** What an own record is shown as. */
export interface ShownRecord {
  readonly batch: number;
  readonly leaf: number;
  readonly entry?: number;
  readonly kind: string;
  readonly status: OwnStatus;
  readonly import?: number;
  readonly row?: number;
  readonly storedOn: string;
  readonly public: unknown;
  readonly shared: unknown;
  readonly private?: unknown;
}

/** States of own records. */
export type OwnStatus = 'staged' | 'sending' | 'reported';

/** Which own records to list. */
export interface RecordQuery {
  readonly status?: OwnStatus;
  readonly kind?: string;
  readonly import?: number;
  readonly after?: string;
  readonly limit: number;
  /** Whether the caller may see private parts. */
  readonly withPrivate: boolean;
}

interface RecordRow {
  readonly id: number;
  readonly leaf: number;
  readonly entry: number | null;
  readonly kind: string;
  readonly status: OwnStatus;
  readonly import_id: number | null;
  readonly source_row: number | null;
  readonly stored_on: string;
  readonly public_text: string;
  readonly shared_text: string;
  readonly private_text: string | null;
}

/** Own records in the order of batch and leaf. The cursor is `batch:leaf`. */
export async function listRecords(
  database: Database,
  organization: string,
  query: RecordQuery,
): Promise<Page<ShownRecord>> {
  const match = /^(\d{1,15}):(\d{1,9})$/.exec(query.after ?? '0:0');
  const [batch, leaf] = match === null ? [Number.MAX_SAFE_INTEGER, 0] : [Number(match[1]), Number(match[2])];
  const fromLeaf = query.after === undefined ? -1 : leaf;
  const own =
    query.import === undefined
      ? sql`batch b join record r on r.batch_id = b.id and r.stored_on = b.stored_on`
      : recordsOfImport(query.import);
  const statuses = query.status === undefined ? ['staged', 'sending', 'reported'] : [query.status];
  const { rows } = await database.read(
    async (db) =>
      await sql<RecordRow>`select b.id, r.leaf, b.entry, b.kind, b.status, ${importOfRecord} as import_id, r.source_row,
          r.stored_on, r.public_text, r.shared_text, r.private_text
        from ${own}
        where b.reporter = ${organization} and b.status = any(${statuses}::text[])
          and (${query.kind ?? null}::text is null or b.kind = ${query.kind ?? null})
          and b.id >= ${batch} and (b.id > ${batch} or r.leaf > ${fromLeaf})
        order by b.id, r.leaf limit ${query.limit + 1}`.execute(db),
  );
  const items = rows.slice(0, query.limit).map((row) => showRecord(row, query.withPrivate));
  const last = items.at(-1);
  return rows.length > query.limit && last !== undefined
    ? { items, next: `${last.batch}:${last.leaf}` }
    : { items };
}

function showRecord(row: RecordRow, withPrivate: boolean): ShownRecord {
  return {
    batch: row.id,
    leaf: row.leaf,
    ...(row.entry === null ? {} : { entry: row.entry }),
    kind: row.kind,
    status: row.status,
    ...(row.import_id === null ? {} : { import: row.import_id }),
    ...(row.source_row === null ? {} : { row: row.source_row }),
    storedOn: row.stored_on,
    public: JSON.parse(row.public_text),
    shared: JSON.parse(row.shared_text),
    ...(withPrivate ? { private: JSON.parse(row.private_text ?? '{}') as unknown } : {}),
  };
}

/** What came of a change; undefined when there is no such staged record. */
export interface EditedRecord {
  readonly staged: boolean;
  readonly findings: ImportFinding[];
}

/** Replaces a staged record when the new one has no error. */
export async function editStagedRecord(
  deps: ImportDeps,
  place: StagedPlace,
  input: unknown,
): Promise<EditedRecord | undefined> {
  const judging = await deps.master.context();
  return await deps.database.transact(async (tx) => {
    const batch = await lockStaged(tx, place);
    const kind = batch === undefined ? undefined : recordKind(batch.kind);
    if (batch === undefined || kind === undefined) return undefined;
    const today = civilDateOf(deps.clock.now());
    const context = { today, codes: deps.codeMode(), ...judging };
    const parsed = parseRecord(kind, input, context);
    const findings = parsed.findings.map((finding) => findingInList(finding, 0));
    const code = ownCodeOfRow(parsed.record, parsed.subjects);
    if (code !== undefined && (await isStagedElsewhere(tx, kind.id, code, place))) {
      const id = codeFieldOf(kind.id);
      const field = id === undefined ? {} : { column: id, field: id };
      const finding = { row: 0, ...field, value: shownCode(code) };
      findings.push(importFinding('duplicate_staged', finding, { import: '' }));
      return { staged: false, findings };
    }
    const { record } = parsed;
    const others = { kind: kind.id, reporter: deps.organization, record, row: 0, sheet: null, place };
    const taken = await findOtherOfRecordId(tx, others);
    if (taken !== undefined) return { staged: false, findings: [...findings, taken] };
    if (record === undefined) return { staged: false, findings };
    const change = {
      public_text: record.public,
      shared_text: record.shared,
      private_text: record.private,
      salts: deps.random(saltBytes),
    };
    await tx.sql
      .updateTable('record')
      .set(change)
      .where('batch_id', '=', place.batch)
      .where('leaf', '=', place.leaf)
      .where('stored_on', '=', batch.stored_on)
      .execute();
    await deleteSubjects(tx, place);
    const subjects = indexedCodes(record, parsed.subjects);
    await insertSubjects(tx, place, { kind: kind.id, storedOn: batch.stored_on, subjects });
    const files = await fileWarningsOf(tx.sql, record, parsed.subjects, { row: 0, sheet: undefined });
    await rewarnRecord(tx, place, files);
    const size = await refreshPayloadSize(tx, place.batch, batch.stored_on);
    if (size > batchPayloadBytesMax) await moveOut(tx, deps, place, batch, payloadBytesOf(record));
    return { staged: true, findings: [...findings, ...files] };
  });
}

/** Removes a staged record; false when there is none. */
export async function discardStagedRecord(deps: ImportDeps, place: StagedPlace): Promise<boolean> {
  return await deps.database.transact(async (tx) => {
    const batch = await lockStaged(tx, place);
    if (batch === undefined) return false;
    await tx.sql
      .deleteFrom('record')
      .where('batch_id', '=', place.batch)
      .where('leaf', '=', place.leaf)
      .where('stored_on', '=', batch.stored_on)
      .execute();
    await deleteSubjects(tx, place);
    if (batch.count > 1) {
      await tx.sql
        .updateTable('batch')
        .set({ count: batch.count - 1 })
        .where('id', '=', place.batch)
        .execute();
      await refreshPayloadSize(tx, place.batch, batch.stored_on);
    } else await tx.sql.deleteFrom('batch').where('id', '=', place.batch).execute();
    if (batch.import_id !== null)
      await tx.sql
        .updateTable('import')
        .set((set) => ({ staged: set('staged', '-', 1) }))
        .where('id', '=', batch.import_id)
        .execute();
    return true;
  });
}

interface LockedBatch {
  readonly kind: string;
  readonly count: number;
  readonly stored_on: string;
  readonly import_id: number | null;
}

/** Locks the batch of a staged record, so that no report takes it meanwhile. */
async function lockStaged(tx: Transaction, place: StagedPlace): Promise<LockedBatch | undefined> {
  const batch = await tx.sql
    .selectFrom('batch')
    .select(['kind', 'count', 'stored_on', 'import_id'])
    .where('id', '=', place.batch)
    .where('status', '=', 'staged')
    .forUpdate()
    .executeTakeFirst();
  if (batch === undefined) return undefined;
  const record = await tx.sql
    .selectFrom('record')
    .select('leaf')
    .where('batch_id', '=', place.batch)
    .where('leaf', '=', place.leaf)
    .where('stored_on', '=', batch.stored_on)
    .executeTakeFirst();
  return record === undefined ? undefined : batch;
}

async function deleteSubjects(tx: Transaction, place: StagedPlace): Promise<void> {
  await tx.sql
    .deleteFrom('subject')
    .where('batch_id', '=', place.batch)
    .where('leaf', '=', place.leaf)
    .execute();
}

async function isStagedElsewhere(
  tx: Transaction,
  kind: string,
  code: string,
  place: StagedPlace,
): Promise<boolean> {
  const { rows } = await sql`select 1 from subject s join batch b on b.id = s.batch_id
    where s.code = ${code} and s.role in ('subject', 'content') and s.kind = ${kind} and b.status in ('staged', 'sending')
      and not (s.batch_id = ${place.batch} and s.leaf = ${place.leaf}) limit 1`.execute(tx.sql);
  return rows.length > 0;
}

/** Sizes again what a batch will send, after one of its records changed. */
async function refreshPayloadSize(tx: Transaction, batch: number, storedOn: string): Promise<number> {
  const { rows } = await sql<{ size: number }>`update batch set payload_size = (
      select coalesce(sum(octet_length(public_text::text) + octet_length(shared_text::text) + 128), 0)
      from record where batch_id = ${batch} and stored_on = ${storedOn})
    where id = ${batch} returning payload_size as size`.execute(tx.sql);
  return rows[0]?.size ?? 0;
}

/** Gives a record that has outgrown its batch one of its own. */
async function moveOut(
  tx: Transaction,
  deps: ImportDeps,
  place: StagedPlace,
  batch: LockedBatch,
  bytes: number,
): Promise<void> {
  const { kind, stored_on: storedOn, import_id: importId } = batch;
  const own = await beginBatch(tx, { importId, kind, storedOn, reporter: deps.organization, bytes });
  await sql`update record set batch_id = ${own.batch}, leaf = ${own.leaf}
    where batch_id = ${place.batch} and leaf = ${place.leaf} and stored_on = ${storedOn}`.execute(tx.sql);
  await sql`update subject set batch_id = ${own.batch}, leaf = ${own.leaf}
    where batch_id = ${place.batch} and leaf = ${place.leaf}`.execute(tx.sql);
  await tx.sql
    .updateTable('batch')
    .set({ count: batch.count - 1 })
    .where('id', '=', place.batch)
    .execute();
  await refreshPayloadSize(tx, place.batch, storedOn);
}

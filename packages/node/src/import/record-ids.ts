// The reporter's own record ids: an index of those records that have one, so that a later record with the same id
// replaces what is still staged and is refused once that is on its way (spec/import.md, "Own record ids").
import type { RecordTexts, Subject } from '@suyuan/battery';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Transaction } from '../database/database.ts';
import type { Tables } from '../database/tables.ts';
import { importFinding } from './import-finding.ts';
import type { ImportFinding } from './import-finding.ts';
import { contentRole, ownCodeOf } from './own-code.ts';
import type { StagedPiece, StagingPurpose } from './stage-piece.ts';

/** The role under which the subject index holds own record ids; only in the reporter's own database. */
export const recordIdRole = 'record_id';
const field = 'recordId';
const mark = `"${field}":"`;

/** A code of the subject index. */
export interface IndexedCode {
  readonly code: string;
  readonly role: string;
}

/** The record's own id as the index holds it: after a mark that no code has. Undefined when it has none. */
export function recordIdCodeOf({ shared }: Pick<RecordTexts, 'shared'>): string | undefined {
  if (!shared.includes(mark)) return undefined;
  const members: unknown = JSON.parse(shared); // our own canonical text
  const id: unknown = Object(members)[field];
  return typeof id === 'string' ? `#${id}` : undefined;
}

/** The codes under which a record of this reporter is indexed. */
export function indexedCodes(record: RecordTexts, subjects: readonly Subject[]): readonly IndexedCode[] {
  const own = ownCodeOf(record, subjects);
  const id = recordIdCodeOf(record);
  return [
    ...subjects,
    ...(own.role === contentRole ? [own] : []),
    ...(id === undefined ? [] : [{ code: id, role: recordIdRole }]),
  ];
}

interface Place {
  readonly batch: number;
  readonly leaf: number;
}

/** What the ids of new records mean for what is there. */
export interface RecordIds {
  /** Staged records that new ones replace. */
  readonly replaced: readonly Place[];
  /** Leaves of the new ones that replace something. */
  readonly replacing: ReadonlySet<number>;
  /** Leaves that are refused, with the reason. */
  readonly refused: ReadonlyMap<number, ImportFinding>;
}

interface Hit extends Place {
  readonly code: string;
  readonly status: string;
  readonly entry: number | null;
  readonly import: number | null;
}

/** Looks the ids of a piece up; asks nothing when no record has one. In a transaction, `lock` keeps reports away. */
export async function findRecordIds(
  db: Kysely<Tables>,
  piece: StagedPiece,
  purpose: StagingPurpose,
  lock: boolean,
): Promise<RecordIds> {
  const replaced: Place[] = [];
  const replacing = new Set<number>();
  const refused = new Map<number, ImportFinding>();
  const codes = [...new Set(piece.recordIds)].filter((code) => code !== '');
  if (codes.length === 0) return { replaced, replacing, refused };
  const found = await findHits(db, codes, purpose, lock);
  const seen = new Map<string, number>();
  for (const [leaf, code] of piece.recordIds.entries()) {
    if (code === '') continue;
    const row = (piece.rows[leaf] ?? 0) - (piece.rowBase ?? 0);
    const place = {
      row,
      field,
      value: code.slice(1),
      ...(piece.sheet === undefined ? {} : { sheet: piece.sheet }),
    };
    const first = seen.get(code);
    const hits = found.get(code) ?? [];
    const fixed = hits.find(({ status }) => status !== 'staged');
    if (fixed !== undefined) {
      refused.set(leaf, fixedFinding(fixed, place));
    } else if (first !== undefined || hits.some((hit) => hit.import === purpose.importId)) {
      refused.set(leaf, importFinding('record_id_repeated', place, {}));
    } else {
      seen.set(code, row);
      if (hits.length > 0) replacing.add(leaf);
      replaced.push(...hits);
    }
  }
  return { replaced, replacing, refused };
}

/** The refusal of a record whose number is reported, with where its receipt is, or on its way. */
function fixedFinding({ entry, leaf }: Hit, place: { readonly row: number }): ImportFinding {
  if (entry === null) return importFinding('record_sending', place, {});
  const record = `${entry}/${leaf}`;
  return { ...importFinding('record_reported', place, { record }), record, receipt: receiptOf(record) };
}

/** Address of the receipt of a record that is named ENTRY/LEAF. */
function receiptOf(record: string): string {
  return `/api/v1/receipts/${record}`;
}

async function findHits(
  db: Kysely<Tables>,
  codes: readonly string[],
  { kind, reporter }: Pick<StagingPurpose, 'kind' | 'reporter'>,
  lock: boolean,
): Promise<ReadonlyMap<string, readonly Hit[]>> {
  const { rows: places } = await sql<{ code: string; batch: number; leaf: number }>`
    select c.code, s.batch_id as batch, s.leaf from unnest(${[...codes]}::text[]) c (code), lateral (
      select batch_id, leaf from subject where code = c.code and role = ${recordIdRole} and kind = ${kind} offset 0) s`.execute(
    db,
  );
  const found = new Map<string, Hit[]>();
  if (places.length === 0) return found;
  const ids = [...new Set(places.map(({ batch }) => batch))];
  const { rows: batches } = await sql<{
    id: number;
    status: string;
    entry: number | null;
    import: number | null;
  }>`
    select id, status, entry, import_id as import from batch where id = any(${ids}::int8[]) and reporter = ${reporter}
      and status in ('staged', 'sending', 'reported') order by id ${lock ? sql`for update` : sql``}`.execute(
    db,
  );
  const byId = new Map(batches.map((batch) => [batch.id, batch]));
  for (const { code, batch, leaf } of places) {
    const owner = byId.get(batch);
    if (owner === undefined) continue;
    const hit = { code, batch, leaf, status: owner.status, entry: owner.entry, import: owner.import };
    found.set(code, [...(found.get(code) ?? []), hit]);
  }
  return found;
}

/** One record that a person changes or corrects, wherever it is. */
export interface ChangedRecord {
  readonly kind: string;
  readonly reporter: string;
  readonly record: RecordTexts | undefined;
  readonly row: number;
  readonly sheet: string | null;
  /** Where it is staged already. */
  readonly place?: Place;
}

/** Why the number of this one record is taken, by another that is staged, on its way or reported. */
export async function findOtherOfRecordId(
  tx: Transaction,
  { kind, reporter, record, row, sheet, place }: ChangedRecord,
): Promise<ImportFinding | undefined> {
  const code = record === undefined ? undefined : recordIdCodeOf(record);
  if (code === undefined) return undefined;
  const hits = (await findHits(tx.sql, [code], { kind, reporter }, true)).get(code) ?? [];
  const others = hits.filter((hit) => hit.batch !== place?.batch || hit.leaf !== place.leaf);
  const other = others.find(({ status }) => status !== 'staged') ?? others[0];
  if (other === undefined) return undefined;
  const at = { row, column: field, field, value: code.slice(1), ...(sheet === null ? {} : { sheet }) };
  if (other.status !== 'staged') return fixedFinding(other, at);
  return importFinding('duplicate_staged', at, { import: other.import ?? '' });
}

/** Removes staged records that are replaced; their batches and imports count without them. */
export async function removeReplaced(tx: Transaction, replaced: readonly Place[]): Promise<void> {
  if (replaced.length === 0) return;
  const batches = replaced.map(({ batch }) => batch);
  const leaves = replaced.map(({ leaf }) => leaf);
  const places = sql`(select * from unnest(${batches}::int8[], ${leaves}::int4[]))`;
  await sql`delete from record where batch_id = any(${batches}::int8[]) and (batch_id, leaf) in ${places}`.execute(
    tx.sql,
  );
  await sql`delete from subject where batch_id = any(${batches}::int8[]) and (batch_id, leaf) in ${places}`.execute(
    tx.sql,
  );
  await sql`update import i set staged = i.staged - gone.count from (
      select b.import_id, count(*)::int4 as count from unnest(${batches}::int8[]) p (id) join batch b on b.id = p.id
      group by b.import_id) gone where i.id = gone.import_id`.execute(tx.sql);
  await sql`update batch b set count = left_over.count, payload_size = left_over.size from (
      select p.id, count(r.leaf)::int4 as count,
        coalesce(sum(octet_length(r.public_text::text) + octet_length(r.shared_text::text) + 128), 0)::int4 as size
      from (select distinct id from unnest(${batches}::int8[]) u (id)) p left join record r on r.batch_id = p.id
      group by p.id) left_over where b.id = left_over.id`.execute(tx.sql);
  await sql`delete from batch where id = any(${batches}::int8[]) and count = 0`.execute(tx.sql);
}

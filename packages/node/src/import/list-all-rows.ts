// What became of every row of an import, the clean ones included: where its record is, or what is wrong with the row
// (spec/import.md, I44). Records and rows with findings are two tables; a page is merged of both.
import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import { findingsOf } from './find-imports.ts';
import type { Page } from './find-imports.ts';
import type { ImportFinding } from './import-finding.ts';
import { recordsOfImport } from './import-ranges.ts';
import { sheetFindingsRow } from './problem-rows.ts';

/** What became of a row. */
export type RowState = 'wrong' | 'warned' | 'corrected' | 'discarded' | 'staged' | 'sending' | 'reported';

/** A row with what became of it. */
export interface RowOutcome {
  readonly row: number;
  readonly sheet?: string;
  readonly state: RowState;
  readonly cells?: unknown;
  readonly findings: ImportFinding[];
  readonly batch?: number;
  readonly leaf?: number;
  readonly entry?: number;
  /** The reporter's own number of the record. */
  readonly recordId?: string;
}

interface RecordAt {
  readonly row: number;
  readonly batch: number;
  readonly leaf: number;
  readonly status: 'staged' | 'sending' | 'reported';
  readonly entry: number | null;
  readonly record_id: string | null;
}

interface FoundRow {
  readonly row: number;
  readonly sheet: string | null;
  readonly cells: string;
  readonly findings: string;
  readonly state: 'wrong' | 'warned' | 'corrected' | 'discarded';
}

/** The rows after a cursor, in order. */
export async function listAllRows(
  database: Database,
  importId: number,
  query: { readonly after?: string; readonly limit: number },
): Promise<Page<RowOutcome>> {
  const { after = '-1', limit } = query;
  const from = /^-?\d{1,10}$/.test(after) ? Number(after) : Number.MAX_SAFE_INTEGER;
  const [records, found] = await Promise.all([
    readRecords(database, importId, from, limit + 1),
    readFound(database, importId, from, limit + 1),
  ]);
  const recordAt = new Map(records.map((record) => [record.row, record]));
  const foundAt = new Map(found.map((row) => [row.row, row]));
  const numbers = [...new Set([...recordAt.keys(), ...foundAt.keys()])].toSorted((a, b) => a - b);
  const items = numbers.slice(0, limit).map((row) => outcomeOf(row, recordAt.get(row), foundAt.get(row)));
  const last = items.at(-1);
  return numbers.length > limit && last !== undefined ? { items, next: String(last.row) } : { items };
}

function outcomeOf(row: number, record: RecordAt | undefined, found: FoundRow | undefined): RowOutcome {
  const state =
    record === undefined || (record.status === 'staged' && found !== undefined)
      ? found?.state
      : record.status;
  return {
    row,
    ...(found?.sheet == null ? {} : { sheet: found.sheet }),
    state: state ?? 'discarded',
    ...(record !== undefined || found === undefined ? {} : { cells: JSON.parse(found.cells) as unknown }),
    findings: found === undefined ? [] : findingsOf(found.findings),
    ...(record === undefined ? {} : { batch: record.batch, leaf: record.leaf }),
    ...(record?.entry == null ? {} : { entry: record.entry }),
    ...(record?.record_id == null ? {} : { recordId: record.record_id }),
  };
}

async function readRecords(
  database: Database,
  importId: number,
  from: number,
  most: number,
): Promise<readonly RecordAt[]> {
  const { rows } = await database.read(
    async (db) =>
      await sql<RecordAt>`
        select r.source_row as row, b.id as batch, r.leaf, b.status, b.entry, r.shared_text ->> 'recordId' as record_id
        from ${recordsOfImport(importId)}
        where b.status in ('staged', 'sending', 'reported') and r.source_row > ${from}::int8
        order by r.source_row limit ${most}`.execute(db),
  );
  return rows;
}

async function readFound(
  database: Database,
  importId: number,
  from: number,
  most: number,
): Promise<readonly FoundRow[]> {
  return await database.read(
    async (db) =>
      await db
        .selectFrom('import_row')
        .select(['row', 'sheet', 'cells', 'findings', 'state'])
        .where('import_id', '=', importId)
        .where((where) => where.or([where('row', '<>', sheetFindingsRow), where('sheet', 'is', null)]))
        .where('row', '>', from)
        .orderBy('row')
        .limit(most)
        .execute(),
  );
}

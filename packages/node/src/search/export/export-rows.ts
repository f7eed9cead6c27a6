// The records of a search for an export, a page at a time: as many as are wanted, each with its cells in the columns of
// its kind's template. Implements spec/search.md, "Export".
import { cellsOf, headingOf } from '@suyuan/battery';
import type { Cell, RecordKind } from '@suyuan/battery';
import { policyOf, viewOf } from '@suyuan/ledger';
import { sql } from 'kysely';

import type { Database } from '../../database/database.ts';
import type { FoundText } from '../read-texts.ts';
import { searchStart } from '../search-query.ts';
import type { SearchFilters, SearchPlace } from '../search-query.ts';
import { findFrom } from '../search-records.ts';
import type { SearchOptions } from '../search-records.ts';
import { membersOf, showFound } from '../show-found.ts';
import type { ShownFound } from '../show-found.ts';

/** Records looked for at a time, and for how long at most; between two looks the export may be ended. */
const PAGE_RECORDS = 500;
const PAGE_MS_MAX = 250;

/** A record of an export. */
export interface ExportRow extends ShownFound {
  /** Only where it is held and asked for. */
  readonly private?: Record<string, unknown>;
}

/** What to export. */
export interface ExportRequest {
  readonly filters: SearchFilters;
  readonly recordsMax: number;
  readonly withPrivate: boolean;
  /** Aborted when nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/** Counts what an export holds. */
export interface ExportTally {
  records: number;
  /** True when more was found than it may hold. */
  isCut: boolean;
}

/** Yields pages of records until all are found, the export is full, or nobody wants it any more. */
export async function* exportRows(
  options: SearchOptions,
  { filters, recordsMax, withPrivate, signal }: ExportRequest,
  tally: ExportTally,
): AsyncGenerator<readonly ExportRow[]> {
  let place: SearchPlace | undefined = searchStart;
  while (place !== undefined && !signal.aborted) {
    const page = await findFrom(options, filters, place, { limit: PAGE_RECORDS, msMost: PAGE_MS_MAX });
    const view = viewOf(options.crypto, options.state());
    const codes = policyOf(view).codes === 'strict' ? 'strict' : 'legacy';
    const hidden = withPrivate ? await readPrivate(options.database, page.texts) : undefined;
    const rows: ExportRow[] = [];
    for (const text of page.texts) {
      const shown = showFound(view, codes, text, filters);
      if (shown === undefined) continue;
      if (tally.records === recordsMax) {
        tally.isCut = true;
        break;
      }
      tally.records += 1;
      const own = hidden?.get(nameOf(text.batch.id, text.leaf));
      rows.push(own === undefined ? shown : { ...shown, private: membersOf(own) });
    }
    yield rows;
    if (tally.isCut) return;
    place = page.next;
  }
}

function nameOf(batch: number, leaf: number): string {
  return `${batch}/${leaf}`;
}

/** The private texts that this node holds: those of its own records. */
async function readPrivate(
  database: Database,
  texts: readonly FoundText[],
): Promise<ReadonlyMap<string, string>> {
  const days = new Map<string, FoundText[]>();
  for (const text of texts) {
    const day = text.batch.stored_on;
    days.set(day, [...(days.get(day) ?? []), text]);
  }
  const found = new Map<string, string>();
  for (const [day, some] of days) {
    const { rows } = await database.read(
      async (db) =>
        await sql<{ batch_id: number; leaf: number; private_text: string }>`
          select r.batch_id, r.leaf, r.private_text
          from unnest(${some.map(({ batch }) => batch.id)}::int8[], ${some.map(({ leaf }) => leaf)}::int4[]) p (batch, leaf)
          join record r on r.batch_id = p.batch and r.leaf = p.leaf and r.stored_on = ${sql.lit(day)}::date
          where r.private_text is not null`.execute(db),
    );
    for (const row of rows) found.set(nameOf(row.batch_id, row.leaf), row.private_text);
  }
  return found;
}

/** Columns behind those of the template: what the node knows of the record. */
const FACTS: readonly { readonly heading: string; readonly of: (row: ExportRow) => string }[] = [
  { heading: '记录\nRecord', of: (row) => row.record ?? row.staged ?? '' },
  { heading: '状态\nStatus', of: (row) => (row.voided ? 'voided' : row.status) },
  { heading: '上报方\nReporter', of: (row) => row.reporter },
  { heading: '存储日期\nStored on', of: (row) => row.storedOn },
];

/** The headings of a kind's columns, in both languages, and those of the facts. */
export function headingsOf(kind: RecordKind): readonly string[] {
  return [...kind.fields.map(headingOf), ...FACTS.map(({ heading }) => heading)];
}

/** The cells of a record under {@link headingsOf}. */
export function exportCells(kind: RecordKind, row: ExportRow): readonly Cell[] {
  const members = { ...row.private, ...row.shared, ...row.public };
  return [...cellsOf(kind, members), ...FACTS.map(({ of }) => of(row))];
}

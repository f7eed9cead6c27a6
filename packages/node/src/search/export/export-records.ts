// Exports what a search finds: refuses what is too large before it starts where that can be known, writes every export
// to the access log, and streams the file as fast as it is taken. Implements spec/search.md, "Export".
import { Readable } from 'node:stream';

import { exportRecordsMax, operators } from '@suyuan/api';
import type { ExportForm } from '@suyuan/api';
import { recordKind, recordKinds } from '@suyuan/battery';
import type { RecordKind } from '@suyuan/battery';
import { ok, reject } from '@suyuan/log';
import type { Rejection, Result } from '@suyuan/log';

import type { Caller } from '../../accounts/caller.ts';
import type { Clock } from '../../clock.ts';
import { civilDateOf } from '../../clock.ts';
import type { FileReply } from '../../http/handle.ts';
import { searchStart } from '../search-query.ts';
import type { SearchFilters } from '../search-query.ts';
import { findFrom } from '../search-records.ts';
import type { SearchOptions } from '../search-records.ts';
import { exportRows } from './export-rows.ts';
import type { ExportTally } from './export-rows.ts';
import { cutSentence, exportCsv, exportJson } from './export-text.ts';

/** What exporting needs. */
export interface ExportOptions extends SearchOptions {
  readonly clock: Clock;
}

/** What is asked for. */
export interface ExportAsk {
  readonly filters: SearchFilters;
  readonly format: ExportForm;
  readonly withPrivate: boolean;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

type ExportRejection = Rejection<'export_too_large' | 'export_needs_kind' | 'export_private_refused'>;

const MEDIA_TYPES: { readonly [form in ExportForm]: string } = {
  csv: 'text/csv; charset=utf-8; header=present',
  json: 'application/x-ndjson',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};
const ENDINGS: { readonly [form in ExportForm]: string } = { csv: 'csv', json: 'ndjson', xlsx: 'xlsx' };

/** The file, or why there is none. Nothing but the access log is written. */
export async function exportFound(
  options: ExportOptions,
  ask: ExportAsk,
): Promise<Result<FileReply, ExportRejection>> {
  const { filters, format, caller } = ask;
  if (ask.withPrivate && !operators.includes(caller.role)) return reject({ code: 'export_private_refused' });
  const kind = filters.kind === undefined ? undefined : recordKind(filters.kind);
  if (format === 'csv' && kind === undefined) return reject({ code: 'export_needs_kind' });
  const { total } = await findFrom(options, filters, searchStart, { limit: 1 });
  if (total !== undefined && total > exportRecordsMax[format]) return reject({ code: 'export_too_large' });
  await noteExport(options, ask);
  const fileName = `search-${civilDateOf(options.clock.now())}.${ENDINGS[format]}`;
  const content = Readable.from(contentOf(options, ask, kind), { objectMode: false });
  return ok({ mediaType: MEDIA_TYPES[format], fileName, content });
}

async function* contentOf(
  options: ExportOptions,
  { filters, format, withPrivate, signal }: ExportAsk,
  kind: RecordKind | undefined,
): AsyncGenerator<string | Buffer> {
  const tally: ExportTally = { records: 0, isCut: false };
  const request = { filters, recordsMax: exportRecordsMax[format], withPrivate, signal };
  if (format === 'json') yield* exportJson(exportRows(options, request, tally), tally);
  else if (format === 'csv' && kind !== undefined)
    yield* exportCsv(kind, exportRows(options, request, tally), tally);
  else {
    // Loaded when the first workbook is asked for.
    const { exportWorkbook } = await import('./export-workbook.ts');
    const kinds = kind === undefined ? recordKinds : [kind];
    const sheets = kinds.map((one) => ({
      kind: one,
      pages: exportRows(options, { ...request, filters: { ...filters, kind: one.id } }, tally),
    }));
    yield* exportWorkbook(sheets, () => notesOf(options, filters, tally));
  }
  // Cut off here, the answer does not end like a whole one.
  signal.throwIfAborted();
}

function notesOf(options: ExportOptions, filters: SearchFilters, tally: ExportTally): readonly string[] {
  return [
    `导出时间 Exported: ${new Date(options.clock.now()).toISOString()}`,
    `记录数 Records: ${tally.records}`,
    ...(tally.isCut ? [cutSentence(tally.records)] : []),
    ...Object.entries(filters).map(([name, value]) => `${name}: ${String(value)}`),
  ];
}

async function noteExport(
  { database, clock }: ExportOptions,
  { filters, format, withPrivate, caller }: ExportAsk,
): Promise<void> {
  await database.transact(async ({ sql }) => {
    await sql
      .insertInto('access_log')
      .values({
        account: caller.account,
        act: 'export',
        subject: format,
        detail: JSON.stringify({ filters, private: withPrivate }),
        at: new Date(clock.now()),
      })
      .execute();
  });
}

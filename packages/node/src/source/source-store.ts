// Sources as they are stored: bound, changed, paused, removed. Their settings are what the administrator gave; secrets
// are in files (source-secret.ts), cursors and columns in rows of their own.
import { isIP } from 'node:net';

import { sourcesMax } from '@suyuan/api';
import type { SourceDraft, SourceSchedule, SourceSettings } from '@suyuan/api';
import { recordKind } from '@suyuan/battery';
import { ok, reject } from '@suyuan/log';
import type { Result } from '@suyuan/log';
import type { Selectable } from 'kysely';
import { sql } from 'kysely';

import type { Database, Transaction } from '../database/database.ts';
import type { SourceTable } from '../database/tables.ts';
import { nextRunAt } from './schedule.ts';
import { hostOf, mayReach, parseAllowed } from './source-address.ts';
import { findWatchedFolder } from './watched-folder.ts';

/** Why a source cannot be bound. */
export type DraftRejection =
  | { readonly code: 'kind_unknown' }
  | { readonly code: 'source_refused'; readonly reason: string };

/** A source with its settings read. */
export interface StoredSource {
  readonly id: number;
  readonly name: string;
  readonly settings: SourceSettings;
  readonly secret: string | null;
  readonly schedule: SourceSchedule | undefined;
  readonly autoReport: boolean;
  readonly holdWarnings: boolean;
  readonly openToManager: boolean;
  readonly status: Selectable<SourceTable>['status'];
  readonly failures: number;
}

/** Checks what the schema of the contract cannot. */
export function checkDraft(settings: SourceSettings): DraftRejection | undefined {
  const kinds = settings.streams.map(({ kind }) => kind);
  if (kinds.some((kind) => recordKind(kind) === undefined)) return { code: 'kind_unknown' };
  const refused = (reason: string): DraftRejection => ({ code: 'source_refused', reason });
  if (new Set(kinds).size !== kinds.length) return refused('kind_twice');
  if (settings.type === 'folder') return undefined;
  const allowed = parseAllowed(settings.privateAddresses ?? []);
  if (allowed === undefined) return refused('private_address_malformed');
  if (settings.type === 'sql') return undefined;
  if (!URL.canParse(settings.address)) return refused('url_malformed');
  const url = new URL(settings.address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return refused('scheme_refused');
  if (url.username !== '' || url.password !== '') return refused('credentials_in_url');
  const host = hostOf(url);
  if (isIP(host) !== 0 && !mayReach(host, allowed)) return refused('address_private');
  const elsewhere = settings.streams.some(
    ({ path }) => !URL.canParse(path, url.href) || new URL(path, url).origin !== url.origin,
  );
  if (elsewhere) return refused('address_elsewhere');
  const half = settings.streams.some(
    ({ paging }) =>
      paging?.type === 'cursor' && (paging.member === undefined) === (paging.column === undefined),
  );
  return half ? refused('cursor_needs_member_or_column') : undefined;
}

/** Refuses a folder outside of those that may be watched. */
export async function checkFolder(
  settings: SourceSettings,
  roots: readonly string[],
): Promise<DraftRejection | undefined> {
  if (settings.type !== 'folder' || (await findWatchedFolder(settings.folder, roots)) !== undefined)
    return undefined;
  return { code: 'source_refused', reason: 'folder_refused' };
}

/** Refuses a stream whose mapping is not there, or is for another record kind. */
export async function checkMappings(
  database: Database,
  { streams }: SourceSettings,
): Promise<DraftRejection | undefined> {
  for (const { kind, mapping } of streams) {
    if (mapping === undefined) continue;
    const found = await database.read((db) =>
      db
        .selectFrom('mapping')
        .select('kind')
        .where('id', '=', mapping)
        .where('removed_at', 'is', null)
        .executeTakeFirst(),
    );
    if (found === undefined) return { code: 'source_refused', reason: 'mapping_not_found' };
    if (found.kind !== kind) return { code: 'source_refused', reason: 'mapping_other_kind' };
  }
  return undefined;
}

/** Reads one source. */
export async function findSource(database: Database, id: number): Promise<StoredSource | undefined> {
  const row = await database.read((db) =>
    db.selectFrom('source').selectAll().where('id', '=', id).executeTakeFirst(),
  );
  return row === undefined ? undefined : readSource(row);
}

/** A row as this folder wrote it. */
export function readSource(row: Selectable<SourceTable>): StoredSource {
  const settings: SourceSettings = JSON.parse(row.settings); // checked by the contract before it was stored
  const schedule: SourceSchedule | undefined = row.schedule === null ? undefined : JSON.parse(row.schedule); // as above
  return {
    id: row.id,
    name: row.name,
    settings,
    secret: row.secret,
    schedule,
    autoReport: row.auto_report,
    holdWarnings: row.hold_warnings,
    openToManager: row.open_to_manager,
    status: row.status,
    failures: row.failures,
  };
}

/** What an administrator binds, with the name of its secret's file. */
export interface SourceChange {
  readonly draft: SourceDraft;
  readonly secret: string | null;
  readonly nowMs: number;
}

function columnsOf({ draft, secret, nowMs }: SourceChange) {
  const { name, system, settings, schedule, autoReport, holdWarnings, openToManager } = draft;
  return {
    name,
    system,
    settings: JSON.stringify(settings),
    secret,
    schedule: schedule === undefined ? null : JSON.stringify(schedule),
    auto_report: autoReport ?? false,
    hold_warnings: holdWarnings ?? false,
    open_to_manager: openToManager ?? false,
    status: 'active' as const,
    failures: 0,
    next_run_at: schedule === undefined ? null : new Date(nextRunAt(schedule, nowMs)),
  };
}

/** Adds a source. */
export async function addSource(
  database: Database,
  change: SourceChange,
  createdBy: string,
): Promise<Result<number, { readonly code: 'sources_too_many' }>> {
  return await database.transact(async (tx) => {
    await sql`lock table source in share row exclusive mode`.execute(tx.sql);
    const { count } = await tx.sql
      .selectFrom('source')
      .select((select) => select.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    if (count >= sourcesMax) return reject({ code: 'sources_too_many' });
    const { id } = await tx.sql
      .insertInto('source')
      .values({ ...columnsOf(change), created_by: createdBy })
      .returning('id')
      .executeTakeFirstOrThrow();
    await keepStreams(tx, id, change.draft.settings);
    return ok(id);
  });
}

/** Why a source cannot be changed now. */
export interface ChangeRejection {
  readonly code: 'source_not_found' | 'source_running';
}

/** Replaces settings; kinds that stay keep their cursor, and their columns are taken anew. */
export async function replaceSourceRow(
  database: Database,
  id: number,
  change: SourceChange,
): Promise<Result<void, ChangeRejection>> {
  return await whileResting(database, id, async (tx) => {
    await tx.sql.updateTable('source').set(columnsOf(change)).where('id', '=', id).execute();
    await keepStreams(tx, id, change.draft.settings);
  });
}

/** The rows of exactly these kinds, with columns to be seen again. */
async function keepStreams(tx: Transaction, id: number, settings: SourceSettings): Promise<void> {
  const kinds = settings.streams.map(({ kind }) => kind);
  await tx.sql
    .deleteFrom('source_stream')
    .where('source_id', '=', id)
    .where('kind', 'not in', kinds)
    .execute();
  await tx.sql
    .insertInto('source_stream')
    .values(kinds.map((kind) => ({ source_id: id, kind })))
    .onConflict((conflict) =>
      conflict.columns(['source_id', 'kind']).doUpdateSet({ columns: null, changed: null }),
    )
    .execute();
}

/** What a person changes of a source that stays bound as it is. */
export interface SourceTurn {
  readonly status?: 'active' | 'paused';
  readonly acceptColumns?: boolean;
  readonly cursors?: Readonly<Record<string, string | null>>;
}

/** Pauses or goes on, takes columns as they are, sets cursors. A source that stopped goes on once its columns are accepted. */
export async function turnSource(
  database: Database,
  id: number,
  { status, acceptColumns, cursors }: SourceTurn,
  nowMs: number,
): Promise<Result<void, ChangeRejection>> {
  return await whileResting(database, id, async (tx, source) => {
    for (const [kind, cursor] of Object.entries(cursors ?? {}))
      await tx.sql
        .updateTable('source_stream')
        .set({ cursor })
        .where('source_id', '=', id)
        .where('kind', '=', kind)
        .execute();
    const streams = tx.sql.updateTable('source_stream').where('source_id', '=', id);
    if (acceptColumns === true) await streams.set({ columns: null, changed: null }).execute();
    const before = source.status === 'stopped' && acceptColumns === true ? 'active' : source.status;
    const after = before === 'stopped' ? 'stopped' : (status ?? before);
    const due =
      after === 'active' && source.schedule !== undefined
        ? new Date(nextRunAt(source.schedule, nowMs))
        : null;
    await tx.sql
      .updateTable('source')
      .set({ status: after, next_run_at: due })
      .where('id', '=', id)
      .execute();
  });
}

/** Removes a source with its log; gives the name of its secret's file. */
export async function removeSourceRow(
  database: Database,
  id: number,
): Promise<Result<string | null, ChangeRejection>> {
  return await whileResting(database, id, async (tx, { secret }) => {
    await tx.sql.deleteFrom('source').where('id', '=', id).execute();
    return secret;
  });
}

/** Runs a change while no run does. */
async function whileResting<T>(
  database: Database,
  id: number,
  change: (tx: Transaction, source: StoredSource) => Promise<T>,
): Promise<Result<T, ChangeRejection>> {
  return await database.transact(async (tx) => {
    const row = await tx.sql
      .selectFrom('source')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return reject({ code: 'source_not_found' });
    const running = await tx.sql
      .selectFrom('source_run')
      .select('id')
      .where('source_id', '=', id)
      .where('status', '=', 'running')
      .executeTakeFirst();
    if (running !== undefined) return reject({ code: 'source_running' });
    return ok(await change(tx, readSource(row)));
  });
}

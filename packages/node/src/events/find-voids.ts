// Voids that came into force: statements of the log, some of them only once they were approved (spec/events.md, W15).
import { parseStatement, pendingActOf, voidActOf, viewOf } from '@suyuan/ledger';
import type { LedgerState } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';
import type { Selectable } from 'kysely';

import type { Database } from '../database/database.ts';
import type { EventTable } from '../database/event-tables.ts';

/** Statements looked at in one go. */
const STATEMENTS_MAX = 500;

/** How far the log was looked through. */
export interface LogPlace {
  /** The last entry. */
  readonly log: number;
  /** Voids that waited for approval. */
  readonly voids: readonly number[];
}

/** An event to be written. */
export type NewEvent = Pick<
  Selectable<EventTable>,
  'type' | 'kind' | 'reporter' | 'count' | 'batch' | 'channel' | 'entry'
>;

/** What came into force after this place, up to the log's size in `state`, and the next place. */
export async function findVoids(
  {
    database,
    crypto,
    state,
  }: { readonly database: Database; readonly crypto: Crypto; readonly state: LedgerState },
  place: LogPlace,
  size: number,
): Promise<{ readonly place: LogPlace; readonly events: readonly NewEvent[] }> {
  const rows = await database.read(
    async (db) =>
      await db
        .selectFrom('log_entry')
        .select(['entry', 'statement', 'refusal'])
        .where('entry', '>', place.log)
        .where('entry', '<', size)
        .orderBy('entry')
        .limit(STATEMENTS_MAX)
        .execute(),
  );
  const fresh = rows.filter(
    ({ statement, refusal }) => refusal === null && recordsOf(statement) !== undefined,
  );
  const view = viewOf(crypto, state);
  const waiting: number[] = [];
  const events: NewEvent[] = [];
  for (const entry of [...place.voids, ...fresh.map((row) => row.entry)]) {
    const act = voidActOf(view, entry);
    if (act === undefined) {
      if (pendingActOf(crypto, state, entry) !== undefined) waiting.push(entry);
      continue;
    }
    const event = await voidedEvent(database, entry, act.batch);
    if (event !== undefined) events.push(event);
  }
  return { place: { log: rows.at(-1)?.entry ?? place.log, voids: waiting }, events };
}

/** How many records a statement withdraws; undefined when it is no void. */
function recordsOf(bytes: Uint8Array): number | undefined {
  const parsed = parseStatement(bytes);
  const body = parsed.ok ? parsed.value.statement.body : undefined;
  if (body?.kind !== 'void') return undefined;
  return body.fields.ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** The event, where the records are here. */
async function voidedEvent(database: Database, entry: number, target: number): Promise<NewEvent | undefined> {
  return await database.read(async (db) => {
    const row = await db
      .selectFrom('log_entry')
      .select('statement')
      .where('entry', '=', entry)
      .executeTakeFirst();
    const batch = await db
      .selectFrom('batch')
      .select(['id', 'kind', 'reporter', 'channel'])
      .where('entry', '=', target)
      .where('status', '=', 'reported')
      .executeTakeFirst();
    const count = row === undefined ? undefined : recordsOf(row.statement);
    if (batch === undefined || count === undefined) return undefined;
    const { id, kind, reporter, channel } = batch;
    return { type: 'voided', kind, reporter, count, batch: id, channel, entry: target };
  });
}

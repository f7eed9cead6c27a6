// Events in the database: moved from the outbox into their final order, read by cursor, removed by age
// (spec/events.md, W1 to W3).
import type { EventOf, streamEvents } from '@suyuan/api';
import type { Selectable } from 'kysely';
import { sql } from 'kysely';

import type { Database } from '../database/database.ts';
import type { Tables } from '../database/tables.ts';

/** An event as the API shows it. */
export type ShownEvent = EventOf<typeof streamEvents>;

/** Events moved in one transaction. */
const MOVED_MAX = 1_000;
/** One number for the lock that keeps two movers of a database apart. */
const MOVER_LOCK = 0x7e7e_0001;
const PRUNED_SETTING = 'events_pruned_through';

/**
 * Moves what waits in the outbox to `event`, with a delivery for each webhook that wants it, in one transaction. Ids are
 * given by this one mover, so whoever has seen an id never misses a smaller one. Returns the number moved.
 */
export async function moveEvents(database: Database): Promise<number> {
  const waiting = await database.read((db) =>
    db.selectFrom('event_outbox').select('place').limit(1).executeTakeFirst(),
  );
  if (waiting === undefined) return 0;
  return await database.transact(async (tx) => {
    await sql`select pg_advisory_xact_lock(${MOVER_LOCK})`.execute(tx.sql);
    const { rows } = await sql<{ id: number }>`
      with moved as (
        delete from event_outbox where place in (select place from event_outbox order by place limit ${MOVED_MAX})
        returning *
      ), numbered as (
        insert into event (at, type, kind, reporter, count, batch, channel, entry, import, report, refusal, alert)
        select at, type, kind, reporter, count, batch, channel, entry, import, report, refusal, alert
        from moved order by place
        returning id, type
      ), wanted as (
        insert into webhook_delivery (webhook_id, event_id)
        select w.id, n.id from numbered n join webhook w on w.status = 'active' and n.type = any(w.types)
        order by n.id
      )
      select id from numbered`.execute(tx.sql);
    return rows.length;
  });
}

/** An event as the API shows it. */
export function showEvent(row: Selectable<Tables['event']>, organization: string): ShownEvent {
  const { kind, count, batch, channel, entry, import: imported, report, refusal, alert } = row;
  return {
    id: row.id,
    at: row.at.toISOString(),
    type: row.type,
    ...(kind === null ? {} : { kind }),
    reporter: row.reporter ?? organization,
    ...(count === null ? {} : { count }),
    ...(batch === null ? {} : { batch }),
    ...(channel === null ? {} : { channel }),
    ...(entry === null ? {} : { entry }),
    ...(imported === null ? {} : { import: imported }),
    ...(report === null ? {} : { report }),
    ...(refusal === null ? {} : { refusal }),
    ...(alert === null ? {} : { alert: readAlert(alert) }),
  };
}

/** What `alert-store.ts` wrote. */
function readAlert(json: string): NonNullable<ShownEvent['alert']> {
  const alert: NonNullable<ShownEvent['alert']> = JSON.parse(json); // only this program writes it
  return alert;
}

/** Up to `limit` events with larger ids, oldest first. */
export async function readEventsAfter(
  database: Database,
  organization: string,
  after: number,
  limit: number,
): Promise<readonly ShownEvent[]> {
  const rows = await database.read((db) =>
    db.selectFrom('event').selectAll().where('id', '>', after).orderBy('id').limit(limit).execute(),
  );
  return rows.map((row) => showEvent(row, organization));
}

/** The newest id, and the newest that was removed; 0 where there is none. */
export async function readEventBounds(
  database: Database,
): Promise<{ readonly head: number; readonly prunedThrough: number }> {
  return await database.read(async (db) => {
    const newest = await db
      .selectFrom('event')
      .select('id')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    const setting = await db
      .selectFrom('setting')
      .select('value')
      .where('name', '=', PRUNED_SETTING)
      .executeTakeFirst();
    const prunedThrough = Number(setting?.value ?? 0);
    return { head: Math.max(newest?.id ?? 0, prunedThrough), prunedThrough };
  });
}

/** Removes events older than `before`, and deliveries that ended before it. Returns the newest id that is gone. */
export async function pruneEvents(database: Database, before: Date): Promise<number> {
  return await database.transact(async (tx) => {
    const { rows } = await sql<{ through: number | null }>`
      with gone as (
        delete from event e where at < ${before}
          and not exists (select from webhook_delivery d where d.event_id = e.id and d.status = 'waiting')
          and id < coalesce((select min(id) from event where at >= ${before}), ${Number.MAX_SAFE_INTEGER})
        returning id
      )
      select max(id)::int8 as through from gone`.execute(tx.sql);
    await tx.sql.deleteFrom('webhook_delivery').where('finished_at', '<', before).execute();
    const through = rows[0]?.through ?? 0;
    if (through > 0) {
      await tx.sql
        .insertInto('setting')
        .values({ name: PRUNED_SETTING, value: String(through) })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: String(through) }))
        .execute();
    }
    return through;
  });
}

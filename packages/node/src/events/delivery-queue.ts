// The queue of deliveries: which are due, and what became of attempts, many in one statement
// (spec/events.md, W8, W12, W13).
import type { Selectable } from 'kysely';
import { sql } from 'kysely';

import type { Database } from '../database/database.ts';
import type { Tables } from '../database/tables.ts';
import { showEvent } from './event-store.ts';
import type { ShownEvent } from './event-store.ts';
import { messageIdOf } from './webhook-store.ts';
import type { AttemptOutcome } from './webhook-sender.ts';

/** A delivery that is due. */
export interface DueDelivery {
  readonly id: number;
  readonly webhookId: number;
  readonly url: string;
  readonly secret: Uint8Array;
  readonly message: string;
  readonly attempts: number;
  readonly failingSince: Date | null;
  readonly event: ShownEvent;
}

/** An attempt that was made. */
export interface Attempt {
  readonly delivery: DueDelivery;
  readonly outcome: AttemptOutcome;
  /** When it is tried again; undefined: it is delivered, or given up. */
  readonly nextAt: Date | undefined;
}

type DueRow = Selectable<Tables['event']> & {
  readonly delivery_id: number;
  readonly webhook_id: number;
  readonly url: string;
  readonly secret: Buffer;
  readonly message: string;
  readonly attempts: number;
  readonly failing_since: Date | null;
};

/** Deliveries of active webhooks that are due and not under way, up to `perWebhookMax` of each, under way included. */
export async function readDue(
  database: Database,
  organization: string,
  now: Date,
  underWay: readonly DueDelivery[],
  perWebhookMax: number,
): Promise<readonly DueDelivery[]> {
  const ids = underWay.map(({ id }) => id);
  const webhooks = underWay.map(({ webhookId }) => webhookId);
  const { rows } = await database.read(
    async (db) =>
      await sql<DueRow>`
        select d.id as delivery_id, w.id as webhook_id, w.url, w.secret, d.message, d.attempts, w.failing_since, e.*
        from webhook w cross join lateral (
          select id, message, attempts, event_id from webhook_delivery
          where webhook_id = w.id and status = 'waiting' and next_at <= ${now} and id <> all(${ids}::int8[])
          order by next_at, id
          limit greatest(0, ${perWebhookMax}
            - (select count(*) from unnest(${webhooks}::int8[]) u (id) where u.id = w.id))
        ) d join event e on e.id = d.event_id
        where w.status = 'active'`.execute(db),
  );
  return rows.map((row) => ({
    id: row.delivery_id,
    webhookId: row.webhook_id,
    url: row.url,
    secret: row.secret,
    message: messageIdOf(row.message),
    attempts: row.attempts,
    failingSince: row.failing_since,
    event: showEvent(row, organization),
  }));
}

/**
 * Stores what became of attempts, and per webhook since when it fails: a success ends that, an answer 410 disables it,
 * and so does failing since before `failingBefore`.
 */
export async function storeAttempts(
  database: Database,
  attempts: readonly Attempt[],
  now: Date,
  failingBefore: Date,
): Promise<void> {
  const outcomes = attempts.map(({ outcome }) => outcome);
  const webhooks = [...new Set(attempts.map(({ delivery }) => delivery.webhookId))].toSorted((a, b) => a - b);
  const of = (id: number): readonly AttemptOutcome[] =>
    attempts.filter(({ delivery }) => delivery.webhookId === id).map(({ outcome }) => outcome);
  const succeeded = webhooks.map((id) => of(id).some(({ delivered }) => delivered));
  const gone = webhooks.map((id) => of(id).some(({ httpStatus }) => httpStatus === 410));
  await database.transact(async (tx) => {
    await sql`
      update webhook_delivery d set attempts = d.attempts + 1, http_status = a.http_status, failure = a.failure,
        answer = a.answer, ms = a.ms, next_at = coalesce(a.next_at, d.next_at),
        finished_at = case when a.next_at is null then ${now}::timestamptz end,
        status = case when a.delivered then 'delivered' when a.next_at is null then 'failed' else 'waiting' end
      from unnest(${attempts.map(({ delivery }) => delivery.id)}::int8[],
        ${outcomes.map(({ delivered }) => delivered)}::bool[], ${outcomes.map(({ httpStatus }) => httpStatus)}::int4[],
        ${outcomes.map(({ failure }) => failure)}::text[], ${outcomes.map(({ answer }) => answer)}::text[],
        ${outcomes.map(({ ms }) => ms)}::int4[], ${attempts.map(({ nextAt }) => nextAt ?? null)}::timestamptz[])
        as a (id, delivered, http_status, failure, answer, ms, next_at)
      where d.id = a.id`.execute(tx.sql);
    await sql`
      update webhook w set
        failing_since = case when a.succeeded then null else coalesce(w.failing_since, ${now}) end,
        status = case when a.gone or (not a.succeeded and w.failing_since < ${failingBefore})
          then 'disabled' else w.status end,
        disabled_reason = case when w.status = 'disabled' then w.disabled_reason when a.gone then 'gone'
          when not a.succeeded and w.failing_since < ${failingBefore} then 'failing' end
      from unnest(${webhooks}::int8[], ${succeeded}::bool[], ${gone}::bool[]) as a (id, succeeded, gone)
      where w.id = a.id and (a.gone or not a.succeeded or w.failing_since is not null)`.execute(tx.sql);
  });
}

// Webhooks and their deliveries in the database: what is registered, what is due, what became of it
// (spec/events.md, W7, W8, W12 to W14).
import type { AnswerOf, EventType, listWebhookDeliveries, listWebhooks } from '@suyuan/api';
import { webhooksMax } from '@suyuan/api';
import { ok, reject } from '@suyuan/log';
import type { Result } from '@suyuan/log';
import type { Kysely, Selectable } from 'kysely';
import { sql } from 'kysely';

import type { Database } from '../database/database.ts';
import type { WebhookDeliveryTable, WebhookTable } from '../database/event-tables.ts';
import type { Tables } from '../database/tables.ts';

/** A webhook as the API shows it. */
export type ShownWebhook = AnswerOf<typeof listWebhooks>['items'][number];
/** A delivery as the API shows it. */
export type ShownDelivery = AnswerOf<typeof listWebhookDeliveries>['items'][number];

/** What a change may touch. */
export interface WebhookChange {
  readonly url?: string;
  readonly types?: readonly EventType[];
  readonly status?: 'active' | 'disabled';
  readonly secret?: Uint8Array;
}

type WebhookRow = Omit<Selectable<WebhookTable>, 'secret'> & { readonly waiting: number };

function showWebhook(row: WebhookRow): ShownWebhook {
  return {
    id: row.id,
    url: row.url,
    types: row.types,
    status: row.status,
    ...(row.disabled_reason === null ? {} : { disabledReason: row.disabled_reason }),
    ...(row.failing_since === null ? {} : { failingSince: row.failing_since.toISOString() }),
    waiting: row.waiting,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  };
}

function showDelivery(row: Selectable<WebhookDeliveryTable>): ShownDelivery {
  return {
    id: row.id,
    message: messageIdOf(row.message),
    event: row.event_id,
    status: row.status,
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
    ...(row.status === 'waiting' && row.attempts > 0 ? { nextAt: row.next_at.toISOString() } : {}),
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at.toISOString() }),
    ...(row.http_status === null ? {} : { httpStatus: row.http_status }),
    ...(row.failure === null ? {} : { failure: row.failure }),
    ...(row.ms === null ? {} : { ms: row.ms }),
    ...(row.answer === null ? {} : { answer: row.answer }),
  };
}

/** The header `webhook-id` of a delivery. */
export function messageIdOf(uuid: string): string {
  return `msg_${uuid}`;
}

async function webhookRows(db: Kysely<Tables>, id?: number): Promise<readonly WebhookRow[]> {
  return await db
    .selectFrom('webhook')
    .select(['id', 'url', 'types', 'status', 'disabled_reason', 'failing_since', 'created_by', 'created_at'])
    .select(
      sql<number>`(select count(*) from webhook_delivery d where d.webhook_id = webhook.id and d.status = 'waiting')`.as(
        'waiting',
      ),
    )
    .$if(id !== undefined, (query) => query.where('id', '=', id ?? 0))
    .orderBy('id')
    .execute();
}

/** All webhooks. */
export async function readWebhooks(database: Database): Promise<readonly ShownWebhook[]> {
  return (await database.read(async (db) => await webhookRows(db))).map(showWebhook);
}

/** Registers a webhook; rejects when there are as many as a node takes. */
export async function addWebhook(
  database: Database,
  webhook: {
    readonly url: string;
    readonly types: readonly EventType[];
    readonly secret: Uint8Array;
    readonly createdBy: string;
  },
): Promise<Result<ShownWebhook, { readonly code: 'webhooks_too_many' }>> {
  return await database.transact(async (tx) => {
    await sql`lock table webhook in share row exclusive mode`.execute(tx.sql);
    if ((await webhookRows(tx.sql)).length >= webhooksMax) return reject({ code: 'webhooks_too_many' });
    const { id } = await tx.sql
      .insertInto('webhook')
      .values({
        url: webhook.url,
        types: [...webhook.types],
        secret: webhook.secret,
        created_by: webhook.createdBy,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const [row] = await webhookRows(tx.sql, id);
    return row === undefined ? reject({ code: 'webhooks_too_many' }) : ok(showWebhook(row));
  });
}

/** Changes a webhook; enabling it makes what waits due at once. Undefined when there is none. */
export async function changeWebhookRow(
  database: Database,
  id: number,
  { url, types, status, secret }: WebhookChange,
  now: Date,
): Promise<ShownWebhook | undefined> {
  return await database.transact(async (tx) => {
    const enabled = { status: 'active', disabled_reason: null, failing_since: null } as const;
    const disabled = { status: 'disabled', disabled_reason: 'by_administrator' } as const;
    await tx.sql
      .updateTable('webhook')
      .set({
        ...(url === undefined ? {} : { url }),
        ...(types === undefined ? {} : { types: [...types] }),
        ...(secret === undefined ? {} : { secret }),
        ...(status === undefined ? {} : status === 'active' ? enabled : disabled),
      })
      .where('id', '=', id)
      .execute();
    if (status === 'active') {
      await tx.sql
        .updateTable('webhook_delivery')
        .set({ next_at: now })
        .where('webhook_id', '=', id)
        .where('status', '=', 'waiting')
        .execute();
    }
    const [row] = await webhookRows(tx.sql, id);
    return row === undefined ? undefined : showWebhook(row);
  });
}

/** Removes a webhook with its log; false when there is none. */
export async function removeWebhookRow(database: Database, id: number): Promise<boolean> {
  return await database.transact(async (tx) => {
    const removed = await tx.sql.deleteFrom('webhook').where('id', '=', id).executeTakeFirst();
    return removed.numDeletedRows > 0n;
  });
}

/** Deliveries below an id, newest first; undefined when there is no such webhook. */
export async function readDeliveries(
  database: Database,
  webhookId: number,
  before: number,
  limit: number,
): Promise<readonly ShownDelivery[] | undefined> {
  return await database.read(async (db) => {
    const known = await db.selectFrom('webhook').select('id').where('id', '=', webhookId).executeTakeFirst();
    if (known === undefined) return undefined;
    const rows = await db
      .selectFrom('webhook_delivery')
      .selectAll()
      .where('webhook_id', '=', webhookId)
      .where('id', '<', before)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(showDelivery);
  });
}

/** Makes a delivery due now, whatever became of it before. */
export async function redeliver(
  database: Database,
  webhookId: number,
  id: number,
  now: Date,
): Promise<
  Result<ShownDelivery, { readonly code: 'webhook_not_found' | 'webhook_disabled' | 'delivery_not_found' }>
> {
  return await database.transact(async (tx) => {
    const [webhook] = await webhookRows(tx.sql, webhookId);
    if (webhook === undefined) return reject({ code: 'webhook_not_found' });
    if (webhook.status === 'disabled') return reject({ code: 'webhook_disabled' });
    const row = await tx.sql
      .updateTable('webhook_delivery')
      .set({ status: 'waiting', attempts: 0, next_at: now, finished_at: null })
      .where('webhook_id', '=', webhookId)
      .where('id', '=', id)
      .where((where) => where.exists(where.selectFrom('event').whereRef('event.id', '=', 'event_id')))
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? reject({ code: 'delivery_not_found' }) : ok(showDelivery(row));
  });
}

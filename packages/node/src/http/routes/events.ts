// The feed of events and the webhooks over HTTP (packages/api/src/events.ts, spec/events.md).
import {
  changeWebhook,
  createWebhook,
  eventTypes,
  listWebhookDeliveries,
  listWebhooks,
  pageSizeDefault,
  readEvents,
  redeliverWebhook,
  removeWebhook,
  renewWebhookSecret,
  streamEvents,
} from '@suyuan/api';

import type { Clock, RandomBytes } from '../../clock.ts';
import type { Database } from '../../database/database.ts';
import type { EventFeed } from '../../events/event-feed.ts';
import { parseWebhookUrl } from '../../events/webhook-address.ts';
import { SECRET_BYTES, showSecret } from '../../events/webhook-signature.ts';
import {
  addWebhook,
  changeWebhookRow,
  readDeliveries,
  readWebhooks,
  redeliver,
  removeWebhookRow,
} from '../../events/webhook-store.ts';
import type { WebhookWorker } from '../../events/webhook-worker.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem } from '../problem.ts';

/** What these routes need. */
export interface EventDependencies {
  readonly database: Database;
  readonly feed: EventFeed;
  readonly webhooks: WebhookWorker;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly allowPrivate: boolean;
}

const eventsPageDefault = 100;

/** The cursor that a client sends when it connects again; undefined where it is none. */
function lastEventId(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

function feedBindings({ feed }: EventDependencies): readonly Binding[] {
  return [
    handle(readEvents, async ({ query, signal }) => {
      const { after = 0, limit = eventsPageDefault, wait = 0 } = query;
      if (feed.isPruned(after)) return problem('events_pruned');
      feed.wake();
      const items = await feed.read(after, limit, wait * 1000, signal);
      return { items: [...items], next: items.at(-1)?.id ?? after };
    }),
    handle(streamEvents, async ({ query, header, signal }) => {
      const after = lastEventId(header('last-event-id')) ?? query.after ?? feed.head();
      if (feed.isPruned(after)) return problem('events_pruned');
      return feed.follow(after, signal);
    }),
  ];
}

function webhookBindings(dependencies: EventDependencies): readonly Binding[] {
  const { database, webhooks, clock, random, allowPrivate } = dependencies;
  const refusalOf = (url: string | undefined): string | undefined => {
    const parsed = url === undefined ? undefined : parseWebhookUrl(url, allowPrivate);
    return parsed?.ok === false ? parsed.error.code : undefined;
  };
  return [
    handle(listWebhooks, async () => ({ items: [...(await readWebhooks(database))] })),
    handle(createWebhook, async ({ body, caller }) => {
      const reason = refusalOf(body.url);
      if (reason !== undefined) return problem('webhook_address_refused', { reason });
      const secret = random(SECRET_BYTES);
      const { url, types = eventTypes } = body;
      const added = await addWebhook(database, { url, types, secret, createdBy: caller.name });
      return added.ok ? { ...added.value, secret: showSecret(secret) } : problem(added.error.code);
    }),
    handle(changeWebhook, async ({ params, body }) => {
      const reason = refusalOf(body.url);
      if (reason !== undefined) return problem('webhook_address_refused', { reason });
      const changed = await changeWebhookRow(database, params.id, body, new Date(clock.now()));
      webhooks.wake();
      return changed ?? problem('webhook_not_found');
    }),
    handle(renewWebhookSecret, async ({ params }) => {
      const secret = random(SECRET_BYTES);
      const changed = await changeWebhookRow(database, params.id, { secret }, new Date(clock.now()));
      return changed === undefined
        ? problem('webhook_not_found')
        : { ...changed, secret: showSecret(secret) };
    }),
    handle(removeWebhook, async ({ params }) => {
      return (await removeWebhookRow(database, params.id)) ? undefined : problem('webhook_not_found');
    }),
  ];
}

function deliveryBindings({ database, webhooks, clock }: EventDependencies): readonly Binding[] {
  return [
    handle(listWebhookDeliveries, async ({ params, query }) => {
      const limit = query.limit ?? pageSizeDefault;
      const before = query.after === undefined ? Number.MAX_SAFE_INTEGER : Number(query.after);
      if (!Number.isSafeInteger(before)) return problem('request_invalid', { detail: 'after: not a cursor' });
      const found = await readDeliveries(database, params.id, before, limit + 1);
      if (found === undefined) return problem('webhook_not_found');
      const next = found.length > limit ? found[limit - 1]?.id : undefined;
      return { items: found.slice(0, limit), ...(next === undefined ? {} : { next: String(next) }) };
    }),
    handle(redeliverWebhook, async ({ params }) => {
      const found = await redeliver(database, params.id, params.delivery, new Date(clock.now()));
      if (!found.ok) return problem(found.error.code);
      webhooks.wake();
      return found.value;
    }),
  ];
}

/** The routes of events and webhooks. */
export function eventBindings(dependencies: EventDependencies): readonly Binding[] {
  return [...feedBindings(dependencies), ...webhookBindings(dependencies), ...deliveryBindings(dependencies)];
}

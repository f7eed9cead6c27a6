// What happened at a node: a feed that can be taken up again at any place, and webhooks that carry the same events.
// Implements spec/events.md.
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { idParams, moment, page, paging, text } from './paging.ts';
import { administrators, defineRoute, empty, events, everyone, json, jsonBody } from './route.ts';

const id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const cursor = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** One type of event. New ones may come: who follows the feed passes over types it does not know. */
export type EventType = Static<typeof type>;
/** Every type of event. */
export const eventTypes: readonly EventType[] = [
  'staged',
  'reported',
  'refused',
  'visible',
  'missing',
  'conflict',
  'voided',
  'alert',
];

/** Most events in one answer of the feed. */
export const eventsPageMax = 1_000;
/** Longest wait for an event, in seconds; below what proxies cut off. */
export const eventsWaitSecondsMax = 50;
/** Most webhooks of one node. */
export const webhooksMax = 32;

const type = Type.Union(
  [
    Type.Literal('staged'),
    Type.Literal('reported'),
    Type.Literal('refused'),
    Type.Literal('visible'),
    Type.Literal('missing'),
    Type.Literal('conflict'),
    Type.Literal('voided'),
    Type.Literal('alert'),
  ],
  {
    description:
      'staged: an import is stored; reported: an own batch has its entry; refused: the ledger refused a batch; visible: a batch of another organisation is ordered and stored here; missing: it is ordered and not here yet; conflict: `count` records of a batch contradict others; voided: `count` records of a batch are void; alert: something is wrong with the network or this node, or is over',
  },
);

/** What an event says of an alert (spec/monitoring.md). */
export const alertEvent = Type.Object({
  id: Type.Integer({ description: 'the same when it is raised and when it is cleared' }),
  code: Type.String(),
  level: Type.Union([Type.Literal('warning'), Type.Literal('critical')]),
  state: Type.Union([Type.Literal('raised'), Type.Literal('cleared')]),
  what: text,
  todo: text,
});

/** One event: about a batch or an import as a whole, never about a single record; or about an alert. */
export const nodeEvent = Type.Object({
  id: Type.Integer({ description: 'grows from event to event; the cursor of the feed' }),
  at: moment,
  type,
  kind: Type.Optional(Type.String({ description: 'record kind; in all but `alert`' })),
  reporter: Type.String({ description: 'of `alert`: the organisation that it is about' }),
  count: Type.Optional(Type.Integer({ description: 'records; in all but `alert`' })),
  batch: Type.Optional(id),
  channel: Type.Optional(Type.Integer()),
  entry: Type.Optional(
    Type.Integer({ description: 'records are named ENTRY/LEAF, leaves from 0 to count - 1' }),
  ),
  import: Type.Optional(id),
  report: Type.Optional(id),
  refusal: Type.Optional(Type.String({ description: 'code of the rule that was broken' })),
  alert: Type.Optional(alertEvent),
});

export const readEvents = defineRoute({
  id: 'readEvents',
  method: 'GET',
  path: '/events',
  area: 'events',
  title: { en: 'Events after a cursor', zh: '事件列表（游标）' },
  description:
    'Keep `next` and give it as `after` of the next request: no event is passed over, whatever restarts in between. Without `after`, or with 0, from the oldest event that is kept. `wait` holds the request until there is an event, or for as many seconds.',
  access: everyone,
  query: Type.Object({
    after: Type.Optional(cursor),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: eventsPageMax, description: '100 unless said' }),
    ),
    wait: Type.Optional(Type.Integer({ minimum: 0, maximum: eventsWaitSecondsMax, description: 'seconds' })),
  }),
  answer: json(
    Type.Object({
      items: Type.Array(nodeEvent),
      next: Type.Integer({ description: 'the cursor to go on from; never absent' }),
    }),
  ),
  problems: ['events_pruned'],
});

export const streamEvents = defineRoute({
  id: 'streamEvents',
  method: 'GET',
  path: '/events/stream',
  area: 'events',
  title: { en: 'Events as they happen', zh: '事件流' },
  description:
    'Server-sent events. Goes on after `Last-Event-ID`, which clients send by themselves, or after `after`; without both it begins with the next event. A subscriber that does not keep up is cut off and goes on from its last id.',
  access: everyone,
  query: Type.Object({ after: Type.Optional(cursor) }),
  answer: events(nodeEvent, { resumable: true }),
  problems: ['events_pruned'],
});

const url = Type.String({ minLength: 1, maxLength: 2_000, description: 'http or https' });
const types = Type.Array(type, { minItems: 1, maxItems: 16, uniqueItems: true });
const secret = Type.String({
  description: '`whsec_` and the key in base64; in this answer only',
});

/** A webhook as it is shown; its secret never is. */
export const webhook = Type.Object({
  id,
  url: Type.String(),
  types: Type.Array(Type.String()),
  status: Type.Union([Type.Literal('active'), Type.Literal('disabled')]),
  disabledReason: Type.Optional(
    Type.Union([Type.Literal('by_administrator'), Type.Literal('failing'), Type.Literal('gone')]),
  ),
  failingSince: Type.Optional(moment),
  waiting: Type.Integer({ description: 'deliveries that are still to be made' }),
  createdBy: Type.String(),
  createdAt: moment,
});

/** One event on its way to one webhook. */
export const webhookDelivery = Type.Object({
  id,
  message: Type.String({ description: 'the header webhook-id, the same at each attempt' }),
  event: Type.Integer(),
  status: Type.Union([Type.Literal('waiting'), Type.Literal('delivered'), Type.Literal('failed')]),
  attempts: Type.Integer(),
  createdAt: moment,
  nextAt: Type.Optional(moment),
  finishedAt: Type.Optional(moment),
  httpStatus: Type.Optional(Type.Integer()),
  failure: Type.Optional(Type.String({ description: 'why the last attempt failed' })),
  ms: Type.Optional(Type.Integer({ description: 'time of the last attempt' })),
  answer: Type.Optional(Type.String({ description: 'the beginning of the last answer' })),
});

export const listWebhooks = defineRoute({
  id: 'listWebhooks',
  method: 'GET',
  path: '/webhooks',
  area: 'events',
  title: { en: 'Webhooks', zh: '回调地址' },
  access: administrators,
  answer: json(page(webhook)),
});

export const createWebhook = defineRoute({
  id: 'createWebhook',
  method: 'POST',
  path: '/webhooks',
  area: 'events',
  title: { en: 'Register a webhook', zh: '登记回调地址' },
  description:
    'Each event of these types (all unless said) is posted to the address, signed as Standard Webhooks say. The secret is in the answer this once.',
  access: administrators,
  body: jsonBody(Type.Object({ url, types: Type.Optional(types) }, { additionalProperties: false })),
  answer: json(Type.Object({ ...webhook.properties, secret }), 201),
  problems: ['webhook_address_refused', 'webhooks_too_many'],
});

const webhookParams = idParams;

export const changeWebhook = defineRoute({
  id: 'changeWebhook',
  method: 'PATCH',
  path: '/webhooks/:id',
  area: 'events',
  title: { en: 'Change, disable or enable a webhook', zh: '修改、停用或启用回调地址' },
  description:
    'Enabling makes what is waiting due at once. Events while it is disabled are not kept for it: fetch them from the feed.',
  access: administrators,
  params: webhookParams,
  body: jsonBody(
    Type.Object(
      {
        url: Type.Optional(url),
        types: Type.Optional(types),
        status: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('disabled')])),
      },
      { additionalProperties: false, minProperties: 1 },
    ),
  ),
  answer: json(webhook),
  problems: ['webhook_not_found', 'webhook_address_refused'],
});

export const renewWebhookSecret = defineRoute({
  id: 'renewWebhookSecret',
  method: 'POST',
  path: '/webhooks/:id/secret',
  area: 'events',
  title: { en: 'A new secret for a webhook', zh: '更换回调密钥' },
  description: 'The next attempt is signed with it.',
  access: administrators,
  params: webhookParams,
  answer: json(Type.Object({ ...webhook.properties, secret })),
  problems: ['webhook_not_found'],
});

export const removeWebhook = defineRoute({
  id: 'removeWebhook',
  method: 'DELETE',
  path: '/webhooks/:id',
  area: 'events',
  title: { en: 'Remove a webhook and its log', zh: '删除回调地址' },
  access: administrators,
  params: webhookParams,
  answer: empty,
  problems: ['webhook_not_found'],
});

export const listWebhookDeliveries = defineRoute({
  id: 'listWebhookDeliveries',
  method: 'GET',
  path: '/webhooks/:id/deliveries',
  area: 'events',
  title: { en: 'Deliveries of a webhook, newest first', zh: '回调投递记录' },
  access: administrators,
  params: webhookParams,
  query: Type.Object(paging),
  answer: json(page(webhookDelivery)),
  problems: ['webhook_not_found'],
});

export const redeliverWebhook = defineRoute({
  id: 'redeliverWebhook',
  method: 'POST',
  path: '/webhooks/:id/deliveries/:delivery/redelivery',
  area: 'events',
  title: { en: 'Deliver once more', zh: '重新投递' },
  description: 'At once, under the same `webhook-id`, also when it was delivered or given up before.',
  access: administrators,
  params: Type.Object({ ...idParams.properties, delivery: id }),
  answer: json(webhookDelivery, 202),
  problems: ['webhook_not_found', 'delivery_not_found', 'webhook_disabled'],
});

/** The routes of this chapter. */
export const eventRoutes = [
  readEvents,
  streamEvents,
  listWebhooks,
  createWebhook,
  changeWebhook,
  renewWebhookSecret,
  removeWebhook,
  listWebhookDeliveries,
  redeliverWebhook,
] as const;

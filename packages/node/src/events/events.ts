// The events of a node put together: the feed, and the worker that delivers them to webhooks (spec/events.md).
import type { Surroundings } from '../surroundings.ts';
import { createEventFeed } from './event-feed.ts';
import type { EventFeed } from './event-feed.ts';
import { createWebhookSender } from './webhook-sender.ts';
import { createWebhookWorker } from './webhook-worker.ts';
import type { WebhookWorker } from './webhook-worker.ts';

/** The running parts. */
export interface Events {
  readonly feed: EventFeed;
  readonly webhooks: WebhookWorker;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Makes both; nothing runs before `start`. */
export function createEvents(surroundings: Surroundings): Events {
  const sender = createWebhookSender({ allowPrivate: surroundings.webhookPrivate ?? false });
  const feed = createEventFeed(surroundings);
  const webhooks = createWebhookWorker({ ...surroundings, sender });
  feed.onMoved(webhooks.wake);
  return {
    feed,
    webhooks,
    start: async () => {
      await feed.start();
      webhooks.start();
    },
    stop: async () => {
      await feed.stop();
      await webhooks.stop();
      sender.close();
    },
  };
}

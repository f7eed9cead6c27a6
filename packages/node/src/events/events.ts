// The events of a node put together: the feed, what finds contradictions and voids for it, and the worker that delivers
// events to webhooks (spec/events.md).
import type { Entry, LedgerState } from '@suyuan/ledger';
import type { Background } from '../background/background.ts';
import type { Surroundings } from '../surroundings.ts';
import { createEventFeed } from './event-feed.ts';
import type { EventFeed } from './event-feed.ts';
import { createFactWorker } from './fact-worker.ts';
import type { FactWorker } from './fact-worker.ts';
import { createWebhookSender } from './webhook-sender.ts';
import { createWebhookWorker } from './webhook-worker.ts';
import type { WebhookWorker } from './webhook-worker.ts';

/** The running parts. */
export interface Events {
  readonly feed: EventFeed;
  readonly webhooks: WebhookWorker;
  readonly facts: FactWorker;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** What events need beside their surroundings. */
export interface EventsOptions extends Surroundings {
  readonly state: () => LedgerState;
  readonly background: Background;
  readonly onApplied: (listener: (block: { readonly entries: readonly Entry[] }) => void) => void;
}

/** Makes all of them; nothing runs before `start`. */
export function createEvents(surroundings: EventsOptions): Events {
  const sender = createWebhookSender({ allowPrivate: surroundings.webhookPrivate ?? false });
  const feed = createEventFeed(surroundings);
  const webhooks = createWebhookWorker({ ...surroundings, sender });
  const facts = createFactWorker({ ...surroundings, onFound: feed.wake });
  feed.onMoved(webhooks.wake);
  feed.onMoved(facts.wake);
  return {
    feed,
    webhooks,
    facts,
    start: async () => {
      await feed.start();
      webhooks.start();
      await facts.start();
    },
    stop: async () => {
      await facts.stop();
      await feed.stop();
      await webhooks.stop();
      sender.close();
    },
  };
}

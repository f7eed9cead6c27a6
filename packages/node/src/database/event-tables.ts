// The tables of events, webhooks and alerts (spec/events.md, spec/monitoring.md); part of tables.ts, whose conventions
// hold.
import type { EventType } from '@suyuan/api';
import type { ColumnType, Generated } from 'kysely';

type Bytes = ColumnType<Buffer, Uint8Array, Uint8Array>;
type Now = ColumnType<Date, Date | undefined, Date>;
type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>;

/** What happened to a batch or an import; written by triggers (migration 0004). Or what an alert says. */
export interface EventTable {
  at: Now;
  type: EventType;
  /** Null: an alert. */
  kind: string | null;
  /** Null: this node's own organisation. */
  reporter: string | null;
  /** Null: an alert. */
  count: number | null;
  batch: number | null;
  channel: number | null;
  entry: number | null;
  import: number | null;
  report: number | null;
  refusal: string | null;
  alert: Maybe<string>;
}

/** An address that events are posted to. */
export interface WebhookTable {
  id: Generated<number>;
  url: string;
  types: EventType[];
  /** The key itself: signing needs it. */
  secret: Bytes;
  status: Generated<'active' | 'disabled'>;
  disabled_reason: Maybe<'by_administrator' | 'failing' | 'gone'>;
  failing_since: Maybe<Date>;
  created_by: string;
  created_at: Now;
}

/** One event on its way to one webhook, and the log of it afterwards. */
export interface WebhookDeliveryTable {
  id: Generated<number>;
  webhook_id: number;
  event_id: number;
  message: Generated<string>;
  status: Generated<'waiting' | 'delivered' | 'failed'>;
  attempts: Generated<number>;
  created_at: Now;
  next_at: Now;
  finished_at: Maybe<Date>;
  http_status: Maybe<number>;
  failure: Maybe<string>;
  ms: Maybe<number>;
  answer: Maybe<string>;
}

/** What was raised, and when it was over. */
export interface AlertTable {
  id: Generated<number>;
  code: string;
  level: 'warning' | 'critical';
  organization: string;
  value: number;
  facts: string;
  raised_at: Date;
  cleared_at: Maybe<Date>;
}

/** All of them. */
export interface EventTables {
  /** Events without an order yet; the feed moves them to `event`. */
  event_outbox: EventTable & { place: Generated<number> };
  event: EventTable & { id: Generated<number> };
  webhook: WebhookTable;
  webhook_delivery: WebhookDeliveryTable;
  alert: AlertTable;
}

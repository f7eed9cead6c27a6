// What happened, as events (spec/events.md). Triggers write them, so that whatever changes a batch or ends an import
// leaves its event in the same transaction, and the ways of the records know nothing of it. `event_outbox` takes them
// without an order; one reader moves them to `event`, whose ids are therefore visible in the order of their numbers.
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const columns = `at timestamptz not null default clock_timestamp(), type text not null, kind text not null,
  reporter text, count int4 not null, batch int8, channel int4, entry int8, import int8, report int8, refusal text`;

const statements = [
  `create table event_outbox (place int8 generated always as identity primary key, ${columns})`,
  `create table event (id int8 generated always as identity primary key, ${columns})`,
  `create index event_at on event using brin (at)`,
  `create function batch_event() returns trigger language plpgsql as $$
   declare
     happened text;
   begin
     if tg_op = 'INSERT' then
       happened := 'missing';
     elsif new.status = 'reported' then
       happened := case when old.status in ('held', 'missing') then 'visible' else 'reported' end;
     elsif new.refusal is not null and old.status in ('sending', 'held') and new.status in ('staged', 'refused') then
       happened := 'refused';
     else
       return null;
     end if;
     insert into event_outbox (type, kind, reporter, count, batch, channel, entry, import, report, refusal)
     values (happened, new.kind, new.reporter, new.count, new.id,
       case when tg_op = 'UPDATE' then coalesce(new.channel, old.channel) else new.channel end,
       new.entry, new.import_id, new.report_id, new.refusal);
     return null;
   end $$`,
  `create trigger batch_event_inserted after insert on batch for each row
   when (new.status = 'missing') execute function batch_event()`,
  `create trigger batch_event_updated after update of status on batch for each row
   when (old.status is distinct from new.status) execute function batch_event()`,
  // Deferred: what an import has staged is final only at the end of its transaction.
  `create function import_event() returns trigger language plpgsql as $$
   begin
     insert into event_outbox (type, kind, count, import)
     select 'staged', i.kind, i.staged - case when tg_op = 'UPDATE' and old.status = 'done' then old.staged else 0 end, i.id
     from import i where i.id = new.id and i.staged > 0;
     return null;
   end $$`,
  `create constraint trigger import_event_inserted after insert on import deferrable initially deferred for each row
   when (new.status = 'done') execute function import_event()`,
  `create constraint trigger import_event_updated after update on import deferrable initially deferred for each row
   when (new.status = 'done' and (old.status <> 'done' or new.staged > old.staged)) execute function import_event()`,
  `create table webhook (id int8 generated always as identity primary key, url text not null, types text[] not null,
     secret bytea not null, status text not null default 'active' check (status in ('active', 'disabled')),
     disabled_reason text, failing_since timestamptz, created_by text not null,
     created_at timestamptz not null default now())`,
  // Due from the beginning of time: at once, whatever the clocks of server and node say.
  `create table webhook_delivery (id int8 generated always as identity primary key,
     webhook_id int8 not null references webhook on delete cascade, event_id int8 not null,
     message uuid not null default gen_random_uuid(),
     status text not null default 'waiting' check (status in ('waiting', 'delivered', 'failed')),
     attempts int4 not null default 0, created_at timestamptz not null default now(),
     next_at timestamptz not null default 'epoch', finished_at timestamptz, http_status int4, failure text, ms int4,
     answer text, unique (webhook_id, event_id))`,
  `create index webhook_delivery_due on webhook_delivery (webhook_id, next_at) where status = 'waiting'`,
  `create index webhook_delivery_finished on webhook_delivery (finished_at) where finished_at is not null`,
];

/** Adds the tables and triggers. */
export const events: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

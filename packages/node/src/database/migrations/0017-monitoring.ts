// Alerts that were raised (spec/monitoring.md), and their place among the events: an event about an alert has no record
// kind and no count, and carries what it says as JSON.
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  `create table alert (id int8 generated always as identity primary key, code text not null,
     level text not null check (level in ('warning', 'critical')), organization text not null,
     value float8 not null, facts json not null, raised_at timestamptz not null, cleared_at timestamptz)`,
  `create unique index alert_open on alert (code, organization) where cleared_at is null`,
  ...['event_outbox', 'event'].flatMap((table) => [
    `alter table ${table} alter column kind drop not null`,
    `alter table ${table} alter column count drop not null`,
    `alter table ${table} add column alert json`,
  ]),
];

/** Adds the table and the column. */
export const monitoring: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

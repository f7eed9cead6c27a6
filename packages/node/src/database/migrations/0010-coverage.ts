// What is known of each battery and vehicle by its stages, kept up record by record (spec/coverage.md), with counts of
// everything that a page shows, so that none of them is counted when it is looked at.
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  `create table coverage (code text collate "C" primary key, product text not null, milestones json not null,
     awaited text, after text, due_on date)`,
  `create index coverage_awaited on coverage (awaited, product, due_on, code) where awaited is not null`,
  // Codes that reached a stage, and codes that await a record of a kind until a day.
  `create table coverage_stage (product text not null, act text not null, codes int8 not null,
     primary key (product, act))`,
  `create table coverage_due (awaited text not null, product text not null, due_on date not null, codes int8 not null,
     primary key (awaited, product, due_on))`,
  `create table coverage_reporter (kind text not null, reporter text not null, batches int8 not null,
     records int8 not null, last_entry int8 not null, last_at timestamptz, primary key (kind, reporter))`,
  // Reported records that have a deadline, by the month in which they were due.
  `create table coverage_deadline (kind text not null, sub_type text not null, law text not null, month text not null,
     in_time int8 not null, late int8 not null, primary key (kind, sub_type, law, month))`,
];

/** Adds the tables. */
export const coverage: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

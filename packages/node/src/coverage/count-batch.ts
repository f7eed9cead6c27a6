// Counts one reported batch: between which dates its events lie, which stages its records report of which codes, who
// reported it and whether in time. Everything in one transaction that also marks the batch, so that each is counted
// once. Implements spec/coverage.md, "Counting".
import { civilDateOfMoment, coverageSteps, dueDate, membersOfRecord, recordKind } from '@suyuan/battery';
import type { CoverageStep, DueRules, Members } from '@suyuan/battery';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import { civilDateOf } from '../clock.ts';
import type { Transaction } from '../database/database.ts';
import type { Tables } from '../database/tables.ts';
import type { VoidSource } from '../trace/void-reader.ts';
import { storeSteps } from './store-steps.ts';

interface Batch {
  readonly id: number;
  readonly kind: string;
  readonly reporter: string;
  readonly entry: number;
  readonly count: number;
  readonly stored_on: string;
  readonly created_at: Date | null;
}

/** What the records of a batch say together. */
interface Sum {
  readonly steps: CoverageStep[];
  from: string | undefined;
  to: string | undefined;
  /** In time and late, by sub-type, law and month. */
  readonly deadlines: Map<string, { readonly key: readonly string[]; inTime: number; late: number }>;
}

/** Counts the batch with this id by these deadlines, where it is reported and not counted yet. */
export async function countBatch(
  tx: Transaction,
  voids: VoidSource,
  id: number,
  rules: DueRules,
): Promise<void> {
  const { rows } = await sql<Batch>`select id, kind, reporter, entry, count, stored_on, created_at from batch
    where id = ${id} and status = 'reported' and not summarized and entry is not null for update`.execute(
    tx.sql,
  );
  const [batch] = rows;
  if (batch === undefined) return;
  const sum = await readSum(tx.sql, voids, batch, rules);
  await storeSteps(tx.sql, sum.steps, rules);
  await storeDeadlines(tx.sql, batch.kind, sum);
  await sql`insert into coverage_reporter (kind, reporter, batches, records, last_entry, last_at)
    values (${batch.kind}, ${batch.reporter}, 1, ${batch.count}, ${batch.entry}, ${batch.created_at})
    on conflict (kind, reporter) do update set batches = coverage_reporter.batches + 1,
      records = coverage_reporter.records + excluded.records,
      last_at = case when excluded.last_entry > coverage_reporter.last_entry
        then excluded.last_at else coverage_reporter.last_at end,
      last_entry = greatest(coverage_reporter.last_entry, excluded.last_entry)`.execute(tx.sql);
  await tx.sql
    .updateTable('batch')
    .set({ summarized: true, event_from: sum.from ?? null, event_to: sum.to ?? null })
    .where('id', '=', batch.id)
    .execute();
}

async function readSum(db: Kysely<Tables>, voids: VoidSource, batch: Batch, rules: DueRules): Promise<Sum> {
  const records = await db
    .selectFrom('record')
    .select(['leaf', 'public_text', 'shared_text'])
    .where('batch_id', '=', batch.id)
    .where('stored_on', '=', batch.stored_on)
    .orderBy('leaf')
    .execute();
  const sum: Sum = { steps: [], from: undefined, to: undefined, deadlines: new Map() };
  const isVoid = await voids([batch.entry]);
  const reportedOn = batch.created_at === null ? undefined : civilDateOf(batch.created_at.getTime());
  for (const { leaf, public_text: publicText, shared_text: sharedText } of records) {
    const { kind, entry, reporter } = batch;
    const voided = isVoid(entry, leaf);
    const found = { kind, entry, leaf, reporter, voided, subjects: [], publicText, sharedText };
    const members = membersOfRecord(found);
    addDate(sum, kind, members);
    if (voided) continue;
    for (const step of coverageSteps(found)) sum.steps.push(step);
    if (reportedOn !== undefined) addDeadline(sum, kind, members, { reportedOn, rules });
  }
  return sum;
}

function addDate(sum: Sum, kind: string, members: Members): void {
  const fields = recordKind(kind)?.eventDate ?? [];
  for (const field of typeof fields === 'string' ? [fields] : fields) {
    const value = members[field];
    if (typeof value !== 'string') continue;
    const date = civilDateOfMoment(value);
    if (sum.from === undefined || date < sum.from) sum.from = date;
    if (sum.to === undefined || date > sum.to) sum.to = date;
    return;
  }
}

function addDeadline(
  sum: Sum,
  kind: string,
  members: Members,
  { reportedOn, rules }: { readonly reportedOn: string; readonly rules: DueRules },
): void {
  const due = dueDate(kind, members, rules);
  if (due === undefined) return;
  const key = [due.deadline.subType ?? '', due.deadline.law, due.date.slice(0, 7)];
  const name = key.join('/');
  const counts = sum.deadlines.get(name) ?? { key, inTime: 0, late: 0 };
  sum.deadlines.set(name, counts);
  if (reportedOn <= due.date) counts.inTime += 1;
  else counts.late += 1;
}

async function storeDeadlines(db: Kysely<Tables>, kind: string, { deadlines }: Sum): Promise<void> {
  for (const { key, inTime, late } of deadlines.values()) {
    const [subType, law, month] = key;
    await sql`insert into coverage_deadline (kind, sub_type, law, month, in_time, late)
      values (${kind}, ${subType}, ${law}, ${month}, ${inTime}, ${late})
      on conflict (kind, sub_type, law, month) do update
        set in_time = coverage_deadline.in_time + excluded.in_time,
          late = coverage_deadline.late + excluded.late`.execute(db);
  }
}

// Adds the stages that records report to what is known of their codes, and keeps the counts of stages and of what is
// awaited equal to the rows, all in a few statements however many codes there are.
import { addMilestone, awaitedStage } from '@suyuan/battery';
import type { AwaitedStage, CoveredProduct, CoverageStep, DueRules, Milestones } from '@suyuan/battery';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Tables } from '../database/tables.ts';

interface Known {
  readonly product: CoveredProduct;
  readonly before: Milestones;
  readonly awaitedBefore: { readonly kind: string; readonly dueOn: string } | undefined;
  now: Milestones;
}

/** Changes of a count by what it counts. */
type Deltas = Map<string, { readonly key: readonly string[]; by: number }>;

/** Stores the steps, what is awaited by these deadlines; the order of calls does not matter. */
export async function storeSteps(
  db: Kysely<Tables>,
  steps: readonly CoverageStep[],
  rules: DueRules,
): Promise<void> {
  if (steps.length === 0) return;
  const known = await readKnown(db, steps);
  for (const step of steps) {
    const code = known.get(step.code);
    if (code !== undefined) code.now = addMilestone(code.now, step);
  }
  const stages: Deltas = new Map();
  const due: Deltas = new Map();
  const changed: {
    readonly code: string;
    readonly known: Known;
    readonly awaited: AwaitedStage | undefined;
  }[] = [];
  for (const [code, one] of known) {
    if (one.now === one.before) continue;
    const { product, before, now, awaitedBefore } = one;
    for (const act of Object.keys(now)) if (!Object.hasOwn(before, act)) add(stages, [product, act], 1);
    const awaited = awaitedStage(product, now, rules);
    if (awaitedBefore !== undefined) add(due, [awaitedBefore.kind, product, awaitedBefore.dueOn], -1);
    if (awaited !== undefined) add(due, [awaited.recordKind, product, awaited.dueOn], 1);
    changed.push({ code, known: one, awaited });
  }
  if (changed.length === 0) return;
  await sql`insert into coverage (code, product, milestones, awaited, after, due_on)
    select * from unnest(${changed.map(({ code }) => code)}::text[],
      ${changed.map((one) => one.known.product)}::text[],
      ${changed.map((one) => JSON.stringify(one.known.now))}::text[]::json[],
      ${changed.map(({ awaited }) => awaited?.recordKind ?? null)}::text[],
      ${changed.map(({ awaited }) => awaited?.after ?? null)}::text[],
      ${changed.map(({ awaited }) => awaited?.dueOn ?? null)}::date[])
    on conflict (code) do update set milestones = excluded.milestones, awaited = excluded.awaited,
      after = excluded.after, due_on = excluded.due_on`.execute(db);
  await storeDeltas(db, stages, due);
}

async function readKnown(
  db: Kysely<Tables>,
  steps: readonly CoverageStep[],
): Promise<ReadonlyMap<string, Known>> {
  const known = new Map<string, Known>();
  const codes = [...new Set(steps.map(({ code }) => code))];
  const rows = await db
    .selectFrom('coverage')
    .select(['code', 'product', 'milestones', 'awaited', 'due_on'])
    .where(sql<boolean>`code = any(${codes}::text[])`)
    .execute();
  for (const { code, product, milestones, awaited, due_on: dueOn } of rows) {
    const before: Milestones = JSON.parse(milestones); // written below
    const awaitedBefore = awaited === null || dueOn === null ? undefined : { kind: awaited, dueOn };
    known.set(code, { product, before, awaitedBefore, now: before });
  }
  const none: Milestones = {};
  for (const { code, product } of steps) {
    if (!known.has(code)) known.set(code, { product, before: none, awaitedBefore: undefined, now: none });
  }
  return known;
}

function add(deltas: Deltas, key: readonly string[], by: number): void {
  const name = key.join('/');
  const delta = deltas.get(name);
  if (delta === undefined) deltas.set(name, { key, by });
  else delta.by += by;
}

async function storeDeltas(db: Kysely<Tables>, stages: Deltas, due: Deltas): Promise<void> {
  const column = (deltas: Deltas, place: number): (string | undefined)[] =>
    [...deltas.values()].map(({ key }) => key[place]);
  const changes = (deltas: Deltas): number[] => [...deltas.values()].map(({ by }) => by);
  await sql`insert into coverage_stage (product, act, codes)
    select * from unnest(${column(stages, 0)}::text[], ${column(stages, 1)}::text[], ${changes(stages)}::int8[])
    on conflict (product, act) do update set codes = coverage_stage.codes + excluded.codes`.execute(db);
  await sql`insert into coverage_due (awaited, product, due_on, codes)
    select * from unnest(${column(due, 0)}::text[], ${column(due, 1)}::text[], ${column(due, 2)}::date[],
      ${changes(due)}::int8[])
    on conflict (awaited, product, due_on) do update set codes = coverage_due.codes + excluded.codes`.execute(
    db,
  );
  await sql`delete from coverage_due where codes = 0`.execute(db);
}

// Coverage and deadlines as the API shows them, from the counts and from the staged records (packages/api/src/coverage.ts).
import { activeDays } from '@suyuan/api';
import type { AnswerOf, getCoverage, getDeadlines, listMissingStages, QueryOf } from '@suyuan/api';
import { moduleKinds } from '@suyuan/battery';
import type { CoveredProduct } from '@suyuan/battery';
import { modulesOf, organizationsOf, viewOf } from '@suyuan/ledger';
import type { LedgerState } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Clock } from '../clock.ts';
import { civilDateOf } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { Tables } from '../database/tables.ts';
import type { MasterStore } from '../master/master-store.ts';
import { readStagedDue } from './staged-due.ts';

/** What showing needs. */
export interface CoverageOptions {
  readonly database: Database;
  readonly crypto: Crypto;
  readonly state: () => LedgerState;
  readonly organization: string;
  readonly clock: Clock;
  readonly master: Pick<MasterStore, 'held'>;
}

type Coverage = AnswerOf<typeof getCoverage>;

/** Batches left to count that are told apart. */
const LEFT_MAX = 1_000;
const DAY_MS = 86_400_000;
/** Months times kinds that a board shows. */
const REPORTED_MAX = 500;

async function readProgress(db: Kysely<Tables>): Promise<Coverage['progress']> {
  const { rows } = await sql<{ left: number; entry: number | null }>`select
    (select count(*) from (select 1 from batch where status = 'reported' and not summarized
      limit ${LEFT_MAX}) b)::int8 as left,
    (select entry from batch where summarized order by entry desc nulls last limit 1) as entry`.execute(db);
  const entry = rows[0]?.entry ?? undefined;
  return { batchesLeft: rows[0]?.left ?? 0, ...(entry === undefined ? {} : { entry }) };
}

/** Who reports what, how far batteries and vehicles got, and what is awaited. */
export async function showCoverage({ database, crypto, state, clock }: CoverageOptions): Promise<Coverage> {
  const today = civilDateOf(clock.now());
  const activeFrom = clock.now() - activeDays * DAY_MS;
  const view = viewOf(crypto, state());
  const permitted = new Map(organizationsOf(view).map((id) => [id, modulesOf(view, id)]));
  return await database.read(async (db) => {
    const reporters = await db.selectFrom('coverage_reporter').selectAll().orderBy('reporter').execute();
    const stages = await db
      .selectFrom('coverage_stage')
      .selectAll()
      .orderBy('product')
      .orderBy('act')
      .execute();
    const due = await sql<{ awaited: string; product: CoveredProduct; overdue: number; waiting: number }>`
      select awaited, product, (sum(codes) filter (where due_on < ${today}))::int8 as overdue,
        (sum(codes) filter (where due_on >= ${today}))::int8 as waiting
      from coverage_due group by awaited, product order by product, awaited`.execute(db);
    return {
      progress: await readProgress(db),
      today,
      modules: moduleKinds.map(({ id: kind }) => moduleOf(kind, permitted, reporters, activeFrom)),
      stages: stages.map(({ product, act, codes }) => ({ product, act, codes })),
      awaited: due.rows.map(({ awaited, product, overdue, waiting }) => ({
        product,
        kind: awaited,
        overdue: overdue ?? 0,
        waiting: waiting ?? 0,
      })),
    };
  });
}

interface ReporterRow {
  readonly kind: string;
  readonly reporter: string;
  readonly records: number;
  readonly last_entry: number;
  readonly last_at: Date | null;
}

function moduleOf(
  kind: string,
  permitted: ReadonlyMap<string, readonly string[]>,
  rows: readonly ReporterRow[],
  activeFrom: number,
): Coverage['modules'][number] {
  const own = rows.filter((row) => row.kind === kind);
  const may = [...permitted].filter(([, kinds]) => kinds.includes(kind)).map(([id]) => id);
  const ids = [...new Set([...may, ...own.map(({ reporter }) => reporter)])].sort();
  const isActive = own.some(({ last_at: at }) => at !== null && at.getTime() >= activeFrom);
  return {
    kind,
    state: isActive ? 'active' : own.length > 0 ? 'quiet' : may.length > 0 ? 'silent' : 'unassigned',
    records: own.reduce((sum, { records }) => sum + records, 0),
    reporters: ids.map((organization) => {
      const row = own.find(({ reporter }) => reporter === organization);
      return {
        organization,
        permitted: may.includes(organization),
        records: row?.records ?? 0,
        ...(row === undefined ? {} : { lastEntry: row.last_entry }),
        ...(row?.last_at === null || row === undefined ? {} : { lastAt: row.last_at.toISOString() }),
      };
    }),
  };
}

/** Codes that await a record of a kind, the one that is due first first; undefined for a wrong cursor. */
export async function showMissing(
  { database, clock }: CoverageOptions,
  { kind, product, overdue, after, limit }: QueryOf<typeof listMissingStages> & { readonly limit: number },
): Promise<AnswerOf<typeof listMissingStages> | undefined> {
  const today = civilDateOf(clock.now());
  const cursor = /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))~([0-9A-Za-z]{1,64})$/.exec(after ?? '');
  if (after !== undefined && cursor === null) return undefined;
  const rows = await database.read(async (db) => {
    let query = db
      .selectFrom('coverage')
      .select(['code', 'product', 'milestones', 'after', sql<string>`due_on`.as('due_on')])
      .where('awaited', '=', kind)
      .where('product', '=', product)
      .orderBy('due_on')
      .orderBy('code')
      .limit(limit + 1);
    if (overdue === true) query = query.where('due_on', '<', today);
    if (cursor !== null)
      query = query.where(sql<boolean>`(due_on, code) > (${cursor[1]}::date, ${cursor[2]})`);
    return await query.execute();
  });
  const items = rows.slice(0, limit).map((row) => {
    const milestones: Record<string, string> = JSON.parse(row.milestones); // written by store-steps.ts
    const act = row.after ?? '';
    return {
      code: row.code,
      product: row.product,
      kind,
      after: act,
      since: milestones[act] ?? row.due_on,
      dueOn: row.due_on,
      overdue: row.due_on < today,
    };
  });
  const last = items.at(-1);
  return {
    items,
    ...(rows.length > limit && last !== undefined ? { next: `${last.dueOn}~${last.code}` } : {}),
  };
}

/** The deadlines, what of the staged records is due, and how much was in time. */
export async function showDeadlines(options: CoverageOptions): Promise<AnswerOf<typeof getDeadlines>> {
  const { database, clock, organization, master } = options;
  const today = civilDateOf(clock.now());
  const { dueRules } = await master.held();
  return await database.read(async (db) => {
    const reported = await db
      .selectFrom('coverage_deadline')
      .selectAll()
      .orderBy('month', 'desc')
      .orderBy('kind')
      .limit(REPORTED_MAX)
      .execute();
    const { due, isComplete } = await readStagedDue(db, organization, today, dueRules);
    return {
      progress: await readProgress(db),
      today,
      laws: dueRules.laws.map(({ id, label, validFrom, validTo }) => ({
        id,
        label: { ...label },
        validFrom,
        ...(validTo === undefined ? {} : { validTo }),
        inForce: validFrom <= today && today <= (validTo ?? '9999-12-31'),
      })),
      deadlines: dueRules.deadlines.map(
        ({
          id,
          recordKind: kind,
          subType,
          law,
          validFrom,
          validTo,
          actor,
          days,
          unit,
          confidence,
          source,
        }) => ({
          id,
          law,
          validFrom,
          ...(validTo === undefined ? {} : { validTo }),
          kind,
          ...(subType === undefined ? {} : { subType }),
          actor: { ...actor },
          days,
          unit,
          confidence,
          source,
        }),
      ),
      due: [...due],
      isComplete,
      reported: reported.map(({ kind, sub_type: subType, law, month, in_time: inTime, late }) => ({
        kind,
        ...(subType === '' ? {} : { subType }),
        law,
        month,
        inTime,
        late,
      })),
    };
  });
}

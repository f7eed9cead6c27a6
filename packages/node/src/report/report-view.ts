// What people see of a report: rows of the database joined with what the worker knows about batches under way.
import { reportBatchesListedMax } from '@suyuan/api';
import type { AnswerOf, EventOf, followReport, getReport, Text } from '@suyuan/api';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { BatchStatus, Tables } from '../database/tables.ts';
import type { BatchWait } from './report-context.ts';
import type { ReportWorker } from './report-worker.ts';

/** A report with its batches, as the API shows it. */
export type ShownReport = AnswerOf<typeof getReport>;
/** A report in a list. */
export type ShownSummary = Omit<ShownReport, 'batches'>;
/** The numbers of a report. */
export type ShownProgress = EventOf<typeof followReport>;

type ShownWait = NonNullable<ShownProgress['waiting']>;
type Activities = Pick<ReportWorker, 'activityOf'>;

interface ReportRow {
  readonly id: number;
  readonly import_id: number | null;
  readonly status: 'running' | 'done' | 'failed';
  readonly records: number;
  readonly created_by: string;
  readonly created_at: Date;
  readonly finished_at: Date | null;
  readonly reported: number;
  readonly refused: number;
  readonly batch_count: number;
}

/** One report, or undefined. */
export async function readReport(
  db: Kysely<Tables>,
  worker: Activities,
  id: number,
): Promise<ShownReport | undefined> {
  const [row] = await selectReports(db, sql`r.id = ${id}`, 1);
  if (row === undefined) return undefined;
  const batches = await selectBatches(db, id);
  return {
    ...summaryOf(row, waitAmong(worker, batches)),
    batches: batches.map((batch) => batchOf(worker, batch)),
  };
}

/** The numbers of one report, or undefined. */
export async function readProgress(
  db: Kysely<Tables>,
  worker: Activities,
  id: number,
): Promise<ShownProgress | undefined> {
  const found = await readReport(db, worker, id);
  if (found === undefined) return undefined;
  const { status, records, reported, refused, batchCount, waiting } = found;
  return {
    id,
    status,
    records,
    reported,
    refused,
    batchCount,
    ...(waiting === undefined ? {} : { waiting }),
  };
}

/** Reports before `before`, newest first. */
export async function readReports(
  db: Kysely<Tables>,
  before: number,
  limit: number,
): Promise<readonly ShownSummary[]> {
  const rows = await selectReports(db, sql`r.id < ${before}`, limit);
  return rows.map((row) => summaryOf(row, undefined));
}

async function selectReports(
  db: Kysely<Tables>,
  which: ReturnType<typeof sql>,
  limit: number,
): Promise<readonly ReportRow[]> {
  const { rows } = await sql<ReportRow>`
    select r.*, b.* from (select * from report r where ${which} order by r.id desc limit ${limit}) r,
    lateral (select
      coalesce(sum(count) filter (where status = 'reported'), 0)::int8 as reported,
      coalesce(sum(count) filter (where status = 'staged'), 0)::int8 as refused,
      count(*) as batch_count
    from batch where report_id = r.id) b order by r.id desc`.execute(db);
  return rows;
}

interface BatchRow {
  readonly id: number;
  readonly kind: string;
  readonly count: number;
  readonly status: BatchStatus;
  readonly channel: number | null;
  readonly entry: number | null;
  readonly acknowledgements: string | null;
  readonly refusal: string | null;
}

async function selectBatches(db: Kysely<Tables>, reportId: number): Promise<readonly BatchRow[]> {
  return await db
    .selectFrom('batch')
    .select(['id', 'kind', 'count', 'status', 'channel', 'entry', 'acknowledgements', 'refusal'])
    .where('report_id', '=', reportId)
    .orderBy('id')
    .limit(reportBatchesListedMax)
    .execute();
}

function summaryOf(row: ReportRow, waiting: ShownWait | undefined): ShownSummary {
  return {
    id: row.id,
    ...(row.import_id === null ? {} : { import: row.import_id }),
    status: row.status,
    records: row.records,
    reported: row.reported,
    refused: row.refused,
    batchCount: row.batch_count,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at.toISOString() }),
    ...(waiting === undefined ? {} : { waiting }),
  };
}

function batchOf(worker: Activities, row: BatchRow): ShownReport['batches'][number] {
  const activity = row.status === 'sending' ? worker.activityOf(row.id) : undefined;
  const status = row.status === 'reported' || row.status === 'sending' ? row.status : 'staged';
  return {
    id: row.id,
    kind: row.kind,
    count: row.count,
    status,
    ...(activity === undefined ? {} : { step: activity.step }),
    ...(row.channel === null ? {} : { channel: row.channel }),
    ...(row.entry === null ? {} : { entry: row.entry }),
    acknowledgements: acknowledgersIn(row.acknowledgements),
    ...(row.refusal === null ? {} : { refusal: row.refusal }),
    ...(activity?.wait === undefined ? {} : { waiting: showWait(activity.wait) }),
  };
}

/** The names that the worker stored with the signed statement. */
function acknowledgersIn(json: string | null): string[] {
  const names: unknown = json === null ? [] : JSON.parse(json);
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

/** The first thing that a batch of the report waits for. */
function waitAmong(worker: Activities, batches: readonly BatchRow[]): ShownWait | undefined {
  for (const { id, status } of batches) {
    const wait = status === 'sending' ? worker.activityOf(id)?.wait : undefined;
    if (wait !== undefined) return showWait(wait);
  }
  return undefined;
}

function showWait(wait: BatchWait): ShownWait {
  const { code } = wait;
  if (code === 'waiting_for_organizations') {
    const { needed, have } = wait;
    const more = needed - have;
    const organizations = wait.problems.map((problem) => ({ ...problem }));
    const message = {
      en: `waiting for ${more} more organisation${more === 1 ? '' : 's'} to store the records`,
      zh: `等待另外 ${more} 个组织保存记录`,
    };
    return { code, needed, have, organizations, message };
  }
  return { code, message: sentenceOf(wait) };
}

function sentenceOf(wait: Exclude<BatchWait, { code: 'waiting_for_organizations' }>): Text {
  if (wait.code === 'channel_missing')
    return {
      en: 'no open channel of this organisation takes this record kind',
      zh: '本组织没有接受该记录种类的开放通道',
    };
  if (wait.code === 'waiting_for_key')
    return {
      en: 'the statement key of this node is not the one that the ledger has in force',
      zh: '本节点的声明密钥不是账本上现行的密钥',
    };
  const { code, reason } = wait;
  return code === 'waiting_for_order'
    ? { en: `signed, waits to be ordered (${reason})`, zh: `声明已签名，等待排序（${reason}）` }
    : { en: `waits for the database (${reason})`, zh: `等待数据库（${reason}）` };
}

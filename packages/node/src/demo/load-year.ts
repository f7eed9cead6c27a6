// Imports and reports the year of a demonstration in the background, step by step, as its organisations would: some push
// JSON, some upload Excel workbooks. How far it is stands in the managing organisation's database; a step that was cut
// off is done again, and the nodes know its records by their own numbers, so that each is reported once.
import { setTimeout as pause } from 'node:timers/promises';
import { cellsOf, recordKind } from '@suyuan/battery';
import { assert } from '@suyuan/log';
import type { Database } from '../database/database.ts';
import { AnswerFault, askNode, followReport } from './ask-node.ts';
import type { DemoOrganization } from './demo-document.ts';
import { planLives, planYear } from './year-plan.ts';
import type { YearSpan, YearStep } from './year-plan.ts';

/** What loading needs. */
export interface YearOptions {
  /** Of the managing organisation: remembers how far it is. */
  readonly database: Database;
  readonly organizations: readonly DemoOrganization[];
  /** The year, when it is begun now. */
  readonly span: YearSpan;
  readonly signal: AbortSignal;
  /** Told after each step: records reported so far, and in all. */
  readonly onMoved: (done: number, total: number) => void;
}

interface Progress extends YearSpan {
  /** Steps that are reported. */
  readonly done: number;
  /** Whether it began with master data. */
  readonly hasMaster: boolean;
}

const settingName = 'demonstration_year';
/** Tries of one step; the database may be away for a while. */
const TRIES_MAX = 60;
const TRY_PAUSE_MS = 1_000;
/** These have no system that pushes; they fill in workbooks. */
const byWorkbook: ReadonlySet<YearStep['organization']> = new Set(['dealer', 'repairer', 'recycler']);

/** Loads what is not loaded yet; ends early, without an error, when the signal is aborted. */
export async function loadYear(options: YearOptions): Promise<void> {
  const { database, span, signal, onMoved } = options;
  const begun = await readProgress(database);
  let progress: Progress = begun ?? { ...span, done: 0, hasMaster: true };
  if (begun === undefined) await keepProgress(database, progress);
  const steps = progress.hasMaster ? planYear(progress) : planLives(progress);
  const total = steps.reduce((sum, { records }) => sum + records.length, 0);
  let loaded = 0;
  for (const [index, step] of steps.entries()) {
    if (index >= progress.done) {
      if (!(await takePatiently(options, step))) return;
      progress = { ...progress, done: index + 1 };
      await keepProgress(database, progress);
    }
    loaded += step.records.length;
    if (index + 1 >= progress.done) onMoved(loaded, total);
    if (signal.aborted) return;
  }
}

async function readProgress(database: Database): Promise<Progress | undefined> {
  const row = await database.read(
    async (db) =>
      await db.selectFrom('setting').select('value').where('name', '=', settingName).executeTakeFirst(),
  );
  if (row === undefined) return undefined;
  const { vehicles, from, to, done, hasMaster } = Object(JSON.parse(row.value));
  const span = { vehicles: Number(vehicles), from: String(from), to: String(to) };
  return { ...span, done: Number(done), hasMaster: hasMaster === true };
}

async function keepProgress(database: Database, progress: Progress): Promise<void> {
  const value = JSON.stringify(progress);
  await database.transact(
    async ({ sql }) =>
      await sql
        .insertInto('setting')
        .values({ name: settingName, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute(),
  );
}

/** False when it was stopped. */
async function takePatiently({ organizations, signal }: YearOptions, step: YearStep): Promise<boolean> {
  const reporter = organizations.find(({ role }) => role === step.organization);
  assert(reporter !== undefined, 'a year is loaded where every business type takes part');
  for (let tries = 1; !signal.aborted; tries += 1) {
    try {
      await takeStep(reporter, step, signal);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      if (tries === TRIES_MAX) throw error;
      await pause(TRY_PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  return false;
}

async function takeStep(reporter: DemoOrganization, step: YearStep, signal: AbortSignal): Promise<void> {
  const id = await importStep(reporter, step, signal);
  if (id === undefined) return;
  const body = { import: id };
  const report = await askNode(reporter, { method: 'POST', path: '/reports', body, signal });
  const { status, refused } = await followReport(reporter, Number(report['id']), signal);
  if (status !== 'done' || refused !== 0)
    throw new Error(`report ${String(report['id'])} of ${reporter.id} has ended as ${String(status)}`);
}

/** The id of the import; undefined where all of it was on its way or reported before. */
async function importStep(
  reporter: DemoOrganization,
  { month, organization, kind: id, records }: YearStep,
  signal: AbortSignal,
): Promise<number | undefined> {
  const kind = recordKind(id);
  assert(kind !== undefined, 'a life has known kinds only');
  try {
    if (records.some((record) => 'attachments' in record)) await uploadPhoto(reporter, signal);
    if (!byWorkbook.has(organization)) {
      const path = `/records/${id}`;
      const pushed = await askNode(reporter, { method: 'POST', path, body: { records }, signal });
      return Number(pushed['id']);
    }
    // Loaded here: a node at rest does without it.
    const { writeTemplate } = await import('../import/write-workbook.ts');
    const rows = records.map((record) => cellsOf(kind, record));
    // Again: the file of a step that was cut off is known, its records are told apart by their numbers.
    const path = `/imports?kind=${id}&fileName=${id}-${month}.xlsx&again=true`;
    const body = new Uint8Array(await writeTemplate(kind, rows));
    return Number((await askNode(reporter, { method: 'POST', path, body, signal }))['id']);
  } catch (error) {
    const isKnown = error instanceof AnswerFault && /^record_(reported|sending)$/.test(error.code);
    if (isKnown) return undefined;
    throw error;
  }
}

/** The file that the invented records of unreadable batteries name. */
async function uploadPhoto(reporter: DemoOrganization, signal: AbortSignal): Promise<void> {
  const { labelPhoto: body } = await import('@suyuan/invented');
  const headers = { 'content-type': 'image/png' };
  await askNode(reporter, { method: 'POST', path: '/attachments', body, headers, signal });
}

// Alerts in the database: each change in one transaction with the event that tells of it, which the feed and the
// webhooks carry on (spec/monitoring.md, MO12, MO13; spec/events.md, W1).
import { alertRules, isAlertCode, sayAlert } from '@suyuan/api';
import type { AlertFacts, AnswerOf, EventOf, listAlerts, streamEvents } from '@suyuan/api';
import type { Selectable } from 'kysely';

import type { Database, Transaction } from '../database/database.ts';
import type { AlertTable } from '../database/event-tables.ts';
import type { AlertChange, OpenAlert } from './alert-book.ts';

/** Alerts that are over and kept. */
export const clearedMax = 1_000;

/** An alert as the API shows it. */
export type ShownAlert = AnswerOf<typeof listAlerts>['items'][number];
/** The name of an organisation for people. */
export type NameOf = (organization: string) => string;

/** What an earlier process has left open. */
export async function readOpenAlerts(database: Database): Promise<readonly OpenAlert[]> {
  const rows = await database.read(
    async (db) =>
      await db.selectFrom('alert').selectAll().where('cleared_at', 'is', null).orderBy('id').execute(),
  );
  return rows.flatMap(({ code, organization, value, facts, raised_at: raisedAt }) =>
    isAlertCode(code)
      ? [{ code, organization, value, facts: readFacts(facts), raisedAtMs: raisedAt.getTime() }]
      : [],
  );
}

/** Stores changes in their order, each with its event. Raising what is open already changes nothing. */
export async function saveChanges(
  database: Database,
  changes: readonly AlertChange[],
  nameOf: NameOf,
): Promise<void> {
  await database.transact(async (tx) => {
    for (const change of changes) {
      const id = change.state === 'raised' ? await insert(tx, change) : await clear(tx, change);
      if (id !== undefined) await tell(tx, id, change, nameOf);
    }
    await prune(tx);
  });
}

async function insert({ sql }: Transaction, { alert }: AlertChange): Promise<number | undefined> {
  const { code, organization, value, facts, raisedAtMs } = alert;
  const row = await sql
    .insertInto('alert')
    .values({
      code,
      level: alertRules[code].level,
      organization,
      value,
      facts: JSON.stringify(facts),
      raised_at: new Date(raisedAtMs),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

/** With the value that it had last. */
async function clear({ sql }: Transaction, { alert, atMs }: AlertChange): Promise<number | undefined> {
  const { code, organization, value, facts } = alert;
  const row = await sql
    .updateTable('alert')
    .set({ cleared_at: new Date(atMs), value, facts: JSON.stringify(facts) })
    .where('code', '=', code)
    .where('organization', '=', organization)
    .where('cleared_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

async function tell(
  { sql }: Transaction,
  id: number,
  { state, alert, atMs }: AlertChange,
  nameOf: NameOf,
): Promise<void> {
  const { code, organization, value, facts } = alert;
  const { what, todo } = sayAlert(code, nameOf(organization), value, facts);
  const told: NonNullable<EventOf<typeof streamEvents>['alert']> = {
    id,
    code,
    level: alertRules[code].level,
    state,
    what: state === 'raised' ? what : { en: `Over: ${what.en}`, zh: `已解除：${what.zh}` },
    todo: state === 'raised' ? todo : { en: 'Nothing is to be done.', zh: '无需处理。' },
  };
  const nothing = { kind: null, count: null, batch: null, channel: null, entry: null };
  await sql
    .insertInto('event_outbox')
    .values({
      type: 'alert',
      at: new Date(atMs),
      reporter: organization,
      alert: JSON.stringify(told),
      ...nothing,
      import: null,
      report: null,
      refusal: null,
    })
    .execute();
}

async function prune({ sql }: Transaction): Promise<void> {
  await sql
    .deleteFrom('alert')
    .where('cleared_at', 'is not', null)
    .where('id', '<=', (eb) =>
      eb
        .selectFrom('alert')
        .select('id')
        .where('cleared_at', 'is not', null)
        .orderBy('id', 'desc')
        .offset(clearedMax)
        .limit(1),
    )
    .execute();
}

/** Alerts below an id, newest first. What is open says what was read last, as `live` has it. */
export async function readAlerts(
  database: Database,
  nameOf: NameOf,
  live: readonly OpenAlert[],
  { before, limit, open }: { readonly before: number; readonly limit: number; readonly open?: boolean },
): Promise<readonly ShownAlert[]> {
  const rows = await database.read(
    async (db) =>
      await db
        .selectFrom('alert')
        .selectAll()
        .where('id', '<', before)
        .$if(open !== undefined, (query) => query.where('cleared_at', open === true ? 'is' : 'is not', null))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
  );
  return rows.flatMap((row) => showAlert(row, nameOf, live) ?? []);
}

/** Undefined for an alert of another version of this program. */
function showAlert(
  row: Selectable<AlertTable>,
  nameOf: NameOf,
  live: readonly OpenAlert[],
): ShownAlert | undefined {
  const { id, code, level, organization, raised_at: raisedAt, cleared_at: clearedAt } = row;
  if (!isAlertCode(code)) return undefined;
  const now = live.find((alert) => alert.code === code && alert.organization === organization);
  const isLive = clearedAt === null && now !== undefined;
  const { value, facts } = isLive ? now : { value: row.value, facts: readFacts(row.facts) };
  return {
    id,
    code,
    level,
    organization,
    ...sayAlert(code, nameOf(organization), value, facts),
    raisedAt: raisedAt.toISOString(),
    ...(clearedAt === null ? {} : { clearedAt: clearedAt.toISOString() }),
  };
}

function readFacts(json: string): AlertFacts {
  const facts: AlertFacts = JSON.parse(json); // only this file writes it
  return facts;
}

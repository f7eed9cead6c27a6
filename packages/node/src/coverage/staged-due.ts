// When the records are due that this organisation holds and has not reported: grouped by the database, since thousands
// of a batch share their dates, and only of the oldest so many.
import type { AnswerOf, getDeadlines } from '@suyuan/api';
import { dueDate } from '@suyuan/battery';
import type { DueDate, DueRules } from '@suyuan/battery';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Tables } from '../database/tables.ts';

type Due = AnswerOf<typeof getDeadlines>['due'][number];

/** Records that one look groups at most. */
const RECORDS_MAX = 50_000;
const DAY_MS = 86_400_000;

/** The fields that start the deadlines of a kind. */
function startFieldsOf({ deadlines }: DueRules, kind: string): readonly string[] {
  return [
    ...new Set(
      deadlines.filter(({ recordKind }) => recordKind === kind).flatMap(({ startFields }) => startFields),
    ),
  ];
}

interface Group {
  readonly sub_type: string | null;
  readonly starts: readonly (string | null)[];
  readonly records: number;
}

/** What of the staged records is due when by these deadlines, the first first. */
export async function readStagedDue(
  db: Kysely<Tables>,
  organization: string,
  today: string,
  rules: DueRules,
): Promise<{ readonly due: readonly Due[]; readonly isComplete: boolean }> {
  const due = new Map<string, Due>();
  let isComplete = true;
  for (const kind of new Set(rules.deadlines.map(({ recordKind }) => recordKind))) {
    const batches = await sql<{ id: number; stored_on: string; count: number }>`
      select id, stored_on, count from batch where status in ('staged', 'sending') and kind = ${kind}
        and reporter = ${organization} order by id limit ${RECORDS_MAX}`.execute(db);
    let left = RECORDS_MAX;
    const looked = batches.rows.filter(({ count }) => (left -= count) > -count);
    if (looked.length < batches.rows.length) isComplete = false;
    if (looked.length === 0) continue;
    const fields = startFieldsOf(rules, kind);
    for (const { sub_type: subType, starts, records } of await readGroups(db, fields, looked)) {
      const members: Record<string, unknown> = { subType: subType ?? undefined };
      for (const [index, field] of fields.entries()) members[field] = starts[index] ?? undefined;
      addDue(due, dueDate(kind, members, rules), { kind, records, today });
    }
  }
  return { due: [...due.values()].sort((a, b) => (a.dueOn < b.dueOn ? -1 : 1)), isComplete };
}

async function readGroups(
  db: Kysely<Tables>,
  fields: readonly string[],
  batches: readonly { readonly id: number; readonly stored_on: string }[],
): Promise<readonly Group[]> {
  const { rows } = await sql<Group>`
    select coalesce(r.public_text ->> 'subType', r.shared_text ->> 'subType') as sub_type, s.starts, count(*)::int8 as records
    from unnest(${batches.map(({ id }) => id)}::int8[], ${batches.map((batch) => batch.stored_on)}::date[]) b (id, day)
    join record r on r.batch_id = b.id and r.stored_on = b.day,
      lateral (select array_agg(left(coalesce(r.public_text ->> f.name, r.shared_text ->> f.name), 32) order by f.place)
        as starts from unnest(${[...fields]}::text[]) with ordinality f (name, place)) s
    group by 1, 2`.execute(db);
  return rows;
}

function addDue(
  due: Map<string, Due>,
  found: DueDate | undefined,
  { kind, records, today }: { readonly kind: string; readonly records: number; readonly today: string },
): void {
  if (found === undefined) return;
  const { subType, law } = found.deadline;
  const name = `${kind}/${subType ?? ''}/${law}/${found.date}`;
  const known = due.get(name);
  const daysLeft = Math.round((Date.parse(found.date) - Date.parse(today)) / DAY_MS);
  due.set(name, {
    kind,
    ...(subType === undefined ? {} : { subType }),
    law,
    dueOn: found.date,
    isExact: found.isExact,
    daysLeft,
    records: (known?.records ?? 0) + records,
  });
}

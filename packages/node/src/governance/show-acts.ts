// Acts of this node, proposals and the history as the API shows them.
import type { AnswerOf, GovernanceAct, listGovernanceHistory, listProposals } from '@suyuan/api';
import type { LedgerState } from '@suyuan/ledger';
import { parseStatement, pendingActOf, pendingActsOf } from '@suyuan/ledger';
import { assert } from '@suyuan/log';
import { sql } from 'kysely';
import type { Kysely, Selectable } from 'kysely';

import type { GovernanceEntryTable, Tables } from '../database/tables.ts';
import { bodyOf } from './act-store.ts';
import type { ActRow } from './act-store.ts';
import { describeAct } from './describe-act.ts';
import type { Foresee } from './foresee-acts.ts';
import { showRefusal, showVotes } from './foresee-acts.ts';
import { showFields } from './show-fields.ts';

/** A proposal as the API shows it. */
export type ShownProposal = AnswerOf<typeof listProposals>['items'][number];
/** An entry of the history. */
export type ShownEntry = AnswerOf<typeof listGovernanceHistory>['items'][number];

/** One act of this node. */
export function showAct({ crypto, state, nameOf }: Foresee, row: ActRow): GovernanceAct {
  const body = bodyOf(row);
  const { entry, note } = row;
  const waits = entry === null ? undefined : pendingActOf(crypto, state, entry);
  return {
    id: row.id,
    plan: row.plan,
    kind: body.kind,
    sentence: describeAct(body, nameOf),
    fields: showFields(body),
    status: row.status,
    ...(entry === null ? {} : { entry }),
    ...(row.refusal === null ? {} : { refusal: showRefusal(refusalOf(row.refusal, row.about)) }),
    ...(waits === undefined ? {} : { votes: showVotes(waits) }),
    ...(note === null ? {} : { note }),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at.toISOString() }),
  };
}

function refusalOf(code: string, about: string | null): { readonly code: string; readonly about?: string } {
  return about === null ? { code } : { code, about };
}

/** Everything that waits for votes. */
export function showProposals({ crypto, state, nameOf, organization }: Foresee): readonly ShownProposal[] {
  return pendingActsOf(crypto, state).map((pending) => ({
    entry: pending.entry,
    issuer: pending.issuer,
    kind: pending.act.kind,
    sentence: describeAct(pending.act, nameOf),
    fields: showFields(pending.act),
    votes: showVotes(pending),
    expires: pending.expires,
    blocksLeft: pending.expires - state.height,
    mayVote: pending.missing.includes(organization),
  }));
}

/** Which part of the history. */
export interface HistoryQuery {
  /** Entries below this one. */
  readonly before: number;
  readonly limit: number;
  /** Issued by it, or about it. */
  readonly organization: string | undefined;
  readonly kind: string | undefined;
}

type HistoryRow = Selectable<GovernanceEntryTable> & {
  readonly height: number;
  readonly statement: Buffer;
  readonly applied_at: Date;
};

/** Acts of all organisations, newest first. */
export async function readHistory(
  db: Kysely<Tables>,
  { before, limit, organization = null, kind = null }: { [M in keyof HistoryQuery]: HistoryQuery[M] | null },
): Promise<readonly HistoryRow[]> {
  const { rows } = await sql<HistoryRow>`
    select g.entry, g.kind, g.issuer, g.about, g.outcome, g.refusal, g.expires, g.decided_by,
      l.height, l.statement, b.applied_at
    from governance_entry g join log_entry l using (entry) join block b using (height)
    where g.entry < ${before}::int8
      and (${organization}::text is null or g.issuer = ${organization}::text or g.about = ${organization}::text)
      and (${kind}::text is null or g.kind = ${kind}::text)
    order by g.entry desc limit ${limit}::int4`.execute(db);
  return rows;
}

/** An entry of the history; what waited too long is shown as lapsed. */
export function showEntry(nameOf: Foresee['nameOf'], state: LedgerState, row: HistoryRow): ShownEntry {
  const parsed = parseStatement(row.statement);
  assert(parsed.ok, 'the log holds statements');
  const { body, issuer } = parsed.value.statement;
  const isLapsed = row.outcome === 'pending' && row.expires !== null && row.expires <= state.height;
  return {
    entry: row.entry,
    height: row.height,
    at: row.applied_at.toISOString(),
    issuer,
    kind: body.kind,
    sentence: describeAct(body, nameOf),
    fields: showFields(body),
    outcome: isLapsed ? 'lapsed' : row.outcome,
    ...(row.refusal === null ? {} : { refusal: showRefusal({ code: row.refusal }) }),
    ...(row.decided_by === null ? {} : { decidedBy: row.decided_by }),
  };
}

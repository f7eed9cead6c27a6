// What a block means for governance, in its own transaction: acts of this node are settled, entries that are not
// batches become findable, and records named by a resolution know it (spec/governance.md, N8 and N10).
import type { Decision, Entry, RuleRejection, StatementBody } from '@suyuan/ledger';
import { parseStatement, pendingOf, viewOf } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';
import { equalBytes } from '@suyuan/log';
import { sql } from 'kysely';

import type { Transaction } from '../database/database.ts';
import type { AppliedBlock, ApplyHook } from '../ledger-store/applied-block.ts';
import { refusalOf } from '../ledger-store/write-block.ts';

/** The hook of `organization`'s node. It costs nothing in blocks that hold batches only. */
export function createGovernanceHook(crypto: Crypto, organization: string): ApplyHook {
  return async (tx, block) => {
    const acts = block.entries.filter(({ statement }) => statement.body.kind !== 'batch');
    for (const entry of acts) {
      await writeEntry(tx, crypto, block, entry);
      if (entry.statement.issuer === organization) await settleOwn(tx, entry);
      const decision = entry.outcome.status === 'accepted' ? entry.outcome.decision : undefined;
      if (decision !== undefined) await writeDecision(tx, block, entry, decision);
      if (entry.outcome.status === 'accepted') await writeEffect(tx, entry.entry, entry.statement.body);
    }
    if (acts.length > 0) await markAdmitted(tx);
  };
}

/** The organisation, channel or entry that an act is about, for finding it. */
function aboutOf({ kind, fields }: StatementBody): string | null {
  if ('organization' in fields) return fields.organization;
  if (kind === 'vote' || kind === 'void_done') return `entry/${fields.entry}`;
  if ('channel' in fields && fields.channel !== null) return `channel/${fields.channel}`;
  return null;
}

async function writeEntry(
  tx: Transaction,
  crypto: Crypto,
  block: AppliedBlock,
  { entry, statement, outcome }: Entry,
): Promise<void> {
  const status = outcome.status === 'accepted' ? 'applied' : outcome.status;
  const pending = status === 'pending' ? pendingOf(viewOf(crypto, block.after), entry) : undefined;
  await tx.sql
    .insertInto('governance_entry')
    .values({
      entry,
      kind: statement.body.kind,
      issuer: statement.issuer,
      about: aboutOf(statement.body),
      outcome: status,
      refusal: refusalOf(outcome),
      expires: pending?.expires ?? null,
    })
    .execute();
}

/** The row of our own statement; where other bytes took its number, it was ordered from another copy of our keys. */
async function settleOwn(tx: Transaction, { entry, statement, outcome, bytes }: Entry): Promise<void> {
  const row = await tx.sql
    .selectFrom('governance_act')
    .select(['id', 'statement'])
    .where('sequence', '=', statement.sequence)
    .where('status', '=', 'sending')
    .executeTakeFirst();
  if (row === undefined) return;
  const isOurs = row.statement !== null && equalBytes(row.statement, bytes);
  const status = outcome.status === 'accepted' ? 'applied' : outcome.status;
  const rejection = outcome.status === 'refused' ? outcome.rejection : undefined;
  await tx.sql
    .updateTable('governance_act')
    .set(
      isOurs
        ? {
            status,
            entry,
            ...refusalColumns(rejection),
            ...(status === 'pending' ? {} : { finished_at: sql`now()` }),
          }
        : { status: 'planned', statement: null, sequence: null, last_valid_height: null },
    )
    .where('id', '=', row.id)
    .execute();
}

/** Requests to join whose admission is in force. */
async function markAdmitted(tx: Transaction): Promise<void> {
  await sql`update join_request j set status = 'admitted', decided_at = now() from governance_act a
    where a.request = j.id and a.kind = 'organization' and a.status = 'applied' and j.status = 'waiting'`.execute(
    tx.sql,
  );
}

/** An invitation to a channel is answered by each for itself, so the act itself is not decided by it. */
async function writeDecision(
  tx: Transaction,
  block: AppliedBlock,
  vote: Entry,
  { entry, status, rejection }: Decision,
): Promise<void> {
  const columns = refusalColumns(rejection);
  await tx.sql
    .updateTable('governance_entry')
    .set({ outcome: status, refusal: columns.refusal, decided_by: vote.entry })
    .where('entry', '=', entry)
    .where('outcome', '=', 'pending')
    .execute();
  await tx.sql
    .updateTable('governance_act')
    .set({ status, ...columns, finished_at: sql`now()` })
    .where('entry', '=', entry)
    .where('status', '=', 'pending')
    .execute();
  if (status === 'applied') await writeApproved(tx, block, entry);
}

/** A resolution that a vote has approved names its records from then on. */
async function writeApproved(tx: Transaction, block: AppliedBlock, entry: number): Promise<void> {
  const inBlock = block.entries.find((one) => one.entry === entry)?.bytes;
  const row = await tx.sql
    .selectFrom('log_entry')
    .select('statement')
    .where('entry', '=', entry)
    .executeTakeFirst();
  const bytes = inBlock ?? row?.statement;
  const parsed = bytes === undefined ? undefined : parseStatement(bytes);
  if (parsed?.ok === true) await writeEffect(tx, entry, parsed.value.statement.body);
}

async function writeEffect(tx: Transaction, entry: number, body: StatementBody): Promise<void> {
  if (body.kind !== 'resolution') return;
  const { records, upheld } = body.fields;
  await tx.sql
    .insertInto('resolution_record')
    .values(
      records.map((record) => ({
        ...record,
        resolution: entry,
        upheld: upheld.some((one) => one.entry === record.entry && one.leaf === record.leaf),
      })),
    )
    .execute();
}

function refusalColumns(rejection: RuleRejection | undefined): {
  readonly refusal: string | null;
  readonly about?: string | null;
} {
  if (rejection === undefined) return { refusal: null };
  const { code, about } = rejection;
  return { refusal: code, about: about === undefined ? null : String(about) };
}

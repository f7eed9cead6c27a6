// The acts of this node in its database: durable before anything leaves, taken up again from their rows
// (spec/governance.md, N6 to N9).
import type { StatementBody } from '@suyuan/ledger';
import { encodeBody, parseBody } from '@suyuan/ledger';
import { assert } from '@suyuan/log';
import type { Kysely, Selectable } from 'kysely';
import { sql } from 'kysely';

import type { Transaction } from '../database/database.ts';
import type { GovernanceActTable, Tables } from '../database/tables.ts';
import type { BuiltActs } from './build-acts.ts';

/** A row. */
export type ActRow = Selectable<GovernanceActTable>;

/** Who wants it and why. */
export interface ActOrigin {
  readonly createdBy: string;
  readonly note: string | undefined;
  readonly salt: Uint8Array | undefined;
}

/** Stores acts as a new plan; gives its id. */
export async function storePlan(
  tx: Transaction,
  { bodies, isChain, request }: BuiltActs,
  { createdBy, note, salt }: ActOrigin,
): Promise<number> {
  const { rows } = await sql<{ id: number }>`select nextval('governance_plan') as id`.execute(tx.sql);
  const plan = rows[0]?.id;
  assert(plan !== undefined, 'a sequence gives a number');
  await tx.sql
    .insertInto('governance_act')
    .values(
      bodies.map((body, place) => ({
        plan,
        place,
        chained: isChain,
        kind: body.kind,
        body: encodeBody(body),
        note: note ?? null,
        salt: salt ?? null,
        request: request ?? null,
        created_by: createdBy,
      })),
    )
    .execute();
  return plan;
}

/** The acts of a plan, in their order. */
export async function readPlan(db: Kysely<Tables>, plan: number): Promise<readonly ActRow[]> {
  return await db
    .selectFrom('governance_act')
    .selectAll()
    .where('plan', '=', plan)
    .orderBy('place')
    .execute();
}

/** Plans with something left to do. */
export async function readOpenPlans(db: Kysely<Tables>): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('governance_act')
    .select('plan')
    .distinct()
    .where('status', 'in', ['planned', 'sending', 'pending'])
    .orderBy('plan')
    .execute();
  return rows.map(({ plan }) => plan);
}

/** What a row says. */
export function bodyOf(row: Pick<ActRow, 'body'>): StatementBody {
  const body = parseBody(row.body);
  assert(body !== undefined, 'only bodies that can be read are stored');
  return body;
}

// Sequence numbers of an organisation's statements: one row hands them out, so each is given once (spec/statement.md).
import type { View } from '@suyuan/ledger';
import { sequenceOf } from '@suyuan/ledger';
import { sql } from 'kysely';

import type { Transaction } from '../database/database.ts';

/** The next number. Given back where the transaction is rolled back; one that is committed and never used harms nobody. */
export async function allotSequence(tx: Transaction, view: View, organization: string): Promise<number> {
  const { highest } = sequenceOf(view, organization);
  const { rows } = await sql<{ value: string }>`
    insert into setting (name, value) values ('sequence', to_json(${highest + 1}::int8))
    on conflict (name) do update set value = to_json(greatest((setting.value #>> '{}')::int8, ${highest}::int8) + 1)
    returning value`.execute(tx.sql);
  return Number(rows[0]?.value);
}

// Validators that the engine has convicted of signing two blocks of one height: whose key it was is stored with the block
// that proves it, and the proof itself, both signed votes, as soon as the engine tells it (spec/ordering.md, O15).
import { parseValue, tables } from '@suyuan/ledger';
import { sql } from 'kysely';
import type { Logger } from 'pino';

import type { Database, Transaction } from '../database/database.ts';
import type { AppliedBlock, ApplyHook } from '../ledger-store/applied-block.ts';
import { validatorAddressOf } from '../ordering/cometbft/node-identity.ts';
import type { Ordering } from '../ordering/ordering.ts';

/** Stores who misbehaved, in the transaction of the block. It costs nothing in all other blocks. */
export const doubleVoteHook: ApplyHook = async (tx, { height, misbehavior }) => {
  if (misbehavior.length === 0) return;
  const owners = await readValidatorKeys(tx);
  for (const { kind, address, height: votedAt } of misbehavior)
    await tx.sql
      .insertInto('double_vote')
      .values({
        height: votedAt,
        // The address itself where the ledger never had the key, which the engine rules out.
        organization: owners.get(address) ?? address,
        kind,
        address,
        seen_at_height: height,
        evidence: '[]',
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
};

/** Every validator key that the ledger has ever had, ended ones too: address to organisation. */
async function readValidatorKeys(tx: Transaction): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.sql
    .selectFrom('ledger_state')
    .select('value')
    .where('key', 'like', 'key/%')
    .execute();
  return new Map(
    rows.flatMap(({ value }): [string, string][] => {
      const key = parseValue(tables.key, value);
      if (!key.ok || key.value.purpose !== 'validator') return [];
      return [[validatorAddressOf(key.value.publicKey), key.value.organization]];
    }),
  );
}

/** What keeping the proofs needs. */
export interface DoubleVotesOptions {
  readonly database: Database;
  readonly ordering: Pick<Ordering, 'evidenceAt'>;
  readonly logger: Logger;
  readonly onApplied: (listener: (block: AppliedBlock) => void) => void;
}

/** Fetches proofs that are missing, at the start and after each block that has some; says who it was. */
export function keepDoubleVotes(options: DoubleVotesOptions): { readonly start: () => void } {
  const { database, ordering, logger } = options;
  const fetchMissing = async (): Promise<void> => {
    const rows = await database.read((db) =>
      db
        .selectFrom('double_vote')
        .select(['organization', 'height', 'kind', 'seen_at_height'])
        .where(sql<boolean>`evidence::text = '[]'`)
        .execute(),
    );
    for (const row of rows) {
      logger.error(row, 'a validator has signed two blocks of one height');
      const evidence = await ordering.evidenceAt?.(row.seen_at_height);
      if (evidence === undefined || evidence.length === 0) continue;
      await database.transact(async (tx) => {
        await tx.sql
          .updateTable('double_vote')
          .set({ evidence: JSON.stringify(evidence) })
          .where('seen_at_height', '=', row.seen_at_height)
          .execute();
      });
    }
  };
  const wake = (): void =>
    void fetchMissing().catch((err: unknown) => logger.warn({ err }, 'a proof could not be kept yet'));
  let isMissing = false;
  options.onApplied(({ misbehavior }) => {
    // The engine has its block a moment after the node; so once more with the next one.
    if (isMissing || misbehavior.length > 0) wake();
    isMissing = misbehavior.length > 0;
  });
  return { start: wake };
}

// One batch on its way from claimed to signed. Every step is durable before the next, so a node that dies anywhere
// goes on from the row of the batch; bytes that were signed are never changed (ARCHITECTURE.md).
import { signStatement } from '@suyuan/ledger';
import { nativeCrypto } from '@suyuan/native-crypto';

import { holdsStatementKey, isSpent, VALID_BLOCKS } from './is-spent.ts';
import type { SignedStatement } from './is-spent.ts';
import { prepareBatch } from './prepare-batch.ts';
import type { PreparedBatch } from './prepare-batch.ts';
import type { BatchStep, BatchWait, ReportContext } from './report-context.ts';

/** A statement that waits to be ordered. */
export interface SignedBatch extends SignedStatement {
  readonly id: number;
}

/** Where a batch stands. */
export type Progress =
  | { readonly state: 'signed'; readonly signed: SignedBatch }
  | { readonly state: 'waiting'; readonly wait: BatchWait }
  /** The records lie in another batch now (undefined: there were none). */
  | { readonly state: 'moved'; readonly id: number | undefined }
  /** Reported, refused or gone: nothing is left to do. */
  | { readonly state: 'settled' };

/** Brings a batch to its signature, or says what it waits for. */
export async function sendBatch(
  context: ReportContext,
  id: number,
  onStep: (step: BatchStep) => void,
): Promise<Progress> {
  const row = await context.database.read((db) =>
    db
      .selectFrom('batch')
      .select([
        'id',
        'kind',
        'stored_on',
        'report_id',
        'channel',
        'sequence',
        'root',
        'created_at',
        'statement',
        'last_valid_height',
      ])
      .where('id', '=', id)
      .where('status', '=', 'sending')
      .executeTakeFirst(),
  );
  if (row === undefined) return { state: 'settled' };
  const { statement, sequence, last_valid_height: lastValidHeight } = row;
  if (statement !== null && sequence !== null && lastValidHeight !== null) {
    const signed = { id, sequence, lastValidHeight, statement };
    if (!isSpent(context, signed)) return { state: 'signed', signed };
    await withdrawSignature(context, signed);
  }
  if (!holdsStatementKey(context)) return { state: 'waiting', wait: { code: 'waiting_for_key' } };
  const preparation = await prepareBatch(context, row, onStep);
  if (preparation.state !== 'prepared') return preparation;
  const signed = await sign(context, id, preparation.prepared);
  return signed === undefined ? { state: 'settled' } : { state: 'signed', signed };
}

/** The row of a statement that can never be ordered is unsigned again. */
async function withdrawSignature(context: ReportContext, { id, statement }: SignedBatch): Promise<void> {
  await context.database.transact(async (tx) => {
    await tx.sql
      .updateTable('batch')
      .set({ statement: null, last_valid_height: null, acknowledgements: null })
      .where('id', '=', id)
      .where('status', '=', 'sending')
      .where('statement', '=', Buffer.from(statement))
      .execute();
  });
}

/** Signs last, and makes the bytes durable before anyone else sees them. Undefined where the batch was settled. */
async function sign(
  context: ReportContext,
  id: number,
  { batch, createdAt, acknowledgements }: PreparedBatch,
): Promise<SignedBatch | undefined> {
  const { channel, recordKind, count, root, size, sequence } = batch;
  const lastValidHeight = context.state().height + VALID_BLOCKS;
  const statement = signStatement(
    nativeCrypto,
    {
      network: context.network,
      issuer: context.organization,
      sequence,
      lastValidHeight,
      body: {
        kind: 'batch',
        fields: { channel, recordKind, count, root, size, createdAt, acknowledgements },
      },
    },
    context.signer,
  );
  const stored = await context.database.transact(async (tx) => {
    return await tx.sql
      .updateTable('batch')
      .set({
        statement,
        last_valid_height: lastValidHeight,
        acknowledgements: JSON.stringify(acknowledgements.map(({ organization }) => organization)),
      })
      .where('id', '=', id)
      .where('status', '=', 'sending')
      .where('sequence', '=', sequence)
      .where('statement', 'is', null)
      .executeTakeFirst();
  });
  await context.reach('report.signed');
  return stored.numUpdatedRows === 1n ? { id, sequence, lastValidHeight, statement } : undefined;
}

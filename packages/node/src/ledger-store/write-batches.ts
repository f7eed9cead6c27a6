// What a block means for the batches of this node: those that the ledger accepted get their entry, those it refused
// go back, and those it accepted although this member does not hold them become visible as missing
// (spec/checkpoint.md, C4).
import type { BatchFields, Entry, LedgerState } from '@suyuan/ledger';
import { channelOf, viewOf } from '@suyuan/ledger';
import { assert } from '@suyuan/log';
import type { Crypto } from '@suyuan/log';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

import { civilDateOf } from '../clock.ts';
import type { Tables } from '../database/tables.ts';
import type { AppliedBlock } from './applied-block.ts';
import { refusalOf } from './write-block.ts';

/** One round does, a second where a payload arrives in the same moment; a third has no reason. */
const ROUNDS_MAX = 3;

/** A batch of the log. */
export interface OrderedBatch extends BatchFields {
  readonly entry: number;
  readonly reporter: string;
  readonly sequence: number;
  /** The code of the refusal, where it was refused. */
  readonly refusal: string | null;
}

/** Updates the batch rows of `organization`'s node, in three statements unless payloads arrive in the same moment. */
export async function writeBatches(
  tx: Kysely<Tables>,
  crypto: Crypto,
  organization: string,
  block: AppliedBlock,
): Promise<void> {
  const ordered = block.entries.flatMap(orderedBatchOf);
  const accepted = ordered.filter(({ refusal }) => refusal === null);
  for (let open = accepted, round = 0; open.length > 0; round++) {
    assert(round < ROUNDS_MAX, 'a payload that arrived in the same moment is seen by the next statement');
    const held = await markReported(tx, open);
    const missing = open.filter(({ entry }) => !held.has(entry));
    const kept = missing.filter(({ channel }) => keepsPayloads(crypto, block.after, channel, organization));
    if (missing.length > 0) await releaseContradicted(tx, organization, missing);
    const inserted = kept.length > 0 ? await insertMissing(tx, kept) : new Set<number>();
    // A payload whose receipt was committed while this transaction waited for it: its row is there now.
    open = kept.filter(({ entry }) => !inserted.has(entry));
  }
  const refused = ordered.filter(({ refusal }) => refusal !== null);
  if (refused.length > 0) await markRefused(tx, organization, refused);
}

function orderedBatchOf({ entry, statement, outcome }: Entry): OrderedBatch[] {
  const { body, issuer, sequence } = statement;
  if (body.kind !== 'batch') return [];
  return [{ entry, reporter: issuer, sequence, refusal: refusalOf(outcome), ...body.fields }];
}

function keepsPayloads(crypto: Crypto, state: LedgerState, channel: number, organization: string): boolean {
  const members = channelOf(viewOf(crypto, state, state.height), channel)?.members ?? [];
  return members.some((member) => member.organization === organization && member.keepsPayloads);
}

/** The entries whose rows were there. */
async function markReported(
  tx: Kysely<Tables>,
  batches: readonly OrderedBatch[],
): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ entry: number }>`
    update batch set status = 'reported', entry = a.entry, refusal = null
    from unnest(${batches.map(({ reporter }) => reporter)}::text[],
      ${batches.map(({ sequence }) => sequence)}::int8[], ${batches.map(({ root }) => root)}::bytea[],
      ${batches.map(({ entry }) => entry)}::int8[]) as a (reporter, sequence, root, entry)
    where batch.reporter = a.reporter and batch.sequence = a.sequence and batch.root = a.root
    returning batch.entry`.execute(tx);
  return new Set(rows.map(({ entry }) => entry));
}

/**
 * A row under a number that the ledger has given to other bytes can never be ordered as it stands: our own goes
 * back to staged, one of another reporter is refused.
 */
async function releaseContradicted(
  tx: Kysely<Tables>,
  organization: string,
  batches: readonly OrderedBatch[],
): Promise<void> {
  await sql`update batch set ${released(organization)}, refusal = 'sequence_spent'
    from unnest(${batches.map(({ reporter }) => reporter)}::text[],
      ${batches.map(({ sequence }) => sequence)}::int8[]) as a (reporter, sequence)
    where batch.reporter = a.reporter and batch.sequence = a.sequence`.execute(tx);
}

async function markRefused(
  tx: Kysely<Tables>,
  organization: string,
  batches: readonly OrderedBatch[],
): Promise<void> {
  await sql`update batch set ${released(organization)}, refusal = a.refusal
    from unnest(${batches.map(({ reporter }) => reporter)}::text[],
      ${batches.map(({ sequence }) => sequence)}::int8[], ${batches.map(({ root }) => root)}::bytea[],
      ${batches.map(({ refusal }) => refusal)}::text[]) as a (reporter, sequence, root, refusal)
    where batch.reporter = a.reporter and batch.sequence = a.sequence and batch.root = a.root`.execute(tx);
}

/** A row without anything that was signed: staged again where it is our own, refused where it is another's. */
function released(organization: string): ReturnType<typeof sql> {
  return sql`status = case when batch.reporter = ${organization} then 'staged' else 'refused' end,
    sequence = null, channel = null, created_at = null, root = null, leaves = null, payload_size = null,
    statement = null, last_valid_height = null, acknowledgements = null`;
}

/** The entries whose rows were not there; waits for a payload that is being stored under the same number. */
export async function insertMissing(
  tx: Kysely<Tables>,
  batches: readonly OrderedBatch[],
): Promise<ReadonlySet<number>> {
  const rows = await tx
    .insertInto('batch')
    .values(
      batches.map((batch) => ({
        status: 'missing' as const,
        channel: batch.channel,
        kind: batch.recordKind,
        reporter: batch.reporter,
        sequence: batch.sequence,
        count: batch.count,
        payload_size: batch.size,
        root: batch.root,
        created_at: new Date(batch.createdAt * 1000),
        stored_on: civilDateOf(batch.createdAt * 1000),
        entry: batch.entry,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['reporter', 'sequence']).where('sequence', 'is not', null).doNothing(),
    )
    .returning('entry')
    .execute();
  return new Set(rows.flatMap(({ entry }) => entry ?? []));
}

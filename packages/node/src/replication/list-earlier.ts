// Back-fill for a new member: lists the batches that a channel has from before this organisation's stay in it as
// missing, so that they are fetched like any other missing payload (spec/replication.md, P21). Where it has got to is
// stored with each piece, so that a restart goes on there.
import { setImmediate } from 'node:timers/promises';

import type { LedgerState, View } from '@suyuan/ledger';
import { batchOf, channelOf, channelsOf, logSizeOf, parseStatement, viewOf } from '@suyuan/ledger';
import { assert } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import type { Database } from '../database/database.ts';
import { insertMissing } from '../ledger-store/write-batches.ts';
import type { OrderedBatch } from '../ledger-store/write-batches.ts';

/** Entries looked through before other work gets its turn. */
const PIECE_ENTRIES = 1_024;

/** What listing needs. */
export interface ListEarlierOptions {
  readonly database: Database;
  readonly state: () => LedgerState;
  readonly organization: string;
}

interface Stay {
  readonly channel: number;
  /** The height from which on this organisation keeps its payloads. */
  readonly from: number;
}

/** Lists everything from before the stays of this organisation; gives how many batches are missing now that were not. */
export async function listEarlier(options: ListEarlierOptions, signal: AbortSignal): Promise<number> {
  const { database, state, organization } = options;
  const known = await database.read((db) => db.selectFrom('channel_backfill').selectAll().execute());
  let listed = 0;
  for (const { channel, from } of staysOf(viewOf(nativeCrypto, state()), organization)) {
    const row = known.find((one) => one.channel === channel && one.stay_from === from);
    let next = row?.next_entry ?? 0;
    // Blocks from now on list their batches themselves.
    const until = row?.until_entry ?? logSizeOf(state());
    while (next < until && !signal.aborted) {
      const end = Math.min(next + PIECE_ENTRIES, until);
      listed += await listPiece(options, { channel, from }, { next, end, until });
      next = end;
      await setImmediate();
    }
  }
  return listed;
}

/** Founders have been there from the first block on. */
function staysOf(view: View, organization: string): readonly Stay[] {
  return channelsOf(view, organization).flatMap((channel) => {
    const member = channelOf(view, channel)?.members.find((one) => one.organization === organization);
    return member?.keepsPayloads === true && member.from > 0 ? [{ channel, from: member.from }] : [];
  });
}

async function listPiece(
  { database, state }: ListEarlierOptions,
  { channel, from }: Stay,
  { next, end, until }: { readonly next: number; readonly end: number; readonly until: number },
): Promise<number> {
  const view = viewOf(nativeCrypto, state());
  const entries: number[] = [];
  for (let entry = next; entry < end; entry++)
    if (batchOf(view, entry)?.channel === channel) entries.push(entry);
  return await database.transact(async ({ sql }) => {
    const place = { stay_from: from, next_entry: end, until_entry: until };
    await sql
      .insertInto('channel_backfill')
      .values({ channel, ...place })
      .onConflict((conflict) => conflict.column('channel').doUpdateSet(place))
      .execute();
    if (entries.length === 0) return 0;
    const rows = await sql
      .selectFrom('log_entry')
      .select(['entry', 'statement'])
      .where('entry', 'in', entries)
      .execute();
    return (await insertMissing(sql, rows.map(orderedBatchOf))).size;
  });
}

function orderedBatchOf({ entry, statement }: { entry: number; statement: Uint8Array }): OrderedBatch {
  const parsed = parseStatement(statement);
  assert(parsed.ok && parsed.value.statement.body.kind === 'batch', 'the ledger has it as a batch');
  const { issuer, sequence, body } = parsed.value.statement;
  return { entry, reporter: issuer, sequence, refusal: null, ...body.fields };
}

// The unsigned half of reporting a batch: read it back, give it its number, collect acknowledgements. May be left and
// taken up again at any point; a number whose payload members already hold is kept as long as it can be used.
import type { AcknowledgedBatch, Acknowledgement, Channel, View } from '@suyuan/ledger';
import {
  acknowledgementsNeeded,
  activeMembersOf,
  channelOf,
  channelsOf,
  encodePayload,
  modulesOf,
  payloadLeafHasher,
  payloadSizeOf,
  sequenceOf,
  statusOfSequence,
  viewOf,
} from '@suyuan/ledger';
import { assert, equalBytes, HASH_BYTES, merkleRoot } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import { encodePayloadMessage } from '../replication/payload-message.ts';
import { peerBody } from '../replication/peer-client.ts';
import { acknowledgersOf } from '../replication/peer-rights.ts';
import { allotSequence } from './allot-sequence.ts';
import { collectAcknowledgements } from './collect-acknowledgements.ts';
import { readBatch } from './read-batch.ts';
import type { BatchRecords } from './read-batch.ts';
import { repackBatches } from './repack-batches.ts';
import type { BatchStep, BatchWait, ReportContext } from './report-context.ts';

/** Seconds after which a batch that is still unsigned gets a new creation time; members allow an hour. */
const CREATED_AT_FRESH_SECONDS = 1_200;

/** The row of a batch that is being sent and has no statement yet. */
export interface SendingBatch {
  readonly id: number;
  readonly kind: string;
  readonly stored_on: string;
  readonly report_id: number | null;
  readonly channel: number | null;
  readonly sequence: number | null;
  readonly root: Uint8Array | null;
  readonly created_at: Date | null;
}

/** A batch that can be signed. */
export interface PreparedBatch {
  readonly batch: AcknowledgedBatch;
  readonly createdAt: number;
  readonly acknowledgements: readonly Acknowledgement[];
}

/** What came of it. */
export type Preparation =
  | { readonly state: 'prepared'; readonly prepared: PreparedBatch }
  | { readonly state: 'waiting'; readonly wait: BatchWait }
  /** The records lie in another batch now (undefined: there were none). */
  | { readonly state: 'moved'; readonly id: number | undefined };

/** Brings a batch as far as it goes without a signature. */
export async function prepareBatch(
  context: ReportContext,
  row: SendingBatch,
  onStep: (step: BatchStep) => void,
): Promise<Preparation> {
  onStep('reading');
  const content = await readBatch(context.database, context.network, { ...row, storedOn: row.stored_on });
  if (!content.isDense || content.records.length === 0) return await closeGaps(context, row);
  await context.reach('report.read');
  const view = viewOf(nativeCrypto, context.state());
  const channel = chooseChannel(view, context.organization, row.kind);
  if (channel === undefined) return { state: 'waiting', wait: { code: 'channel_missing' } };
  const { batch, createdAt } = await allot(context, view, channel, row, content);
  await context.reach('report.allotted');
  const needed = acknowledgementsNeeded(view, channel, context.organization);
  if (needed === 0) return { state: 'prepared', prepared: { batch, createdAt, acknowledgements: [] } };
  onStep('acknowledging');
  const members = acknowledgersOf(view, channel, context.organization);
  const body = peerBody(encodePayloadMessage({ batch, createdAt, payload: encodePayload(content.records) }));
  const collected = await collectAcknowledgements({
    client: context.client,
    view,
    batch,
    body,
    members: rotate(members, batch.sequence),
    needed,
    onAcknowledged: () => context.reach('report.sent'),
  });
  const { acknowledgements, disks: have, problems } = collected;
  for (const problem of problems)
    context.logger.warn({ ...problem, batch: row.id }, 'a member did not acknowledge a payload');
  if (have < needed)
    return { state: 'waiting', wait: { code: 'waiting_for_organizations', needed, have, problems } };
  await context.reach('report.acknowledged');
  return { state: 'prepared', prepared: { batch, createdAt, acknowledgements } };
}

/** The first open channel of the reporter that takes the kind. */
function chooseChannel(view: View, organization: string, kind: string): Channel | undefined {
  if (!modulesOf(view, organization).includes(kind)) return undefined;
  for (const number of channelsOf(view, organization)) {
    const channel = channelOf(view, number);
    if (channel === undefined || channel.status !== 'open') continue;
    if (channel.recordKinds.length > 0 && !channel.recordKinds.includes(kind)) continue;
    if (activeMembersOf(view, channel).some((member) => member.organization === organization)) return channel;
  }
  return undefined;
}

async function closeGaps(context: ReportContext, row: SendingBatch): Promise<Preparation> {
  return await context.database.transact(async (tx) => {
    assert(row.report_id !== null, 'a batch that is being sent belongs to a report');
    // Nothing of a repacked batch was signed, so members' copies under its old number lead nowhere.
    await tx.sql
      .updateTable('batch')
      .set({ sequence: null, channel: null, root: null, leaves: null })
      .where('id', '=', row.id)
      .where('status', '=', 'sending')
      .where('statement', 'is', null)
      .execute();
    const packed = await repackBatches(tx, { sources: [row.id], reportId: row.report_id });
    return { state: 'moved', id: packed?.id };
  });
}

/** Stores number, channel, root and time, keeping what was stored earlier where it still fits. */
async function allot(
  context: ReportContext,
  view: View,
  channel: Channel,
  row: SendingBatch,
  { records }: BatchRecords,
): Promise<{ readonly batch: AcknowledgedBatch; readonly createdAt: number }> {
  const { network, organization } = context;
  const leafHashes = records.map(payloadLeafHasher(nativeCrypto, network, row.kind));
  const root = merkleRoot(nativeCrypto.sha256, leafHashes);
  const nowSeconds = Math.floor(context.clock.now() / 1000);
  const named = { network, channel: channel.channel, reporter: organization, recordKind: row.kind };
  const shape = { count: records.length, size: payloadSizeOf(records), root };
  const keptSequence = usableSequence(view, organization, row, channel, root);
  const keptTime = row.created_at === null ? undefined : row.created_at.getTime() / 1000;
  const isFresh = keptTime !== undefined && Math.abs(nowSeconds - keptTime) < CREATED_AT_FRESH_SECONDS;
  if (keptSequence !== undefined && isFresh)
    return { batch: { ...named, ...shape, sequence: keptSequence }, createdAt: keptTime };
  return await context.database.transact(async (tx) => {
    const sequence = keptSequence ?? (await allotSequence(tx, view, organization));
    await tx.sql
      .updateTable('batch')
      .set({
        sequence,
        channel: channel.channel,
        count: shape.count,
        payload_size: shape.size,
        root,
        leaves: Buffer.concat(leafHashes, leafHashes.length * HASH_BYTES),
        created_at: new Date(nowSeconds * 1000),
        refusal: null,
      })
      .where('id', '=', row.id)
      .where('status', '=', 'sending')
      .where('statement', 'is', null)
      .execute();
    return { batch: { ...named, ...shape, sequence }, createdAt: nowSeconds };
  });
}

/** The number of an earlier attempt, where it stands for exactly these bytes and the ledger would still take it. */
function usableSequence(
  view: View,
  organization: string,
  row: SendingBatch,
  channel: Channel,
  root: Uint8Array,
): number | undefined {
  if (row.sequence === null || row.root === null || row.channel !== channel.channel) return undefined;
  if (!equalBytes(row.root, root)) return undefined;
  return statusOfSequence(sequenceOf(view, organization), row.sequence) === 'free' ? row.sequence : undefined;
}

/** Spreads the load: each batch begins with another member. */
function rotate<T>(items: readonly T[], by: number): readonly T[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

// A member's side of reporting (spec/replication.md): a payload is checked in full, stored where it stays, committed,
// and only then acknowledged. The same payload again gets the same acknowledgement; anything wrong stores nothing.
import type { Acknowledgement, LedgerState } from '@suyuan/ledger';
import { PAYLOAD_BYTES_MAX, keyIdOf, policyOf, signAcknowledgement, viewOf } from '@suyuan/ledger';
import type { Rejection, Result, Signer } from '@suyuan/log';
import { equalBytes, ok, reject } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import type { Clock } from '../clock.ts';
import { civilDateOf } from '../clock.ts';
import type { Reach } from '../crash-point.ts';
import type { Database } from '../database/database.ts';
import { preparePartitions } from '../database/partitions.ts';
import { checkPayload } from './check-payload.ts';
import type { CheckedPayload, PayloadContentRejection } from './check-payload.ts';
import type { PayloadMessage } from './payload-message.ts';
import { mayReport, speaksFor } from './peer-rights.ts';
import { copyRecords } from './store-payload.ts';

/** Seconds between a batch's creation time and a member's clock. */
const CREATED_AT_SKEW_SECONDS = 3_600;

/** Why a payload is not acknowledged. Nothing of it is stored then. */
export type PayloadRejection =
  | PayloadContentRejection
  | Rejection<
      | 'peer_not_permitted'
      | 'channel_not_permitted'
      | 'payload_too_large'
      | 'payload_time_wrong'
      | 'payload_conflict'
    >;

/** What receiving needs. */
export interface ReceiverOptions {
  readonly database: Database;
  readonly state: () => LedgerState;
  readonly network: Uint8Array;
  readonly organization: string;
  /** The statement key of this organisation. */
  readonly signer: Signer;
  readonly clock: Clock;
  readonly reach: Reach;
}

/** Takes the payload that the node `sender` hands over. */
export type ReceivePayload = (
  sender: string,
  message: PayloadMessage,
) => Promise<Result<Acknowledgement, PayloadRejection>>;

/** A receiver for one organisation. */
export function createReceiver(options: ReceiverOptions): ReceivePayload {
  const { database, organization, signer, reach } = options;
  const acknowledge = (message: PayloadMessage): Acknowledgement => ({
    organization,
    keyId: keyIdOf(nativeCrypto, signer.publicKey),
    signature: signAcknowledgement(
      { ...message.batch, network: options.network, size: message.payload.length },
      signer,
    ),
  });
  const mayReceive = (
    sender: string,
    { batch, createdAt, payload }: PayloadMessage,
  ): PayloadRejection | undefined => {
    const view = viewOf(nativeCrypto, options.state());
    if (!speaksFor(view, sender, batch.reporter)) return { code: 'peer_not_permitted' };
    if (payload.length > PAYLOAD_BYTES_MAX) return { code: 'payload_too_large' };
    if (!mayReport(view, batch, organization)) return { code: 'channel_not_permitted' };
    const skew = Math.abs(createdAt - options.clock.now() / 1000);
    return skew > CREATED_AT_SKEW_SECONDS ? { code: 'payload_time_wrong' } : undefined;
  };
  return async (sender, message) => {
    const refusal = mayReceive(sender, message);
    if (refusal !== undefined) return reject(refusal);
    const known = await findKnown(database, message);
    if (known === 'conflict') return reject({ code: 'payload_conflict' });
    if (known === 'held') return ok(acknowledge(message));
    const policy = policyOf(viewOf(nativeCrypto, options.state()));
    const checked = await checkPayload({
      network: options.network,
      recordKind: message.batch.recordKind,
      count: message.batch.count,
      root: message.batch.root,
      payload: message.payload,
      codes: policy.codes === 'strict' ? 'strict' : 'legacy',
    });
    if (!checked.ok) return checked;
    await reach('payload.received');
    const stored = await storeHeld(database, message, checked.value, reach);
    if (!stored) {
      const other = await findKnown(database, message);
      if (other !== 'held') return reject({ code: 'payload_conflict' });
    }
    await reach('payload.stored');
    return ok(acknowledge(message));
  };
}

/** What is stored under the batch's number: nothing, this very payload, or something else. */
async function findKnown(
  database: Database,
  message: PayloadMessage,
): Promise<'held' | 'conflict' | undefined> {
  const { batch, payload } = message;
  const row = await database.read((db) =>
    db
      .selectFrom('batch')
      .select(['status', 'channel', 'kind', 'count', 'payload_size', 'root'])
      .where('reporter', '=', batch.reporter)
      .where('sequence', '=', batch.sequence)
      .executeTakeFirst(),
  );
  if (row === undefined) return undefined;
  const same =
    row.channel === batch.channel &&
    row.kind === batch.recordKind &&
    row.count === batch.count &&
    row.payload_size === payload.length &&
    row.root !== null &&
    equalBytes(row.root, batch.root);
  return same && (row.status === 'held' || row.status === 'reported') ? 'held' : 'conflict';
}

/** False where another request has stored something under this number meanwhile. */
async function storeHeld(
  database: Database,
  { batch, createdAt, payload }: PayloadMessage,
  checked: CheckedPayload,
  reach: Reach,
): Promise<boolean> {
  const storedOn = civilDateOf(createdAt * 1000);
  await preparePartitions(database, [storedOn]);
  return await database.transact(async (tx) => {
    const row = await tx.sql
      .insertInto('batch')
      .values({
        status: 'held',
        channel: batch.channel,
        kind: batch.recordKind,
        reporter: batch.reporter,
        sequence: batch.sequence,
        count: batch.count,
        payload_size: payload.length,
        root: batch.root,
        leaves: checked.leaves,
        created_at: new Date(createdAt * 1000),
        stored_on: storedOn,
      })
      .onConflict((conflict) =>
        conflict.columns(['reporter', 'sequence']).where('sequence', 'is not', null).doNothing(),
      )
      .returning('id')
      .executeTakeFirst();
    if (row === undefined) return false;
    await copyRecords(tx, [{ batchId: row.id, kind: batch.recordKind, storedOn, records: checked.records }]);
    await reach('payload.copied');
    return true;
  });
}

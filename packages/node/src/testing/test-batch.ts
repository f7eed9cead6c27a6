// A batch of records for tests of ledger, checkpoints and receipts, stored as the report and the replication would
// have stored it.
import { randomBytes } from 'node:crypto';

import type { AcknowledgedBatch, Acknowledgement, Commitments } from '@suyuan/ledger';
import { keyIdOf, partCommitter, recordLeafHash, signAcknowledgement } from '@suyuan/ledger';
import { assert, encodeUtf8, merkleRoot } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import { civilDateOf } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { preparePartitions } from '../database/partitions.ts';
import type { Signers } from '../genesis.ts';

/** The kind of all test records. */
export const TEST_RECORD_KIND = 'battery_module';

/** One record with everything that hangs on it. */
export interface TestRecord {
  readonly texts: { readonly public: string; readonly shared: string; readonly private: string };
  /** Public, shared, private salt. */
  readonly salts: Uint8Array;
  readonly commitments: Commitments;
  readonly leafHash: Uint8Array;
}

/** Records with what members acknowledge of them. */
export interface MadeBatch {
  readonly records: readonly TestRecord[];
  readonly acknowledged: AcknowledgedBatch;
}

/** Makes `count` records of about 450 bytes. */
export function makeTestBatch(
  of: Pick<AcknowledgedBatch, 'network' | 'reporter' | 'sequence' | 'count'>,
): MadeBatch {
  const commit = partCommitter(nativeCrypto, of.network, TEST_RECORD_KIND);
  const records = Array.from({ length: of.count }, (_, leaf): TestRecord => {
    const texts = {
      public: JSON.stringify({
        code: `C${of.sequence}-${leaf}`,
        maker: 'a maker of modules',
        note: '公开'.repeat(20),
      }),
      shared: JSON.stringify({ made: 'here', leaf, note: 'x'.repeat(200) }),
      private: '{}',
    };
    const salts = new Uint8Array(randomBytes(96));
    const commitments = {
      public: commit('public', salts.subarray(0, 32), encodeUtf8(texts.public)),
      shared: commit('shared', salts.subarray(32, 64), encodeUtf8(texts.shared)),
      private: commit('private', salts.subarray(64), encodeUtf8(texts.private)),
    };
    return { texts, salts, commitments, leafHash: recordLeafHash(nativeCrypto, commitments) };
  });
  const root = merkleRoot(
    nativeCrypto.sha256,
    records.map(({ leafHash }) => leafHash),
  );
  const acknowledged = { ...of, channel: 1, recordKind: TEST_RECORD_KIND, size: 100 * of.count, root };
  return { records, acknowledged };
}

/** A member's word that it has the batch. */
export function acknowledge(
  { acknowledged }: MadeBatch,
  organization: string,
  { statement }: Signers,
): Acknowledgement {
  assert(statement !== undefined, 'every organisation has a statement key');
  const keyId = keyIdOf(nativeCrypto, statement.publicKey);
  return { organization, keyId, signature: signAcknowledgement(acknowledged, statement) };
}

/** The order of acknowledgements in a statement. */
export function byOrganization(a: Acknowledgement, b: Acknowledgement): number {
  return a.organization < b.organization ? -1 : 1;
}

/** Stores the batch: with its statement as the reporter's own, without as a member's. */
export async function storeTestBatch(
  database: Database,
  { records, acknowledged }: MadeBatch,
  createdAt: number,
  statement: Uint8Array | undefined,
): Promise<void> {
  const { channel, recordKind, reporter, sequence, count, size, root } = acknowledged;
  const storedOn = civilDateOf(createdAt * 1000);
  await preparePartitions(database, [storedOn]);
  await database.transact(async ({ sql }) => {
    const { id } = await sql
      .insertInto('batch')
      .values({
        status: statement === undefined ? 'held' : 'sending',
        channel,
        kind: recordKind,
        reporter,
        sequence,
        count,
        payload_size: size,
        root,
        leaves: Buffer.concat(records.map(({ leafHash }) => leafHash)),
        created_at: new Date(createdAt * 1000),
        stored_on: storedOn,
        statement: statement ?? null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const rows = records.map(({ texts, salts, commitments }, leaf) => ({
      batch_id: id,
      leaf,
      stored_on: storedOn,
      public_text: texts.public,
      shared_text: texts.shared,
      private_text: statement === undefined ? null : texts.private,
      private_commitment: statement === undefined ? commitments.private : null,
      salts: statement === undefined ? salts.subarray(0, 64) : salts,
    }));
    while (rows.length > 0) await sql.insertInto('record').values(rows.splice(0, 1_000)).execute();
  });
}

// The three commitments of stored records, computed from their salts and texts (spec/record.md, R1 to R3), so that a
// receipt says what the store holds and not what it once held.
import type { Commitments } from '@suyuan/ledger';
import { partCommitter, SALT_BYTES } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';
import { assert } from '@suyuan/log';

import type { Database } from '../database/database.ts';
import { createCopyReader } from '../report/copy-rows.ts';
import type { CopyRow } from '../report/copy-rows.ts';

/** The batch whose records are read. */
export interface StoredRecords {
  readonly batchId: number;
  readonly recordKind: string;
  readonly storedOn: string;
}

const COLUMNS = ['leaf', 'salts', 'public_text', 'shared_text', 'private_text', 'private_commitment'];

/** The commitments of these leaves, or of all; those that are not stored are left out. */
export async function readCommitments(
  database: Database,
  crypto: Crypto,
  network: Uint8Array,
  { batchId, recordKind, storedOn }: StoredRecords,
  leaves: readonly number[] | 'all',
): Promise<ReadonlyMap<number, Commitments>> {
  assert(/^\d{4}-\d{2}-\d{2}$/.test(storedOn), 'a stored date is a civil date');
  const commit = partCommitter(crypto, network, recordKind);
  const found = new Map<number, Commitments>();
  const onRow = ([leaf, salts, publicText, sharedText, privateText, kept]: CopyRow): void => {
    assert(leaf != null && salts != null && publicText != null && sharedText != null, 'never null');
    const saltAt = (part: number): Uint8Array => salts.subarray(part * SALT_BYTES, (part + 1) * SALT_BYTES);
    const hidden = kept ?? (privateText && commit('private', saltAt(2), privateText));
    assert(hidden != null, 'a record has its private part or the commitment of it');
    found.set(leaf.readInt32BE(), {
      public: commit('public', saltAt(0), publicText),
      shared: commit('shared', saltAt(1), sharedText),
      private: Uint8Array.from(hidden),
    });
  };
  const chosen = leaves === 'all' ? '' : `and leaf in (${[-1, ...leaves].map(Number).join(', ')})`;
  const reader = createCopyReader(COLUMNS.length, onRow);
  await database.copyOut(
    `select ${COLUMNS.join(', ')} from record
      where batch_id = ${batchId} and stored_on = '${storedOn}' ${chosen}`,
    reader.push,
  );
  reader.end();
  return found;
}

// The stored records of a batch as they travel: what is signed, sent and served is read back from the database, so it is
// what is stored (spec/record.md).
import { partCommitter, SALT_BYTES } from '@suyuan/ledger';
import type { PayloadRecord } from '@suyuan/ledger';
import { assert } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import type { Database } from '../database/database.ts';
import { createCopyReader } from './copy-rows.ts';
import type { CopyRow } from './copy-rows.ts';

/** The batch whose rows are read. */
export interface StoredBatch {
  readonly id: number;
  readonly kind: string;
  readonly storedOn: string;
}

/** A batch in memory, at most 8 MiB of texts. */
export interface BatchRecords {
  readonly records: readonly PayloadRecord[];
  /** True where the leaves are 0, 1, 2, ... without gaps. */
  readonly isDense: boolean;
}

const COLUMNS = ['leaf', 'public_text', 'shared_text', 'private_text', 'private_commitment', 'salts'];

/** Reads the records in the order of their leaves. */
export async function readBatch(
  database: Database,
  network: Uint8Array,
  { id, kind, storedOn }: StoredBatch,
): Promise<BatchRecords> {
  assert(/^\d{4}-\d{2}-\d{2}$/.test(storedOn), 'a stored date is a civil date');
  const commit = partCommitter(nativeCrypto, network, kind);
  const records: PayloadRecord[] = [];
  let isDense = true;
  const onRow = ([leaf, publicText, sharedText, privateText, privateCommitment, salts]: CopyRow): void => {
    assert(
      leaf != null && publicText != null && sharedText != null && salts != null,
      'these columns are never null',
    );
    if (leaf.readInt32BE() !== records.length) isDense = false;
    const saltAt = (part: number): Uint8Array => salts.subarray(part * SALT_BYTES, (part + 1) * SALT_BYTES);
    const kept = privateCommitment ?? (privateText && commit('private', saltAt(2), privateText));
    assert(kept != null, 'a record has its private part or the commitment of it');
    records.push({
      publicSalt: saltAt(0),
      publicText,
      sharedSalt: saltAt(1),
      sharedText,
      privateCommitment: kept,
    });
  };
  const query = `select ${COLUMNS.join(', ')} from record where batch_id = ${id} and stored_on = '${storedOn}' order by leaf`;
  const reader = createCopyReader(COLUMNS.length, onRow);
  await database.copyOut(query, reader.push);
  reader.end();
  return { records, isDense };
}

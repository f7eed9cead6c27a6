// Gives a stored payload to a member of its channel (spec/replication.md).
import type { LedgerState } from '@suyuan/ledger';
import { batchOf, channelOf, encodePayload, viewOf } from '@suyuan/ledger';
import type { Rejection, Result } from '@suyuan/log';
import { ok, reject } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import type { Database } from '../database/database.ts';
import { readBatch } from '../report/read-batch.ts';
import { isMemberOf } from './peer-rights.ts';

/** Why a payload is not given. */
export type ServeRejection = Rejection<'payload_not_held' | 'peer_not_permitted'>;

/** The payload of an entry, for the node `sender`. */
export type ServePayload = (sender: string, entry: number) => Promise<Result<Uint8Array, ServeRejection>>;

/** Serves what this node holds. */
export function createPayloadServer(options: {
  readonly database: Database;
  readonly state: () => LedgerState;
  readonly network: Uint8Array;
}): ServePayload {
  const { database, network } = options;
  return async (sender, entry) => {
    const view = viewOf(nativeCrypto, options.state());
    const batch = batchOf(view, entry);
    if (batch === undefined) return reject({ code: 'payload_not_held' });
    if (!isMemberOf(view, channelOf(view, batch.channel), sender))
      return reject({ code: 'peer_not_permitted' });
    const row = await database.read((db) =>
      db
        .selectFrom('batch')
        .select(['id', 'kind', 'stored_on'])
        .where('entry', '=', entry)
        .where('status', '=', 'reported')
        .executeTakeFirst(),
    );
    if (row === undefined) return reject({ code: 'payload_not_held' });
    const { records } = await readBatch(database, network, { ...row, storedOn: row.stored_on });
    return records.length === 0 ? reject({ code: 'payload_not_held' }) : ok(encodePayload(records));
  };
}

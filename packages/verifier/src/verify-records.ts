// Step 6 of verification: every record of a receipt leads from its three commitments to the root of the batch
// (spec/receipt.md, V12).
import { recordLeafHash } from '@suyuan/ledger';
import type { Crypto, Rejection, Result } from '@suyuan/log';
import { assert, ok, reject, verifyInclusion } from '@suyuan/log';

import type { ReceiptRecord } from './receipt.ts';

/** Why a record is not of the batch. */
export type RecordRejection =
  | (Rejection<'record_leaf_beyond_count'> & { readonly leaf: number; readonly count: number })
  | (Rejection<'record_path_wrong'> & { readonly leaf: number });

/** Checks all records of a receipt against the size and root of their batch. */
export function verifyRecords(
  crypto: Crypto,
  batch: { readonly count: number; readonly root: Uint8Array },
  records: readonly ReceiptRecord[],
): Result<undefined, RecordRejection> {
  const { count, root } = batch;
  for (const { leaf, commitments, path } of records) {
    if (leaf >= count) return reject({ code: 'record_leaf_beyond_count', leaf, count });
    const [forPublic, forShared, forPrivate, ...rest] = commitments;
    assert(
      forPublic && forShared && forPrivate && rest.length === 0,
      'a parsed record has three commitments',
    );
    const leafHash = recordLeafHash(crypto, { public: forPublic, shared: forShared, private: forPrivate });
    const claim = { leafHash, index: leaf, size: count, proof: path, root };
    if (!verifyInclusion(crypto.sha256, claim).ok) return reject({ code: 'record_path_wrong', leaf });
  }
  return ok(undefined);
}

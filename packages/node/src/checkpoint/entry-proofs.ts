// The state proofs that the receipts of a batch carry, made once: when the first checkpoint that covers the batch
// has its quorum. So a receipt never needs an old state (spec/checkpoint.md, C7).
import type { LedgerState } from '@suyuan/ledger';
import { batchOf, encodeStateProof, proveState, viewOf } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';
import { encodeHex } from '@suyuan/log';

/** Encoded proofs of `batch/ENTRY` and of the `key/KID` that signed it, under one state root. */
export interface EntryProof {
  readonly entry: number;
  readonly batch: Uint8Array;
  readonly key: Uint8Array;
}

/** Entries proven before other work gets its turn. */
const ENTRIES_AT_ONCE_MAX = 256;

/** The encoded proof of a batch's value, or of there being none. */
export function proveBatch(crypto: Crypto, state: LedgerState, entry: number): Uint8Array {
  return encodeStateProof(proveState(crypto, state, `batch/${entry}`));
}

/** The proofs of all batches among the entries from `first` to before `end`. */
export async function proveEntries(
  crypto: Crypto,
  state: LedgerState,
  first: number,
  end: number,
): Promise<readonly EntryProof[]> {
  const view = viewOf(crypto, state);
  const proofs: EntryProof[] = [];
  for (let entry = first; entry < end; entry++) {
    if ((entry - first) % ENTRIES_AT_ONCE_MAX === ENTRIES_AT_ONCE_MAX - 1)
      await new Promise((resolve) => setImmediate(resolve));
    const batch = batchOf(view, entry);
    if (batch === undefined) continue;
    const key = encodeStateProof(proveState(crypto, state, `key/${encodeHex(batch.keyId)}`));
    proofs.push({ entry, batch: proveBatch(crypto, state, entry), key });
  }
  return proofs;
}

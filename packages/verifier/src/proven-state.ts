// Values of the ledger's state that a receipt proves under the state root of a trusted checkpoint: the batch, and the
// key that signed it (spec/receipt.md, V9 to V11).
import type { BatchValue, KeyValue, Table } from '@suyuan/ledger';
import { parseStateProof, parseValue, stateKey, tables, verifyStateProof } from '@suyuan/ledger';
import type { Crypto, Rejection, Result } from '@suyuan/log';
import { encodeHex, ok, reject } from '@suyuan/log';

/** Why a value is not proven. */
export type ProvenStateRejection =
  | (Rejection<'batch_proof_wrong' | 'key_proof_wrong' | 'status_proof_wrong'> & { readonly cause: string })
  | Rejection<'batch_not_accepted' | 'key_unknown'>;

/** The value of `batch/ENTRY`. That there is one shows that the ledger accepted the statement at this entry. */
export function readProvenBatch(
  crypto: Crypto,
  stateRoot: Uint8Array,
  entry: number,
  proof: Uint8Array,
  code: 'batch_proof_wrong' | 'status_proof_wrong',
): Result<BatchValue, ProvenStateRejection> {
  const value = readProven(crypto, stateRoot, tables.batch, entry, proof);
  if (!value.ok) return reject({ code, cause: value.error.code });
  return value.value === undefined ? reject({ code: 'batch_not_accepted' }) : ok(value.value);
}

/** The value of `key/KID`: whose key it is, for what, and when. */
export function readProvenKey(
  crypto: Crypto,
  stateRoot: Uint8Array,
  keyId: Uint8Array,
  proof: Uint8Array,
): Result<KeyValue, ProvenStateRejection> {
  const value = readProven(crypto, stateRoot, tables.key, encodeHex(keyId), proof);
  if (!value.ok) return reject({ code: 'key_proof_wrong', cause: value.error.code });
  return value.value === undefined ? reject({ code: 'key_unknown' }) : ok(value.value);
}

function readProven<T>(
  crypto: Crypto,
  stateRoot: Uint8Array,
  table: Table<T>,
  id: string | number,
  proof: Uint8Array,
): Result<T | undefined, Rejection> {
  const parsed = parseStateProof(proof);
  if (!parsed.ok) return parsed;
  const proven = verifyStateProof(crypto, stateRoot, stateKey(table, id), parsed.value);
  if (!proven.ok) return proven;
  return proven.value.isPresent ? parseValue(table, proven.value.value) : ok(undefined);
}

// The receipt bundle, `suyuan-receipt/v1`: everything an outsider needs to check records of one batch, as one JSON
// document (spec/receipt.md, "The receipt"). Here only its form; `verify-receipt.ts` says what it proves.
import { BATCH_RECORDS_MAX, STATEMENT_BYTES_MAX } from '@suyuan/ledger';
import { HASH_BYTES, INCLUSION_PROOF_LENGTH_MAX } from '@suyuan/log';
import type { Result } from '@suyuan/log';

import type { DocumentForm, DocumentRejection } from './document.ts';
import { encodeDocument, parseDocument } from './document.ts';
import type { Codec } from './json-codec.ts';
import { base64Bytes, hexHash, list, literal, object, text, whole } from './json-codec.ts';

/** The most records a batch, and so a receipt, may hold. */
const RECEIPT_RECORDS_MAX: number = BATCH_RECORDS_MAX;
/** The most bytes of a receipt. */
export const RECEIPT_BYTES_MAX: number = 8 * 1024 * 1024;
/** The most UTF-16 units of a signed note inside a receipt: 100 signatures and a head, generously. */
const RECEIPT_NOTE_LENGTH_MAX = 65_536;

/** The most bytes of a state proof: a batch value with every record void on its own, and 256 hashes. */
const STATE_PROOF_BYTES_MAX = 1024 * 1024;
/** The height of a tree of 4,096 leaves. */
const RECORD_PATH_LENGTH_MAX = 12;

/** One record of the batch: its place, the commitments of its three parts, its way to the batch root. */
export interface ReceiptRecord {
  readonly leaf: number;
  /** Public, shared, private. */
  readonly commitments: readonly Uint8Array[];
  readonly path: readonly Uint8Array[];
}

/** A receipt: proves nothing before `verifyReceipt`. */
export interface Receipt {
  readonly format: 'suyuan-receipt/v1';
  readonly network: Uint8Array;
  readonly entry: number;
  readonly statement: Uint8Array;
  /** A signed note: the first checkpoint with a quorum that covers the entry. */
  readonly checkpoint: string;
  readonly inclusion: readonly Uint8Array[];
  /** Proofs under the checkpoint's state root: of the value of `batch/ENTRY`, and of the issuer's `key/KID`. */
  readonly state: { readonly batch: Uint8Array; readonly key: Uint8Array };
  /** One at least, in the order of their leaves, none twice. */
  readonly records: readonly ReceiptRecord[];
  /** A signed note, as new as the holder has, and the proof of `batch/ENTRY` under it: what was voided by then. */
  readonly status: { readonly checkpoint: string; readonly batch: Uint8Array };
}

const hash = base64Bytes(HASH_BYTES, HASH_BYTES);
const note = text(RECEIPT_NOTE_LENGTH_MAX);
const stateProof = base64Bytes(1, STATE_PROOF_BYTES_MAX);

const records = list(
  object<ReceiptRecord>({
    leaf: whole(0, RECEIPT_RECORDS_MAX - 1),
    commitments: list(hash, 3, 3),
    path: list(hash, 0, RECORD_PATH_LENGTH_MAX),
  }),
  1,
  RECEIPT_RECORDS_MAX,
);

const receipt: DocumentForm<Receipt, 'receipt'> = {
  name: 'receipt',
  codec: object<Receipt>({
    format: literal('suyuan-receipt/v1'),
    network: hexHash,
    entry: whole(0, Number.MAX_SAFE_INTEGER - 1),
    statement: base64Bytes(1, STATEMENT_BYTES_MAX),
    checkpoint: note,
    inclusion: list(hash, 0, INCLUSION_PROOF_LENGTH_MAX),
    state: object<Receipt['state']>({ batch: stateProof, key: stateProof }),
    records: ascending(records),
    status: object<Receipt['status']>({ checkpoint: note, batch: stateProof }),
  }),
  indent: 0,
  bytesMax: RECEIPT_BYTES_MAX,
};

/** The bytes of a receipt. */
export function encodeReceipt(value: Receipt): Uint8Array {
  return encodeDocument(receipt, value);
}

/** The receipt in these bytes, refused unless `encodeReceipt` gives the same bytes back. Never throws. */
export function parseReceipt(bytes: Uint8Array): Result<Receipt, DocumentRejection<'receipt'>> {
  return parseDocument(receipt, bytes);
}

/** The same list, refused unless each leaf is greater than the one before. */
function ascending(inner: Codec<readonly ReceiptRecord[]>): Codec<readonly ReceiptRecord[]> {
  return {
    read: (value, fault) => {
      const read = inner.read(value, fault);
      let last = -1;
      for (const { leaf } of read ?? []) {
        if (leaf <= last) return undefined;
        last = leaf;
      }
      return read;
    },
    write: inner.write,
  };
}

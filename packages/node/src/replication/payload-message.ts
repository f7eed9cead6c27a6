// What travels between nodes about a payload (spec/replication.md): the request that hands one over, and the
// acknowledgement that answers it. Deterministic CBOR; everything else is refused.
import type { AcknowledgedBatch, Acknowledgement } from '@suyuan/ledger';
import { BATCH_RECORDS_MAX, PAYLOAD_BYTES_MAX } from '@suyuan/ledger';
import type { CborValue, Rejection, Result } from '@suyuan/log';
import {
  encodeCbor,
  HASH_BYTES,
  isCborArray,
  isCborBytes,
  ok,
  parseCbor,
  reject,
  SIGNATURE_BYTES,
} from '@suyuan/log';

/** Where payloads are posted; a payload is got from `PAYLOADS_PATH/ENTRY`. */
export const PAYLOADS_PATH = '/peer/v1/payloads';
/** Most bytes of a request: the payload and its description. */
export const PAYLOAD_MESSAGE_BYTES_MAX: number = PAYLOAD_BYTES_MAX + 1_024;
/** Most bytes of an acknowledgement. */
export const ACKNOWLEDGEMENT_BYTES_MAX = 1_024;

const TAG = 'suyuan/payload/v1';

/** A payload with what its statement will say about it. */
export interface PayloadMessage {
  /** What the acknowledgement will name; `size` is the payload's length. */
  readonly batch: Omit<AcknowledgedBatch, 'network' | 'size'>;
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly payload: Uint8Array;
}

/** ["suyuan/payload/v1", channel, reporter, sequence, record kind, count, root, created at, payload] */
export function encodePayloadMessage({ batch, createdAt, payload }: PayloadMessage): Uint8Array {
  return encodeCbor([
    TAG,
    batch.channel,
    batch.reporter,
    batch.sequence,
    batch.recordKind,
    batch.count,
    batch.root,
    createdAt,
    payload,
  ]);
}

/** The message in these bytes; the payload itself is not looked into. */
export function parsePayloadMessage(
  bytes: Uint8Array,
): Result<PayloadMessage, Rejection<'payload_malformed'>> {
  const malformed = reject({ code: 'payload_malformed' as const });
  const parsed = parseCbor(bytes, PAYLOAD_MESSAGE_BYTES_MAX);
  if (!parsed.ok || !isCborArray(parsed.value) || parsed.value.length !== 9) return malformed;
  const [tag, channel, reporter, sequence, recordKind, count, root, createdAt, payload] = parsed.value;
  if (tag !== TAG || !isShortText(reporter) || !isShortText(recordKind)) return malformed;
  if (!isUint(channel) || !isUint(sequence) || !isUint(createdAt)) return malformed;
  if (!isUint(count) || count < 1 || count > BATCH_RECORDS_MAX) return malformed;
  if (!isCborBytes(root) || root.length !== HASH_BYTES || !isCborBytes(payload)) return malformed;
  return ok({ batch: { channel, reporter, sequence, recordKind, count, root }, createdAt, payload });
}

/** [organisation, kid, signature] */
export function encodeAcknowledgement({ organization, keyId, signature }: Acknowledgement): Uint8Array {
  return encodeCbor([organization, keyId, signature]);
}

/** The acknowledgement in these bytes; its signature is not checked. */
export function parseAcknowledgement(bytes: Uint8Array): Acknowledgement | undefined {
  const parsed = parseCbor(bytes, ACKNOWLEDGEMENT_BYTES_MAX);
  if (!parsed.ok || !isCborArray(parsed.value) || parsed.value.length !== 3) return undefined;
  const [organization, keyId, signature] = parsed.value;
  if (!isShortText(organization) || !isCborBytes(keyId) || keyId.length !== HASH_BYTES) return undefined;
  if (!isCborBytes(signature) || signature.length !== SIGNATURE_BYTES) return undefined;
  return { organization, keyId, signature };
}

function isUint(value: CborValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isShortText(value: CborValue | undefined): value is string {
  return typeof value === 'string' && value.length <= 32;
}

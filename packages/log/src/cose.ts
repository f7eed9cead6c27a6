// COSE_Sign1 (RFC 9052 section 4.2) with Ed25519, always tagged 18 and in deterministic CBOR (spec/log.md, L25 and
// L26). The signature is over the bytes of the protected header as they were received.
//
//   18([ bstr protected header, unprotected header, bstr payload / nil, bstr signature ])
//   Sig_structure = [ "Signature1", bstr protected header, h'', bstr payload ]
import { assert } from './assert.ts';
import type { CborMap, CborRejection, CborValue } from './cbor.ts';
import { encodeCbor, isCborArray, isCborBytes, isCborMap, parseCbor } from './cbor.ts';
import { concatBytes } from './concat-bytes.ts';
import type { Crypto, Signer } from './crypto.ts';
import { SIGNATURE_BYTES } from './crypto.ts';
import type { Rejection, Result } from './result.ts';
import { ok, reject } from './result.ts';

/** Header labels (IANA COSE header parameters). */
export const COSE_HEADER = {
  algorithm: 1,
  critical: 2,
  contentType: 3,
  keyId: 4,
  cwtClaims: 15,
  receipts: 394,
  verifiableDataStructure: 395,
  verifiableDataProofs: 396,
} as const;

/** CWT claims within the header (RFC 9597). */
export const CWT_CLAIM = { issuer: 1, subject: 2, issuedAt: 6 } as const;

/** The algorithm identifier of Ed25519 signatures: EdDSA, the one that COSE verifiers in the field know. */
export const COSE_ALGORITHM_EDDSA = -8;

const TAG_18 = 0xd2;

/** A COSE_Sign1 message, parsed and not yet verified. */
export interface CoseSign1 {
  /** As received: the signature covers these bytes. */
  readonly protectedBytes: Uint8Array;
  readonly protectedHeader: CborMap;
  readonly unprotectedHeader: CborMap;
  /** Null when detached. */
  readonly payload: Uint8Array | null;
  readonly signature: Uint8Array;
}

/** Why a COSE message was refused. */
export type CoseRejection = Rejection<
  'cose_malformed' | 'cose_algorithm_unknown' | 'cose_critical_header_unknown'
>;

/** What goes into a COSE_Sign1 message. The protected header gets the algorithm by itself. */
export interface CoseContent {
  readonly protectedHeader: CborMap;
  readonly unprotectedHeader: CborMap;
  readonly payload: Uint8Array;
  /** Whether the payload is left out of the message; it is signed either way. */
  readonly isDetached: boolean;
}

/** Signs and encodes a message. */
export function signCose(signer: Signer, content: CoseContent): Uint8Array {
  const { protectedHeader, unprotectedHeader, payload, isDetached } = content;
  assert(!protectedHeader.has(COSE_HEADER.algorithm), 'the algorithm is set here');
  const protectedBytes = encodeCbor(
    new Map([...protectedHeader, [COSE_HEADER.algorithm, COSE_ALGORITHM_EDDSA]]),
  );
  const signature = signer.sign(encodeToBeSigned(protectedBytes, payload));
  return encodeCose({
    protectedBytes,
    unprotectedHeader,
    payload: isDetached ? null : payload,
    signature,
  });
}

/** The bytes of a message whose signature exists already. */
export function encodeCose(message: Omit<CoseSign1, 'protectedHeader'>): Uint8Array {
  const { protectedBytes, unprotectedHeader, payload, signature } = message;
  return concatBytes(
    Uint8Array.of(TAG_18),
    encodeCbor([protectedBytes, unprotectedHeader, payload, signature]),
  );
}

/**
 * The message of at most `bytesMax` bytes. Refused unless it is tagged and deterministic, throughout, has EdDSA as
 * its algorithm in the protected header and demands nothing (`crit`) that is not understood here.
 */
export function parseCose(
  bytes: Uint8Array,
  bytesMax: number,
): Result<CoseSign1, CoseRejection | CborRejection> {
  if (bytes[0] !== TAG_18) return reject({ code: 'cose_malformed' });
  const outer = parseCbor(bytes.subarray(1), bytesMax);
  if (!outer.ok) return outer;
  if (!isCborArray(outer.value) || outer.value.length !== 4) return reject({ code: 'cose_malformed' });
  const [protectedBytes, unprotectedHeader, payload, signature] = outer.value;
  if (!isCborBytes(protectedBytes) || !isCborMap(unprotectedHeader))
    return reject({ code: 'cose_malformed' });
  if (!isPayload(payload) || !isCborBytes(signature)) return reject({ code: 'cose_malformed' });
  if (signature.length !== SIGNATURE_BYTES) return reject({ code: 'cose_malformed' });
  const inner = parseCbor(protectedBytes, bytesMax);
  if (!inner.ok) return inner;
  const protectedHeader = inner.value;
  if (!isCborMap(protectedHeader)) return reject({ code: 'cose_malformed' });
  if ([...unprotectedHeader.keys()].some((label) => protectedHeader.has(label)))
    return reject({ code: 'cose_malformed' });
  if (protectedHeader.has(COSE_HEADER.critical)) return reject({ code: 'cose_critical_header_unknown' });
  if (protectedHeader.get(COSE_HEADER.algorithm) !== COSE_ALGORITHM_EDDSA) {
    return reject({ code: 'cose_algorithm_unknown' });
  }
  return ok({ protectedBytes, protectedHeader, unprotectedHeader, payload, signature });
}

/** Whether the key signed the message. A detached payload is given, an attached one is never replaced. */
export function verifyCose(
  crypto: Crypto,
  message: CoseSign1,
  publicKey: Uint8Array,
  detachedPayload?: Uint8Array,
): boolean {
  const payload = message.payload ?? detachedPayload;
  if (payload === undefined || (message.payload !== null && detachedPayload !== undefined)) return false;
  return crypto.verifyEd25519(
    publicKey,
    encodeToBeSigned(message.protectedBytes, payload),
    message.signature,
  );
}

function encodeToBeSigned(protectedBytes: Uint8Array, payload: Uint8Array): Uint8Array {
  return encodeCbor(['Signature1', protectedBytes, new Uint8Array(0), payload]);
}

function isPayload(value: CborValue | undefined): value is Uint8Array | null {
  return value === null || isCborBytes(value);
}

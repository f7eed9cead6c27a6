// A COSE receipt of inclusion (RFC 9942, verifiable data structure 1, RFC9162_SHA256): a COSE_Sign1 of one log key
// over the tree's root, detached, with the inclusion proof beside it (spec/log.md, L27 and L28).
//
//   18([ << { 1: -8, 4: key id, 15: { 1: issuer, 2: subject }, 395: 1, -70000: [ tree size, leaf index ] } >>,
//        { 396: { -1: [ << [ tree size, leaf index, [ + hash ] ] >> ] } },
//        nil,
//        signature over the root ])
//
// A root does not tell its size, and one path can fit several sizes and indexes. RFC 9942 leaves both unsigned; here
// they stand in the protected header as well, under a label for private use, and must be those of the proof.
import type { CborMap, CborRejection, CborValue } from './cbor.ts';
import { encodeCbor, isCborArray, isCborBytes, isCborMap, parseCbor } from './cbor.ts';
import type { CoseRejection, CoseSign1 } from './cose.ts';
import { COSE_HEADER, CWT_CLAIM, parseCose, signCose, verifyCose } from './cose.ts';
import { HASH_BYTES } from './crypto.ts';
import type { Crypto, Signer } from './crypto.ts';
import { leafHash } from './merkle-hash.ts';
import type { Rejection, Result } from './result.ts';
import { ok, reject } from './result.ts';
import { INCLUSION_PROOF_LENGTH_MAX } from './tlog-proof.ts';
import type { ProofRejection } from './verify-proof.ts';
import { rootFromInclusion } from './verify-proof.ts';

/** The most bytes of a receipt. */
const COSE_RECEIPT_BYTES_MAX = 16_384;

const RFC9162_SHA256 = 1;
const INCLUSION_PROOFS = -1;
const POSITION = -70_000;

/** What a log says in a receipt. */
export interface CoseReceiptContent {
  /** Names the log key to those who hold several. */
  readonly keyId: Uint8Array;
  /** Who issues receipts: the origin of the log. */
  readonly issuer: string;
  /** What the entry is about: the subject of the statement. */
  readonly subject: string;
  readonly size: number;
  readonly index: number;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** A receipt, parsed and not yet verified. */
export interface CoseReceipt {
  readonly message: CoseSign1;
  readonly keyId: Uint8Array | undefined;
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
  readonly size: number;
  readonly index: number;
  readonly proof: readonly Uint8Array[];
}

/** Why a receipt was refused. */
export type CoseReceiptRejection =
  | CoseRejection
  | CborRejection
  | ProofRejection
  | Rejection<
      | 'cose_receipt_malformed'
      | 'cose_receipt_structure_unknown'
      | 'cose_receipt_position_unsigned'
      | 'cose_receipt_signature_invalid'
    >;

/** Signs a receipt. The caller has made sure that the proof leads from the entry to the root. */
export function signCoseReceipt(signer: Signer, content: CoseReceiptContent): Uint8Array {
  const { keyId, issuer, subject, size, index, proof, root } = content;
  const claims: CborMap = new Map([
    [CWT_CLAIM.issuer, issuer],
    [CWT_CLAIM.subject, subject],
  ]);
  const proofs: CborMap = new Map([[INCLUSION_PROOFS, [encodeCbor([size, index, proof])]]]);
  return signCose(signer, {
    protectedHeader: new Map<number, CborValue>([
      [COSE_HEADER.keyId, keyId],
      [COSE_HEADER.cwtClaims, claims],
      [COSE_HEADER.verifiableDataStructure, RFC9162_SHA256],
      [POSITION, [size, index]],
    ]),
    unprotectedHeader: new Map([[COSE_HEADER.verifiableDataProofs, proofs]]),
    payload: root,
    isDetached: true,
  });
}

/**
 * The receipt in these bytes: exactly one inclusion proof, at the signed size and index, nothing else unprotected,
 * the root detached.
 */
export function parseCoseReceipt(bytes: Uint8Array): Result<CoseReceipt, CoseReceiptRejection> {
  const cose = parseCose(bytes, COSE_RECEIPT_BYTES_MAX);
  if (!cose.ok) return cose;
  const { protectedHeader, unprotectedHeader, payload } = cose.value;
  if (protectedHeader.get(COSE_HEADER.verifiableDataStructure) !== RFC9162_SHA256) {
    return reject({ code: 'cose_receipt_structure_unknown' });
  }
  const proofs = unprotectedHeader.get(COSE_HEADER.verifiableDataProofs);
  if (payload !== null || unprotectedHeader.size !== 1 || !isCborMap(proofs) || proofs.size !== 1) {
    return reject({ code: 'cose_receipt_malformed' });
  }
  const inclusion = parseInclusion(proofs.get(INCLUSION_PROOFS));
  if (!inclusion.ok) return inclusion;
  const { size, index } = inclusion.value;
  if (!isPosition(protectedHeader.get(POSITION), size, index)) {
    return reject({ code: 'cose_receipt_position_unsigned' });
  }
  const keyId = protectedHeader.get(COSE_HEADER.keyId);
  const claims = protectedHeader.get(COSE_HEADER.cwtClaims);
  return ok({
    message: cose.value,
    keyId: isCborBytes(keyId) ? keyId : undefined,
    issuer: textClaim(claims, CWT_CLAIM.issuer),
    subject: textClaim(claims, CWT_CLAIM.subject),
    ...inclusion.value,
  });
}

/** What a verified receipt says: the key's log has this root at this size, with the entry at `index`. */
export interface VerifiedCoseReceipt extends CoseReceipt {
  readonly root: Uint8Array;
}

/** Verifies a receipt for an entry under one log key. */
export function verifyCoseReceipt(
  crypto: Crypto,
  bytes: Uint8Array,
  entry: Uint8Array,
  publicKey: Uint8Array,
): Result<VerifiedCoseReceipt, CoseReceiptRejection> {
  const receipt = parseCoseReceipt(bytes);
  if (!receipt.ok) return receipt;
  const { message, size, index, proof } = receipt.value;
  const leaf = leafHash(crypto.sha256, entry);
  const root = rootFromInclusion(crypto.sha256, { leafHash: leaf, index, size, proof });
  if (!root.ok) return root;
  const valid = verifyCose(crypto, message, publicKey, root.value);
  return valid
    ? ok({ ...receipt.value, root: root.value })
    : reject({ code: 'cose_receipt_signature_invalid' });
}

type Inclusion = Pick<CoseReceipt, 'size' | 'index' | 'proof'>;

function parseInclusion(proofs: CborValue | undefined): Result<Inclusion, CoseReceiptRejection> {
  const [encoded] = isCborArray(proofs) && proofs.length === 1 ? proofs : [];
  if (!isCborBytes(encoded)) return reject({ code: 'cose_receipt_malformed' });
  const parsed = parseCbor(encoded, COSE_RECEIPT_BYTES_MAX);
  if (!parsed.ok) return parsed;
  const [size, index, path] = isCborArray(parsed.value) && parsed.value.length === 3 ? parsed.value : [];
  if (typeof size !== 'number' || typeof index !== 'number' || !isCborArray(path)) {
    return reject({ code: 'cose_receipt_malformed' });
  }
  const proof = path.filter((hash) => isCborBytes(hash)).filter((hash) => hash.length === HASH_BYTES);
  const isProof = proof.length === path.length && path.length <= INCLUSION_PROOF_LENGTH_MAX;
  return isProof ? ok({ size, index, proof }) : reject({ code: 'cose_receipt_malformed' });
}

function isPosition(value: CborValue | undefined, size: number, index: number): boolean {
  return isCborArray(value) && value.length === 2 && value[0] === size && value[1] === index;
}

function textClaim(claims: CborValue | undefined, claim: number): string | undefined {
  const value = isCborMap(claims) ? claims.get(claim) : undefined;
  return typeof value === 'string' ? value : undefined;
}

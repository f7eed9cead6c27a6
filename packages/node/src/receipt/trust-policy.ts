// What an outsider must trust to check receipts of this network: the validators' keys and how many must have signed
// (spec/receipt.md, "The trust policy"); and public keys in the form that other software reads.
import type { LedgerState } from '@suyuan/ledger';
import { networkOf, viewOf } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';
import { encodeBase64, concatBytes, encodeVkey, parseHex, assert } from '@suyuan/log';
import type { TrustPolicyDocument } from '@suyuan/verifier';
import { encodeTrustPolicy } from '@suyuan/verifier';

import { createElectorateOf } from '../checkpoint/signatories.ts';

/** The trust policy of the validators in this state, as a document. */
export function trustPolicyOf(crypto: Crypto, state: LedgerState): Uint8Array {
  const { network, origin } = networkOf(viewOf(crypto, state));
  const { signatories, quorum } = createElectorateOf(crypto)(state);
  const document: TrustPolicyDocument = {
    format: 'suyuan-trust-policy/v1',
    network,
    origin,
    validators: signatories.map(({ organization, logKey, cosigningKey }) => ({
      organization,
      logKey: encodeVkey(logKey),
      cosigningKey: encodeVkey(cosigningKey),
    })),
    quorum,
  };
  return encodeTrustPolicy(document);
}

/** An Ed25519 public key as PEM (RFC 8410). */
export function encodePublicKeyPem(publicKey: Uint8Array): string {
  const prefix = parseHex('302a300506032b6570032100');
  assert(prefix !== undefined, 'the prefix is hexadecimal');
  return `-----BEGIN PUBLIC KEY-----\n${encodeBase64(concatBytes(prefix, publicKey))}\n-----END PUBLIC KEY-----\n`;
}

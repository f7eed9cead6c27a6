// Ed25519 private keys on node:crypto. A key is its 32-byte seed (RFC 8032 section 5.1.5).
import { createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';

import type { Signer } from '@suyuan/log';
import { assert } from '@suyuan/log';

/** DER before the 32-byte seed of an Ed25519 key in PKCS#8 (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A signer of the private key with this 32-byte seed. */
export function nativeSigner(seed: Uint8Array): Signer {
  assert(seed.length === 32, 'a seed has 32 bytes');
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    publicKey: new Uint8Array(spki.subarray(-32)),
    sign: (message) => new Uint8Array(sign(null, message, key)),
  };
}

/** 32 fresh random bytes from the operating system. */
export function generateSeed(): Uint8Array {
  return new Uint8Array(randomBytes(32));
}

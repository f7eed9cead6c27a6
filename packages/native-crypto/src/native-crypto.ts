// The port of @suyuan/log on node:crypto. OpenSSL checks the equation of RFC 8032 without cofactor; what it does
// not check about keys is checked here, so that every verdict equals the portable one (spec/log.md, L1 to L3).
import { createPublicKey, hash, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import type { Crypto } from '@suyuan/log';
import { HASH_BYTES, isPublicKeyUsable, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from '@suyuan/log';

/** Keys whose check and KeyObject are remembered; the least recently used one goes first. */
const CACHED_KEYS_MAX = 4_096;

/** DER before the 32 bytes of an Ed25519 key in SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

const cachedKeys = new Map<string, KeyObject | undefined>();

/** SHA-256 and Ed25519 by OpenSSL, with a bounded cache of checked keys. */
export const nativeCrypto: Crypto = {
  sha256,
  verifyEd25519: (publicKey, message, signature) => {
    if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
    const key = findKey(publicKey);
    return key !== undefined && verify(null, message, key, signature);
  },
};

// A digest as a binary (Latin-1) string, copied into plain bytes, takes half the time of one as a Buffer, whose memory lies
// outside the heap.
function sha256(bytes: Uint8Array): Uint8Array {
  const digest = hash('sha256', bytes, 'binary');
  const out = new Uint8Array(HASH_BYTES);
  for (let i = 0; i < HASH_BYTES; i++) out[i] = digest.charCodeAt(i);
  return out;
}

/** The checked key, or undefined where it may not be used. Both answers are remembered. */
function findKey(publicKey: Uint8Array): KeyObject | undefined {
  const name = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length).toString('latin1');
  if (cachedKeys.has(name)) {
    const cached = cachedKeys.get(name);
    cachedKeys.delete(name);
    cachedKeys.set(name, cached);
    return cached;
  }
  const key = isPublicKeyUsable(publicKey)
    ? createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' })
    : undefined;
  if (cachedKeys.size >= CACHED_KEYS_MAX) {
    for (const oldest of cachedKeys.keys()) {
      cachedKeys.delete(oldest);
      break;
    }
  }
  cachedKeys.set(name, key);
  return key;
}

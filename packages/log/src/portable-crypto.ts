// The port on @noble, for browsers and as the reference for the native one (spec/log.md, rules L1 to L3).
import { sliceBytes } from './slice-bytes.ts';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';

import { assert } from './assert.ts';
import { concatBytes } from './concat-bytes.ts';
import type { Crypto, Signer } from './crypto.ts';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './crypto.ts';
import { equalBytes } from './equal-bytes.ts';
import { encodeHex } from './hex.ts';

type Point = InstanceType<typeof ed25519.Point>;

const ORDER = ed25519.Point.Fn.ORDER;

/** SHA-256 and Ed25519 in plain JavaScript. */
export const portableCrypto: Crypto = { sha256: (bytes) => sha256(bytes), verifyEd25519 };

/** A signer of the private key with this 32-byte seed (RFC 8032 section 5.1.5). */
export function portableSigner(seed: Uint8Array): Signer {
  assert(seed.length === 32, 'a seed has 32 bytes');
  const copy = sliceBytes(seed, 0);
  return { publicKey: ed25519.getPublicKey(copy), sign: (message) => ed25519.sign(message, copy) };
}

/** Whether a public key is canonical, of prime order and not the identity. No other key may be used. */
export function isPublicKeyUsable(publicKey: Uint8Array): boolean {
  return parsePublicKey(publicKey) !== undefined;
}

/** Checked keys, since the check costs as much as a signature and the same few keys come again; oldest out first. */
const checkedKeys = new Map<string, Point | undefined>();
const CHECKED_KEYS_MAX = 1_024;

function parsePublicKey(publicKey: Uint8Array): Point | undefined {
  if (publicKey.length !== PUBLIC_KEY_BYTES) return undefined;
  const name = encodeHex(publicKey);
  if (checkedKeys.has(name)) return checkedKeys.get(name);
  const point = checkPublicKey(publicKey);
  if (checkedKeys.size >= CHECKED_KEYS_MAX) {
    for (const oldest of checkedKeys.keys()) {
      checkedKeys.delete(oldest);
      break;
    }
  }
  checkedKeys.set(name, point);
  return point;
}

function checkPublicKey(publicKey: Uint8Array): Point | undefined {
  try {
    const point = ed25519.Point.fromBytes(publicKey);
    if (!equalBytes(point.toBytes(), publicKey)) return undefined;
    return point.isSmallOrder() || !point.isTorsionFree() ? undefined : point;
  } catch {
    return undefined;
  }
}

function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  if (s >= ORDER) return false;
  const point = parsePublicKey(publicKey);
  if (point === undefined) return false;
  const k = littleEndian(sha512(concatBytes(r, publicKey, message))) % ORDER;
  const expected = ed25519.Point.BASE.multiplyUnsafe(s).subtract(point.multiplyUnsafe(k));
  return equalBytes(expected.toBytes(), r);
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}

// Keys: what each is for, its name (kid), and the proof that its holder wanted it registered
// (spec/statement.md, S20 to S24).
import type { Crypto, Signer } from '@suyuan/log';
import { encodeCbor } from '@suyuan/log';

import type { Codec } from './codec.ts';
import { choice, tuple } from './codec.ts';
import { bytes32, bytes64 } from './identifiers.ts';

/** What a key may sign. No key serves two purposes. */
export type KeyPurpose =
  | 'statement'
  | 'log'
  | 'cosigning'
  | 'transport'
  | 'validator'
  | 'token_issuer'
  | 'query_promise'
  | 'recovery';

/** All purposes, in the order of their numbers 1 to 8. */
export const KEY_PURPOSES: readonly KeyPurpose[] = [
  'statement',
  'log',
  'cosigning',
  'transport',
  'validator',
  'token_issuer',
  'query_promise',
  'recovery',
];

/** A purpose as its number. */
export const keyPurpose: Codec<KeyPurpose> = choice({
  statement: 1,
  log: 2,
  cosigning: 3,
  transport: 4,
  validator: 5,
  token_issuer: 6,
  query_promise: 7,
  recovery: 8,
});

/** A public key on its way into the ledger. */
export interface KeyRegistration {
  readonly purpose: KeyPurpose;
  readonly publicKey: Uint8Array;
  /** The key's own signature over `possessionBytes`. */
  readonly proof: Uint8Array;
}

/** A registration as data. */
export const keyRegistration: Codec<KeyRegistration> = tuple<KeyRegistration>({
  purpose: keyPurpose,
  publicKey: bytes32,
  proof: bytes64,
});

// The COSE_Key {1: 1, -1: 6, -2: x} in deterministic CBOR, up to x: kty OKP, crv Ed25519.
const COSE_KEY_PREFIX = [0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20];

/** The kid of an Ed25519 key: its RFC 9679 COSE Key Thumbprint by SHA-256. 32 bytes. */
export function keyIdOf(crypto: Crypto, publicKey: Uint8Array): Uint8Array {
  const coseKey = new Uint8Array(COSE_KEY_PREFIX.length + publicKey.length);
  coseKey.set(COSE_KEY_PREFIX);
  coseKey.set(publicKey, COSE_KEY_PREFIX.length);
  return crypto.sha256(coseKey);
}

/** What a key is registered for. */
export interface Possession {
  /** The network id; in a genesis, which the network id is a hash of, its 16 random bytes. */
  readonly context: Uint8Array;
  readonly organization: string;
  readonly purpose: KeyPurpose;
}

/** The bytes that the key to be registered signs. */
export function possessionBytes(
  { context, organization, purpose }: Possession,
  publicKey: Uint8Array,
): Uint8Array {
  return encodeCbor(['suyuan/possession/v1', context, organization, keyPurpose.toCbor(purpose), publicKey]);
}

/** A registration of the signer's key. */
export function registerKey(possession: Possession, signer: Signer): KeyRegistration {
  const proof = signer.sign(possessionBytes(possession, signer.publicKey));
  return { purpose: possession.purpose, publicKey: signer.publicKey, proof };
}

/** Whether the key is canonical, of prime order, and itself signed its registration. */
export function verifyPossession(crypto: Crypto, possession: Possession, key: KeyRegistration): boolean {
  return crypto.verifyEd25519(key.publicKey, possessionBytes(possession, key.publicKey), key.proof);
}

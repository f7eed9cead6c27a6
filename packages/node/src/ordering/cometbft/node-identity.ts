// The two keys that a CometBFT process signs with, in the form of its files: the validator key, and the transport key
// that names it to its peers. Both are keys of the ledger, so who is connected to can be told from the ledger alone
// (spec/ordering.md, O7).
import { createHash, createPrivateKey } from 'node:crypto';

import { concatBytes } from '@suyuan/log';
import { nativeSigner } from '@suyuan/native-crypto';

/** An Ed25519 key pair. */
export interface KeyPair {
  /** 32 bytes. */
  readonly seed: Uint8Array;
}

/** A public key as it stands in CometBFT's JSON. */
export interface PublicKeyJson {
  readonly type: 'tendermint/PubKeyEd25519';
  readonly value: string;
}

/** First 20 bytes of SHA-256 of a raw public key, in lower-case hex: how CometBFT names a node. */
export function nodeIdOf(publicKey: Uint8Array): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, 40);
}

/** The same in upper case: how it names a validator. */
export function validatorAddressOf(publicKey: Uint8Array): string {
  return nodeIdOf(publicKey).toUpperCase();
}

/** A public key in JSON. */
export function encodePublicKeyJson(publicKey: Uint8Array): PublicKeyJson {
  return { type: 'tendermint/PubKeyEd25519', value: encodeBase64(publicKey) };
}

/** The content of node_key.json. */
export function encodeNodeKey({ seed }: KeyPair): string {
  return `${JSON.stringify({ priv_key: encodePrivateKeyJson(seed) })}\n`;
}

/** The content of priv_validator_key.json. */
export function encodeValidatorKey({ seed }: KeyPair): string {
  const { publicKey } = nativeSigner(seed);
  const content = {
    address: validatorAddressOf(publicKey),
    pub_key: encodePublicKeyJson(publicKey),
    priv_key: encodePrivateKeyJson(seed),
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** The seed in a PKCS#8 PEM file of an Ed25519 key, as the key files of a node hold it; throws where it is none. */
export function readSeed(pem: string | Buffer): Uint8Array {
  const { crv, d } = createPrivateKey(pem).export({ format: 'jwk' });
  if (crv !== 'Ed25519' || d === undefined) throw new TypeError('the key is no Ed25519 key');
  return new Uint8Array(Buffer.from(d, 'base64url'));
}

function encodePrivateKeyJson(seed: Uint8Array): { readonly type: string; readonly value: string } {
  const value = encodeBase64(concatBytes(seed, nativeSigner(seed).publicKey));
  return { type: 'tendermint/PrivKeyEd25519', value };
}

function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

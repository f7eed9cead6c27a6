// The two primitives everything stands on, as a port: the node brings a fast one, the browser the portable one.
// Both give the same verdict on every input (spec/log.md, rules L1 to L3; vectors/ed25519.json).

/** SHA-256 of bytes. */
export type Hash = (bytes: Uint8Array) => Uint8Array;

/** SHA-256 and Ed25519 verification. Neither function throws, keeps or changes what it is given. */
export interface Crypto {
  readonly sha256: Hash;
  /**
   * RFC 8032 without cofactor: the key is canonical and of prime order, S is below the group order, and the
   * encoding of [S]B - [k]A equals R. False for anything else, wrong lengths included.
   */
  readonly verifyEd25519: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
}

/** A private key that can sign (Ed25519, RFC 8032). */
export interface Signer {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes. */
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** Bytes in a SHA-256 hash. */
export const HASH_BYTES = 32;
/** Bytes in an Ed25519 public key. */
export const PUBLIC_KEY_BYTES = 32;
/** Bytes in an Ed25519 signature. */
export const SIGNATURE_BYTES = 64;

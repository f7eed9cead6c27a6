import { describe, expect, it } from 'vitest';

import vectors from '../../../vectors/ed25519.json' with { type: 'json' };
import { encodeUtf8, isPublicKeyUsable, portableCrypto, portableSigner } from './index.ts';
import { bytesOf } from './testing.ts';

describe('portable crypto', () => {
  it.each(vectors.cases)('[L1] tells whether a key is usable: $comment', ({ publicKey, usable }) => {
    expect(isPublicKeyUsable(bytesOf(publicKey))).toBe(usable);
  });

  it.each(vectors.cases)('[L2] verifies by the equation without cofactor: $comment', (vector) => {
    const { publicKey, message, signature, valid } = vector;
    expect(portableCrypto.verifyEd25519(bytesOf(publicKey), bytesOf(message), bytesOf(signature))).toBe(
      valid,
    );
  });

  it('[L2] accepts what it signs, and a signer keeps a seed of its own', () => {
    const seed = new Uint8Array(32).fill(7);
    const signer = portableSigner(seed);
    seed.fill(0);
    const message = encodeUtf8('message');
    expect(portableCrypto.verifyEd25519(signer.publicKey, message, signer.sign(message))).toBe(true);
    expect(signer.publicKey).toEqual(portableSigner(new Uint8Array(32).fill(7)).publicKey);
  });
});

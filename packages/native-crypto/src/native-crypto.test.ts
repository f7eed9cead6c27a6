import { encodeHex, encodeUtf8, portableCrypto, portableSigner } from '@suyuan/log';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import vectors from '../../../vectors/ed25519.json' with { type: 'json' };
import { generateSeed, nativeCrypto, nativeSigner } from './index.ts';

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const seedBytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('native crypto', () => {
  it.each(vectors.cases)('[L3] gives the verdict of the vectors, twice: $comment', (vector) => {
    const { publicKey, message, signature, valid } = vector;
    const verify = (): boolean =>
      nativeCrypto.verifyEd25519(bytesOf(publicKey), bytesOf(message), bytesOf(signature));
    expect([verify(), verify()]).toEqual([valid, valid]);
  });

  it('[L3] hashes as the portable one does, into plain bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (message) => {
        expect(nativeCrypto.sha256(message)).toStrictEqual(portableCrypto.sha256(message));
      }),
    );
  });

  it('[L3] signs as the portable one does', () => {
    fc.assert(
      fc.property(seedBytes, fc.uint8Array({ maxLength: 100 }), (seed, message) => {
        const native = nativeSigner(seed);
        const portable = portableSigner(seed);
        expect(native.publicKey).toStrictEqual(portable.publicKey);
        expect(native.sign(message)).toStrictEqual(portable.sign(message));
      }),
      { numRuns: 20 },
    );
  });

  it('[L3] agrees with the portable one after any one bit is flipped', () => {
    const message = encodeUtf8('message');
    fc.assert(
      fc.property(seedBytes, fc.nat(96 * 8 - 1), (seed, bit) => {
        const signer = nativeSigner(seed);
        const both = new Uint8Array([...signer.publicKey, ...signer.sign(message)]);
        both[bit >> 3] = (both[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const args = [both.slice(0, 32), message, both.slice(32)] as const;
        expect(nativeCrypto.verifyEd25519(...args)).toBe(portableCrypto.verifyEd25519(...args));
        expect(nativeCrypto.verifyEd25519(...args)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it('[L3] keeps its verdicts when more keys come than it remembers', () => {
    const message = encodeUtf8('message');
    const signer = nativeSigner(generateSeed());
    const signature = signer.sign(message);
    expect(nativeCrypto.verifyEd25519(signer.publicKey, message, signature)).toBe(true);
    const unusable = new Uint8Array(32).fill(255);
    for (let i = 0; i < 5_000; i++) {
      unusable[0] = i % 256;
      unusable[1] = i >> 8;
      expect(nativeCrypto.verifyEd25519(unusable, message, signature)).toBe(false);
    }
    expect(nativeCrypto.verifyEd25519(signer.publicKey, message, signature)).toBe(true);
  });

  it('[L3] makes a different seed each time', () => {
    expect(encodeHex(generateSeed())).not.toBe(encodeHex(generateSeed()));
  });
});
